"""What must be answered by when."""

from datetime import UTC, date, datetime

import pytest

from features.errors import EntryError
from publication.intake.duties import Term, duties, terms
from publication.intake.forms import FORMS
from publication.records import Records

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
OBJECTION = {"employee_id": "E1", "ground": "data_wrong", "text": "Keliru."}
REPLY = {"employee_id": "E1", "form": "objections", "about_id": 1, "outcome": "granted", "text": "Benar."}


@pytest.mark.parametrize(
    ("entered", "days", "ends"),
    [
        ("2026-01-05", 10, "2026-01-19"),
        ("2026-01-09", 1, "2026-01-12"),
        ("2026-01-10", 1, "2026-01-12"),
        ("2026-01-11", 5, "2026-01-16"),
    ],
)
def test_working_days_leave_out_the_weekend(entered: str, days: int, ends: str) -> None:
    assert Term(days, True, terms()["objections"].ground).ends(date.fromisoformat(entered)) == date.fromisoformat(ends)


def test_a_correction_counts_every_day_and_a_question_what_the_office_set() -> None:
    row = {"entry_id": 1, "entered_at": "2026-01-09T10:00:00+07:00", "employee_id": "E1"}
    known = terms(objection_days=7, question_days=2)
    assert duties("corrections", [row], {}, known["corrections"])[0].due_on == date(2026, 1, 12)
    assert duties("questions", [row], {}, known["questions"])[0].due_on == date(2026, 1, 13)
    assert duties("objections", [row], {}, known["objections"])[0].due_on == date(2026, 1, 20)
    assert set(known) <= set(FORMS)


def test_an_entry_is_open_then_overdue_then_answered() -> None:
    row = {"entry_id": 1, "entered_at": "2026-01-05T10:00:00+07:00", "employee_id": "E1"}
    term = terms()["objections"]
    waiting = duties("objections", [row], {}, term)[0]
    assert [waiting.state(date(2026, 1, day)) for day in (19, 20)] == ["open", "overdue"]
    assert duties("objections", [row], {1: [{"text": "Benar."}]}, term)[0].state(date(2027, 1, 1)) == "answered"


def test_a_reply_belongs_to_an_entry_of_the_same_employee(records: Records) -> None:
    records.intake.enter("objections", OBJECTION, "siti", NOW)
    with pytest.raises(EntryError, match="no such entry"):
        records.intake.enter("replies", REPLY | {"employee_id": "E2"}, "hr", NOW)
    with pytest.raises(EntryError, match="no such entry"):
        records.intake.enter("replies", REPLY | {"form": "questions"}, "hr", NOW)
    records.intake.enter("replies", REPLY, "hr", NOW)
    assert [row["outcome"] for row in records.intake.replies("objections", [1])[1]] == ["granted"]
