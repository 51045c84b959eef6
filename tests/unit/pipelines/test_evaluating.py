"""The stage that looks back: its tables fit what is published, its text begins with the power, its account is plain JSON."""

import json
import math

import pandas as pd
import pytest

from evaluation.effects.wording import in_percent, lead_read, placebo_read
from features.as_of import default_as_of
from pipelines.effects_told import as_text
from pipelines.evaluating import EVALUATION, FOLLOW_UP, PROMISES, LookBackParams, LookedBack, measure_moves
from pipelines.known_truth import typed
from pipelines.settings import Params
from pipelines.texts import Language, Texts
from publication.run_id import as_json
from publication.schemas import conform
from simulation.programmes import ProgrammeKnobs, invent_programme


@pytest.fixture(scope="module")
def looked_back() -> LookedBack:
    programme = invent_programme(ProgrammeKnobs(people=800, movers=240, cause="wrong_match", lost=1.2), 3)
    tables, params = typed(programme.tables, programme.extracted_on), Params()
    chosen = LookBackParams(params.trials.ratings, params.evaluation, params.follow_up)
    return measure_moves(tables, default_as_of(tables), chosen, seed=1)


def told(looked_back: LookedBack, language: Language) -> str:
    return as_text(looked_back.tables[EVALUATION], looked_back.summary, Texts(language))


def test_every_table_fits_its_published_schema(looked_back: LookedBack) -> None:
    assert set(looked_back.tables) == {EVALUATION, FOLLOW_UP, PROMISES}
    for name, frame in looked_back.tables.items():
        people = [column for column in frame if column == "employee_id"]
        published = conform(name, frame.assign(**{column: frame[column].astype("str") for column in people}))
        assert len(published) == len(frame)
    assert looked_back.tables[PROMISES].empty


@pytest.mark.parametrize(
    ("language", "first", "second"), [(Language.ID, "Daya uji", "Mutasi terdahulu"), (Language.EN, "Power", "Past")]
)
def test_the_power_is_told_before_the_verdict(looked_back: LookedBack, language: Language, first: str, second: str) -> None:
    lines = told(looked_back, language).splitlines()
    assert lines[0].startswith(first)
    assert lines[1].startswith(second)


def test_a_planted_cause_is_told(looked_back: LookedBack) -> None:
    assert looked_back.summary["causes"][0] == "wrong_match"
    assert "penempatan tidak cocok" in told(looked_back, Language.ID)


def test_every_question_is_answered_or_said_to_be_open(looked_back: LookedBack) -> None:
    text = told(looked_back, Language.EN)
    for said in ("would be seen in 80 of 100", "of that: return to the mean: ", "pretended earlier date", "job family: new: ",
                 "share a hidden cause must explain", "test of the years before: p ", "For whom", "cannot be judged",
                 "95 % interval", "stand out by chance", "takes the 50th of 100"):  # fmt: skip
        assert said in text
    assert "citizens' satisfaction (IKM)" in next(line for line in text.splitlines() if "not measured" in line)
    assert "nan" not in text


def test_what_moves_did_to_units_counts_units_and_a_goal_has_its_interval(looked_back: LookedBack) -> None:
    lines = told(looked_back, Language.ID).splitlines()
    on_units = [line for line in lines if "kinerja rekan seunit" in line]
    assert on_units
    assert all(line.endswith("unit-tahun") and ", n " not in line for line in on_units)
    goal = {"design": "goal", "cell": "kinerja naik (2020)", "measure": "performance", "target": 0.1, "reached": "not shown"}
    figures = {"estimate": 0.39, "lower": -0.08, "upper": 0.67}
    table = pd.concat([looked_back.tables[EVALUATION], pd.DataFrame([{**goal, **figures}])], ignore_index=True)
    table = table.assign(suppressed=table["suppressed"].eq(True), step=table["step"].fillna(0).astype(int))
    said = as_text(table, looked_back.summary, Texts(Language.ID))
    assert "kinerja naik (2020): 0,39  (−0,08 .. 0,67)  SB (target 0,10 SB), belum dapat dipastikan" in said


def test_what_a_pretended_date_found_is_read_below_it(looked_back: LookedBack) -> None:
    lines = told(looked_back, Language.EN).splitlines()
    below = lines[next(place for place, line in enumerate(lines) if "pretended earlier date" in line) + 1]
    assert below.strip(" ()") in {
        str(placebo_read(0.2, *found)) for found in ((0.0, -0.1, 0.1), (0.3, 0.1, 0.5), (-0.3, -0.5, -0.1))
    }


@pytest.mark.parametrize(
    ("effect", "found", "read"),
    [(0.2, (0.1, -0.1, 0.3), "told from nothing"), (0.2, (0.3, 0.1, 0.5), "larger"), (0.2, (-0.3, -0.5, -0.1), "smaller"),
     (-0.2, (-0.3, -0.5, -0.1), "larger")],
)  # fmt: skip
def test_a_pretended_date_tells_which_way_the_effect_is_off(effect: float, found: tuple[float, float, float], read: str) -> None:
    assert read in str(placebo_read(effect, *found))


def test_a_cause_is_told_with_whom_it_touches(looked_back: LookedBack) -> None:
    row = looked_back.tables[EVALUATION].query("design == 'cause' and cell == 'wrong_match'").iloc[0]
    line = next(line for line in told(looked_back, Language.EN).splitlines() if line.startswith("  wrong match (shown)"))
    assert f"touches {row['people']}, not {row['compared']}" in line
    assert min(row["people"], row["compared"]) >= 20


def test_the_account_is_plain_json_and_names_nobody(looked_back: LookedBack) -> None:
    text = json.dumps(as_json(looked_back.summary), allow_nan=False)
    people = looked_back.tables[FOLLOW_UP]["employee_id"].astype("str")
    assert not any(person in text for person in people)


def test_the_stage_is_found_again_as_it_was_saved(looked_back: LookedBack, tmp_path) -> None:
    looked_back.save(tmp_path)
    for name, frame in looked_back.tables.items():
        pd.testing.assert_frame_equal(
            pd.read_parquet(tmp_path / f"{name}.parquet"), frame, check_dtype=False, check_categorical=False
        )


def test_the_years_before_are_read_and_visitors_are_told_in_per_cent() -> None:
    assert "another path before they moved" in lead_read(0.02)
    assert "jalur mereka sudah berbeda" in lead_read(0.02).indonesian
    assert "no sign" in lead_read(0.2)
    told = in_percent({"measure": "log", "estimate": math.log(1.05), "lower": math.log(0.9), "upper": None})
    assert told == {"measure": "percent", "estimate": pytest.approx(5.0), "lower": pytest.approx(-10.0), "upper": None}
    points = {"measure": "points", "estimate": 0.2, "lower": 0.1, "upper": 0.3}
    assert in_percent(points) == points
