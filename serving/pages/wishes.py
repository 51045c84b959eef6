"""Stated wishes granted in a drawn order: the lot goes on record, then its order is shown, then wishes are looked at."""

from datetime import datetime
from threading import Lock
from typing import Annotated, Any
from urllib.parse import urlencode

import numpy as np
from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from features.errors import EntryError, UsageError
from placement.wave.scenario import open_scenarios
from placement.wave.wishes import Granted
from publication.accounts.roles import Permission
from publication.answers import Answers
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.granting import Granting, drawn_order, ranked_wishes
from serving.masking import visitor_of
from serving.on_demand import WAIT_SECONDS
from serving.pages.plan import SCOPE, told_moves
from serving.pages.reading import kept_of
from serving.pages.scenarios import MOST, USUAL, Name
from serving.rendering import page
from serving.scenarios import SEARCH, files_of, replanner_of

router = APIRouter(dependencies=[Depends(guard.needs(Permission.MAKE_SCENARIOS)), Depends(guard.needs(Permission.READ_PEOPLE))])

MOST_SERVED = 100
"""People of a draw whose turn comes: each wish is a plan of its own."""
USUAL_SHARE = 98


@router.get("/plan/wishes")
def wishes(request: Request, name: Name = USUAL) -> Response:
    """Show how wishes are granted, the form of a draw, and the draws on record for the run in force."""
    with store_of(request).reading() as answers:
        rows = records_of(request).intake.rows("scenarios", limit=MOST, run_id=answers.run_id, wish="draw")
        context = {
            "run": answers.run(), "name": name, "draws": rows, "people": len(_wishes(request, answers)), "most": MOST_SERVED,
            "share": USUAL_SHARE,
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
        row = {"scenario": name, "run_id": answers.run_id, "wish": "draw", "value": kept, "reason": lot.strip()}
    entered = records_of(request).intake.enter("scenarios", row, visitor_of(request).username, datetime.now().astimezone())
    return RedirectResponse(f"/plan/wishes/{entered}", status_code=303)


@router.get("/plan/wishes/{entry_id}")
def order(request: Request, entry_id: int) -> Response:
    """Show the order a lot draws; nobody's wish is on the page."""
    with store_of(request).reading() as answers:
        row = _drawn(request, answers, entry_id)
        return _page(request, answers, row, [{"employee_id": who} for who in _order(request, answers, row)])


@router.get("/plan/wishes/{entry_id}/granted")
def granted(request: Request, entry_id: int) -> Response:
    """Show who is granted what, who is not and why; while it is being worked out the page says how far that is."""
    with store_of(request).reading() as answers:
        row = _drawn(request, answers, entry_id)
        going = _granting(request, answers, row)
        result = _result(going)
        told = [{"employee_id": who} for who in going.order] if result is None else _told(going.order, result)
        return _page(request, answers, row, told, going=going, result=result)


@router.post("/plan/wishes/{entry_id}/granted")
def lock(request: Request, entry_id: int) -> Response:
    """Lock what was granted into the scenario of the draw."""
    with store_of(request).reading() as answers:
        row = _drawn(request, answers, entry_id)
        result = _result(_granting(request, answers, row))
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


def _drawn(request: Request, answers: Answers, entry_id: int) -> dict[str, Any]:
    """Return a draw of the run in force."""
    row = records_of(request).intake.row("scenarios", entry_id) if entry_id < 2**53 else None
    if row is None or row["wish"] != "draw" or row["run_id"] != answers.run_id:
        raise HTTPException(404)
    return row


def _wishes(request: Request, answers: Answers) -> dict[str, list[str]]:
    run = files_of(request, answers)
    return kept_of(request).get(answers.run_id, "wishes", lambda: ranked_wishes(run.table("wave_wishes"), run.table("wave_moves")))


def _order(request: Request, answers: Answers, row: dict[str, Any]) -> list[str]:
    return drawn_order(row["reason"], _wishes(request, answers))[:MOST_SERVED]


def _granting(request: Request, answers: Answers, row: dict[str, Any]) -> Granting:
    """Return the work on a draw, begun at the first question; one draw is worked on at a time."""
    kept, wave = kept_of(request), replanner_of(request, answers).scenarios.wave
    turn = kept.get(answers.run_id, "turn", Lock)

    def begun() -> Granting:
        work = Granting(_order(request, answers, row), _wishes(request, answers), row["value"] / 100, turn)
        return work.begin(lambda: open_scenarios(wave, SEARCH))

    return kept.get(answers.run_id, ("granting", row["reason"], row["value"]), begun)


def _result(going: Granting) -> Granted | None:
    try:
        return going.result()
    except UsageError as error:
        raise EntryError(*error.args) from error


def _told(people: list[str], result: Granted) -> list[dict[str, Any]]:
    """Return one row per person in turn: the post granted, or why none is, and how much of the plan's value was at stake."""
    tried = dict(iter(result.tried.groupby("employee_id", sort=False)))

    def told(who: str) -> dict[str, Any]:
        if who not in tried:
            return {"employee_id": who, "outcome": "no_move"}
        best = float(tried[who]["value"].max())
        if who in result.wishes:
            kept = float(tried[who]["value"].iloc[-1])
            return {"employee_id": who, "outcome": "granted", "post": result.wishes[who], "share": kept / result.free}
        if not np.isfinite(best):
            return {"employee_id": who, "outcome": "impossible", "tried": len(tried[who])}
        return {"employee_id": who, "outcome": "below", "share": best / result.free, "tried": len(tried[who])}

    return [told(who) for who in people]


def _page(
    request: Request, answers: Answers, row: dict[str, Any], people: list[dict[str, Any]], *,
    going: Granting | None = None, result: Granted | None = None,
) -> Response:  # fmt: skip
    hidden = blind.is_blind(request, SCOPE)
    moves = [{"from_position": None, "to_position": person.get("post"), **person} for person in people]
    context = {
        "run": answers.run(), "draw": row, "blind": hidden, "scope": SCOPE, "going": going, "result": result,
        "rows": told_moves(request, answers, moves, hidden=hidden), "people": len(_wishes(request, answers)),
    }  # fmt: skip
    waiting = going is not None and result is None
    return page(request, "drawn_wishes.html", context, headers={"Refresh": str(WAIT_SECONDS)} if waiting else None)
