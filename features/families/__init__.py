"""Feature families: each file computes the columns of one family from what was known on a day."""
