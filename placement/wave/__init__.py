"""The whole wave: which moves together, in which order, within which limits, and what each limit costs."""
