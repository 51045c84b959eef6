"""Hand-weighted local methods on candidates small enough to score by hand."""

import numpy as np
import pandas as pd
import pytest

from placement.local_methods import BOXES, LOCAL_METHODS, local_scores, yardstick

EVERYBODY = pd.DataFrame({name: np.linspace(0.0, 1.0, 101) for name in (
    "perf_last", "comp_mean", "pair_gap_sum", "edu_step", "pair_field_match", "rank_step", "ten_service_months", "train_hours_2y",
    "view_superior", "view_peer", "exp_families", "exp_level", "lead_training",
)})  # fmt: skip
BEST, WORST = 2.0, -1.0
"""Beyond both ends of the reference, so that every scale is at its end."""


def candidate(value: float, **other: float) -> pd.DataFrame:
    return EVERYBODY.iloc[[0]].assign(**dict.fromkeys(EVERYBODY.columns, value)).assign(**other)


def scores(frame: pd.DataFrame) -> pd.Series:
    return local_scores(frame, yardstick(EVERYBODY)).iloc[0]


def test_whoever_leads_in_everything_leads_every_list() -> None:
    best, worst = scores(candidate(BEST, pair_gap_sum=WORST)), scores(candidate(WORST, pair_gap_sum=BEST))
    assert best.tolist() == pytest.approx([1.0, 1.0, 9.0, 1.0, 0.999999], abs=1e-4)
    assert worst.tolist() == pytest.approx([0.0, 0.0, 1.0, 0.0, 0.0])


def test_saw_adds_weights_and_a_gap_counts_against() -> None:
    only_rating = scores(candidate(WORST, perf_last=BEST, pair_gap_sum=BEST))
    assert only_rating["saw"] == pytest.approx(0.30)
    assert scores(candidate(WORST, pair_gap_sum=WORST))["saw"] == pytest.approx(0.10)


def test_topsis_is_the_distance_from_the_worst_over_both_distances() -> None:
    weights = np.array([0.30, 0.15, 0.10, 0.10, 0.05, 0.10, 0.10, 0.10])
    worst, best = 0.30, np.sqrt((weights[1:] ** 2).sum())
    found = scores(candidate(WORST, perf_last=BEST, pair_gap_sum=BEST))["topsis"]
    assert found == pytest.approx(worst / (worst + best))


def test_the_talent_formula_halves_performance_and_potential() -> None:
    found = scores(candidate(WORST, perf_last=BEST, view_superior=BEST, view_peer=BEST))
    assert found["talent_formula"] == pytest.approx(0.5)
    assert scores(candidate(WORST, comp_mean=BEST))["talent_formula"] == pytest.approx(0.5 * 0.2 / 0.6)


def test_the_nine_boxes_are_numbered_as_bkn_does() -> None:
    """Box 4 is high performance and low potential, box 6 the reverse (domain notes, section 4.2)."""
    high_performance = scores(candidate(WORST, perf_last=BEST, view_superior=BEST, view_peer=BEST))
    high_potential = scores(candidate(BEST, perf_last=WORST, view_superior=WORST, view_peer=WORST))
    assert (high_performance["nine_box"], high_potential["nine_box"]) == (4.0, 6.0)
    assert sorted(BOXES.ravel()) == list(range(1, 10))


def test_seniority_looks_at_service_only_among_equal_ranks() -> None:
    ranks = pd.concat([candidate(0.5, rank_step=0.6, ten_service_months=WORST), candidate(0.5, rank_step=0.5),
                       candidate(0.5, rank_step=0.5, ten_service_months=0.1)])  # fmt: skip
    order = local_scores(ranks, yardstick(EVERYBODY))["seniority"].tolist()
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == 3


def test_who_else_is_on_the_list_changes_nobodys_score() -> None:
    both = pd.concat([candidate(0.3), candidate(0.9)])
    measure = yardstick(EVERYBODY)
    pd.testing.assert_series_equal(local_scores(both, measure).iloc[0], local_scores(candidate(0.3), measure).iloc[0])


def test_what_a_source_lacks_is_left_out_and_a_single_gap_counts_as_the_middle() -> None:
    bare = EVERYBODY[["perf_last", "ten_service_months"]]
    found = local_scores(bare.iloc[[100]], yardstick(bare)).iloc[0]
    assert found["saw"] == pytest.approx(1.0)
    unrated = local_scores(bare.iloc[[50]].assign(perf_last=np.nan), yardstick(bare)).iloc[0]
    assert unrated["saw"] == pytest.approx(0.5)


def test_without_any_criterion_everybody_is_equal() -> None:
    nothing = pd.DataFrame({"other": [1.0, 2.0]})
    found = local_scores(nothing, yardstick(nothing))
    assert tuple(found.columns) == LOCAL_METHODS
    assert found.nunique().eq(1).all()
