"""What follows a move: each list with what is open of it, filtered and paged; warnings, cases, courses and mentors."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from evaluation.follow_up import ANSWER_TO
from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Permission, Role
from publication.decisions.life import Asked, Listed
from publication.intake.choices import OPTIONS
from publication.loading import as_rows, load_rows
from publication.records import Records, open_records
from publication.schemas import TABLES
from publication.tables import PROJECTED
from serving.accounts.beginning import FIRST_USERNAME
from serving.accounts.guard import fingerprint
from serving.followed import FEWEST_CLOSED, OPEN, TAKEN_AS, followed, helped, planned_support, solved
from serving.pages import following
from serving.pages.following import Wanted
from serving.settings import ServingSettings
from serving.supported import NOTHING, Supported

RUN_ID = "0f3a" * 8
NOW = datetime.fromisoformat("2026-01-20T09:00:00+07:00")
Csrf = Callable[[str], str]


def case(option: str, status: str) -> dict[str, str]:
    return {"option": option, "status": status}


def test_closed_cases_tell_how_often_an_option_helped() -> None:
    cases = [*[case("training", "solved")] * 4, case("training", "not_solved"), *[case("training", "open")] * 9]
    assert solved(cases) == {"training": (4, 5)}


def test_fewer_cases_than_hide_a_person_tell_nothing() -> None:
    assert solved([case("coaching", "solved")] * (FEWEST_CLOSED - 1)) == {}


def test_every_option_of_a_warning_can_be_chosen_in_a_case() -> None:
    offered = {option for options in ANSWER_TO.values() for option in options}
    assert {TAKEN_AS.get(option, option) for option in offered} <= set(OPTIONS)


def test_a_warning_that_stands_tells_what_its_options_brought_and_an_expired_one_is_gone(client: TestClient) -> None:
    page = client.get("/after?lang=en").text
    found = re.search(r'<section aria-labelledby="warned">.*?</section>', page, re.DOTALL)
    assert found is not None
    assert found[0].count("had no training for the post") == 1
    assert "earlier movers: +0.36 SD (80 %: +0.09 … +0.63)" in found[0]
    assert found[0].index("training for the new post") < found[0].index("adjusted duties")


def test_what_helped_earlier_movers_is_read_from_the_causes_of_the_evaluation() -> None:
    row = {"design": "cause", "cell": "no_training", "estimate": 0.36, "lower": -0.05, "upper": 0.77}
    (told,) = helped([row, {**row, "cell": "wrong_match"}, {**row, "design": "matched"}])
    assert str(told["text"]) == "training for the new post"
    assert (told["estimate"], told["lower"], told["upper"]) == (0.36, -0.05, 0.77)


@pytest.fixture
def records(settings: ServingSettings) -> Records:
    """Return the records of a city in which E08 attended a course and met the mentor after the move."""
    opened = open_records(settings.store_url(), settings.folder.root)
    course = {"employee_id": "E08", "course": "Manajemen Risiko", "hours": "24", "finished_on": "2026-01-20"}
    opened.intake.enter("trainings", course, "hr", NOW)
    met = {"employee_id": "E08", "met_on": "2026-01-21", "mentor": "Made Wirawan", "text": "tugas bulan pertama"}
    opened.intake.enter("mentor_meetings", met, "hr", NOW)
    for name, role in (("kepala", Role.HEAD_OF_UNIT), ("auditor", Role.AUDITOR), ("pegawai", Role.EMPLOYEE)):
        opened.accounts.add(name, "", 0.0, role=role, units=["U9"], employee_id="E08" if role is Role.EMPLOYEE else None)
        opened.accounts.open_session(name, fingerprint(name), 0.0, 9e12, TOKEN)
    return opened


def proposed(records: Records) -> int:
    """Return a move of E08, proposed on 20 January."""
    asked = Asked("choose", "hr", frozenset({Permission.PREPARE}), reason_code="experience", text="Pengalaman paling sesuai.")
    return records.moves.take("P002", "E08", asked, Listed(RUN_ID, "yes", 9, 3, 1, "C", 0.1, 0.1, -0.1, 0.3), NOW).move_id


@pytest.mark.parametrize("address", ["/after?view=recent&lang=en", "/employees/E08?lang=en", "/moves/1?lang=en"])
@pytest.mark.parametrize(("who", "sees_what_was_agreed"), [("", True), ("kepala", True), ("auditor", False), ("pegawai", True)])
def test_a_course_and_a_meeting_are_told_where_a_person_is_and_what_was_agreed_to_who_supports_them(
    own: TestClient, records: Records, address: str, who: str, sees_what_was_agreed: bool
) -> None:
    proposed(records)
    answer = own.get(address, headers={"Authorization": f"Bearer {who}"} if who else {})
    if answer.status_code == 403:
        assert (who, address[:6]) in {("pegawai", "/after"), ("kepala", "/moves")}
        return
    assert "Manajemen Risiko" in answer.text
    assert "24 h, 20 January 2026" in answer.text
    assert "21 January 2026" in answer.text
    assert ("tugas bulan pertama" in answer.text) == sees_what_was_agreed


@pytest.mark.usefixtures("records")
def test_ones_own_page_tells_courses_and_what_was_agreed_with_the_mentor(own: TestClient) -> None:
    page = own.get("/me?lang=en", headers={"Authorization": "Bearer pegawai"}).text
    assert "Manajemen Risiko" in page
    assert "21 January 2026, meeting with Made Wirawan" in page
    assert "tugas bulan pertama" in page


def test_a_planned_course_counts_as_attended_by_its_name_whatever_its_case() -> None:
    done = Supported(({"course": "manajemen  Risiko", "finished_on": "2026-01-20"},), ())
    assert done.attended("Manajemen Risiko") == "2026-01-20"
    assert done.attended("Risiko") is None
    assert done.since("2026-02-01").courses == ()


def test_who_moved_last_stands_first_among_recent_movers(client: TestClient) -> None:
    found = re.search(r'<section aria-labelledby="recent">.*?</section>', client.get("/after?view=recent&lang=en").text, re.DOTALL)
    assert found is not None
    days = re.findall(r'nowrap">(\d+ \w+ \d{4})</td>', found[0])
    moved = [datetime.strptime(one, "%d %B %Y").replace(tzinfo=UTC) for one in days]
    assert moved
    assert moved == sorted(moved, reverse=True)


def mover(employee_id: str, unit_id: str = "U9", *still: str) -> dict[str, object]:
    person = {"name": f"Nama {employee_id}", "nip": f"1980{employee_id[1:]}", "unit_id": unit_id}
    return {"employee_id": employee_id, "person": person, "open": frozenset(still)}


def test_a_list_is_filtered_by_name_or_nip_and_by_the_agency_above_the_unit() -> None:
    rows = [mover("E01", "U9"), mover("E02", "U91"), mover("E12", "U1")]
    agency_of = {"U91": "U9", "U9": "U9", "U1": "U1"}

    def found(**asked: str) -> list[object]:
        return [row["employee_id"] for row in Wanted.of("recent", **asked).among(rows, agency_of)]

    assert found() == ["E01", "E02", "E12"]
    assert found(agency="U9") == ["E01", "E02"]
    assert found(query="NAMA e02") == ["E02"]
    assert found(query="1980 12") == ["E12"]


def test_what_is_open_of_another_list_filters_nothing() -> None:
    assert Wanted.of("recent", still="untaken").still == ""
    assert Wanted.of("nowhere").view == "warned"
    assert Wanted.of("warned", query="x", still="untaken").asked() == {"q": "x", "open": "untaken"}


def test_each_list_says_what_is_open_of_a_row(own: TestClient, settings: ServingSettings, records: Records) -> None:
    case = {"employee_id": "E09", "opened_on": "2026-01-02", "problem": "skills", "owner": "hr", "option": "mentor"}
    records.intake.enter("cases", case | {"due_on": "2026-01-10"}, "hr", NOW)
    answer = {"employee_id": "E08", "date": "2026-01-15", "days": "60", "item": "team", "answer": 4}
    records.intake.enter("pulses", answer, "hr", NOW)
    account = records.accounts.account("auditor")
    assert account is not None
    with own.app.state.store.reading() as answers:
        lists = followed(answers, records.intake, account, date(2026, 1, 25))
    marks = {(name, row["employee_id"]): row["open"] for name, rows in lists.items() for row in rows}
    assert marks == {
        ("warned", "E08"): {"untaken"}, ("cases", "E09"): {"overdue"}, ("recent", "E08"): {"missed", "warned"},
        ("recent", "E09"): {"missed", "case"},
    }  # fmt: skip
    assert all(row["open"] <= set(OPEN[name]) for name, rows in lists.items() for row in rows)


def test_who_has_taken_a_warning_on_is_told_beside_it(own: TestClient, records: Records) -> None:
    case = {"employee_id": "E08", "opened_on": "2026-01-02", "problem": "skills", "owner": "made", "option": "mentor"}
    records.intake.enter("cases", case | {"due_on": "2026-03-10"}, "hr", NOW)
    records.intake.enter("cases", case | {"employee_id": "E09", "owner": "lain", "due_on": "2026-03-10"}, "hr", NOW)
    page = own.get("/after?lang=en").text
    assert "made" in page
    assert "Due 10 March 2026" in page
    assert "lain<" not in page


def test_whoever_has_a_case_is_followed_up_not_opened_again(own: TestClient, records: Records) -> None:
    case = {"employee_id": "E08", "opened_on": "2026-01-02", "problem": "skills", "owner": "hr", "option": "talk"}
    number = records.intake.enter("cases", case | {"due_on": "2026-03-10"}, "hr", NOW)
    row = next(row for row in own.get("/after").text.split("<tr>") if "/employees/E08" in row)
    assert f"/forms/case_steps?case_id={number}" in row
    assert "/forms/cases" not in row
    recent = next(row for row in own.get("/after?view=recent").text.split("<tr>") if "/employees/E08" in row)
    assert "/forms/cases" not in recent


@pytest.mark.parametrize(("status", "said", "left"), [("solved", "kasus: selesai", 0), ("not_solved", "tanpa penyelesaian", 1)])
def test_a_warning_whose_case_is_closed_says_so_and_waits_for_nobody_once_it_is_solved(
    own: TestClient, records: Records, status: str, said: str, left: int
) -> None:
    case = {"employee_id": "E08", "opened_on": "2026-01-02", "problem": "skills", "owner": "hr", "option": "talk"}
    number = records.intake.enter("cases", case | {"due_on": "2026-03-10"}, "hr", NOW)
    records.intake.enter("case_steps", {"employee_id": "E08", "case_id": number, "status": status}, "hr", NOW)
    page = own.get("/after").text
    assert said in next(row for row in page.split("<tr>") if "/employees/E08" in row)
    assert f"belum ada yang menangani ({left})" in page


def test_a_case_needs_an_owner_who_may_handle_it_and_a_day_that_lies_ahead(own: TestClient, records: Records, csrf: Csrf) -> None:
    asked = own.get("/forms/cases?employee_id=E08").text
    assert f'<option value="{FIRST_USERNAME}">' in asked
    assert '<option value="auditor">' not in asked
    assert re.search(r'id="due_on"[^>]*value=""', asked)
    case = {"employee_id": "E08", "opened_on": "2026-01-20", "problem": "skills", "option": "talk", "csrf": csrf(asked)}

    def sent(owner: str, due_on: str) -> str:
        return own.post("/forms/cases?lang=id", data=case | {"owner": owner, "due_on": due_on, "next": "/after"}).text

    assert "Penanggung jawab bukan akun" in sent("siapa-saja", "2026-03-10")
    assert "Penanggung jawab bukan akun" in sent("auditor", "2026-03-10")
    assert "tidak mendahului" in sent(FIRST_USERNAME, "2026-01-19")
    assert records.intake.cases() == []
    assert "Terkirim" in sent(FIRST_USERNAME, "2026-03-10")
    assert records.intake.cases()[0]["owner"] == FIRST_USERNAME


def test_pages_follow_each_other_and_keep_what_was_asked(
    own: TestClient, settings: ServingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PER_PAGE", 4)
    moved = pd.DataFrame({"employee_id": [f"E{n:02d}" for n in range(8)], "from_position": "P/4 a", "to_position": "P003"})
    moved = moved.assign(moved_on=pd.Timestamp("2025-10-01"), arrival="assigned")[list(TABLES["recent_moves"].schema.columns)]
    with sa.create_engine(settings.store_url()).begin() as connection:
        load_rows(connection, PROJECTED["recent_moves"], as_rows(PROJECTED["recent_moves"], RUN_ID, moved))
    first, second = (own.get(f"/after?view=recent&open=missed&lang=en&page={page}").text for page in (1, 2))
    assert ">1–4 of 10<" in first
    assert "view=recent&amp;open=missed&amp;page=2" in first
    people = [re.findall(r'<a class="strong" href="/employees/(E\d\d)"', page) for page in (first, second)]
    assert [len(found) for found in people] == [4, 4]
    assert not set(people[0]) & set(people[1])
    nothing = own.get("/after?view=recent&q=tidak+ada+yang+bernama+ini&lang=en").text
    assert "Nobody fits this filter" in nothing


@pytest.mark.parametrize("view", list(OPEN))
def test_every_list_is_a_draft_on_paper(client: TestClient, view: str) -> None:
    assert '<p class="draft">KONSEP' in client.get(f"/after?view={view}&lang=id").text


def test_a_course_stands_by_its_seat_and_by_the_start_and_counts_as_attended_by_its_name() -> None:
    course = {"course": "A", "seat": True, "before_start": True, "finish_on": "2026-05-01"}
    courses = [course, {**course, "course": "B", "before_start": False}, {**course, "course": "C", "seat": False}]
    row = {"trainings": json.dumps(courses), "mentor_employee_id": "E1"}
    told = planned_support(row, Supported(courses=({"course": "b ", "finished_on": "2026-05-04"},)), date(2026, 4, 1))
    assert [course["stands"] for course in told["courses"]] == ["seat", "after_start", "waiting"]
    assert [course["attended"] for course in told["courses"]] == [None, "2026-05-04", None]
    assert told["open"] == {"waiting"}


def test_a_course_that_is_over_and_not_entered_is_open_and_one_after_the_start_is_told_as_such() -> None:
    course = {"course": "Pelayanan Prima", "finish_on": "2026-02-01", "seat": True, "before_start": False}
    row = {"trainings": json.dumps([course]), "mentor_employee_id": None}
    told = planned_support(row, NOTHING, date(2026, 3, 1))
    assert told["open"] == {"unattended", "unmentored"}
    assert told["courses"][0]["stands"] == "after_start"
    done = Supported(({"course": "Pelayanan Prima", "finished_on": "2026-02-01"},), ())
    assert planned_support(row, done, date(2026, 3, 1))["open"] == {"unmentored"}


def test_whom_most_is_expected_to_be_lost_of_is_warned_of_first(
    own: TestClient, settings: ServingSettings, records: Records
) -> None:
    day = {"moved_on": pd.Timestamp("2025-11-10"), "expires_on": pd.Timestamp("2999-01-01")}
    worse = pd.DataFrame(
        [{"employee_id": "E10", "position_id": "P003", "expected_change": -0.9, "signs": "[]", "options": "[]", **day}]
    )
    with sa.create_engine(settings.store_url()).begin() as connection:
        columns = list(TABLES["follow_up"].schema.columns)
        load_rows(connection, PROJECTED["follow_up"], as_rows(PROJECTED["follow_up"], RUN_ID, worse[columns]))
    account = records.accounts.account("auditor")
    assert account is not None
    with own.app.state.store.reading() as answers:
        lists = followed(answers, records.intake, account, date(2026, 1, 25))
    assert [row["employee_id"] for row in lists["warned"]] == ["E10", "E08"]
