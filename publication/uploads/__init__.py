"""Exports handed in on a page: unpacked within limits, checked, kept for the data team to run; nothing is published here."""
