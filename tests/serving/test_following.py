"""What cases of one's own say of an option, beside what earlier movers say; a warning that has expired is gone."""

import re
from datetime import UTC, datetime

from fastapi.testclient import TestClient

from evaluation.follow_up import ANSWER_TO
from publication.intake.choices import OPTIONS
from serving.pages.following import FEWEST_CLOSED, TAKEN_AS, helped, solved
from serving.supported import Supported


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


def test_a_course_attended_and_a_mentor_met_show_after_the_move_and_on_the_employees_page(client: TestClient) -> None:
    mover = re.search(r"/forms/trainings\?employee_id=(E\d\d)&amp;next", client.get("/after?lang=en").text)
    assert mover is not None
    who = mover[1]
    before = client.get(f"/employees/{who}").text
    for form, given in (
        ("trainings", {"course": "Manajemen Risiko", "hours": "24", "finished_on": "2026-01-20", "proof": ""}),
        ("mentor_meetings", {"met_on": "2026-01-21", "mentor": "Made Wirawan", "text": "tugas bulan pertama"}),
    ):
        token = re.search(r'name="csrf" value="([^"]+)"', client.get(f"/forms/{form}").text)
        assert token is not None
        sent = client.post(f"/forms/{form}", data={"csrf": token[1], "employee_id": who, "next": "/after", **given})
        assert sent.status_code == 200, sent.text
    for address in ("/after", f"/employees/{who}"):
        page = client.get(address).text
        assert "Manajemen Risiko" in page
        assert "meetings with the mentor: 1, last 21 January 2026" in page
        assert "tugas bulan pertama" not in page
    assert "Manajemen Risiko" not in before


def test_a_planned_course_counts_as_attended_by_its_name_whatever_its_case() -> None:
    done = Supported(({"course": "manajemen  Risiko", "finished_on": "2026-01-20"},), ())
    assert done.attended("Manajemen Risiko") == "2026-01-20"
    assert done.attended("Risiko") is None
    assert done.since("2026-02-01").courses == ()


def test_who_moved_last_stands_first_among_recent_movers(client: TestClient) -> None:
    found = re.search(r'<section aria-labelledby="recent">.*?</section>', client.get("/after?lang=en").text, re.DOTALL)
    assert found is not None
    days = re.findall(r'nowrap">(\d+ \w+ \d{4})</td>', found[0])
    moved = [datetime.strptime(one, "%d %B %Y").replace(tzinfo=UTC) for one in days]
    assert moved
    assert moved == sorted(moved, reverse=True)
