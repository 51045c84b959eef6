"""Who may sign in, in which role, over which units; what was looked at by whom."""
