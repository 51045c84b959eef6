"""Settings of a run in which the line is looked at, not the estimate: fewer rows, trees and draws; for the kills and for tests."""

QUICK = {
    "trials": {"dates_per_year": 1, "drawn_per_trial": 40},
    "uplift": {"level": {"variance_people": 300, "rounds": 3}, "stage": {"trees": 20}},
    "trial_run": {"most_days": 2},
    "validation": {"draws": 20, "n_folds": 2, "trees": {"trees": 20}},
    "release": {"min_movers": 30},
}
