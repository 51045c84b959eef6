"""What was done to support somebody: courses attended and meetings with the mentor, as they were entered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from publication.intake.entries import Intake

MOST = 2000
"""Entries of each kind looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Supported:
    """Entries about one person, the newest first: rows of the forms ``trainings`` and ``mentor_meetings``."""

    courses: tuple[Mapping[str, Any], ...] = ()
    meetings: tuple[Mapping[str, Any], ...] = ()

    def since(self, day: str) -> "Supported":
        """Return what was done on ``day`` (ISO) or later."""
        courses = tuple(row for row in self.courses if row["finished_on"] >= day)
        return Supported(courses, tuple(row for row in self.meetings if row["met_on"] >= day))

    def attended(self, course: str) -> str | None:
        """Return when a course of this name was last finished, None where nobody entered that."""
        wanted = _plain(course)
        return max((row["finished_on"] for row in self.courses if _plain(row["course"]) == wanted), default=None)

    @property
    def met_on(self) -> str | None:
        """The last day the mentor and the person met; None: not on record."""
        return max((row["met_on"] for row in self.meetings), default=None)


NOTHING = Supported()


def supported(intake: Intake, employee_id: str | None = None) -> dict[str, Supported]:
    """Return what was done by employee; of one employee only where given."""
    equal: dict[str, Any] = {} if employee_id is None else {"employee_id": employee_id}
    courses, meetings = (_by_person(intake.rows(form, limit=MOST, **equal)) for form in ("trainings", "mentor_meetings"))
    return {who: Supported(tuple(courses[who]), tuple(meetings[who])) for who in {*courses, *meetings}}


def _by_person(rows: Iterable[dict[str, Any]]) -> defaultdict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["employee_id"]].append(row)
    return found


def _plain(course: str) -> str:
    return " ".join(course.casefold().split())
