"""The marks of docs/proof.md at reduced size, with loose bands.

Seeds are fixed, so nothing here fails by chance; the bands say what a small city may lose before somebody must look. The flow
and the backtest have their own tests (tests/flows, test_backtest_on_players).
"""

import pandas as pd
import pytest

from benchmarks.proof import calibration, harmoniser, plan, plan_losses, programmes, truth
from benchmarks.proof.page import Proof, markdown, put, section
from benchmarks.proof.sizes import DEFAULT, SIZES
from simulation.ratings import GRADED

SMALL = SIZES["small"]
SEED = 1
LEAST_WITHIN_EMPLOYEE = 0.25
"""0.43 at this size and seed, 120 movers; zero would be blind, and each city of 800 strays by about 0.1."""
LEAST_SHARE_OF_GAIN = 0.15
"""0.35 at this size and seed; drawing lots gives 0."""
MOST_CONTAMINATION = 0.15
UNIT = (0.85, 1.15)
"""Published SD per true SD: the standard error is 0.04 in a city of 800 (0.94 to 1.00 in cities of 2,000)."""
MISSTATED = 0.1
"""Of a reliability, in a tenth of the ratings of two cities of 800 (standard error 0.02)."""
COVERAGE = (0.70, 0.97)
"""80 % intervals; wide where little is known: 0.91 at this size."""


def say(line: str) -> None:
    pass


def only(proof: Proof, caption: str) -> pd.DataFrame:
    return next(frame for name, frame in proof.tables.items() if name.startswith(caption))


@pytest.fixture(scope="module")
def against_truth() -> Proof:
    return truth.prove(SMALL, SEED, say)


@pytest.mark.slow
def test_forecasts_rank_posts_and_people_better_than_plain_methods_do(against_truth: Proof) -> None:
    methods = only(against_truth, "Every pair").set_index("method")
    published, rivals = methods.loc["published"], methods.loc[["after minus before", "last score"]]
    assert published["within employee"] > LEAST_WITHIN_EMPLOYEE
    assert published["gain of top 10"] > max(LEAST_SHARE_OF_GAIN, rivals["gain of top 10"].max())
    assert published["within position"] > rivals["within position"].max()
    assert published["RMSE"] < methods.loc["constant (the true mean)", "RMSE"]
    assert abs(published["contamination"]) < MOST_CONTAMINATION


@pytest.mark.slow
def test_intervals_hold_about_what_they_say(against_truth: Proof) -> None:
    assert only(against_truth, "Intervals")["coverage"].between(*COVERAGE).all()


@pytest.mark.slow
def test_forecasts_differ_less_where_nobody_suits_any_post_better(against_truth: Proof) -> None:
    claimed = only(against_truth, "Worlds").set_index("world")
    nothing, default = claimed.loc["no match, unit or position effect"], claimed.loc["default"]
    assert nothing["forecast spread"] < 0.7 * default["forecast spread"]
    assert nothing["ranking supported"] or nothing["published spread"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.slow
def test_harmonised_ratings_are_nearer_to_the_truth_and_useless_ones_are_found_out() -> None:
    proof = harmoniser.prove(SMALL, SEED, say)
    regimes, health = only(proof, "Correlation").set_index("regime"), only(proof, "Label health")
    assert (regimes["harmonised"] > regimes["raw"]).all()
    assert regimes.loc[[GRADED, harmoniser.ALL], "gain on raw"].min() > harmoniser.GAIN
    assert (health["right"] == health["seeds"]).all()
    assert only(proof, "The unit")["published per true SD"].between(*UNIT).all()
    stated = only(proof, "Reliability")
    assert (stated["stated"] - stated["with neutral"]).abs().max() < MISSTATED
    components = only(proof, "Variances").set_index("component")
    assert components.loc["rater", "plug-in"] > components.loc["rater", "leave-out"]


@pytest.mark.slow
def test_a_city_of_four_thousand_has_nearly_all_published_shares() -> None:
    """Tolerances are four standard deviations at this size; two of 26 may lie outside."""
    table = only(calibration.prove(SMALL, SEED, say), "")
    assert table["cities within, of 1"].sum() >= len(table) - 2


@pytest.mark.slow
def test_programmes_that_do_nothing_are_not_praised_and_those_that_work_are() -> None:
    proof = programmes.prove(SMALL, SEED, say)
    worlds = only(proof, "Invented programmes").set_index("world")
    assert worlds.loc[programmes.ZERO, "berhasil"] <= 1
    assert worlds.loc[programmes.WORKING, "berhasil"] >= SMALL.programmes - 2
    assert worlds.loc[list(programmes.CAUSES), "cause named first"].mean() >= programmes.NAMED
    assert worlds.loc[programmes.ZERO, "no cause named"] >= programmes.SILENT - 0.2
    designs = only(proof, "The same programmes").set_index("world").loc[programmes.ZERO]
    assert abs(designs["matched"]) < 0.15 < designs["before_after"]


def test_a_section_replaces_itself_and_leaves_the_rest_of_the_page(tmp_path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\nwords\n", encoding="utf-8")
    for verdict in ("missed: 1", "kept: 2"):
        put(page, "mark", section(Proof("Title", "a mark", verdict, {"": pd.DataFrame({"x": [0.5]})}), "made by hand"))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Page\n\nwords\n")
    assert "missed" not in text
    assert text.count("kept: 2") == text.count("## Title") == 1


def test_a_table_has_three_digits_and_blanks_for_what_is_not_known() -> None:
    frame = pd.DataFrame({"a": [0.12345, float("nan")], "b": ["x", "y"]})
    assert markdown(frame).splitlines() == ["| a | b |", "| --- | --- |", "| 0.123 | x |", "|  | y |"]


@pytest.mark.slow
def test_plans_are_judged_by_the_truth_within_the_same_limits() -> None:
    one, seed = plan.planned(SMALL.plan_city, SEED, DEFAULT)
    rows = plan.compared(one, seed).set_index("plan")
    assert rows.loc["oracle", "true value"] == rows["true value"].max()
    assert rows.loc["this program", "true value"] > rows.loc["lots", "true value"]
    limit = one.wave.limits.moves
    assert limit is not None
    assert (rows.drop("past moves")["moves"] <= limit).all()
    lost = plan_losses.losses(one, seed).set_index("plans by")["of the oracle"]
    assert lost["the truth"] == 1.0 == lost.drop("estimates held back too: foretold").max()
    assert 0.1 < lost["estimates held back too: foretold"] < 0.9
    grown = plan_losses.as_the_wave_grows(one)
    assert grown["moves"].is_monotonic_increasing
    best, found = grown["believed"], grown["believed of greedy"]
    assert (best >= found - 1e-3 * best.abs()).all()
    assert (best > found).any()
