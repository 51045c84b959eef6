"""One city contributes, another listens: no identifier leaves, and only the listening model is drawn."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from features.errors import UsageError
from models.pair_uplift import PairUplift
from pipelines import stages
from pipelines.contributing import contribute
from pipelines.job import open_job
from pipelines.modelling import MODEL
from pipelines.request import Request

pytestmark = pytest.mark.slow
IDENTIFIERS = {
    "employees.csv": ("employee_id", "nip", "name"),
    "positions.csv": ("position_id",),
    "units.csv": ("unit_id",),
    "appraisals.csv": ("rater_id",),
}


@pytest.fixture(scope="module")
def told(city: Path, quick: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("told")
    contribute(open_job(Request(str(city), str(folder / "workspace"), params=str(quick))), folder / "told.json")
    return folder / "told.json"


def test_no_identifier_of_the_source_is_in_the_file(city: Path, told: Path) -> None:
    text = told.read_text()
    for name, columns in IDENTIFIERS.items():
        frame = pd.read_csv(city / name, dtype="str")
        for column in set(columns) & set(frame.columns):
            values = frame[column].dropna().unique()
            assert len(values) > 10
            assert [value for value in values if f'"{value}"' in text or (len(value) > 8 and value in text)] == []


def test_a_city_that_listens_expects_what_was_told_and_one_that_does_not_is_as_before(
    moving_city: Path, quick: Path, told: Path, tmp_path: Path
) -> None:
    alone = Request(str(moving_city), str(tmp_path / "workspace"), params=str(quick))
    models = {}
    for name, request in (("alone", alone), ("listening", replace(alone, pool=(str(told),)))):
        job = open_job(request)
        models[name] = PairUplift.load(stages.learn(job, stages.take_in(job)).folder / MODEL)
    assert models["alone"].settings.belief is None
    assert models["listening"].settings.belief is not None
    assert models["listening"].settings.belief.cities == 1
    assert models["listening"].settings.fit_effects != models["alone"].settings.fit_effects


def test_a_city_does_not_listen_to_itself(city: Path, quick: Path, told: Path) -> None:
    with pytest.raises(UsageError, match="another city"):
        open_job(Request(str(city), str(told.parent / "workspace"), params=str(quick), pool=(str(told),)))
