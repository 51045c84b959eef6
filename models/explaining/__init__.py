"""Contributions that add up, grouped into concepts."""
