"""People who could take each other's posts on top of the plan: who, what each and the city gain, and a way into a scenario."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from placement.wave.swaps import worth_of_rings
from publication.accounts.roles import Permission
from publication.answers import Answers
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.masking import visitor_of
from serving.pages.plan import SCOPE, told_moves
from serving.pages.scenarios import USUAL
from serving.rendering import page
from serving.scenarios import swaps_of

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_PLAN))])

PER_PAGE = 10
"""Rings on a page, the most valuable first."""


@router.get("/plan/swaps")
def swaps(request: Request, number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1) -> Response:
    """Show the rings of the run in force, page by page; the first time they are looked for while the page waits."""
    first = (number - 1) * PER_PAGE
    with store_of(request).reading() as answers:
        found, hidden = swaps_of(request, answers), blind.is_blind(request, SCOPE)
        total, shown = int(found["ring"].nunique()), found[found["ring"].between(first + 1, first + PER_PAGE)]
        context = {
            "run": answers.run(), "scope": SCOPE, "blind": hidden, "usual": USUAL, "total": total,
            "rings": _told(request, answers, shown, hidden=hidden),
            "number": number, "first": first + 1, "more": total > first + PER_PAGE, "asked": {},
            "may_settle": visitor_of(request).may(Permission.MAKE_SCENARIOS),
        }  # fmt: skip
        return page(request, "swaps.html", context)


@router.post("/plan/swaps", dependencies=[Depends(guard.needs(Permission.MAKE_SCENARIOS))])
def lock(
    request: Request, ring: Annotated[int, Form(ge=1, le=1_000_000)], name: Annotated[str, Form(max_length=100)] = USUAL
) -> Response:  # fmt: skip
    """Lock every step of a ring into a scenario."""
    with store_of(request).reading() as answers:
        run_id, found = answers.run_id, swaps_of(request, answers)
    steps = found[found["ring"] == ring]
    if steps.empty:
        raise HTTPException(404)
    wanted = {"scenario": name, "run_id": run_id, "wish": "lock"}
    rows = [wanted | {"employee_id": step["employee_id"], "position_id": step["to_position"]} for step in steps.to_dict("records")]
    records_of(request).intake.enter_all("scenarios", rows, visitor_of(request).username, datetime.now().astimezone())
    return RedirectResponse(f"/plan/scenario?{urlencode({'name': name})}", status_code=303)


def _told(request: Request, answers: Answers, found: pd.DataFrame, *, hidden: bool) -> list[dict[str, Any]]:
    """Return rings with their steps, and what each is worth with its 80 % interval."""
    steps = told_moves(request, answers, found.to_dict("records"), hidden=hidden)
    return [
        {"number": number, **worth, "steps": [step for step in steps if step["ring"] == number]}
        for number, worth in worth_of_rings(found).to_dict("index").items()
    ]
