"""Scenarios of the plan: lock, forbid, force, set limits; solved again at once, beside the published plan, prices in words."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from features.bilingual import Bilingual
from features.errors import EntryError, UsageError
from placement.wave.groups import group_name
from placement.wave.limits import Changes
from placement.wave.plan import Plan
from placement.wave.settling import LIMITS, PERCENT, SHARE, changes_of
from placement.wave.wording import Names, share_texts
from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.intake.choices import SCENARIO_WISHES
from publication.known_as import person_named
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.masking import visitor_of
from serving.pages.plan import SCOPE, told_moves
from serving.pages.reading import (
    kept_of,
    no_position_named,
    nobody_named,
    person_coded,
    position_named,
)
from serving.reader_names import ReaderNames
from serving.rendering import page
from serving.scenarios import Replanner, replanner_of
from serving.settling import Answer, answered

router = APIRouter(dependencies=[Depends(guard.needs(Permission.MAKE_SCENARIOS))])

USUAL = "Skenario 1"
MOST = 500
Name = Annotated[str, Query(max_length=100)]
Filled = Annotated[str, Form(max_length=200)]


@router.get("/plan/scenario")
def scenario(
    request: Request, name: Name = USUAL, why: Annotated[str, Query(max_length=401)] = "",
    group: Annotated[str, Query(max_length=50)] = "", share: Annotated[float, Query(ge=0, le=100)] = 0,
) -> Response:  # fmt: skip
    """Show a scenario: what is settled, the plan that follows, what changes against the published one, what limits cost.

    ``group`` and ``share`` (percent): what asking for that share of the moves would cost, before it is imposed.
    """
    with store_of(request).reading() as answers:
        run_id, run = answers.run_id, answers.run()
        wishes = wishes_of(request, run_id, name)
        hidden = blind.is_blind(request, SCOPE)
        planner, names = replanner_of(request, answers), ReaderNames(request, answers, hidden=hidden)
        limits = planner.scenarios.wave.limits
        answer = solved(request, planner, run_id, wishes)
        moves = [] if answer.plan is None else _rows(answer)
        context = {
            "run": run, "name": name, "wishes": _told_wishes(request, answers, wishes), "answer": answer, "scope": SCOPE,
            "blind": hidden, "moves": told_moves(request, answers, moves, hidden=hidden), "published": run.get("plan", {}),
            "wish_words": SCENARIO_WISHES, "limits": LIMITS, "now": limits, "told": answer.told(names), "percent_limit": PERCENT,
            "names": sorted({*scenario_names(request, run_id), name}),
            "groups": [(one, group_name(one)) for one in planner.scenarios.groups], "group": group, "share": share,
            "share_limit": SHARE, "group_name": group_name, "price": _price(planner, group, share, answer.changes),
            "why": _why(answers, planner, why, wishes, names),
            "may_grant": visitor_of(request).may(Permission.READ_PEOPLE),
            "changed": _changed(request, answers, answer, names, hidden=hidden),
        }  # fmt: skip
        return page(request, "scenario.html", context)


@router.post("/plan/scenario")
def settle(
    request: Request,
    wish: Filled,
    name: Filled = USUAL,
    employee_id: Filled = "",
    position_id: Filled = "",
    limit_name: Filled = "",
    value: Filled = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Add one wish to a scenario; people and positions are named as readers know them: by NIP, code or title."""
    account = visitor_of(request)
    with store_of(request).reading() as answers:
        run_id = answers.run_id
        person = person_named(answers, employee_id) or person_coded(request, answers, employee_id)
        place = position_named(answers, position_id)
    if employee_id.strip() and person is None:
        raise nobody_named()
    if position_id.strip() and place is None:
        raise no_position_named()
    row = {"scenario": name, "run_id": run_id, "wish": wish, "employee_id": person["employee_id"] if person else "",
           "position_id": place["position_id"] if place else "", "limit_name": limit_name, "value": value,
           "reason": reason}  # fmt: skip
    records_of(request).intake.enter("scenarios", row, account.username, datetime.now().astimezone())
    return RedirectResponse(f"/plan/scenario?{urlencode({'name': name})}", status_code=303)


@router.post("/plan/scenario/{entry_id}/withdraw")
def unsettle(request: Request, entry_id: int) -> Response:
    """Take one wish out of its scenario; it stays on record."""
    intake = records_of(request).intake
    row = intake.row("scenarios", entry_id) if entry_id < 2**53 else None
    if row is None:
        raise HTTPException(404)
    if row["wish"] == "draw":
        raise EntryError(
            "A lot once drawn stays on record: whoever could take it back could draw until it suits.",
            "Undian yang sudah ditarik tetap tercatat: siapa yang dapat mencabutnya dapat mengundi sampai cocok.",
        )
    intake.withdraw("scenarios", entry_id, "scenario", visitor_of(request).username, datetime.now().astimezone())
    return RedirectResponse(f"/plan/scenario?{urlencode({'name': row['scenario']})}", status_code=303)


def wishes_of(request: Request, run_id: str, name: str) -> list[dict[str, Any]]:
    """Return what a scenario of the run settles, oldest first."""
    return records_of(request).intake.rows("scenarios", limit=MOST, newest_first=False, scenario=name, run_id=run_id)


def scenario_names(request: Request, run_id: str) -> list[str]:
    """Return the names of the run's scenarios."""
    rows = records_of(request).intake.rows("scenarios", limit=MOST, run_id=run_id)
    return sorted({row["scenario"] for row in rows})


def published_plan(planner: Replanner) -> Plan:
    """Return the published plan as the solver has it."""
    return planner.solve(Changes()).plan


def solved(request: Request, planner: Replanner, run_id: str, wishes: list[dict[str, Any]]) -> Answer:
    """Return a scenario solved beside the published plan; kept, so that it is solved once."""
    kept = kept_of(request)
    before = kept.get(run_id, "published_plan", lambda: published_plan(planner))
    changes = changes_of(wishes, planner.scenarios.wave.limits)
    return kept.get(run_id, ("scenario", repr(changes)), lambda: answered(planner, changes, before))


def _rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.plan is not None
    rows = answer.plan.moves.rename(columns={"value": "net_value"}).to_dict("records")
    return [{str(key): None if pd.isna(value) else value for key, value in row.items()} for row in rows]


def _told_wishes(request: Request, answers: Answers, wishes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    pairs = [{"employee_id": row["employee_id"] or "", "from_position": None, "to_position": row["position_id"]} for row in wishes]
    told = told_moves(request, answers, pairs, hidden=blind.is_blind(request, SCOPE))
    return [
        {**row, "person": pair["person"], "code": pair["code"], "post": pair["target"]}
        for row, pair in zip(wishes, told, strict=True)
    ]


def _changed(request: Request, answers: Answers, answer: Answer, names: Names, *, hidden: bool) -> list[dict[str, Any]]:
    rows = [{**row, "from_position": None, "to_position": None} for row in answer.changed(names)]
    return told_moves(request, answers, rows, hidden=hidden)


def _price(planner: Replanner, group: str, share: float, changes: Changes) -> Bilingual | None:
    """Return what asking for a share of a group would cost, in words; None where nothing is asked."""
    if group not in planner.scenarios.groups or not share:
        return None
    try:
        return share_texts(planner.share_prices({group: share / 100}, changes))[0]
    except UsageError as error:
        return error.message


def _why(answers: Answers, planner: Replanner, why: str, wishes: list[dict[str, Any]], names: Names) -> Bilingual | None:
    """Return why a pair (``employee position`` in the address) is not in the plan."""
    who, _, where = why.partition("|")
    if not where or who not in answers.people([who]) or answers.position(where) is None:
        return None
    try:
        return planner.why_not(who, where, changes_of(wishes, planner.scenarios.wave.limits), names)
    except UsageError as error:
        return error.message
