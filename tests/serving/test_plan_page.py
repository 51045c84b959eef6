"""The page of the plan: how firm each move is, and what of its value is the growth of people."""

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from publication.accounts.roles import Account
from publication.loading import as_rows, load_rows
from publication.schemas import TABLES
from publication.tables import IN_FORCE, PROJECTED, RUNS
from publication.workspace import Workspace
from serving.pages import plan as pages
from serving.settings import ServingSettings

KEY = {"employee_id": ["E01", "E02"], "to_position": ["P002", "P003"]}
BROKEN = {
    "rule_id": "W23",
    "gates": False,
    "reason_id": "Unit tinggal terisi 55 persen.",
    "reason_en": "The unit has 55 percent left.",
    "moves": ["2.1"],
}
ACCOUNT = {"status": "optimal", "moves": 2, "value": 1.5, "bound": 1.5, "gap": 0.0, "vacant": 3, "prices": [], "breaches": [BROKEN],
           "development": 0.05, "expected": 1.9, "perfect_information": 3.4}  # fmt: skip


@pytest.fixture
def planned(settings: ServingSettings, own: TestClient) -> TestClient:
    """Return somebody who reads a city with a plan of two moves, one of which is a person's growth."""
    plan = pd.DataFrame({
        **KEY, "from_position": ["P003", None], "chain": [1, 2], "step": 1, "swap": False, "net_value": [0.9, 0.6],
        "stability": [0.125, 1.0], "stability_person": [0.25, 1.0], "stability_post": [0.875, 1.0],
        "start_on": pd.Timestamp("2026-02-01"),
    })  # fmt: skip
    growth = pd.DataFrame({
        **KEY, "gaps_closed": [2.0, 0.0], "new_family": [True, False], "managerial_step": False, "wider_network": False,
        "development": [0.05, 0.0],
    })  # fmt: skip
    goals = pd.DataFrame({
        "programme_id": ["2021", "2024", "2024"], "goal": ["lama", "jabatan terisi", "mutu layanan"], "indicator": "persen",
        "target": [1.0, 95.0, 82.0], "from_on": pd.Timestamp("2024-01-01"), "to_on": pd.Timestamp("2026-12-31"),
        "in_force": True, "of_this_wave": [False, True, True], "expected": [None, 97.5, None],
    })  # fmt: skip
    with sa.create_engine(Workspace(settings.workspace).database_url).begin() as connection:
        run_id = connection.execute(sa.select(IN_FORCE.c.run_id)).scalar_one()
        connection.execute(PROJECTED["programmes"].delete())
        for name, frame in (("plan", plan), ("development", growth), ("programmes", goals)):
            rows = as_rows(PROJECTED[name], run_id, frame[list(TABLES[name].schema.columns)])
            load_rows(connection, PROJECTED[name], rows)
        run = connection.execute(sa.select(RUNS.c.run)).scalar_one()
        connection.execute(RUNS.update().values(run={**run, "plan": ACCOUNT}))
    return own


def test_stability_tells_the_very_move_from_its_person_and_its_post(planned: TestClient) -> None:
    page = planned.get("/plan?lang=en").text
    assert "person 25 %, post 88 %" in page
    assert "12 %" in page


def test_what_a_move_adds_to_the_person_is_a_part_of_its_value_and_of_the_plans(planned: TestClient) -> None:
    page = planned.get("/plan?lang=en").text
    assert "development +0.05, 2 competency levels short, a new job family" in page
    assert page.count("development +") == 1, "nothing is said of a move that adds nothing"
    assert "of which +0.05 for the growth of people" in page


def test_the_wave_belongs_to_a_programme_and_says_what_it_expects_of_its_goals(planned: TestClient) -> None:
    page = planned.get("/plan?lang=id").text
    told = page[page.index("Program gelombang ini") : page.index("Capaian program sejauh ini")]
    assert "lama" not in told
    assert "97,50" in told
    assert told.count("diukur sesudah gelombang") == 1


def test_each_move_leads_to_its_support(planned: TestClient) -> None:
    assert 'href="/plan/support/' in planned.get("/plan").text


def test_what_perfect_information_would_be_worth_is_said(planned: TestClient) -> None:
    for lang, words in (("en", "expected to bring +1.90 SD"), ("id", "diharapkan bernilai +1,90 SB")):
        assert words in planned.get(f"/plan?lang={lang}").text


def test_what_the_moves_break_together_is_said(planned: TestClient) -> None:
    assert "Unit tinggal terisi 55 persen." in planned.get("/plan?lang=id").text
    page = planned.get("/plan?lang=en").text
    assert "The unit has 55 percent left. Moves 2.1 of the list." in page
    assert "may not stand" not in page, "a flag bars no plan"


@pytest.fixture
def paged(planned: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return the same plan, one row a page."""
    monkeypatch.setattr(pages, "PER_PAGE", dict.fromkeys(pages.PER_PAGE, 1))
    return planned


@pytest.mark.parametrize("view", ["list", "chains"])
def test_the_plan_is_read_page_by_page_and_whole_for_paper(paged: TestClient, view: str) -> None:
    moves = [f"/positions/{post}/candidates/{who}" for who, post in zip(KEY["employee_id"], KEY["to_position"], strict=True)]
    first, second, whole = (paged.get(f"/plan?view={view}{more}").text for more in ("", "&page=2", "&whole=1"))
    assert [move in first for move in moves] != [move in second for move in moves]
    assert [sum(move in page for move in moves) for page in (first, second, whole)] == [1, 1, 2]
    assert f"/plan?view={view}&amp;whole=1" in first
    assert "Semuanya pada satu halaman" in first
    assert "Semuanya pada satu halaman" not in whole
    beyond = paged.get(f"/plan?view={view}&page=9").text
    assert [move in beyond for move in moves] == [move in second for move in moves]


def test_moves_are_found_by_person_post_or_unit(planned: TestClient) -> None:
    everybody = planned.get("/plan").text
    for view in ("list", "chains"):
        found = planned.get(f"/plan?view={view}&q=perizinan").text
        assert "/candidates/E01" in found
        assert "/candidates/E02" not in found
    assert "/candidates/E01" in everybody
    assert "/candidates/E02" in everybody
    assert "Tidak ada perpindahan yang menyebut itu." in planned.get("/plan?q=tidak-ada&lang=id").text


def test_a_blind_plan_is_not_searched_by_name(planned: TestClient) -> None:
    """What a search finds would tell the name of the one move it shows."""
    page = planned.get("/plan").text
    name = planned.get("/employees/E01").text.split("<h1>")[1].split("<")[0].strip()
    assert name not in page
    assert "/candidates/E01" not in planned.get("/plan", params={"q": name}).text


def test_support_is_led_to_only_where_the_account_reaches_the_person(planned: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert planned.get("/plan").text.count("/plan/support/") == len(KEY["employee_id"])
    monkeypatch.setattr(Account, "reaches", lambda *_: False)
    assert "/plan/support/" not in planned.get("/plan").text
