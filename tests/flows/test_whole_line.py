"""The whole line from source to publication: the same bytes anywhere, nothing done twice, and no fault stops it silently."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from rich.console import Console

from features.as_of import known_at
from features.checking.checks import CheckedSource, check_source
from features.checking.report import render_text
from features.contract import TABLES, Kind
from features.errors import ContractError, StalePublicationError
from features.source.readers import read_source
from features.tables import Tables, conform, employee_dtype
from models.judgement.release import ReleaseDecision, decide
from pipelines import ingesting, releasing, stages
from pipelines.flows import Finished
from pipelines.job import Job, open_job
from pipelines.modelling import Trained
from pipelines.reasons_on_demand import ReasonsOnDemand
from pipelines.releasing import registry_of
from pipelines.replanning import plan_page
from pipelines.request import Request
from pipelines.texts import Language
from publication import read
from publication.publish import Publication
from publication.upkeep.exposure import exposures
from simulation.catalogue import LICENSED
from simulation.damage import damage_source

pytestmark = pytest.mark.slow
AS_OF = "2025-03-31"
"""A year before the source ends: what became known in that year must not show."""


def run_without_prefect(job: Job) -> Publication:
    """Run every stage as a plain function."""
    opened = stages.take_in(job)
    learned = stages.learn(job, opened)
    released = stages.decide(job, opened, learned)
    lists = stages.draw_up(job, opened, released)
    measured = stages.measure(job, opened, learned)
    return stages.publish(job, opened, Trained.load(learned.folder), released, lists, measured)


def published_bytes(job: Job) -> dict[str, bytes]:
    folder = read.current(job.workspace).folder
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def released(*judged: Any) -> ReleaseDecision:
    """Return the decision with a refusal turned into a release: no tiny city earns one, and the rules have their own tests."""
    decided = decide(*judged)
    return decided if decided.release == "none" else replace(decided, release="champion", ranking_supported=True)


@pytest.fixture(scope="module")
def always_released() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "decide", released)
        yield


@pytest.fixture(scope="module")
def first(
    moving_city: Path, quick: Path, always_released: None, prefect_server: None, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Request, Job, str]:
    """Return a run that released its model: what was asked, the job, the run's id."""
    from pipelines import flows

    request = Request(str(moving_city), str(tmp_path_factory.mktemp("first")), params=str(quick), as_of=AS_OF)
    finished = flows.call(flows.run, request)
    return request, open_job(request), finished.run_id


def test_a_run_publishes_every_table_with_source_ids(first: tuple[Request, Job, str]) -> None:
    request, job, run_id = first
    run = read.current(job.workspace)
    source_ids = set(pd.read_csv(Path(request.source) / "employees.csv", dtype="str")["employee_id"])
    positions = run.table("positions")
    shortlists = run.table("shortlists")
    assert run.run_id == run_id
    assert set(shortlists["employee_id"]) <= source_ids
    posts, units = (pd.read_csv(Path(request.source) / f"{name}.csv", dtype="str") for name in ("positions", "units"))
    ended = units.loc[units["valid_to"].notna() & (units["valid_to"] < run.run()["as_of"]), "unit_id"]
    held = run.table("facts_employees")["position_id"].dropna()
    assert set(positions["position_id"]) == set(posts.loc[~posts["unit_id"].isin(ended), "position_id"]) | set(held)
    assert shortlists.groupby("position_id")["rank"].max().max() <= job.params.lists.shortlist
    assert run.run()["as_of"] < run.run()["effective_on"]


def test_the_list_of_a_pharmacists_post_holds_no_doctor(first: tuple[Request, Job, str]) -> None:
    run = read.current(first[1].workspace)
    title = run.table("positions").set_index("position_id")["title"].str.split(" ").str[0]
    present = run.table("facts_employees").set_index("employee_id")["position_id"].map(title)
    lists = run.table("shortlists")
    pairs = pd.DataFrame({"post": lists["position_id"].map(title), "own": lists["employee_id"].map(present)})
    asked = pairs[pairs["post"].isin(list(LICENSED))]
    assert set(asked["post"]) >= {"Apoteker", "Perawat"}
    assert asked["own"].isin(list(LICENSED)).any()
    assert (asked["own"] == asked["post"])[asked["own"].isin(list(LICENSED))].all()


def test_the_database_holds_the_same_rows(first: tuple[Request, Job, str]) -> None:
    _, job, run_id = first
    shortlists = read.current(job.workspace).table("shortlists")
    position = str(shortlists["position_id"].iloc[0])
    rows = job.store.shortlist(position)
    assert [row["employee_id"] for row in rows] == shortlists.loc[shortlists["position_id"] == position, "employee_id"].tolist()
    assert {row["run_id"] for row in rows} == {run_id}


def test_the_first_run_released_its_model(first: tuple[Request, Job, str]) -> None:
    _, job, _ = first
    champion, run = registry_of(job).champion(), read.current(job.workspace).run()
    assert champion is not None
    assert run["hashes"]["model"] == champion.model_hash
    assert run["release"]["decision"] == "champion"
    assert run["ranking_supported"] is True


def test_the_same_inputs_give_the_same_bytes_in_another_workspace_and_on_two_threads(
    first: tuple[Request, Job, str], quick: Path, tmp_path: Path
) -> None:
    request, job, run_id = first
    values = yaml.safe_load(quick.read_text(encoding="utf-8"))
    values["uplift"]["stage"]["threads"] = values["validation"]["trees"]["threads"] = 2
    (tmp_path / "two.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    elsewhere = open_job(replace(request, workspace=str(tmp_path / "other"), params=str(tmp_path / "two.yaml")))
    assert elsewhere.workspace.key() != job.workspace.key()
    assert run_without_prefect(elsewhere).run_id == run_id
    assert published_bytes(elsewhere) == published_bytes(job)


def made_files(job: Job) -> dict[str, int]:
    """Return when each file of the cache was written; the folder's own time says when it was last used."""
    cache = job.workspace.cache
    return {str(path.relative_to(cache)): path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()}


def test_a_second_run_does_nothing_again(first: tuple[Request, Job, str]) -> None:
    from pipelines import flows

    request, job, run_id = first
    before = published_bytes(job)
    made = made_files(job)
    registered = registry_of(job).champion(), registry_of(job).candidate()
    assert flows.call(flows.run, request).run_id == run_id
    assert (registry_of(job).champion(), registry_of(job).candidate()) == registered
    assert made_files(job) == made
    assert published_bytes(job) == before


def test_what_becomes_known_later_changes_no_published_list(
    first: tuple[Request, Job, str],
    rewrite_later: Callable[[Tables, pd.Timestamp, int], Tables],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The source is rewritten behind the checks: a later row may cost an earlier one its place by contradicting it."""
    request, job, _ = first
    monkeypatch.setattr(ingesting, "check_source", lambda raw, _: rewritten(check_source(raw), rewrite_later))
    other = open_job(replace(request, workspace=str(tmp_path / "other")))
    run_without_prefect(other)
    before, after = read.current(job.workspace), read.current(other.workspace)
    assert before.run()["hashes"]["snapshot"] != after.run()["hashes"]["snapshot"]
    assert before.run()["hashes"]["model"] == after.run()["hashes"]["model"]
    for name in ("shortlists", "best_positions", "candidates", "exclusions", "exclusion_counts", "needs", "plan"):
        assert (after.folder / f"{name}.parquet").read_bytes() == (before.folder / f"{name}.parquet").read_bytes(), name


def rewritten(checked: CheckedSource, rewrite_later: Callable[[Tables, pd.Timestamp, int], Tables]) -> CheckedSource:
    """Return ``checked`` with everything known only after ``AS_OF`` rewritten, and nothing known by then."""
    day = pd.Timestamp(AS_OF)
    people = employee_dtype(sorted(checked.tables["employees"]["employee_id"]))
    tables = Tables({name: conform(name, frame, people) for name, frame in checked.tables.items()}, checked.extracted_on)
    assert len(known_at(tables, day)["appraisals"]) < len(tables["appraisals"])
    later = rewrite_later(tables, day, 1)
    plain = {}
    for name, frame in later.frames.items():
        persons = [column.name for column in TABLES[name].columns if column.kind is Kind.PERSON]
        plain[name] = frame.astype(dict.fromkeys(persons, "str"))
    return replace(checked, tables=plain)


def test_the_plan_is_told_at_the_terminal_with_what_follows_from_another_choice(
    first: tuple[Request, Job, str], tmp_path: Path
) -> None:
    _, job, run_id = first
    plan = read.current(job.workspace).table("plan")
    done, out = Finished(run_id, ()), tmp_path / "plan.csv"

    def said(**asked: Any) -> str:
        console = Console(width=400, file=StringIO(), record=True)
        for part in plan_page(job, done, Language.ID, named=False, **asked):
            console.print(part)
        return console.export_text()

    assert f"{len(plan)} mutasi, nilai" in said(out=out)
    assert set(pd.read_csv(out, dtype="str")["employee_id"]) == set(plan["employee_id"])
    gone, post = plan[["employee_id", "to_position"]].iloc[0]
    forbidden = said(
        settled=[{"wish": "forbid", "employee_id": gone, "position_id": post, "limit_name": None, "value": None}], out=out
    )
    assert f"{gone}: " in forbidden
    assert "Sebab: mutasi semula dilarang" in forbidden
    assert (gone, post) not in set(pd.read_csv(out, dtype="str")[["employee_id", "to_position"]].itertuples(index=False, name=None))
    assert read.current(job.workspace).run_id == run_id
    wish = {"wish": "lock", "employee_id": gone, "position_id": post, "limit_name": None, "value": None}
    stuck = said(
        settled=[wish, {**wish, "wish": "limit", "employee_id": None, "position_id": None, "limit_name": "moves", "value": "0"}]
    )
    assert "Tidak ada rencana yang memenuhi semuanya" in stuck
    assert "batas jumlah mutasi" in stuck


def test_times_are_kept_beside_the_runs_and_not_in_them(first: tuple[Request, Job, str]) -> None:
    _, job, run_id = first
    lines = (job.workspace.runs / "times.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["run_id"] == run_id
    assert [stage["stage"] for stage in json.loads(lines[0])["times"]] == [
        "ingest",
        "learn",
        "evaluate",
        "release",
        "recommend",
        "gate",
        "publish",
    ]


def test_no_name_or_nip_leaves_the_people_table(first: tuple[Request, Job, str]) -> None:
    request, job, _ = first
    people = pd.read_csv(Path(request.source) / "employees.csv", dtype="str")
    private = pd.concat([people["nip"], people["name"]]).dropna().tolist()
    written = {path: contents(path) for path in job.workspace.root.rglob("*") if path.is_file() and may_travel(path)}
    assert len(written) > 20
    assert [path.name for path, text in written.items() if any(one in text for one in private)] == []


def test_nothing_in_mlflow_says_who_anybody_is(first: tuple[Request, Job, str]) -> None:
    request, job, _ = first
    people = pd.read_csv(Path(request.source) / "employees.csv", dtype="str")
    files = [*(path for path in job.workspace.artifacts.rglob("*") if path.is_file()), job.workspace.root / "mlflow.db"]
    texts = [contents(path) for path in files]
    assert len(files) > 10
    assert not any(one in text for one in people["employee_id"] for text in texts)


def test_a_scan_of_the_workspace_finds_nothing_out_of_its_place(first: tuple[Request, Job, str]) -> None:
    assert exposures(first[1].workspace) == []


def test_nothing_a_run_leaves_behind_is_pickled(first: tuple[Request, Job, str]) -> None:
    left = [path for path in first[1].workspace.root.rglob("*") if path.is_file()]
    assert len(left) > 20
    assert [path.name for path in left if path.suffix in (".pkl", ".pickle", ".joblib") or path.read_bytes()[:1] == b"\x80"] == []


def may_travel(path: Path) -> bool:
    """Return whether a file of a workspace may hold nobody's name: all but identities, rows set aside, and the database."""
    own = path.name == "identity.parquet" or path.name.startswith("tepat.db")  # with its write-ahead log
    return not own and "quarantine" not in path.parts


def contents(path: Path) -> str:
    """Return a file's text; of Parquet, whose pages are compressed, every cell."""
    if path.suffix != ".parquet":
        return path.read_bytes().decode("utf-8", errors="ignore")
    frame = pd.read_parquet(path).select_dtypes(["str", "object", "category"])
    return "\n".join(map(str, frame.to_numpy(dtype=object).ravel()))


def test_a_damaged_source_ends_with_a_publication_and_an_exact_list(city: Path, quick: Path, tmp_path: Path) -> None:
    expected = damage_source(city, tmp_path / "damaged", share=0.03, seed=5)
    job = open_job(Request(str(tmp_path / "damaged"), str(tmp_path / "workspace"), params=str(quick)))
    publication = run_without_prefect(job)
    listed = pd.concat(pd.read_csv(path, dtype="str") for path in job.workspace.quarantine.glob("*/faults.csv"))
    assert len(expected) > 0
    assert len(listed) >= len(expected)
    assert read.current(job.workspace).run_id == publication.run_id
    assert publication.run["source_rows"]["set_aside"] > 0
    people = pd.read_csv(city / "employees.csv", dtype="str")
    report = check_source(read_source(str(tmp_path / "damaged"))).report
    said = "".join(render_text(report, language) for language in ("id", "en"))
    assert len(said) > 1000
    assert [one for column in ("employee_id", "nip", "name") for one in people[column].dropna() if one in said] == []


def test_a_source_too_broken_is_refused_and_nothing_is_published(city: Path, quick: Path, tmp_path: Path) -> None:
    damage_source(city, tmp_path / "ruined", share=0.6, seed=5)
    job = open_job(Request(str(tmp_path / "ruined"), str(tmp_path / "workspace"), params=str(quick)))
    with pytest.raises(ContractError):
        stages.take_in(job)
    assert not job.workspace.published.exists()
    assert not list(job.workspace.snapshots.iterdir())
    assert list(job.workspace.quarantine.glob("*/faults.csv"))


def test_ratings_too_few_to_learn_from_still_end_with_a_publication(city: Path, quick: Path, tmp_path: Path) -> None:
    thin = tmp_path / "thin"
    thin.mkdir()
    for name in ("employees", "units", "positions", "assignments", "appraisals"):
        frame = pd.read_csv(city / f"{name}.csv", dtype="str")
        kept = frame[frame["period_start"] >= frame["period_start"].max()] if name == "appraisals" else frame
        kept.to_csv(thin / f"{name}.csv", index=False)
    job = open_job(Request(str(thin), str(tmp_path / "workspace"), params=str(quick)))
    publication = run_without_prefect(job)
    assert publication.run["release"]["decision"] == "none"
    assert publication.run["ranking_supported"] is False
    assert set(publication.tables["shortlists"]["grade"]) == {"D"}


def test_reasons_on_demand_are_those_the_run_would_have_made(first: tuple[Request, Job, str]) -> None:
    request, job, run_id = first
    lists = read.current(job.workspace).table("shortlists")
    above = lists[lists["rank"] == 1].iloc[0]
    below = lists[lists["reasons_for"].isna()].iloc[0]
    asked = ReasonsOnDemand(job)
    assert asked(run_id, above.to_dict()) is None, "the city is still being opened"
    asked._city(run_id).result()
    made = asked(run_id, above.to_dict())
    assert made == {side: json.loads(above[side]) for side in ("reasons_for", "reasons_against")}
    assert asked(run_id, below.to_dict()).keys() == {"reasons_for", "reasons_against"}
    with pytest.raises(StalePublicationError, match="not what was published"):
        asked(run_id, above.to_dict() | {"uplift": above["uplift"] + 0.01})
    other = ReasonsOnDemand(open_job(Request("", request.workspace)))
    with pytest.raises(StalePublicationError, match="other study choices"):
        other._city(run_id).result()
