"""A source that knows people by NIP alone: outside its reading stands a code, and whoever is named by NIP is found all the same."""

import logging
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from features.contract import TABLES, Kind
from features.person_codes import person_code
from features.snapshot import load_identity
from features.source.drafting import draft_mapping
from pipelines import stages
from pipelines.job import Job, open_job
from pipelines.modelling import Trained
from pipelines.request import Request
from pipelines.scoring import NOBODY, score
from publication import read
from publication.accounts.accounts import TOKEN
from publication.accounts.roles import GRANTS, Field, Role
from publication.records import open_records
from publication.upkeep.exposure import PRIVATE, _among, exposures
from publication.upkeep.forgetting import forget
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

pytestmark = pytest.mark.slow
NOW = datetime(2026, 4, 6, 9, tzinfo=timezone(timedelta(hours=7)))
WITHOUT_NIP = [role for role in Role if Field.NIP in GRANTS[role].hidden]
FILLED = {"form": "aspirations", "table": "shortlists", "kind": "shortlist", "name": "shortlist", "page": "positions"}


def known_by_nip(city: Path, folder: Path) -> pd.Series:
    """Write the city to ``folder`` as an office does that has no other identifier; return everybody's NIP by name."""
    employees = pd.read_csv(city / "employees.csv", dtype="str").set_index("employee_id")
    for path in sorted(city.glob("*.csv")):
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        persons = [column.name for column in TABLES[path.stem].columns if column.kind is Kind.PERSON and column.name in frame]
        frame = frame.assign(**{name: frame[name].map(employees["nip"]).fillna(frame[name]) for name in persons})
        frame = frame.drop(columns="nip") if path.stem == "employees" else frame
        frame.rename(columns={"employee_id": "nip"}).to_csv(folder / path.name, index=False)
    return employees.set_index("name")["nip"]


def run(job: Job) -> read.PublishedRun:
    """Run every stage as a plain function and return what is in force."""
    opened = stages.take_in(job)
    learned = stages.learn(job, opened)
    released = stages.decide(job, opened, learned)
    lists, measured = stages.draw_up(job, opened, released), stages.measure(job, opened, learned)
    stages.publish(job, opened, Trained.load(learned.folder), released, lists, measured)
    return read.current(job.workspace)


@pytest.fixture(scope="module")
def ran(city: Path, quick: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, pd.Series, str]:
    """Return the job of a run on the source as drafted, everybody's NIP, and what was logged on the way."""
    place = tmp_path_factory.mktemp("by_nip")
    source = place / "export"
    source.mkdir()
    nips = known_by_nip(city, source)
    mapping = place / "mapping.yaml"
    mapping.write_text(draft_mapping(str(source)), encoding="utf-8")
    job = open_job(Request(str(source), str(place / "workspace"), mapping=str(mapping), params=str(quick)))
    handler = logging.FileHandler(place / "run.log")
    logging.getLogger().addHandler(handler)
    try:
        run(job)
    finally:
        logging.getLogger().removeHandler(handler)
    return job, nips, (place / "run.log").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def listed(ran: tuple[Job, pd.Series, str]) -> pd.DataFrame:
    """Return the shortlists of the run, with the NIP of everybody on them."""
    job, nips, _ = ran
    of_code = {person_code(job.workspace.key(), nip): nip for nip in nips}
    shortlists = read.current(job.workspace).table("shortlists")
    return shortlists.assign(nip=shortlists["employee_id"].map(of_code))


@pytest.fixture(scope="module")
def served(ran: tuple[Job, pd.Series, str], listed: pd.DataFrame) -> Iterator[TestClient]:
    """Return the application over the workspace; a bearer token is a role's name."""
    job = ran[0]
    accounts = open_records(job.database_url, job.workspace.root).accounts
    person = job.store.people(listed["employee_id"].head(1))[listed["employee_id"].iloc[0]]
    for role in Role:
        accounts.add(str(role), "", 0.0, role=role, employee_id=person["employee_id"], units=[person["unit_id"]])
        accounts.open_session(str(role), fingerprint(str(role)), 0.0, time.time() + 3600, TOKEN)
    settings = ServingSettings(workspace=job.workspace.root, rate_per_minute=1_000_000)
    with TestClient(create(settings), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def told(client: TestClient, role: Role, path: str) -> str:
    """Return what a role is told at a path."""
    answer = client.get(path, headers={"Authorization": f"Bearer {role}"}, follow_redirects=False)
    assert answer.status_code < 500, (path, answer.status_code)
    return answer.text


def looked_at(application: FastAPI, position_id: str, employee_id: str) -> list[str]:
    """Return every path that can be looked at, filled with a position and a person on its list."""
    filled = FILLED | {"position_id": position_id, "employee_id": employee_id}
    found = [one for one in iter_route_contexts(application.routes) if isinstance(one.original_route, APIRoute)]
    paths = sorted({one.path for one in found if "GET" in one.methods and not one.path.startswith("/log")})
    return [re.sub(r"{(\w+)(?::path)?}", lambda name: filled.get(name[1], "1"), path) for path in paths]


def nips_in(text: str, nips: pd.Series) -> set[str]:
    return set(re.findall(r"(?<!\d)\d{18}(?!\d)", text)) & set(nips)


def test_what_is_published_knows_people_by_code(ran: tuple[Job, pd.Series, str]) -> None:
    job, nips, _ = ran
    published = read.current(job.workspace)
    codes = {person_code(job.workspace.key(), nip) for nip in nips}
    persons = [
        frame[column].dropna()
        for frame in (published.table(path.stem) for path in published.folder.glob("*.parquet"))
        for column in frame if column == "employee_id" or column.endswith("_employee_id")
    ]  # fmt: skip
    assert len(persons) > 10
    assert all(set(column) <= codes for column in persons)


def test_no_nip_lies_anywhere_but_in_the_places_meant_for_it(ran: tuple[Job, pd.Series, str]) -> None:
    job, nips, logged = ran
    every = {nip.encode() for nip in nips}
    files = [path for path in job.workspace.root.rglob("*") if path.is_file()]
    outside = [path for path in files if not _among(path.relative_to(job.workspace.root), PRIVATE)]
    assert len(outside) > 50
    for path in outside:
        content = path.read_bytes() + str(path).encode()
        assert not set(re.findall(rb"(?=((?:19|20)\d{16}))", content)) & every, path
    assert nips_in(logged, nips) == set()
    assert exposures(job.workspace) == []


def test_a_scan_would_have_found_one(ran: tuple[Job, pd.Series, str]) -> None:
    job, nips, _ = ran
    published = read.current(job.workspace).folder
    lists = pd.read_parquet(published / "shortlists.parquet")
    lists.assign(employee_id=nips.iloc[0]).to_parquet(published / "planted.parquet")
    try:
        assert [(one.place, one.kind) for one in exposures(job.workspace)] == [
            (f"published/{published.name}/planted.parquet employee_id", "nip")
        ]
    finally:
        (published / "planted.parquet").unlink()


def test_no_page_of_who_may_not_see_nips_nor_any_link_nor_the_access_log_holds_one(
    ran: tuple[Job, pd.Series, str], listed: pd.DataFrame, served: TestClient
) -> None:
    job, nips, _ = ran
    position, code = listed["position_id"].iloc[0], listed["employee_id"].iloc[0]
    named, seen = 0, 0
    for role, path in product(Role, looked_at(served.app, position, code)):
        for query in ("", "?lang=en", f"?employee={code}&position={position}&with={code}&q={code[:4]}"):
            text = told(served, role, path + query)
            named += code in text
            if role not in WITHOUT_NIP:  # a NIP may stand in the text, in no address
                seen += len(nips_in(text, nips))
                text = " ".join(re.findall(r"<[^>]*>", text))
            assert nips_in(text, nips) == set(), (role, path + query)
    assert Role.ANALYST in WITHOUT_NIP
    assert named > 50
    assert seen > 0
    served.app.state.looks.flush()
    looks = open_records(job.database_url, job.workspace.root).access.newest(limit=100_000)
    assert any(code in look["subject"] for look in looks)
    assert nips_in(" ".join(str(look) for look in looks), nips) == set()


def test_who_may_see_names_finds_people_by_nip_and_by_the_code_however_typed(listed: pd.DataFrame, served: TestClient) -> None:
    code, nip = listed["employee_id"].iloc[0], listed["nip"].iloc[0]
    for path in (f"/employees?q={nip}", f"/documents?employee={nip}", f"/documents?employee={code.lower().replace('-', '')}"):
        assert code in told(served, Role.HR, path), path
    assert code not in told(served, Role.ANALYST, f"/documents?employee={nip}")


def test_pairs_are_scored_by_nip_as_by_code(ran: tuple[Job, pd.Series, str], listed: pd.DataFrame) -> None:
    rows = listed.head(6).reset_index(drop=True)
    by_code = score(ran[0], rows[["employee_id", "position_id"]])
    by_nip = score(ran[0], rows[["nip", "position_id"]].rename(columns={"nip": "employee_id"}))
    assert by_nip["employee_id"].tolist() == rows["nip"].tolist()
    assert by_code["reasons"].ne(NOBODY).all()
    pd.testing.assert_frame_equal(by_code.drop(columns="employee_id"), by_nip.drop(columns="employee_id"))


def test_another_workspace_has_other_codes_and_another_run(ran: tuple[Job, pd.Series, str], quick: Path, tmp_path: Path) -> None:
    job, nips, _ = ran
    other = open_job(Request(job.source, str(tmp_path / "other"), mapping=job.mapping, params=str(quick)))
    one, two = (stages.take_in(of).ingested for of in (job, other))
    assert one.source != two.source
    assert one.snapshot_id != two.snapshot_id
    there = {person_code(other.workspace.key(), nip) for nip in nips}
    assert there.isdisjoint(person_code(job.workspace.key(), nip) for nip in nips)
    assert set(load_identity(other.workspace.snapshots, two.snapshot_id)["source_id"]) <= there


def test_entries_join_the_next_run_whichever_way_they_name_people_and_a_person_is_forgotten_by_nip(
    ran: tuple[Job, pd.Series, str], listed: pd.DataFrame
) -> None:
    job, before = ran[0], read.current(ran[0].workspace).run_id
    wishers = listed[listed["aspiration"].isna()].drop_duplicates("employee_id").head(2)
    records = open_records(job.database_url, job.workspace.root)
    for who, position in zip((wishers["employee_id"].iloc[0], wishers["nip"].iloc[1]), wishers["position_id"], strict=True):
        wish = {"employee_id": who, "position_id": position, "stated_on": "2026-04-06", "strength": 5}
        records.intake.enter("aspirations", wish, "pegawai", NOW)
    after = run(job)
    assert after.run_id != before
    wished = after.table("shortlists").set_index(["position_id", "employee_id"])["aspiration"]
    assert [wished[(row.position_id, row.employee_id)] for row in wishers.itertuples()] == [5.0, 5.0]

    code, nip = wishers["employee_id"].iloc[0], wishers["nip"].iloc[0]
    gone = forget(job.workspace, records, nip, "UU 27/2022 pasal 8", "terminal:data", NOW)
    assert (gone.entries, gone.snapshots) == (1, 2)
    assert gone.published_rows > 0
    assert job.store.people([code]) == {}
    for path in job.workspace.published.glob("*/*.parquet"):
        assert not pd.read_parquet(path).isin([code, nip]).to_numpy().any(), path.name
    assert not any(nip.encode() in path.read_bytes() for path in job.workspace.root.rglob("*") if path.is_file())
    assert records.verify().faults == ()
