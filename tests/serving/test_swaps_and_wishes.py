"""Scenarios of the plan, swaps on top of it, and wishes granted by lot: as pages show them."""

import time
from collections.abc import Callable

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from placement.wave.draws import drawn_order, ranked_wishes
from placement.wave.limits import Limits
from placement.wave.scenario import stored_limits
from publication.accounts.accounts import TOKEN
from publication.accounts.roles import GRANTS, Field, Permission, Role
from publication.records import Records, open_records
from publication.tables import RUNS
from publication.workspace import Workspace
from serving import blind
from serving.accounts.guard import fingerprint
from serving.settings import ServingSettings

RUN_ID = "0f3a" * 8
PLAN = {"status": "optimal", "moves": 1, "value": 1.0, "bound": 1.0, "gap": 0.0, "vacant": 1, "prices": [], "breaches": [],
        "limits": stored_limits(Limits(moves=1))}  # fmt: skip
NOBODY = pd.DataFrame({"employee_id": [], "other_employee_id": []}, dtype="str")
WAITED = 200
"""Times a page is asked again for what it is working out, a twentieth of a second apart."""


def moves() -> pd.DataFrame:
    """Return a plan's choice: E03 or E04 into the vacancy; E01 and E02 could swap."""
    rows = [("E01", "P003", 0.4), ("E02", "P002", 0.3), ("E03", "P001", 1.0), ("E04", "P001", 0.9)]
    frame = pd.DataFrame(rows, columns=["employee_id", "position_id", "value"])
    return frame.assign(spread=0.1, distance=0.0, cost=1.0, aspired=False)


def tables() -> dict[str, pd.DataFrame]:
    posts = ["P001", "P002", "P003", "P/4 a"]
    return {
        "wave_moves": moves(),
        "wave_posts": pd.DataFrame({"position_id": posts, "unit_id": ["U0", "U1", "U2", "U3"], "vacant": [1, 0, 0, 0]}).assign(
            job_family="x", district="D"
        ),
        "wave_floors": pd.DataFrame({"unit_id": ["U1"], "job_family": ["x"], "staff": [1], "floor": [1.0]}),
        "wave_couples": NOBODY, "wave_relatives": NOBODY,
        "facts_employees": pd.DataFrame({
            "employee_id": ["E01", "E02", "E03", "E04", "E05"], "position_id": ["P002", "P003", "P/4 a", "P/4 a", None],
            "job_kind": ["staff", "staff", "supervisor", "staff", None],
        }),
        "candidates": moves()[["employee_id", "position_id"]].assign(uplift=[0.25, 0.15, 0.5, -0.1]),
        "wave_wishes": pd.DataFrame({
            "employee_id": ["E04", "E01", "E05"], "position_id": ["P001", "P003", "P002"], "aspiration": [5.0, 3.0, 4.0],
        }),
    }  # fmt: skip


@pytest.fixture
def office(settings: ServingSettings, own: TestClient) -> TestClient:
    """Return HR in a city whose run holds a wave of one move."""
    folder = Workspace(settings.workspace).published / RUN_ID
    folder.mkdir(parents=True)
    for name, frame in tables().items():
        frame.to_parquet(folder / f"{name}.parquet")
    told(settings, plan=PLAN)
    return own


def told(settings: ServingSettings, **more: object) -> None:
    """Change what the run in force says of itself."""
    with sa.create_engine(Workspace(settings.workspace).database_url).begin() as connection:
        run = connection.execute(sa.select(RUNS.c.run)).scalar_one()
        connection.execute(RUNS.update().values(run={**run, **more}))


def records_of(settings: ServingSettings) -> Records:
    return open_records(settings.store_url(), settings.workspace)


def settled(settings: ServingSettings, wish: str) -> set[tuple[str, str, str]]:
    rows = records_of(settings).intake.rows("scenarios", wish=wish)
    return {(row["scenario"], row["employee_id"], row["position_id"]) for row in rows}


def drawn(office: TestClient, csrf: Callable[[str], str], share: str, lot: str = "4711") -> str:
    """Return the address of a new draw."""
    form = {"csrf": csrf(office.get("/account").text), "lot": lot, "share": share, "name": "Minat"}
    return office.post("/plan/wishes", data=form, follow_redirects=False).headers["location"]


def granted(office: TestClient, draw: str) -> str:
    """Return the page of what a draw grants, once it is there."""
    for _ in range(WAITED):
        page = office.get(f"{draw}/granted?lang=en")
        if "Refresh" not in page.headers:
            return page.text
        time.sleep(0.05)
    raise AssertionError("the wishes were never granted")


def row_of(page: str, who: str) -> str:
    return next(row for row in page.split("<tr>") if blind.code(RUN_ID, who) in row)


def test_a_swap_says_who_gains_what_and_leaves_out_who_moves_in_the_plan(office: TestClient) -> None:
    page = office.get("/plan/swaps?lang=en").text
    assert "To the city +0.70 SD (80 % interval +0.52 … +0.88)" in page
    for who, gain in (("E01", "+0.25"), ("E02", "+0.15")):
        assert gain in row_of(page, who)
    assert blind.code(RUN_ID, "E03") not in page
    assert "Budi" not in page, "the first look is blind"
    assert "Bagi kota +0,70 SB (selang 80 %: +0,52 … +0,88)" in office.get("/plan/swaps?lang=id").text


def test_a_ring_is_locked_step_by_step(office: TestClient, settings: ServingSettings, csrf: Callable[[str], str]) -> None:
    form = {"csrf": csrf(office.get("/plan/swaps").text), "ring": "1", "name": "Tukar"}
    assert office.post("/plan/swaps", data=form, follow_redirects=False).headers["location"] == "/plan/scenario?name=Tukar"
    assert settled(settings, "lock") == {("Tukar", "E01", "P003"), ("Tukar", "E02", "P002")}
    assert office.post("/plan/swaps", data={**form, "ring": "2"}).status_code == 404


def test_where_nobody_is_told_apart_no_swap_is_proposed(office: TestClient, settings: ServingSettings) -> None:
    told(settings, ranking_supported=False)
    page = office.get("/plan/swaps?lang=en").text
    assert "nobody knows who would do better by swapping" in page
    assert blind.code(RUN_ID, "E01") not in page


def test_the_order_is_shown_before_any_wish(office: TestClient, csrf: Callable[[str], str]) -> None:
    page = office.get(drawn(office, csrf, "85") + "?lang=en").text
    places = [page.index(blind.code(RUN_ID, who)) for who in drawn_order("4711", ["E01", "E04", "E05"])]
    assert places == sorted(places)
    assert "Kepala Dinas Kesehatan" not in page
    assert "Print or announce it first" in page


@pytest.mark.parametrize(
    ("share", "outcome", "kept"),
    [("85", "granted; the plan is worth 90.0 %", "90.0 %"), ("95", "leaves the plan 90.0 %, below the floor", "100.0 %")],
)
def test_who_gets_a_wish_who_does_not_and_why(
    office: TestClient, csrf: Callable[[str], str], share: str, outcome: str, kept: str
) -> None:
    page = granted(office, drawn(office, csrf, share))
    assert outcome in row_of(page, "E04")
    assert "none of 1 posts wished for fits the limits" in row_of(page, "E01"), "E01 enters P003 only as a swap: two moves"
    assert "is no possible move" in row_of(page, "E05")
    assert f"<dd>{kept}</dd>" in page


def test_what_was_granted_goes_into_the_scenario_and_the_draw_stays_on_record(
    office: TestClient, settings: ServingSettings, csrf: Callable[[str], str]
) -> None:
    draw = drawn(office, csrf, "85")
    page = granted(office, draw)
    token = csrf(page)
    assert office.post(f"{draw}/granted", data={"csrf": token}, follow_redirects=False).status_code == 303
    assert settled(settings, "lock") == {("Minat", "E04", "P001")}
    scenario = office.get("/plan/scenario?name=Minat&lang=en").text
    assert "Draw “4711”" in scenario
    assert "−0.10 against the published" in scenario
    entry = draw.rsplit("/", 1)[1]
    assert office.post(f"/plan/scenario/{entry}/withdraw", data={"csrf": token}).status_code == 422
    assert "Undian “4711”" in office.get("/plan/wishes?lang=id").text


@pytest.mark.parametrize(("lot", "share"), [("", "90"), ("4711", "120"), ("4711", "nan"), ("4711", "banyak")])
def test_a_draw_without_lot_or_share_is_refused(office: TestClient, csrf: Callable[[str], str], lot: str, share: str) -> None:
    form = {"csrf": csrf(office.get("/account").text), "lot": lot, "share": share}
    page = office.post("/plan/wishes", data=form)
    assert page.status_code == 422


def test_roles_that_see_no_wishes_do_not_grant_them(
    office: TestClient, settings: ServingSettings, csrf: Callable[[str], str]
) -> None:
    both = {Permission.MAKE_SCENARIOS, Permission.READ_PEOPLE}
    assert not any(Field.ASPIRATION in grant.hidden for grant in GRANTS.values() if both <= grant.permissions)
    draw, now = drawn(office, csrf, "85"), time.time()
    accounts = records_of(settings).accounts
    accounts.add("analis", "", now, role=Role.ANALYST)
    accounts.open_session("analis", fingerprint("token"), now, now + 600, TOKEN)
    office.cookies.clear()
    bearer = {"Authorization": "Bearer token"}
    asked = ("/plan/swaps", "/plan/wishes", draw, f"{draw}/granted")
    assert [office.get(path, headers=bearer).status_code for path in asked] == [200, 403, 403, 403]
    assert "/plan/wishes?name" not in office.get("/plan/scenario", headers=bearer).text


def test_a_scenario_may_hold_a_forced_person_beside_a_locked_move(office: TestClient, csrf: Callable[[str], str]) -> None:
    form = {"csrf": csrf(office.get("/account").text), "name": "Dua"}
    office.post("/plan/scenario", data={**form, "wish": "lock", "employee_id": "E04", "position_id": "P001"})
    page = office.post("/plan/scenario", data={**form, "wish": "force_person", "employee_id": "E04"})
    assert page.status_code == 200
    assert page.text.count(blind.code(RUN_ID, "E04")) > 1


def settle(office: TestClient, csrf: Callable[[str], str], **wish: str) -> str:
    """Return the page of scenario *Uji* after one more wish."""
    form = {"csrf": csrf(office.get("/account").text), "name": "Uji", **wish}
    return office.post("/plan/scenario", data=form).text


def test_a_clash_is_told_of_codes_while_the_look_is_blind_and_of_names_after(
    office: TestClient, csrf: Callable[[str], str]
) -> None:
    for who in ("E03", "E04"):
        page = settle(office, csrf, wish="lock", employee_id=who, position_id="P001")
    told = page[page.index('id="told"') : page.index("</section>", page.index('id="told"'))]
    assert "tidak dapat berlaku bersama, dengan kursi yang ada" in told
    assert all(f"mutasi terkunci Kandidat {blind.code(RUN_ID, who)} → " in told for who in ("E03", "E04"))
    assert "E03" not in told
    office.post("/reveal", data={"csrf": csrf(page), "scope": "plan", "back": "/plan"})
    shown = office.get("/plan/scenario?name=Uji").text
    assert f"Kandidat {blind.code(RUN_ID, 'E03')}" not in shown[shown.index('id="told"') : shown.index('id="add"')]


def test_the_price_of_a_share_is_told_before_it_is_imposed(office: TestClient, csrf: Callable[[str], str]) -> None:
    asked = {"name": "Uji", "group": "job_kind:staff", "share": "100"}
    page = office.get("/plan/scenario", params=asked).text
    assert "Porsi 100 % untuk kelompok pelaksana mengurangi nilai rencana 0,10 SB." in page
    assert "Belum ada; rencana sama dengan yang diterbitkan." in page
    after = settle(office, csrf, wish="limit", limit_name="share:job_kind:staff", value="100")
    assert "porsi pelaksana paling sedikit 100 %" in after
    assert "−0,10 dibanding yang diterbitkan" in after
    beside = office.get("/plan/compare").text
    assert "porsi pelaksana paling sedikit 100 %" in beside


def test_a_share_of_a_group_that_is_none_is_not_priced(office: TestClient) -> None:
    page = office.get("/plan/scenario", params={"name": "Uji", "group": "sex:F", "share": "50"}).text
    assert "Tetapkan porsi ini" not in page


def test_a_change_is_told_with_its_reason(office: TestClient, csrf: Callable[[str], str]) -> None:
    page = settle(office, csrf, wish="lock", employee_id="E04", position_id="P001")
    assert "Sebab: mutasi ini dikunci; " in page
    assert f"kini diisi Kandidat {blind.code(RUN_ID, 'E04')}" in page
    assert "Sebab: mutasi ini dikunci; " in office.get("/plan/compare").text


def test_a_scenario_that_cannot_be_met_fills_no_post_otherwise(office: TestClient, csrf: Callable[[str], str]) -> None:
    settle(office, csrf, wish="limit", limit_name="moves", value="0")
    settle(office, csrf, wish="lock", employee_id="E03", position_id="P001")
    page = office.get("/plan/compare").text
    assert "paling banyak 0 perpindahan" in page
    assert "Rencana tidak dapat memenuhi semua ini." in page
    assert "Tidak ada perpindahan yang berubah." in page


def test_the_order_knows_nothing_of_wishes_nor_of_others() -> None:
    people = [f"E{k}" for k in range(50)]
    order = drawn_order("7", people)
    assert sorted(order) == sorted(people)
    assert drawn_order("7", people[::-1]) == order
    assert drawn_order("7", people[::2]) == [who for who in order if who in people[::2]]
    assert drawn_order("8", people) != order
    assert drawn_order(" 7 ", people) == order


def test_stronger_wishes_come_first_and_posts_named_alike_as_the_city_values_them() -> None:
    stated = pd.DataFrame({
        "employee_id": ["E1", "E1", "E1", "E1", "E2"], "position_id": ["A", "B", "C", "D", "A"],
        "aspiration": [3.0, 5.0, 3.0, 3.0, 1.0],
    })  # fmt: skip
    possible = pd.DataFrame({"employee_id": ["E1", "E1", "E1"], "position_id": ["A", "B", "C"], "value": [0.1, -1.0, 0.2]})
    assert ranked_wishes(stated, possible) == {"E1": ["B", "C", "A", "D"], "E2": ["A"]}


@pytest.fixture
def program(office: TestClient, settings: ServingSettings) -> TestClient:
    """Return the office as a program of the city: with a token, without a session."""
    now = time.time()
    accounts = records_of(settings).accounts
    accounts.add("program", "", now, role=Role.HR)
    accounts.open_session("program", fingerprint("token"), now, now + 600, TOKEN)
    office.cookies.clear()
    office.headers["Authorization"] = "Bearer token"
    return office


def test_the_json_of_swaps_says_what_the_page_says(program: TestClient, settings: ServingSettings) -> None:
    told_ = program.get("/api/v1/plan/swaps").json()
    assert told_["found"] == 1
    ring = told_["rings"][0]
    assert [ring["value"], ring["lower"], ring["upper"]] == pytest.approx([0.7, 0.52, 0.88], abs=0.01)
    assert [(step["employee_id"], step["from_position"], step["to_position"]) for step in ring["steps"]] == [
        ("E01", "P002", "P003"), ("E02", "P003", "P002"),
    ]  # fmt: skip


def test_the_json_proposes_no_swap_where_nobody_is_told_apart(program: TestClient, settings: ServingSettings) -> None:
    told(settings, ranking_supported=False)
    answer = program.get("/api/v1/plan/swaps").json()
    assert (answer["ranking_supported"], answer["found"], answer["rings"]) == (False, 0, [])


def test_a_program_draws_reads_the_order_and_then_who_is_granted_what(program: TestClient, settings: ServingSettings) -> None:
    drawn_ = program.post("/api/v1/plan/wishes", json={"lot": " 4711 ", "share": 85, "scenario": "Minat"}).json()
    assert drawn_["order"] == drawn_order("4711", ["E01", "E04", "E05"])
    assert program.get(f"/api/v1/plan/wishes/{drawn_['number']}").json()["order"] == drawn_["order"]
    draws = program.get("/api/v1/plan/wishes").json()
    assert (draws["people"], [row["lot"] for row in draws["draws"]]) == (3, ["4711"])
    address = f"/api/v1/plan/wishes/{drawn_['number']}/granted"
    for _ in range(WAITED):
        answer = program.get(address)
        if answer.json()["state"] == "done":
            break
        assert answer.headers["Retry-After"]
        time.sleep(0.05)
    assert answer.json()["served"] == 3
    outcomes = {row["employee_id"]: row["outcome"] for row in answer.json()["people"]}
    assert outcomes == {"E04": "granted", "E01": "impossible", "E05": "no_move"}
    assert answer.json()["value"] == pytest.approx(0.9)
    assert settled(settings, "lock") == set(), "nothing is decided by asking"


@pytest.mark.parametrize("body", [{"lot": " "}, {"lot": ""}, {"lot": "7", "share": 101}, {"share": 90}])
def test_the_json_refuses_a_draw_without_lot_or_share(
    program: TestClient, settings: ServingSettings, body: dict[str, object]
) -> None:
    assert program.post("/api/v1/plan/wishes", json=body).status_code == 422
    assert records_of(settings).intake.rows("scenarios", wish="draw") == []


def test_the_json_knows_no_draw_of_another_number(program: TestClient) -> None:
    assert program.get("/api/v1/plan/wishes/9").status_code == 404
    assert program.get("/api/v1/plan/wishes/9223372036854775807/granted").status_code == 404
