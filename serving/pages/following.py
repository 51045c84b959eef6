"""After the move: who is due for a short survey, who struggles, which cases are open, which training and mentor stands."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from evaluation.follow_up import OPTIONS, PROVEN_BY, SIGNS
from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.intake import choices
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.masking import shown_people, visitor_of
from serving.rendering import page
from serving.supported import NOTHING, Supported, supported

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_CASES))])

MOST = 1000
CLOSED = ("solved", "not_solved")
FEWEST_CLOSED = 5
"""Closed cases of an option from which it is said how they ended."""
TAKEN_AS = {"talk": "counselling", "duties": "tasks_adjusted", "return": "return_move"}
"""Option of a case that stands for an option of a warning, where the two are called otherwise."""
GRACE_DAYS = 30
"""A short survey is due from its day on, and overdue after this many days more."""


@router.get("/after")
def after(request: Request) -> Response:
    """Show recent movers within the account's reach, the warnings, and open cases with owner and due date."""
    account, intake, today = visitor_of(request), records_of(request).intake, request.app.state.today()
    with store_of(request).reading() as answers:
        moves = answers.rows("recent_moves")
        warned = {row["employee_id"]: row for row in answers.rows("follow_up") if row["expires_on"] >= today}
        every_case = intake.cases(open_only=False, limit=MOST)
        cases = [case for case in every_case if case["status"] not in CLOSED]
        ids = {row["employee_id"] for row in (*moves, *warned.values(), *cases)}
        people = shown_people(request, answers, ids, blind=False)
        below = answers.units_below(account.units) if account.units else frozenset()
        reached = {who for who, person in people.items() if account.reaches(who, person["unit_id"], below)}
        pulses, done = _pulses(intake.rows("pulses", limit=MOST)), supported(intake)
        context = {
            "run": answers.run(), "people": people, "today": today.isoformat(), "problems": choices.PROBLEMS,
            "options": choices.OPTIONS, "statuses": choices.CASE_STATUSES, "days": choices.PULSE_DAYS,
            "moves": [_told(row, pulses[row["employee_id"]], today)
                      | {"done": done.get(row["employee_id"], NOTHING).since(row["moved_on"].isoformat()[:10])}
                      for row in sorted(moves, key=lambda one: one["moved_on"], reverse=True) if row["employee_id"] in reached],
            "posts": _posts(answers, moves, warned.values()),
            "helped": helped(answers.rows("evaluation")),
            "support": _support(answers, done, lambda one: account.reaches(one["employee_id"], one["unit_id"], below)),
            "warnings": [_warning(row, solved(every_case)) | {"taken": _taken(cases, who)}
                         for who, row in warned.items() if who in reached],
            "cases": [case for case in cases if case["employee_id"] in reached],
            "may_handle": account.may(Permission.HANDLE_CASES), "may_enter": account.may(Permission.ENTER_FOR_OTHERS),
        }  # fmt: skip
        return page(request, "after.html", context)


def _pulses(rows: Iterable[Mapping[str, Any]]) -> dict[str, set[int]]:
    """Return by employee the short surveys answered, by the days they stand for."""
    answered: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        answered[row["employee_id"]].add(int(row["days"]))
    return answered


def _told(move: Mapping[str, Any], answered: set[int], today: date) -> dict[str, Any]:
    """Return a recent move with the state of each short survey: answered, due, overdue or later."""
    passed = (today - move["moved_on"]).days

    def state(days: int) -> str:
        if days in answered:
            return "answered"
        return "later" if passed < days else "due" if passed <= days + GRACE_DAYS else "overdue"

    return {**move, "passed": passed, "pulses": {days: state(days) for days in choices.PULSE_DAYS}}


def solved(cases: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """Return by option how many closed cases were solved and how many there are, where they are enough to be no single person."""
    closed: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        if case["status"] in CLOSED:
            closed[case["option"]].append(case["status"] == "solved")
    return {option: (sum(ends), len(ends)) for option, ends in closed.items() if len(ends) >= FEWEST_CLOSED}


def helped(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what earlier movers gained by each option that the evaluation measured: text, estimate, lower, upper (SD)."""
    measured = {row["cell"]: row for row in rows if row["design"] == "cause" and row["estimate"] is not None}
    return [
        {"text": OPTIONS[option], **{name: measured[cause][name] for name in ("estimate", "lower", "upper")}}
        for option, cause in PROVEN_BY.items() if cause in measured
    ]  # fmt: skip


def _warning(row: Mapping[str, Any], ended: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Return a warning as the page shows it; of its options those first by which cases of one's own were solved most often.

    Beside each option what it brought to earlier movers, where that was measured; published are those first that surely helped.
    """
    signs, options = json.loads(row["signs"]), json.loads(row["options"])
    told: list[dict[str, Any]] = [
        {"text": OPTIONS[name], "cases": ended.get(TAKEN_AS.get(name, name)), "helped": one if _measured(one) else None}
        for name, one in zip(_named(options), options, strict=True) if name in OPTIONS
    ]  # fmt: skip
    told.sort(key=lambda one: -one["cases"][0] / one["cases"][1] if one["cases"] else 0.0)
    return {**row, "signs": [SIGNS[name] for name in _named(signs) if name in SIGNS], "options": told}


def _measured(option: object) -> bool:
    return isinstance(option, Mapping) and option.get("helped") is not None


def _taken(cases: Sequence[Mapping[str, Any]], employee_id: str) -> list[Mapping[str, Any]]:
    """Return the open cases of a person who is warned about: who has taken them on, until when."""
    return [case for case in cases if case["employee_id"] == employee_id]


def _named(entries: dict[str, Any] | list[Any]) -> list[str]:
    """Return the codes of signs or options, however they were published: names, or rows that carry one."""
    if isinstance(entries, dict):
        return list(entries)
    return [entry if isinstance(entry, str) else str(next(iter(entry.values()))) for entry in entries]


def _posts(answers: Answers, *groups: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    ids = {
        row[name] for rows in groups for row in rows for name in ("from_position", "to_position", "position_id") if row.get(name)
    }
    return {post["position_id"]: post for post in answers.many("positions", "position_id", ids)}


def _support(answers: Answers, done: Mapping[str, Supported], reached: Callable[[Mapping[str, Any]], bool]) -> list[dict[str, Any]]:
    """Return the training and mentor planned for the wave's movers within reach, where the run has any, and what was done."""
    rows = answers.rows("support")
    people = answers.people(
        [row["employee_id"] for row in rows] + [row["mentor_employee_id"] for row in rows if row["mentor_employee_id"]]
    )
    return [
        {**row, "person": people[row["employee_id"]], "mentor": people.get(row["mentor_employee_id"]),
         "done": done.get(row["employee_id"], NOTHING),
         "courses": courses_of(row["trainings"], done.get(row["employee_id"], NOTHING))}
        for row in rows if row["employee_id"] in people and reached(people[row["employee_id"]])
    ]  # fmt: skip


def courses_of(written: str, done: Supported) -> list[dict[str, Any]]:
    """Return the courses planned for one mover: name, days, ``stands`` (``seat``, ``after_start``, ``waiting``), ``attended``."""
    return [
        {
            **course,
            "stands": "waiting" if not course["seat"] else "seat" if course["before_start"] else "after_start",
            "attended": done.attended(course["course"]),
        }
        for course in json.loads(written or "[]")
    ]
