"""The lists of the page that follows moves: who is to be supported, open cases, recent movers, the wave; what is open of each."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from evaluation.follow_up import OPTIONS, PROVEN_BY, SIGNS
from publication.accounts.roles import Account
from publication.answers import Answers
from publication.intake import choices
from publication.intake.entries import Intake
from serving.masking import people_seen
from serving.supported import NOTHING, Supported, supported

Row = dict[str, Any]
"""A row of one of the lists: what is told of ``employee_id``, their ``person``, and ``open``: which of `OPEN` hold of it."""

OPEN: dict[str, tuple[str, ...]] = {
    "warned": ("untaken",), "cases": ("overdue", "unowned"), "recent": ("due", "missed", "case", "warned"),
    "support": ("unattended", "waiting", "unmentored"),
}  # fmt: skip
"""Every list of the page, with what may still be open of a row."""
MOST = 1000
CLOSED = ("solved", "not_solved")
FEWEST_CLOSED = 5
"""Closed cases of an option from which it is said how they ended."""
TAKEN_AS = {"duties": "tasks_adjusted", "return": "return_move"}
"""Option of a case that stands for an option of a warning, where the two are called otherwise."""
GRACE_DAYS = 30
"""A short survey is due from its day on, and overdue after this many days more."""


def followed(answers: Answers, intake: Intake, account: Account, today: date) -> dict[str, list[Row]]:
    """Return the lists of the page, within the account's reach, by their names in `OPEN`; the most urgent of each first."""
    every_case = intake.cases(open_only=False, limit=MOST)
    cases = [case for case in every_case if case["status"] not in CLOSED]
    struck, of_person = {case["employee_id"] for case in cases}, defaultdict[str, list[Row]](list)
    for case in every_case:
        of_person[case["employee_id"]].append(case)
    standing = [row for row in answers.rows("follow_up") if row["expires_on"] >= today]
    warned = {row["employee_id"]: row for row in sorted(standing, key=lambda row: row["expected_change"])}
    moves = sorted(answers.rows("recent_moves"), key=lambda row: (row["moved_on"], row["employee_id"]), reverse=True)
    planned, done, ended = answers.rows("support"), supported(intake), solved(every_case)
    answered = _answered(intake)
    lists: dict[str, Iterable[Row]] = {
        "warned": (_warning(row, ended, of_person[who]) for who, row in warned.items()),
        "cases": (_case(case, today) for case in cases),
        "recent": (
            _move(row, answered[row["employee_id"]], done.get(row["employee_id"], NOTHING), today,
                  {"case": row["employee_id"] in struck, "warned": row["employee_id"] in warned})
            for row in moves
        ),
        "support": (planned_support(row, done.get(row["employee_id"], NOTHING), today) for row in planned),
    }  # fmt: skip
    people = _within_reach(answers, account, {row["employee_id"] for row in (*moves, *cases, *planned)} | set(warned))
    return {
        name: [{**row, "person": people[row["employee_id"]]} for row in rows if row["employee_id"] in people]
        for name, rows in lists.items()
    }


def _within_reach(answers: Answers, account: Account, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    below = answers.units_below(account.units) if account.units else frozenset()
    people = people_seen(account, answers, ids, blind=False)
    return {who: person for who, person in people.items() if account.reaches(who, person["unit_id"], below)}


def _answered(intake: Intake) -> dict[str, set[int]]:
    """Return by employee the short surveys answered, by the days they stand for."""
    answered: dict[str, set[int]] = defaultdict(set)
    for who, days in intake.different("pulses", "employee_id", "days"):
        answered[who].add(int(days))
    return answered


def _open(**holds: bool) -> frozenset[str]:
    return frozenset(name for name, held in holds.items() if held)


def _case(case: Mapping[str, Any], today: date) -> Row:
    return {**case, "open": _open(overdue=bool(case["due_on"]) and case["due_on"] < today.isoformat(), unowned=not case["owner"])}


def _move(move: Mapping[str, Any], answered: set[int], done: Supported, today: date, known: Mapping[str, bool]) -> Row:
    """Return a recent move with the state of each short survey: answered, due, overdue or later; and the support since."""
    passed = (today - move["moved_on"]).days

    def state(days: int) -> str:
        if days in answered:
            return "answered"
        return "later" if passed < days else "due" if passed <= days + GRACE_DAYS else "overdue"

    states = {days: state(days) for days in choices.PULSE_DAYS}
    still = _open(due="due" in states.values(), missed="overdue" in states.values(), **known)
    return {**move, "pulses": states, "done": done.since(move["moved_on"].isoformat()[:10]), "open": still}


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


def _warning(row: Mapping[str, Any], ended: Mapping[str, tuple[int, int]], cases: Sequence[Mapping[str, Any]]) -> Row:
    """Return a warning as the page shows it; options by which cases were solved most often come first.

    ``taken`` are the person's open ``cases``: who has taken it on. ``closed`` is the last one closed since the move (None: none);
    one that is solved leaves nothing to take on.

    Beside each option what it brought to earlier movers, where that was measured; published are those first that surely helped.
    """
    signs, options = json.loads(row["signs"]), json.loads(row["options"])
    told: list[dict[str, Any]] = [
        {"text": OPTIONS[name], "cases": ended.get(TAKEN_AS.get(name, name)), "helped": one if _measured(one) else None}
        for name, one in zip(_named(options), options, strict=True) if name in OPTIONS
    ]  # fmt: skip
    told.sort(key=lambda one: -one["cases"][0] / one["cases"][1] if one["cases"] else 0.0)
    said = [SIGNS[name] for name in _named(signs) if name in SIGNS]
    taken = [case for case in cases if case["status"] not in CLOSED]
    since = [case for case in cases if case["status"] in CLOSED and case["opened_on"] >= row["moved_on"].isoformat()[:10]]
    closed = max(since, key=lambda case: int(case["entry_id"]), default=None)
    settled = closed is not None and closed["status"] == "solved"
    return {
        **row,
        "signs": said,
        "options": told,
        "taken": taken,
        "closed": closed,
        "open": _open(untaken=not taken and not settled),
    }


def _measured(option: object) -> bool:
    return isinstance(option, Mapping) and option.get("helped") is not None


def _named(entries: dict[str, Any] | list[Any]) -> list[str]:
    """Return the codes of signs or options, however they were published: names, or rows that carry one."""
    if isinstance(entries, dict):
        return list(entries)
    return [entry if isinstance(entry, str) else str(next(iter(entry.values()))) for entry in entries]


def planned_support(row: Mapping[str, Any], done: Supported, today: date) -> Row:
    """Return the training and mentor planned for one mover of the wave, ``courses`` (`courses_of`), beside what was done."""
    courses = courses_of(row["trainings"], done)
    over = any(course["seat"] and not course["attended"] and course["finish_on"] < today.isoformat() for course in courses)
    waits = any(course["stands"] == "waiting" and not course["attended"] for course in courses)
    still = _open(unattended=over, waiting=waits, unmentored=not row["mentor_employee_id"])
    return {**row, "courses": courses, "done": done, "open": still}


def courses_of(written: str, done: Supported) -> list[dict[str, Any]]:
    """Return the courses planned for one mover, as the published table ``support`` writes them.

    Each has its course, competency, days, ``stands`` (``seat``, ``after_start``, ``waiting``) and ``attended``, when it was.
    """
    return [
        {
            **course,
            "stands": "waiting" if not course["seat"] else "seat" if course["before_start"] else "after_start",
            "attended": done.attended(course["course"]),
        }
        for course in json.loads(written or "[]")
    ]
