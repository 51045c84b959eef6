"""Signing in and out, and the guards before every page and answer."""
