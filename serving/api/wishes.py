"""Wishes granted in a drawn order: a lot goes on record, its order can be read, then it is worked out who is granted what."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from features.errors import EntryError
from placement.wave.draws import MOST_SERVED, outcomes
from publication.accounts.roles import Permission
from serving import granting
from serving.accounts.guard import needs, store_of
from serving.api.answering import answer, finite, plain_row
from serving.on_demand import WAIT_SECONDS

router = APIRouter(tags=["plans"], dependencies=[Depends(needs(Permission.MAKE_SCENARIOS)), Depends(needs(Permission.READ_PEOPLE))])

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Lot(BaseModel):
    """A lot drawn in public: ``share`` of the plan's value to keep (percent), the scenario into which grants may be locked."""

    lot: str = Field(min_length=1, max_length=200)
    share: float = Field(default=98.0, ge=0, le=100)
    scenario: str = Field(default="API", min_length=1, max_length=100)


@router.get("/plan/wishes")
def draws(request: Request) -> Response:
    """Return the draws on record for the run in force, and how many people stated a wish for a post they are candidates for."""
    with store_of(request).reading() as answers:
        rows = [_draw(row) for row in granting.draws(request, answers)]
        people = len(granting.wishes_of(request, answers))
        return answer(request, answers.run_id, {"draws": rows, "people": people, "most_served": MOST_SERVED})


@router.post("/plan/wishes")
def draw(request: Request, given: Annotated[Lot, Body()]) -> Response:
    """Put a lot on record and return its number and its order, which stands before anybody's wish is looked at."""
    if not given.lot.strip():
        raise EntryError("The lot is blank: give the number or word that was drawn.",
                         "Undian kosong: isi angka atau kata yang ditarik.")  # fmt: skip
    with store_of(request).reading() as answers:
        granting.wishes_of(request, answers)  # a run that can grant none puts no lot on record
        number = granting.put_on_record(request, answers.run_id, given.lot, given.share, given.scenario)
        return _ordered(request, number)


@router.get("/plan/wishes/{number}")
def order(request: Request, number: Number) -> Response:
    """Return a draw and the order of its turns; nobody's wish is in it."""
    return _ordered(request, number)


@router.get("/plan/wishes/{number}/granted")
def granted(request: Request, number: Number) -> Response:
    """Return who is granted which wish, who is not and why; the first question begins the work, which goes on beside the answers.

    ``state``: *working* (``served`` of ``turns`` so far; ask again after ``Retry-After`` seconds) or *done*. ``outcome`` of each
    turn: granted, below (the floor), impossible (within the limits), no_move, not_reached (the time for it was over).
    """
    with store_of(request).reading() as answers:
        row = granting.drawn(request, answers, number)
        going, run_id = granting.work_on(request, answers, row), answers.run_id
    result = going.result()
    told: dict[str, Any] = {**_draw(row), "served": going.served, "turns": len(going.order)}
    if result is None:
        made = answer(request, run_id, {**told, "state": "working"})
        made.headers["Retry-After"] = str(WAIT_SECONDS)
        return made
    values = {"free": finite(result.free), "floor": finite(result.floor), "value": finite(result.value)}
    people = [plain_row(person) for person in outcomes(going.order, result).to_dict("records")]
    return answer(request, run_id, {**told, "state": "done", **values, "people": people})


def _ordered(request: Request, number: int) -> Response:
    with store_of(request).reading() as answers:
        row = granting.drawn(request, answers, number)
        return answer(request, answers.run_id, {**_draw(row), "order": granting.order_of(request, answers, row)})


def _draw(row: dict[str, Any]) -> dict[str, Any]:
    said = {"number": row["entry_id"], "lot": row["reason"], "share": row["value"], "scenario": row["scenario"]}
    return {**said, "entered_at": row["entered_at"], "entered_by": row["entered_by"]}
