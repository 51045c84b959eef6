"""Stated wishes granted in a drawn order: the lot goes on record, then its order is shown, then wishes are looked at."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from features.errors import EntryError
from placement.wave.draws import MOST_SERVED, outcomes
from placement.wave.wishes import Granted
from publication.accounts.roles import Permission
from publication.answers import Answers
from serving import blind, granting
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.masking import visitor_of
from serving.on_demand import WAIT_SECONDS
from serving.pages.plan import SCOPE, told_moves
from serving.pages.scenarios import USUAL, Name
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.MAKE_SCENARIOS)), Depends(guard.needs(Permission.READ_PEOPLE))])

USUAL_SHARE = 98


@router.get("/plan/wishes")
def wishes(request: Request, name: Name = USUAL) -> Response:
    """Show how wishes are granted, the form of a draw, and the draws on record for the run in force."""
    with store_of(request).reading() as answers:
        context = {
            "run": answers.run(), "name": name, "draws": granting.draws(request, answers), "most": MOST_SERVED,
            "people": len(granting.wishes_of(request, answers)), "share": USUAL_SHARE,
        }  # fmt: skip
        return page(request, "wishes.html", context)


@router.post("/plan/wishes")
def draw(
    request: Request,
    lot: Annotated[str, Form(max_length=200)],
    share: Annotated[str, Form(max_length=20)],
    name: Annotated[str, Form(max_length=100)] = USUAL,
) -> Response:
    """Put a lot on record: from then on its order stands."""
    kept = _percent(share)
    if not lot.strip() or kept is None:
        raise EntryError(
            "Give the lot that was drawn, and the share of the plan's value to keep: 0 to 100 percent.",
            "Isi angka atau kata undian, dan bagian nilai rencana yang dipertahankan: 0 sampai 100 persen.",
        )
    with store_of(request).reading() as answers:
        entered = granting.put_on_record(request, answers.run_id, lot, kept, name)
    return RedirectResponse(f"/plan/wishes/{entered}", status_code=303)


@router.get("/plan/wishes/{entry_id}")
def order(request: Request, entry_id: int) -> Response:
    """Show the order a lot draws; nobody's wish is on the page."""
    with store_of(request).reading() as answers:
        row = granting.drawn(request, answers, entry_id)
        return _page(request, answers, row, [{"employee_id": who} for who in granting.order_of(request, answers, row)])


@router.get("/plan/wishes/{entry_id}/granted")
def granted(request: Request, entry_id: int) -> Response:
    """Show who is granted what, who is not and why; while it is being worked out the page says how far that is."""
    with store_of(request).reading() as answers:
        row = granting.drawn(request, answers, entry_id)
        going = granting.work_on(request, answers, row)
        result = going.result()
        people = pd.DataFrame({"employee_id": going.order}) if result is None else outcomes(going.order, result)
        return _page(request, answers, row, people.to_dict("records"), going=going, result=result)


@router.post("/plan/wishes/{entry_id}/granted")
def lock(request: Request, entry_id: int) -> Response:
    """Lock what was granted into the scenario of the draw."""
    with store_of(request).reading() as answers:
        row = granting.drawn(request, answers, entry_id)
        result = granting.work_on(request, answers, row).result()
    if result is None:
        return RedirectResponse(f"/plan/wishes/{entry_id}/granted", status_code=303)
    wanted = {"scenario": row["scenario"], "run_id": row["run_id"], "wish": "lock"}
    rows = [wanted | {"employee_id": who, "position_id": post} for who, post in result.wishes.items()]
    records_of(request).intake.enter_all("scenarios", rows, visitor_of(request).username, datetime.now().astimezone())
    return RedirectResponse(f"/plan/scenario?{urlencode({'name': row['scenario']})}", status_code=303)


def _percent(given: str) -> float | None:
    try:
        share = float(given.replace(",", "."))
    except ValueError:
        return None
    return share if 0 <= share <= 100 else None


def _page(
    request: Request, answers: Answers, row: dict[str, Any], people: list[dict[Any, Any]], *,
    going: granting.Granting | None = None, result: Granted | None = None,
) -> Response:  # fmt: skip
    hidden = blind.is_blind(request, SCOPE)
    moves = [{"from_position": None, "to_position": person.get("position_id"), **person} for person in people]
    context = {
        "run": answers.run(), "draw": row, "blind": hidden, "scope": SCOPE, "going": going, "result": result,
        "rows": told_moves(request, answers, moves, hidden=hidden), "people": len(granting.wishes_of(request, answers)),
    }  # fmt: skip
    waiting = going is not None and result is None
    return page(request, "drawn_wishes.html", context, headers={"Refresh": str(WAIT_SECONDS)} if waiting else None)
