"""Who may: the dated, cited rule pack, its predicates, verdicts and cures."""
