"""The parts of the ratings harmoniser: scales, leniency, label health."""
