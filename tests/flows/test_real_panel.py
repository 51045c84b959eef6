"""The whole line on the smallest real panel as it is: published, nothing set aside, and no claim from so few people."""

from pathlib import Path

import pandas as pd
import pytest

from pipelines import stages
from pipelines.job import Job, open_job
from pipelines.modelling import Trained
from pipelines.request import Request
from publication import read
from publication.read import PublishedRun

pytestmark = [pytest.mark.slow, pytest.mark.panels]


@pytest.fixture(scope="module")
def run(panels: Path, quick: Path, tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    job = open_job(Request(str(panels / "managers"), str(tmp_path_factory.mktemp("managers")), params=str(quick)))
    run_all_stages(job)
    return read.current(job.workspace)


def run_all_stages(job: Job) -> None:
    opened = stages.take_in(job)
    learned = stages.learn(job, opened)
    released = stages.decide(job, opened, learned)
    lists, measured = stages.draw_up(job, opened, released), stages.measure(job, opened, learned)
    stages.publish(job, opened, Trained.load(learned.folder), released, lists, measured)


def test_every_post_has_a_list_of_people_of_the_panel(run: PublishedRun, panels: Path) -> None:
    lists = run.table("shortlists")
    assert set(lists["position_id"]) == set(pd.read_csv(panels / "managers" / "positions.csv", dtype="str")["position_id"])
    assert set(lists["employee_id"]) <= set(pd.read_csv(panels / "managers" / "employees.csv", dtype="str")["employee_id"])


def test_nothing_is_set_aside_and_everything_is_counted(run: PublishedRun, panels: Path) -> None:
    rows = sum(len(pd.read_csv(file)) for file in (panels / "managers").glob("*.csv"))
    assert run.run()["source_rows"] == {"read": rows, "set_aside": 0, "faults": 0}


def test_so_few_people_earn_no_model(run: PublishedRun) -> None:
    assert run.run()["release"]["decision"] == "none"
    assert not run.run()["ranking_supported"]
    assert set(run.table("shortlists")["grade"]) == {"D"}
    assert run.table("shortlists")["uplift"].round(9).nunique() == 1


def test_a_plan_without_a_vacancy_is_empty_and_published(run: PublishedRun) -> None:
    assert run.table("positions")["vacant"].sum() == 0
    assert run.table("plan").empty
