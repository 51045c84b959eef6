"""The SIASN-shaped export is the same city: read through the shipped mapping it gives the contract tables again."""

from pathlib import Path

import pandas as pd
import pytest

from features.checking.checks import CheckedSource, check_source
from features.source.mapping import load_mapping
from features.source.readers import read_source
from simulation.city import City, write_city
from simulation.siasn import siasn_positions, siasn_tables, write_siasn

CARRIED = {
    "employees": ["employee_id", "nip", "birth_date", "sex", "disability", "hired_on", "left_on", "status", "legal_status",
                  "home_district", "retires_on"],
    "positions": ["position_id", "title", "job_kind", "job_family", "level", "headcount", "min_rank", "min_education",
                  "education_fields", "certificates", "job_class", "strategic", "supervisory", "retirement_age"],
    "assignments": ["employee_id", "position_id", "start_on", "end_on", "kind", "move_type", "decree_number", "decided_on",
                    "known_on"],
    "appraisals": ["employee_id", "period_end", "score", "rating", "work_result", "behaviour", "rater_id", "known_on"],
    "ranks": ["employee_id", "from_on", "value", "known_on"],
    "educations": ["employee_id", "from_on", "value", "field"],
    "leaves": ["employee_id", "from_on", "to_on", "value"],
    "trainings": ["employee_id", "course", "hours", "finished_on"],
    "competencies": ["employee_id", "competency", "level", "assessed_on", "valid_to"],
    "disciplines": ["employee_id", "severity", "start_on", "end_on", "annulled_on", "open_case", "known_on"],
    "workloads": ["position_id", "period_start", "period_end", "needed"],
    "service_index": ["unit_id", "period_start", "period_end", "index"],
    "vacancies": ["position_id", "open_from", "priority", "education_fields"],
    "aspirations": ["employee_id", "position_id", "unit_id", "job_family", "stated_on", "strength"],
}  # fmt: skip
"""Columns SIASN carries unchanged (positions under another key, undone below)."""


@pytest.fixture(scope="module")
def read_back(small_city: City, tmp_path_factory) -> CheckedSource:
    folder = tmp_path_factory.mktemp("siasn")
    write_siasn(small_city, folder)
    return check_source(read_source(str(folder), load_mapping(Path("siasn"))))


def _comparable(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    texts = frame[columns].astype("str").fillna("")
    return texts.sort_values(columns, ignore_index=True)


def test_the_source_passes_its_own_checks(small_city: City, tmp_path: Path) -> None:
    write_city(small_city, tmp_path)
    assert check_source(read_source(str(tmp_path))).quarantine.empty


def test_the_export_passes_the_checks(read_back: CheckedSource) -> None:
    assert read_back.quarantine.empty


@pytest.mark.parametrize("table", CARRIED)
def test_reading_the_export_gives_the_contract_table_again(small_city: City, read_back: CheckedSource, table: str) -> None:
    keys = siasn_positions(small_city).set_index("petaJabatanId")["position_id"]
    back = read_back.tables[table]
    back = back.assign(position_id=back["position_id"].map(keys)) if "position_id" in back else back
    dtypes = {name: back[name].dtype for name in CARRIED[table]}
    given = small_city.tables[table][CARRIED[table]].astype(dtypes)
    pd.testing.assert_frame_equal(_comparable(back, CARRIED[table]), _comparable(given, CARRIED[table]))


def test_every_position_has_its_own_siasn_key(small_city: City) -> None:
    assert siasn_positions(small_city)["petaJabatanId"].is_unique


def test_dates_are_day_first_and_nothing_is_typed(small_city: City) -> None:
    tables = siasn_tables(small_city)
    assert tables["data-utama"]["tglLahir"].str.fullmatch(r"\d{2}-\d{2}-\d{4}").all()
