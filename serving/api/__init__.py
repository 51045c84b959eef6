"""The versioned JSON, for programs of the city: the run in force, decisions, and what people enter. No names in it, only ids."""
