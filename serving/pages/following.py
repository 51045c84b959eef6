"""After the move: who is to be supported, which cases are open, who is due for a short survey, which training and mentor stands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.intake import choices
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.figures.need_map import agencies
from serving.followed import OPEN, Row, followed, helped
from serving.masking import visitor_of
from serving.pages.reading import kept_of
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_CASES))])

PER_PAGE = 25
VIEWS = tuple(OPEN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list is wanted, and which rows of it: a NIP or part of a name, the agency of the person, what must still be open."""

    view: str
    query: str = ""
    agency: str = ""
    still: str = ""

    @classmethod
    def of(cls, view: str, query: str = "", agency: str = "", still: str = "") -> "Wanted":
        """Return what is asked for; an unknown list is the first, and what no row of a list can have open filters nothing."""
        known = view if view in VIEWS else VIEWS[0]
        return cls(known, query, agency, still if still in OPEN[known] else "")

    def asked(self) -> dict[str, str]:
        """Return the address of this list, page number aside."""
        said = {"view": self.view, "q": self.query, "unit": self.agency, "open": self.still}
        return {name: value for name, value in said.items() if value and (name, value) != ("view", VIEWS[0])}

    def among(self, rows: Iterable[Row], agency_of: Mapping[str, str]) -> list[Row]:
        """Return the rows wanted, what must be open aside."""
        return [row for row in rows if self._named(row["person"]) and self._there(row["person"], agency_of)]

    def _named(self, person: Mapping[str, Any]) -> bool:
        sought = "".join(self.query.casefold().split())
        return not sought or any(sought in "".join((person[name] or "").casefold().split()) for name in ("name", "nip"))

    def _there(self, person: Mapping[str, Any], agency_of: Mapping[str, str]) -> bool:
        return not self.agency or agency_of.get(person["unit_id"], person["unit_id"]) == self.agency


def wanted(
    view: Annotated[str, Query(max_length=10)] = VIEWS[0],
    q: Annotated[str, Query(max_length=100)] = "",
    unit: Annotated[str, Query(max_length=100)] = "",
    still: Annotated[str, Query(alias="open", max_length=20)] = "",
) -> Wanted:
    """Return what the address asks for."""
    return Wanted.of(view, q.strip(), unit, still)


@router.get("/after")
def after(
    request: Request,
    asked: Annotated[Wanted, Depends(wanted)],
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show one list within the account's reach, filtered, page by page; made to be printed."""
    account, intake, today = visitor_of(request), records_of(request).intake, request.app.state.today()
    with store_of(request).reading() as answers:
        lists, first = followed(answers, intake, account, today), (number - 1) * PER_PAGE
        units = kept_of(request).get(answers.run_id, "agencies", lambda: _agencies(answers))
        among = asked.among(lists[asked.view], units.agency_of)
        found = [row for row in among if not asked.still or asked.still in row["open"]]
        shown = found[first : first + PER_PAGE]
        context = {
            "run": answers.run(), "today": today.isoformat(), "view": asked.view, "wanted": asked, "asked": asked.asked(),
            "counts": {name: len(rows) for name, rows in lists.items()}, "found": len(found), "rows": shown,
            "still": {name: Counter(mark for row in among for mark in row["open"])[name] for name in OPEN[asked.view]},
            "agencies": _chosen_from(lists[asked.view], units), "posts": _posts(answers, shown),
            "mentors": answers.people({row["mentor_employee_id"] for row in shown if row.get("mentor_employee_id")}),
            "helped": helped(answers.rows("evaluation")) if asked.view == "support" else [],
            "problems": choices.PROBLEMS, "options": choices.OPTIONS, "statuses": choices.CASE_STATUSES,
            "days": choices.PULSE_DAYS, "number": number, "first": first + 1, "more": len(found) > first + PER_PAGE,
            "may_handle": account.may(Permission.HANDLE_CASES), "may_enter": account.may(Permission.ENTER_FOR_OTHERS),
        }  # fmt: skip
        return page(request, "after.html", context)


@dataclass(frozen=True, slots=True)
class Agencies:
    """The agency of every unit, and what units are called."""

    agency_of: dict[str, str]
    names: dict[str, str]


def _agencies(answers: Answers) -> Agencies:
    rows = answers.rows("units")
    return Agencies(agencies(rows), {row["unit_id"]: row["name"] or row["unit_id"] for row in rows})


def _chosen_from(rows: Iterable[Row], units: Agencies) -> list[tuple[str, str]]:
    """Return the agencies that people of a list are in, by name."""
    there = {row["person"]["unit_id"] for row in rows if row["person"]["unit_id"]}
    found = {units.agency_of.get(unit, unit) for unit in there}
    return sorted(((unit, units.names.get(unit, unit)) for unit in found), key=lambda one: one[1])


def _posts(answers: Answers, rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    ids = {row[name] for row in rows for name in ("from_position", "to_position") if row.get(name)}
    return {post["position_id"]: post for post in answers.many("positions", "position_id", ids)}
