"""The whole evaluation as a table: grain, suppression, voices, goals; and what it does with almost nothing."""

import numpy as np
import pandas as pd
import pytest

from evaluation.effects.evaluate import KEY, SMALLEST_CELL, Evaluation, evaluate
from evaluation.effects.finding import EvaluationParams
from evaluation.effects.goals import goals
from evaluation.effects.units import effects_on_units
from evaluation.effects.voices import reliability, response_weight
from features.as_of import default_as_of, known_at
from features.ratings import RatingParams, harmonise
from features.tables import Tables
from pipelines.known_truth import typed
from simulation.programmes import ProgrammeKnobs, invent_programme


def evaluated(tables: Tables, as_of: pd.Timestamp | None = None) -> Evaluation:
    as_of = default_as_of(tables) if as_of is None else as_of
    known = known_at(tables, as_of)
    return evaluate(known, harmonise(known, RatingParams()), as_of, EvaluationParams(), seed=1)


@pytest.fixture(scope="module")
def tables() -> Tables:
    programme = invent_programme(ProgrammeKnobs(people=800, movers=240, effect=0.6), 3)
    goals = pd.DataFrame({
        "goal": ["kinerja naik", "kepuasan terjaga", "warna gedung seragam"], "target": [0.1, 4.9, 1.0],
        "indicator": ["rata-rata kenaikan kinerja (simpangan baku)", "rata-rata jawaban kepuasan kerja", "persen gedung"],
        "from_on": pd.Timestamp(2020, 1, 1), "to_on": pd.Timestamp(2025, 12, 31),
    })  # fmt: skip
    return typed({**programme.tables, "programmes": goals}, programme.extracted_on)


@pytest.fixture(scope="module")
def evaluation(tables: Tables) -> Evaluation:
    return evaluated(tables)


def test_one_row_per_effect_named_in_both_languages(evaluation: Evaluation) -> None:
    table = evaluation.table
    assert not table.duplicated(list(KEY)).any()
    assert (table["title"] != "").all()
    goal = table["design"] == "goal"  # the city's own words, in its own language
    assert (table["title"] != table["title_en"])[~goal].all()
    assert (table["title"] == table["cell"])[goal].all()


def test_at_least_three_outcomes_the_goals_communication_and_network_are_there(evaluation: Evaluation) -> None:
    assert {"performance", "satisfaction", "motivation", "colleagues", "communication", "network", "goal"} <= set(
        evaluation.table["outcome"]
    )


def test_a_true_effect_is_found(evaluation: Evaluation) -> None:
    row = evaluation.row()
    assert row["lower"] > 0
    assert abs(row["estimate"] - 0.6) < 2.5 * row["standard_error"]
    assert evaluation.finding.verdict.code == "berhasil"


def test_the_parts_of_after_less_before_add_up(evaluation: Evaluation) -> None:
    parts = evaluation.row()["estimate"] + evaluation.row(design="return_to_mean")["estimate"]
    assert parts == pytest.approx(evaluation.row(design="before_after")["estimate"])


def test_goals_are_reached_or_not_or_not_measured(evaluation: Evaluation) -> None:
    goals = evaluation.table[evaluation.table["outcome"] == "goal"].set_index("cell")["reached"]
    assert goals["kepuasan terjaga (2020)"] == "no"
    assert goals["warna gedung seragam (2020)"] == "not measured"
    assert goals["kinerja naik (2020)"] in ("yes", "not shown")


def test_the_interval_shown_of_a_goal_is_the_one_it_was_judged_by(evaluation: Evaluation, tables: Tables) -> None:
    """Few units: Student's t is wider than the normal, and a goal once stood "not shown" beside an interval above its target."""
    as_of = default_as_of(tables)
    judged = goals(evaluation.finding.study, evaluation.finding.matched, as_of, EvaluationParams().verdict.level)
    shown = evaluation.table[evaluation.table["outcome"] == "goal"].set_index("cell")
    for row in judged.itertuples(index=False):
        told = shown.loc[f"{row.goal} ({row.from_on:%Y})"]
        assert (told["lower"], told["upper"]) == pytest.approx((row.lower, row.upper), nan_ok=True)
    performance = judged.set_index("goal").loc["kinerja naik"]
    assert performance["upper"] - performance["estimate"] > 1.97 * performance["standard_error"], "units enough for the normal"


@pytest.mark.slow
def test_cells_of_fewer_than_five_are_counted_and_not_shown(tables: Tables) -> None:
    few = tables["assignments"].copy()
    moves = few.index[few["move_type"] == "rotation"]
    few.loc[moves[: SMALLEST_CELL - 1], "move_type"] = "own_request"
    row = evaluated(Tables({**tables.frames, "assignments": few}, tables.extracted_on)).row(dimension="kind", cell="own_request")
    assert row["suppressed"]
    assert 0 < row["people"] < SMALLEST_CELL
    assert np.isnan(row[["estimate", "lower", "upper", "standard_error", "p_value"]].to_numpy(dtype=float)).all()


@pytest.mark.slow
def test_nothing_known_later_changes_the_table(tables: Tables) -> None:
    as_of = pd.Timestamp(2024, 6, 30)
    later = tables["appraisals"].assign(
        rating=lambda frame: frame["rating"].where(frame["known_on"] <= as_of, 5), work_result=lambda frame: frame["work_result"]
    )
    changed = Tables({**tables.frames, "appraisals": later}, tables.extracted_on)
    pd.testing.assert_frame_equal(evaluated(tables, as_of).table, evaluated(changed, as_of).table)


def test_a_city_with_five_bare_tables_is_evaluated(panel: Tables) -> None:
    found = evaluated(panel)
    assert found.summary()["verdict"] in ("berhasil", "belum terbukti", "merugikan")
    assert set(found.table["outcome"]) <= {"performance", "colleagues"}


def test_a_city_in_which_nobody_moved_has_too_few_moves(panel: Tables) -> None:
    still = panel["assignments"].drop_duplicates("employee_id")
    found = evaluated(Tables({**panel.frames, "assignments": still}, panel.extracted_on))
    assert [reason.code for reason in found.finding.verdict.reasons] == ["too_few_moves"]
    assert found.row()["suppressed"]


def test_cronbachs_alpha_of_items_that_agree_and_that_do_not() -> None:
    rng = np.random.default_rng(1)
    people = [f"P{n}" for n in range(400)]
    mood = rng.normal(size=400)

    def asked(items: dict[str, np.ndarray]) -> pd.DataFrame:
        return pd.concat([pd.DataFrame({"employee_id": people, "date": pd.Timestamp(2024, 1, 1), "item": item, "answer": answer})
                          for item, answer in items.items()])  # fmt: skip

    same, alike, unlike = {"a": mood, "b": mood}, {"a": mood + rng.normal(size=400), "b": mood + rng.normal(size=400)}, {
        "a": rng.normal(size=400), "b": rng.normal(size=400)}  # fmt: skip
    assert reliability(asked(same))[0] == pytest.approx(1.0)
    assert reliability(asked(alike))[0] == pytest.approx(2 / 3, abs=0.1)
    assert abs(reliability(asked(unlike))[0]) < 0.25


def test_answers_of_those_who_seldom_answer_count_more() -> None:
    rng = np.random.default_rng(2)
    content = rng.normal(size=4000)
    answers = rng.random(4000) < 1 / (1 + np.exp(-content))
    weight = response_weight(answers, np.zeros(4000, dtype=np.int64), content[:, None])
    raw = content[answers].mean()
    weighed = np.average(content[answers], weights=weight[answers])
    assert raw > 0.3
    assert abs(weighed - content.mean()) < 0.1


def test_a_planted_effect_on_the_unit_left_behind_is_found() -> None:
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"unit": np.repeat(np.arange(60), 6), "year": np.tile(np.arange(6), 60), "staff": 20, "kind": "office"})
    rows = rows.assign(received=rng.integers(0, 2, 360), left_behind=rng.integers(0, 2, 360), index_before=rng.normal(80, 3, 360))
    rows["index"] = 16 + 0.8 * rows["index_before"] - 2.0 * rows["left_behind"] + rng.normal(0, 1, 360)
    found = effects_on_units(rows, "index")
    assert found["left_behind"].estimate == pytest.approx(-2.0, abs=0.35)
    assert abs(found["received"].estimate) < 0.35
