"""What validation shows of a model, and what may follow from it."""
