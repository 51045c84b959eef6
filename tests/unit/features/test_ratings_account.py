"""What harmonising found, told: components add up, boundaries come back where they were drawn, intervals are what they say."""

import numpy as np
import pandas as pd
import pytest

from features.as_of import known_at
from features.harmoniser import account
from features.harmoniser.label_health import HealthParams, demands
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from features.tables import Tables

SWEEPS = 20


@pytest.fixture(scope="module")
def known(small_tables: Tables) -> Tables:
    return known_at(small_tables, small_tables.extracted_on)


@pytest.fixture(scope="module")
def ratings(known: Tables) -> HarmonisedRatings:
    return harmonise(known, RatingParams(sweeps=SWEEPS))


def test_components_add_up_and_people_have_no_plain_effects(ratings: HarmonisedRatings) -> None:
    found = account.components(ratings)
    assert found["share"].sum() == pytest.approx(1.0)
    assert found.index[0] == "person"
    assert found.loc[["person", "noise"], "plug_in"].isna().all()
    assert found.loc["rater", "variance"] == pytest.approx(ratings.variances.components["rater"] / ratings.scale**2)
    assert len(account.components_plot(found).axes[0].patches) == len(found)


def test_who_is_told_apart_is_read_off_the_interval() -> None:
    levels = pd.DataFrame(
        {"rater_id": list("abc"), "leniency": [0.5, -0.4, 0.1], "standard_error": [0.1, 0.5, 0.0], "n": [9, 9, 0]}
    )
    found = account.leniency(levels)
    assert found["rater_id"].tolist() == ["b", "a"]
    assert found["told_apart"].tolist() == [False, True]
    assert found["upper"].iloc[1] == pytest.approx(0.5 + 0.1 * 1.2815515655446004)
    assert len(account.leniency_plot(found, "raters").axes[0].containers) == 2


def test_every_body_draws_its_boundaries_in_order(known: Tables) -> None:
    drawn = account.boundaries(known, SWEEPS)
    assert len(drawn)
    assert drawn["drawn"].to_numpy() == pytest.approx((drawn["common"] + drawn["deviation"]).to_numpy())
    assert (drawn["ratings"] > 0).all()
    assert not drawn.duplicated(["body_id", "regime", "year", "grade"]).any()
    ordered = drawn.sort_values(["body_id", "regime", "year", "common"])
    steps = ordered.groupby(["body_id", "regime", "year"])["drawn"].diff().dropna()
    assert (steps > 0).all()
    plot = account.boundaries_plot(drawn, int(drawn["year"].max()))
    assert plot.axes[0].get_legend() is not None


def test_where_nobody_draws_anything_there_is_nothing_to_show(known: Tables) -> None:
    numbers = known["appraisals"].assign(score=np.linspace(0, 100, len(known["appraisals"])), rating=pd.NA)
    numbers["rating"] = numbers["rating"].astype(known["appraisals"]["rating"].dtype)
    drawn = account.boundaries(Tables({**known.frames, "appraisals": numbers}, known.extracted_on), SWEEPS)
    assert drawn.empty
    assert account.boundaries_plot(drawn, 2025).axes


def test_unit_means_differ_by_the_mean_leniency_taken_out(ratings: HarmonisedRatings) -> None:
    means = account.unit_means(ratings).set_index("unit_id")
    unit = means.index[0]
    taken = ratings.scores.loc[ratings.scores["unit_id"] == unit, "leniency"].mean()
    assert means.loc[unit, "recorded"] - means.loc[unit, "harmonised"] == pytest.approx(taken)
    assert (means["ratings"] >= 5).all()
    assert len(account.unit_means_plot(means).axes[0].lines) == 2


def test_demands_are_the_reasons_of_the_verdict(ratings: HarmonisedRatings) -> None:
    hard = HealthParams(min_correlation=0.99)
    asked = demands(ratings.health.figures, hard).set_index("figure")
    assert not asked.loc["persistent_correlation", "holds"]
    assert asked.loc["persistent_correlation", "reason"] == "no_persistent_person_signal"
    assert asked.loc["outside_modal_value", "holds"] == (ratings.health.figures["outside_modal_value"] >= 0.02)
