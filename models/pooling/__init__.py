"""Several cities learn from one another by fitted statistics; no row of a person leaves a city."""
