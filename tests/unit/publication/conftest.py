"""A tiny publication: two positions, three people."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from publication.publish import Publication
from publication.records import Records, open_records
from publication.store import Store
from publication.workspace import Workspace

REASONS = json.dumps([{"concept": "experience", "contribution": 0.2, "id": "Pengalaman", "en": "Experience", "record": "posts"}])


def candidate_rows(offset: float) -> pd.DataFrame:
    rows = pd.DataFrame({"position_id": ["J2", "J1", "J1"], "employee_id": ["P1", "P3", "P2"]}).astype("str")
    rows["rank"], rows["band"] = [1, 2, 1], [1, 1, 1]
    estimates = {
        "net_value": 1.0,
        "value_in_post": 2.0,
        "value_given_up": 1.0,
        "net_lower": 0.8,
        "net_upper": 1.2,
        "lower": -0.2 + offset,
    }
    estimates |= {"realised_lower": -1.1 + offset, "realised_upper": 1.5 + offset}
    estimates |= {"upper": 0.6 + offset, "stay_outlook": 0.1, "uplift": 0.2 + offset, "overlap": 0.5, "novelty": 0.1}
    rows = rows.assign(
        **estimates, eligible="yes", grade="B", verdict_bits=0, training_gap=0.0, aspiration=None, origin_effect=-0.1
    )
    rows["expected_in_post"] = rows["stay_outlook"] + rows["uplift"]
    rows["aspiration"] = rows["aspiration"].astype("float64")
    return rows.assign(reasons_for=REASONS, reasons_against="[]").astype({"reasons_for": "str", "reasons_against": "str"})


def make_publication(run_id: str, offset: float = 0.0) -> Publication:
    listed = candidate_rows(offset)
    positions = pd.DataFrame({"position_id": ["J1", "J2"], "title": ["Kepala Seksi", "Analis"], "unit_id": ["U1", "U1"]})
    positions = positions.assign(unit_name="Dinas", job_kind="staff", job_family="umum", level=10.0).astype(
        dict.fromkeys(["position_id", "title", "unit_id", "unit_name", "job_kind", "job_family"], "str")
    )
    counts = {"headcount": 1, "filled": 0, "vacant": [0, 1], "candidates": 2, "unknown": 0, "excluded": 1, "shown": 10}
    since = pd.to_datetime([None, "2024-11-01"]).astype("datetime64[us]")
    positions = positions.assign(strategic=False, supervisory=False, **counts, open_since=since)
    exclusions = pd.DataFrame({"position_id": ["J1"], "employee_id": ["P1"], "rule_id": ["R01"], "verdict": ["fail"]})
    exclusions = exclusions.assign(legal_reference="UU", values="{}", reason="a", reason_en="b", cure="c", cure_en=None).astype(
        "str"
    )
    exclusions["cure_en"] = pd.Series([None], dtype="str")
    exclusions["cure_date"] = pd.to_datetime(["2026-01-31"]).astype("datetime64[us]")
    tables = {
        "positions": positions,
        "shortlists": listed,
        "best_positions": listed.assign(rank=[1, 1, 1]),
        "candidates": listed.drop(
            columns=["rank", "band", "training_gap", "aspiration", "origin_effect", "reasons_for", "reasons_against"]
        ),
        "exclusions": exclusions,
        "facts_employees": pd.DataFrame({"employee_id": ["P1"], "birth_year": [1980.0], "since": pd.to_datetime(["2020-01-01"])}),
    }
    people = pd.DataFrame({"employee_id": ["P1", "P2"], "name": ["Orang Satu", None], "nip": None, "position_id": "J1"})
    people = people.assign(position_title="Analis", unit_id="U1", unit_name="Dinas").astype("str")
    return Publication(run_id, tables, {"as_of": "2025-01-01", "offset": offset}, people)


@pytest.fixture(scope="session")
def make() -> Callable[..., Publication]:
    return make_publication


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database, of either kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres"))
    return f"sqlite:///{tmp_path / 'tepat.db'}"


@pytest.fixture
def records(url: str, tmp_path: Path) -> Records:
    """Return empty records in either kind of database."""
    return open_records(url, tmp_path)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "city")


@pytest.fixture
def store(workspace: Workspace) -> Store:
    workspace.root.mkdir()
    return Store(workspace.database_url)
