"""What we recommend: need, ranking, plan, support before the start."""
