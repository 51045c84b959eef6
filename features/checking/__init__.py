"""What is wrong with the cells, where, and what it blocks."""
