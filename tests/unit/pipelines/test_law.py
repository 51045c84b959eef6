"""What a new pack flips on the run in force, and sheets whose names are a named user's."""

import json
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from benchmarks.rules.city import random_facts
from features.errors import UsageError
from pipelines.law import compare, write_submission
from pipelines.settings import load_params
from publication.workspace import Workspace
from rules.facts import packed

SHIPPED = Path("indonesia-2026")
NIP = "198001012005011001"


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """Return a job on a workspace with one published run of a random city."""
    root = tmp_path_factory.mktemp("city")
    folder = root / "published" / "run1"
    folder.mkdir(parents=True)
    facts = random_facts(40, 8, seed=4)
    people = facts.employees.assign(rank_since=pd.NaT, education="S-1", legal_status="active", status="PNS", set_aside=None)
    posts = facts.positions.assign(title="Kepala Seksi")
    employees, positions = packed(type(facts)(**{**facts.__dict__, "employees": people, "positions": posts}))
    employees = employees.assign(employee_id=employees["employee_id"].astype("str"))
    reasons = json.dumps([{"id": "Pengalaman cukup.", "en": "Enough experience."}])
    tables = {
        "facts_employees": employees, "facts_positions": positions,
        "positions": positions[["position_id"]].assign(unit_name="Dinas Rekaan"),
        "shortlists": pd.DataFrame({"employee_id": ["E-000002"], "position_id": ["P-00001"], "reasons_for": [reasons]}),
    }  # fmt: skip
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    (root / "published" / "current").write_text("run1", encoding="ascii")

    known = employees["employee_id"].tolist()

    @contextmanager
    def reading():
        people = {one: {"employee_id": one, "name": "Orang Rekaan", "nip": NIP if one == "E-000002" else None} for one in known}
        yield SimpleNamespace(
            people=lambda ids: {one: people[one] for one in ids if one in people},
            find_people=lambda query, _: [one for one in people.values() if one["nip"] == query],
        )

    return SimpleNamespace(workspace=Workspace(root), params=load_params(), store=SimpleNamespace(reading=reading))


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("employee_id,position_id,own_request\nE-000002,P-00001,ya\nE-000003,P-00002,\n", encoding="utf-8")
    return path


def test_the_pack_in_force_flips_nothing(job):
    assert compare(job, SHIPPED, SHIPPED, "id").endswith("Tidak ada pasangan yang berubah.")


def test_a_new_pack_is_told_with_counts_reasons_and_no_person(job, tmp_path):
    content = yaml.safe_load((Path("rules/packs") / f"{SHIPPED}.yaml").read_text(encoding="utf-8"))
    content["rules"] = [rule for rule in content["rules"] if rule["id"] not in ("R03", "R09", "R12", "R10", "R06b", "R11", "R16")]
    new = tmp_path / "new.yaml"
    new.write_text(yaml.safe_dump(content), encoding="utf-8")
    told = compare(job, new, SHIPPED, "id")
    assert "params.months: - -> 24" in told
    assert "karena aturan R" in told
    assert "kini: " in told
    assert "E-0000" not in told


def test_a_pack_that_is_not_there_is_named(job):
    with pytest.raises(UsageError, match="no rule pack 'nowhere'"):
        compare(job, SHIPPED, Path("nowhere"), "id")


def test_a_sheet_without_a_named_user_holds_no_name(job, pairs, tmp_path):
    out = tmp_path / "sheet.csv"
    assert write_submission(job, pairs, out, "", "id") == 2
    text = out.read_text(encoding="utf-8")
    assert "Orang Rekaan" not in text
    assert "Pengalaman cukup." in text
    assert "Surat permohonan sendiri" in text


def test_pairs_may_name_people_by_nip(job, pairs, tmp_path):
    by_nip = tmp_path / "by_nip.csv"
    by_nip.write_text(pairs.read_text(encoding="utf-8").replace("E-000002", NIP), encoding="utf-8")
    for path, out in ((pairs, "one.csv"), (by_nip, "two.csv")):
        write_submission(job, path, tmp_path / out, "", "id")
    assert (tmp_path / "two.csv").read_text(encoding="utf-8") == (tmp_path / "one.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["html", "json", "csv"])
def test_a_named_user_exports_names_and_is_written_on_the_sheet(job, pairs, tmp_path, ending):
    out = tmp_path / f"sheet.{ending}"
    write_submission(job, pairs, out, "Petugas Rekaan", "id")
    text = out.read_text(encoding="utf-8")
    assert "Orang Rekaan" in text
    assert "Petugas Rekaan" in text


def test_the_printed_sheet_speaks_english_by_switch(job, pairs, tmp_path):
    out = tmp_path / "sheet.html"
    write_submission(job, pairs, out, "", "en")
    assert "Pre-submission sheet" in out.read_text(encoding="utf-8")


def test_pairs_without_their_columns_are_refused(job, tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("employee_id\nE-000002\n", encoding="utf-8")
    with pytest.raises(UsageError, match="lacks the column position_id"):
        write_submission(job, path, tmp_path / "sheet.csv", "", "id")
