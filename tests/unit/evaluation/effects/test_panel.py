"""The panel and its risk sets: who could move, what was on record before, and which rating judges."""

import numpy as np
import pandas as pd
import pytest

from evaluation.effects.panel import move_panel
from evaluation.effects.risk_sets import SEASONAL, YEARLY, risk_sets
from evaluation.effects.study import Study
from features.as_of import default_as_of, known_at
from features.ratings import RatingParams, harmonise
from features.tables import Tables

MONTHS = range(1, 13)
ADAPTATION_MONTHS = 6


@pytest.mark.parametrize("window", YEARLY)
def test_the_outcome_begins_when_nearly_all_adaptation_is_over(window) -> None:
    last_month = window.after - 1
    begins = 12 * window.outcome + 1
    assert begins - last_month >= ADAPTATION_MONTHS - 1
    assert begins - window.first <= 18


@pytest.mark.parametrize("windows", [YEARLY, SEASONAL])
def test_every_month_lies_in_one_window(windows) -> None:
    assert sorted(month for window in windows for month in range(window.first, window.after)) == list(MONTHS)


def test_history_ends_before_the_move_and_the_outcome_follows_it(study: Study) -> None:
    movers = study.sets.move >= 0
    began = study.panel.moves["start_on"].dt.year.to_numpy()[study.sets.move[movers]]
    assert (study.sets.last[movers] < began).all()
    assert (study.sets.outcome[movers] > began).all()


def test_history_is_the_last_score_the_one_before_and_the_mean_of_the_earlier_ones(study: Study) -> None:
    sets, panel = study.sets, study.panel
    row = int(np.flatnonzero((sets.last - panel.years[0] >= 3) & (sets.move >= 0))[0])
    place = int(sets.last[row] - panel.years[0])
    scores = panel.score[sets.person[row], : place + 1]
    np.testing.assert_allclose(sets.history[row, :3], [scores[-1], scores[-2], np.nanmean(scores[:-2])])


def test_nobody_is_compared_who_moved_within_the_window_of_the_outcome(study: Study) -> None:
    sets, panel = study.sets, study.panel
    moved_in = pd.Series(panel.moves["start_on"].dt.year.to_numpy(), index=panel.moves["person"]).reindex(sets.person)
    stayers = sets.move < 0
    within = (moved_in > sets.last) & (moved_in <= sets.outcome)
    assert not within.to_numpy()[stayers].any()


def test_the_funnel_counts_down(study: Study) -> None:
    funnel = study.sets.funnel
    assert funnel["movers"].is_monotonic_decreasing
    assert funnel["movers"].iloc[-1] == (study.sets.move >= 0).sum() == len(study.panel.moves)


def test_a_panel_without_moves_has_no_risk_sets(panel: Tables) -> None:
    still = panel["assignments"].drop_duplicates("employee_id")
    tables = Tables({**panel.frames, "assignments": still}, panel.extracted_on)
    as_of = default_as_of(tables)
    known = known_at(tables, as_of)
    made = move_panel(known, harmonise(known, RatingParams()), as_of)
    assert made.moves.empty
    assert len(risk_sets(made, YEARLY, 1).person) == 0
