"""Pages for HR, one file a family."""
