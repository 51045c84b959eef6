"""Keeping a workspace: backup and restore as one file, and erasing a person by law."""
