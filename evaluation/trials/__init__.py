"""Trials inside a wave: a recorded lottery where candidates tie, a phased start where seats are short, analysed as registered."""
