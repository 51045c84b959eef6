"""Warnings of people who struggle: from what they say, expiring, and read by nothing that ranks."""

import ast
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import evaluation
from evaluation.effects.causes import CauseParams, causes
from evaluation.effects.study import Study, open_study
from evaluation.effects.vocabulary import COMMUNICATION, FIT, NETWORK, SUPPORT, named
from evaluation.follow_up import COLUMNS, OPTIONS, SIGNS, FollowUpParams, _mood, follow_up, signs_counted
from features.as_of import known_at
from features.frames import feature_frames
from features.ratings import RatingParams, harmonise
from features.tables import Tables
from pipelines.known_truth import typed
from publication.intake.choices import PULSE_ITEMS
from publication.intake.extract import PULSE_ITEM
from simulation.programmes import ProgrammeKnobs, invent_programme

ROOT = Path(evaluation.__file__).resolve().parents[1]
RANKING_ROOMS = ("features", "rules", "models", "placement")
AS_OF = pd.Timestamp(2024, 12, 31)
"""A year after the last moves began: their feedback is in, their outcome is not rated yet."""


def test_every_question_of_the_applications_short_surveys_is_understood() -> None:
    understood = (*FIT, *SUPPORT, *NETWORK, *COMMUNICATION)
    asked = pd.Series([PULSE_ITEM.format(days=30, item=item) for item in PULSE_ITEMS])
    assert named(asked, understood).all()
    assert asked[named(asked, COMMUNICATION)].tolist() == ["pulse_30_communication"]


def test_few_answers_say_less_than_many_and_none_says_nothing() -> None:
    mean = np.array([[2.0, np.nan], [2.0, 2.0], [np.nan, np.nan], [4.0, 4.0]])
    found = _mood(mean, np.array([1.0, 9.0, 0.0, 9.0]))
    assert found[1] < found[0] < found[2] < found[3]
    assert found[2] == pytest.approx(np.mean([2.0, 2.0, 4.0]))


@pytest.fixture(scope="module")
def city() -> tuple[Tables, pd.Series]:
    programme = invent_programme(ProgrammeKnobs(people=1200, movers=300, cause="wrong_match"), 4)
    return typed(programme.tables, programme.extracted_on), programme.truth.set_index("employee_id")["tau"]


@pytest.fixture(scope="module")
def study(city: tuple[Tables, pd.Series]) -> Study:
    known = known_at(city[0], AS_OF)
    return open_study(known, harmonise(known, RatingParams()), AS_OF, seed=1)


@pytest.fixture(scope="module")
def warned(study: Study) -> pd.DataFrame:
    found = study.matched(study.outcome())
    tree = causes(found, study.of_rows(), found.effect(), CauseParams())
    return follow_up(study, found, tree, AS_OF, FollowUpParams())


def test_who_is_warned_of_truly_does_worse_than_other_movers(warned: pd.DataFrame, city: tuple[Tables, pd.Series]) -> None:
    true = city[1]
    assert len(warned) >= 5
    assert true[warned["employee_id"].astype(str)].mean() < true.mean() - 0.15  # 0.24 at this seed; zero would be blind


def test_warnings_end_and_concern_the_latest_moves_only(warned: pd.DataFrame) -> None:
    assert list(warned.columns) == list(COLUMNS)
    assert (warned["expires_on"] > AS_OF).all()
    assert (warned["moved_on"] <= AS_OF).all()
    assert warned["employee_id"].is_unique


def test_a_warning_tells_signs_and_options_and_no_answer(warned: pd.DataFrame) -> None:
    for row in warned.itertuples():
        signs, options = json.loads(row.signs), json.loads(row.options)
        assert signs
        assert options
        assert {sign["code"] for sign in signs} <= set(SIGNS)
        assert {option["code"] for option in options} <= set(OPTIONS)
        assert all(set(sign) == {"code", "id", "en"} for sign in signs)


def test_a_sign_that_few_show_is_counted_and_not_told() -> None:
    shown = ["fit"] * 6 + ["support"] * 4
    warned = pd.DataFrame({"signs": [json.dumps([{"code": code}, {"code": "untrained"}]) for code in shown]})
    counted = signs_counted(warned, "en").set_index("sign")["people"]
    assert counted[str(SIGNS["untrained"])] == 10
    assert counted[str(SIGNS["fit"])] == 6
    assert pd.isna(counted[str(SIGNS["support"])])
    assert counted[str(SIGNS["network"])] == 0


def test_what_helped_earlier_movers_stands_first(warned: pd.DataFrame) -> None:
    for text in warned["options"]:
        lowers = [option["lower"] if option["lower"] is not None and option["lower"] > 0 else 0.0 for option in json.loads(text)]
        assert lowers == sorted(lowers, reverse=True)


def test_nobody_is_warned_of_where_too_few_moved_before(study: Study, warned: pd.DataFrame) -> None:
    found = study.matched(study.outcome())
    none = follow_up(study, found, pd.DataFrame({"cause": []}), AS_OF, FollowUpParams(fewest=10_000))
    assert none.empty
    assert list(none.columns) == list(COLUMNS)
    assert none.drop(columns="employee_id").dtypes.equals(warned.drop(columns="employee_id").dtypes)


def test_no_room_that_ranks_knows_of_warnings() -> None:
    told = [
        path for room in RANKING_ROOMS for path in (ROOT / room).rglob("*.py") if "follow_up" in path.read_text(encoding="utf-8")
    ]
    assert told == []
    for room in RANKING_ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
            assert not any(module.split(".")[0] == "evaluation" for module in modules), path


def test_what_moved_people_say_changes_no_feature(city: tuple[Tables, pd.Series]) -> None:
    known = known_at(city[0], AS_OF)
    silent = Tables({name: frame for name, frame in known.frames.items() if name != "feedback"}, known.extracted_on)
    angry = Tables({**known.frames, "feedback": known["feedback"].assign(answer=1.0)}, known.extracted_on)
    ratings = harmonise(known, RatingParams())
    made = [feature_frames(tables, ratings, AS_OF) for tables in (known, silent, angry)]
    for other in made[1:]:
        pd.testing.assert_frame_equal(made[0].employees, other.employees)
        pd.testing.assert_frame_equal(made[0].positions, other.positions)
    assert np.isfinite(made[0].employees.select_dtypes("number").to_numpy()).any()
