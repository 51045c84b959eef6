"""Beside a list: is a move needed, the post ahead, the methods of cities, leading, inexperience; and posts that need care."""

from collections.abc import Callable

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from publication.loading import as_rows, load_rows
from publication.schemas import TABLES
from publication.tables import PROJECTED
from publication.workspace import Workspace
from serving import blind
from serving.beside import METHODS
from serving.settings import ServingSettings

RUN_ID = "0f3a" * 8
ADVICE = {
    "position_id": "P001", "verdict": "leave", "do_nothing": True, "text_id": "Tidak perlu mutasi.", "text_en": "No move needed.",
}  # fmt: skip
POST = {"position_id": "P001", "unit_id": "U001", "job_family": "umum", "holders": 1, "vacant": 1, "acting": 1, "ready": 2,
        "retirements_36_months": 1, "terms_36_months": 0, "vacancies_36_months": 2, "longest_months": 70.0, "stale": 1,
        "next_vacancy_on": pd.Timestamp("2027-03-01"), "depends_on_one": True, "critical": True}  # fmt: skip
NEED = {"unit_id": "U001", "job_family": "umum", "need": 2.0, "filled": 5, "gap": -3.0, "acting": 0, "vacant": 0,
        "demand_trend": 0.0, "surge": False, "retirements_36_months": 0, "vacancies_36_months": 0, "surplus": 3, "releasable": 2,
        "priority": -1.0}  # fmt: skip


def details(who: str, **more: object) -> dict[str, object]:
    scores = dict.fromkeys(METHODS, 0.25) | {f"rank_{name}": 3.0 for name in METHODS}
    return {"position_id": "P001", "employee_id": who, "promised_uplift": 0.11, "promised_in_post": 0.2, "promised_net_value": 0.3,
            **scores, "unit_gain": 0.07, "unit_doubt": 0.05, "unit_part": 0.1, "ripe_months": 6.0, "inexperienced": False,
            **more}  # fmt: skip


@pytest.fixture
def fill(settings: ServingSettings) -> Callable[..., None]:
    """Return a function that replaces published tables by these rows."""

    def fill(**tables: list[dict[str, object]]) -> None:
        with sa.create_engine(Workspace(settings.workspace).database_url).begin() as connection:
            for name, rows in tables.items():
                connection.execute(PROJECTED[name].delete())
                schema = TABLES[name].schema
                frame = pd.DataFrame(rows).reindex(columns=list(schema.columns))
                load_rows(connection, PROJECTED[name], as_rows(PROJECTED[name], RUN_ID, frame))

    return fill


@pytest.fixture
def top(own: TestClient) -> str:
    """Return whom the list of P001 names first."""
    page = own.get("/positions/P001").text
    return page.split("/positions/P001/candidates/")[1][:3]


def test_a_list_says_whether_a_move_is_needed_and_what_lies_ahead(own: TestClient, fill: Callable[..., None]) -> None:
    fill(advice=[ADVICE], post_needs=[POST])
    page = own.get("/positions/P001?lang=id").text
    for said in ("Tidak perlu mutasi.", "Jabatan kritis", "Bergantung pada satu orang", "2 kursi lowong", "pensiun: 1",
                 "lowong berikutnya 1 Maret 2027", "terlama di jabatan: 70 bulan", "1 pemegang lebih dari lima tahun",
                 "kandidat siap: 2"):  # fmt: skip
        assert said in page, said
    assert "No move needed." in own.get("/positions/P001?lang=en").text


def test_every_method_stands_beside_the_list_and_on_the_page_of_the_candidate(
    own: TestClient, fill: Callable[..., None], top: str
) -> None:
    fill(shortlist_details=[details(top)])
    page = own.get("/positions/P001?lang=id").text
    methods = page[page.index("Metode lain di samping daftar ini") :]
    assert blind.code(RUN_ID, top) in methods
    for said in ("SAW", "TOPSIS", "Kotak talenta", "Rumus talenta BKN 50/50", "Senioritas", "Profile matching", "+0,11", "+0,07"):
        assert said in methods, said
    assert methods.count("urutan 3") == len(METHODS)
    pair = own.get(f"/positions/P001/candidates/{top}?lang=id").text
    assert pair.count("urutan 3") == len(METHODS)
    assert "+0,07 SB per anggota" in pair


def test_a_method_without_a_score_is_left_out(own: TestClient, fill: Callable[..., None], top: str) -> None:
    fill(shortlist_details=[details(top, saw=None, rank_saw=None)])
    page = own.get("/positions/P001?lang=id").text
    assert "TOPSIS" in page
    assert ">SAW<" not in page


def test_it_is_said_where_it_does_not_matter_who_leads(own: TestClient, fill: Callable[..., None], top: str) -> None:
    fill(shortlist_details=[details(top, unit_gain=0.0, unit_doubt=0.0)])
    assert "tidak menunjukkan bahwa kinerja unit bergantung pada siapa yang memimpin" in own.get("/positions/P001?lang=id").text


@pytest.mark.parametrize(("flag", "times"), [(True, 1), (False, 0)])
def test_inexperience_is_flagged_on_the_list(own: TestClient, fill: Callable[..., None], top: str, flag: bool, times: int) -> None:
    fill(shortlist_details=[details(top, inexperienced=flag)])
    assert own.get("/positions/P001?lang=id").text.count("belum berpengalaman untuk jabatan ini") == times
    pair = own.get(f"/positions/P001/candidates/{top}?lang=id").text
    assert ("6 bulan di rumpun ini" in pair) == flag


def test_the_overview_names_critical_posts_and_where_staff_is_over(own: TestClient, fill: Callable[..., None]) -> None:
    fill(post_needs=[POST, {**POST, "position_id": "P002", "critical": False, "depends_on_one": False}], needs=[NEED])
    page = own.get("/?lang=id").text
    weak = page[page.index("Jabatan kritis dan yang bergantung") : page.index("Kelebihan pegawai")]
    assert weak.count("/positions/") == 1
    assert "/positions/P001" in weak
    assert "Kelebihan pegawai" in page
