"""Where people are needed: posts, surges of demand, and the people who could help there."""
