"""Any pair as of any day: in the order asked, difference exact, strangers refused, the absent said so."""

import json
from pathlib import Path

import pandas as pd
import pytest

from features.errors import UsageError
from pipelines.job import Job, open_job
from pipelines.request import Request
from pipelines.scoring import COLUMNS, ESTIMATES, score, score_file

pytestmark = pytest.mark.slow
EXACT = 1e-12
"""The uplift is the difference of the two forecasts to the last bits of a float64."""


@pytest.fixture(scope="module")
def job(city: Path, quick: Path, tmp_path_factory: pytest.TempPathFactory) -> Job:
    return open_job(Request(str(city), str(tmp_path_factory.mktemp("score")), params=str(quick), as_of="2024-12-31"))


@pytest.fixture(scope="module")
def pairs(city: Path) -> pd.DataFrame:
    employees = pd.read_csv(city / "employees.csv", dtype="str").sort_values("hired_on")
    positions = pd.read_csv(city / "positions.csv", dtype="str")["position_id"]
    spells = pd.read_csv(city / "assignments.csv", dtype="str")
    staying = spells[spells["end_on"].isna() & (spells["start_on"] < "2022")]["employee_id"].drop_duplicates()
    chosen = [*staying.head(6), employees["employee_id"].iloc[-1]]
    asked = pd.MultiIndex.from_product([chosen[::-1], positions.head(4)], names=["employee_id", "position_id"])
    return asked.to_frame(index=False).astype("str")


def test_pairs_are_answered_in_the_order_asked(job: Job, pairs: pd.DataFrame, tmp_path: Path) -> None:
    pairs.to_csv(tmp_path / "pairs.csv", index=False)
    assert score_file(job, tmp_path / "pairs.csv", tmp_path / "out.parquet") == len(pairs)
    scored = pd.read_parquet(tmp_path / "out.parquet")
    assert list(scored.columns) == COLUMNS
    pd.testing.assert_frame_equal(scored[["employee_id", "position_id"]], pairs)
    there = scored.dropna(subset=ESTIMATES)
    assert len(there) > 0
    assert ((there["expected_in_post"] - there["stay_outlook"]) - there["uplift"]).abs().max() <= EXACT
    assert (there["lower"] <= there["uplift"]).all()
    assert (there["uplift"] <= there["upper"]).all()
    assert set(there["grade"]) == {"D"}, "too few moves here to try a model out: a pair may not claim what a run would not"
    assert set(scored["eligible"]) <= {"yes", "no", "unknown"}
    assert all({"rules", "for", "against"} == set(json.loads(text)) for text in scored["reasons"])
    ruled_out = scored[scored["eligible"] == "no"]["reasons"].map(json.loads)
    assert all(reasons["rules"] for reasons in ruled_out)


def test_someone_not_yet_in_service_has_no_estimate_and_it_is_said(job: Job, pairs: pd.DataFrame) -> None:
    newest = pairs["employee_id"].iloc[0]
    scored = score(job, pairs[pairs["employee_id"] == newest])
    assert scored[ESTIMATES].isna().all(axis=None)
    assert set(scored["eligible"]) == {"unknown"}


def test_the_order_of_pairs_changes_no_answer(job: Job, pairs: pd.DataFrame) -> None:
    forwards = score(job, pairs)
    backwards = score(job, pairs.iloc[::-1].reset_index(drop=True)).iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(forwards, backwards)


def test_strangers_are_counted_and_refused(job: Job, pairs: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="1 of 29 pairs name an employee") as refusal:
        score(job, pd.concat([pairs, pd.DataFrame({"employee_id": ["X1"], "position_id": [pairs["position_id"].iloc[0]]})]))
    assert "X1" not in str(refusal.value)
