"""How groups fared: what is planted is found, chance is taken for chance, and no figure speaks of a few persons."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact, ttest_ind
from statsmodels.stats.proportion import confint_proportions_2indep

from evaluation.fairness.evaluate import AUC, RATIO, SCORES, FairnessParams, fairness
from evaluation.fairness.intervals import chance_above, chance_of_means, chance_of_shares, ratio_interval
from publication.schemas import conform

AS_OF = pd.Timestamp("2026-04-01")
PARAMS = FairnessParams()


def city(n: int = 1200, seed: int = 0, disabled: int = 40, lift: float = 0.0, odds: float = 0.3):
    """Return people, scores and vault; women score ``lift`` SD higher, everybody is eligible with probability ``odds``."""
    rng = np.random.default_rng(seed)
    ids = pd.Index([f"e{number:05d}" for number in range(n)], name="employee_id")
    sex = rng.choice(["F", "M"], n)
    born = AS_OF - pd.to_timedelta(rng.uniform(23, 60, n) * 365.2425, unit="D")
    eligible = rng.random(n) < odds
    shortlisted = eligible & (rng.random(n) < 0.5)
    people = pd.DataFrame({"birth_date": born.floor("D"), "eligible": eligible, "shortlisted": shortlisted}, index=ids)
    people["planned"] = shortlisted & (rng.random(n) < 0.4)
    people["trained"] = people["mentored"] = people["planned"]
    scores = pd.DataFrame({name: rng.normal(size=n) + lift * (sex == "F") for name in SCORES}, index=ids)[eligible]
    vault = pd.DataFrame({"employee_id": ids, "sex": sex, "disability": pd.array(np.arange(n) < disabled, dtype="boolean")})
    return people, scores, vault


def row_of(table: pd.DataFrame, measure: str, cell: str, among: str) -> pd.Series:
    found = table[(table["measure"] == measure) & (table["cell"] == cell) & (table["among"] == among)]
    assert len(found) == 1
    return found.iloc[0]


def test_ratio_interval_is_the_score_interval_of_statsmodels():
    hits, people, other_hits, others = (
        np.array(x, dtype=float) for x in ([5, 40, 12], [30, 100, 700], [20, 45, 30], [60, 90, 900])
    )
    lower, upper = ratio_interval(hits, people, other_hits, others, 0.95)
    for at in range(3):
        told = confint_proportions_2indep(
            hits[at], people[at], other_hits[at], others[at], compare="ratio", method="score", correction=False
        )
        assert (lower[at], upper[at]) == pytest.approx(told, rel=1e-5)


def test_chance_is_that_of_tests_which_hold_in_small_groups():
    hits, people, other_hits, others = (np.array(x, dtype=float) for x in ([0, 5, 0], [12, 30, 20], [40, 20, 0], [300, 60, 90]))
    found = chance_of_shares(hits, people, other_hits, others)
    for at in range(2):
        table = [[hits[at], people[at] - hits[at]], [other_hits[at], others[at] - other_hits[at]]]
        tails = [fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
        assert found[at] == pytest.approx(min(1.0, 2 * min(tails)))
    assert np.isnan(found[2])
    rng = np.random.default_rng(11)
    one, other = rng.normal(0.5, 1, 12), rng.normal(0, 2, 90)
    ends = [(float(side.mean()), float(side.std(ddof=1) / np.sqrt(len(side)))) for side in (one, other)]
    assert chance_of_means(*ends, (12, 90)) == pytest.approx(ttest_ind(one, other, equal_var=False).pvalue)


def test_ratio_interval_stays_honest_where_nobody_got_there():
    lower, upper = ratio_interval(*(np.array(x, dtype=float) for x in ([0, 4, 0], [20, 20, 20], [9, 0, 0], [90, 90, 90])), 0.95)
    assert lower[0] == 0.0
    assert 1.0 < upper[0] < np.inf
    assert lower[1] > 1.0
    assert upper[1] == np.inf
    assert np.isnan([lower[2], upper[2]]).all()


def test_ratio_interval_excludes_no_difference_as_often_as_it_says():
    rng = np.random.default_rng(4)
    hits, other_hits = (rng.binomial(size, 0.12, 20_000).astype(float) for size in (60, 400))
    lower, upper = ratio_interval(hits, np.full(20_000, 60.0), other_hits, np.full(20_000, 400.0), 0.95)
    assert 0.035 < ((lower > 1) | (upper < 1)).mean() < 0.06


def test_chance_above_counts_pairs_and_holds_what_it_says():
    rng = np.random.default_rng(5)
    one, other = rng.integers(0, 9, 40).astype(float), rng.integers(2, 11, 60).astype(float)
    pairs = (one[:, None] > other).mean() + 0.5 * (one[:, None] == other).mean()
    area, lower, upper = chance_above(one, other, 0.95)
    assert area == pytest.approx(pairs)
    assert lower < area < upper
    draws = [chance_above(rng.normal(size=30), rng.normal(size=200), 0.95) for _ in range(1500)]
    assert 0.03 < np.mean([low > 0.5 or high < 0.5 for _, low, high in draws]) < 0.07
    assert np.isnan(chance_above(np.array([3.0, 4.0]), np.array([1.0, 2.0]), 0.95)[1:]).all()


def test_a_group_held_back_is_seen_at_the_step_where_it_was():
    people, scores, vault = city(seed=1)
    women = (vault["sex"] == "F").to_numpy()
    held = people.assign(shortlisted=people["shortlisted"] & ~(women & (np.arange(len(women)) % 2 == 0)))
    table = fairness(held, scores, vault, AS_OF, PARAMS)
    at_step = row_of(table, "shortlisted", "F", "eligible")
    assert at_step["upper"] < 0.8
    assert at_step["ratio"] == pytest.approx(at_step["value"] / at_step["others"])
    before = row_of(table, "eligible", "F", "in service")
    assert 0.9 < before["ratio"] < 1.25


@pytest.mark.parametrize(("lift", "told"), [(0.0, False), (0.5, True)])
def test_a_score_that_gives_sex_away_is_named(lift: float, told: bool):
    table = fairness(*city(seed=2, lift=lift), AS_OF, PARAMS)
    for name in SCORES:
        row = row_of(table, name, "F", "candidates")
        assert row["statistic"] == AUC
        assert bool(row["lower"] > 0.5) is told


@pytest.mark.parametrize(("n", "disabled"), [(1200, 40), (300, 7), (60, 12), (15, 3), (4, 0)])
def test_nothing_is_said_of_fewer_than_ten(n: int, disabled: int):
    table = fairness(*city(n, seed=3, disabled=disabled), AS_OF, PARAMS)
    assert (table.loc[~table["suppressed"], "people"] >= PARAMS.fewest).all()
    hidden = table[table["suppressed"]]
    assert (hidden["cell"] == "all").all()
    assert hidden[["ratio", "lower", "upper", "others"]].isna().all(axis=None)


def test_a_joined_group_does_not_come_back_as_a_difference_of_counts():
    """Bands of age and their crossing with sex are the same bands, and all divisions of a base add up to the same people."""
    for seed in range(4):
        people, scores, vault = city(110, seed=seed, disabled=11, odds=0.6)
        table = fairness(people, scores, vault, AS_OF, PARAMS)
        for _, base in table[~table["suppressed"]].groupby(["measure", "among"]):
            total = int(base.groupby("dimension")["people"].sum().iloc[0])
            for dimension, cells in base.groupby("dimension"):
                assert cells["people"].sum() == total, dimension
            crossed = base[base["dimension"] == "sex x age_band"].set_index("cell")["people"]
            for cell, size in base[base["dimension"] == "age_band"].set_index("cell")["people"].items():
                parts = crossed[crossed.index.str.endswith(f", {cell}")]
                assert len(crossed) == 0 or parts.sum() == size
                assert (parts >= PARAMS.fewest).all()


def test_people_without_a_record_are_a_group_and_small_ones_are_joined_and_counted():
    people, scores, vault = city(seed=6)
    few = vault.assign(sex=vault["sex"].where(np.arange(len(vault)) > 4))
    table = fairness(people, scores, few, AS_OF, PARAMS)
    in_service = table[(table["among"] == "in service") & (table["measure"] == "eligible") & (table["dimension"] == "sex")]
    assert list(in_service["cell"]) == ["F", "M+not recorded"]
    assert (in_service["merged"] == 1).all()
    many = vault.assign(sex=vault["sex"].where(np.arange(len(vault)) > 400))
    assert "not recorded" in set(fairness(people, scores, many, AS_OF, PARAMS)["cell"])


def test_same_inputs_in_any_order_give_the_same_published_bytes():
    people, scores, vault = city(seed=7)
    first = conform("fairness", fairness(people, scores, vault, AS_OF, PARAMS).assign(review=False))
    mixed = [frame.sample(frac=1.0, random_state=1) for frame in (people, scores, vault)]
    pd.testing.assert_frame_equal(
        first, conform("fairness", fairness(*mixed, AS_OF, PARAMS).assign(review=False)), check_exact=True
    )
    assert set(first["statistic"]) == {RATIO, AUC}


def test_an_empty_plan_and_no_candidates_are_told_without_a_comparison():
    people, scores, vault = city(seed=8)
    none = people.assign(eligible=False, shortlisted=False, planned=False)
    table = conform("fairness", fairness(none, scores.iloc[:0], vault, AS_OF, PARAMS).assign(review=False))
    assert table.loc[table["among"] != "in service", "suppressed"].all()
    assert (table.loc[table["among"] == "in service", "value"] == 0).all()
