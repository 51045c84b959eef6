"""Geometry of the pages' figures: pure functions from rows to places on a drawing; templates draw them as inline SVG."""
