"""Rings of two to four people who could take each other's posts on top of the plan of the run in force."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from placement.wave.swaps import worth_of_rings
from publication.accounts.roles import Permission
from serving.accounts.guard import needs, store_of
from serving.api.answering import Limit, answer, plain_row
from serving.scenarios import swaps_of

router = APIRouter(tags=["plans"])


@router.get("/plan/swaps", dependencies=[Depends(needs(Permission.READ_PLAN))])
def swaps(request: Request, limit: Limit = 50) -> Response:
    """Return the rings, the most valuable first: what each is worth to the city (80 % interval), its steps, who gains what.

    Each step is followed by that of the person whose post it takes. Worked out at the first question, kept for the run. Where
    its evidence does not support ranking there are none (``ranking_supported``): nobody knows who gains.
    """
    with store_of(request).reading() as answers:
        run, found = answers.run(), swaps_of(request, answers)
        run_id = answers.run_id
    shown = found[found["ring"] <= limit]
    steps = {ring: rows.drop(columns="ring") for ring, rows in shown.groupby("ring")}
    rings = [
        {"ring": ring, **plain_row(worth), "steps": [plain_row(row) for row in steps[ring].to_dict("records")]}
        for ring, worth in worth_of_rings(shown).to_dict("index").items()
    ]
    told = {"ranking_supported": run["ranking_supported"], "found": int(found["ring"].nunique()), "rings": rings}
    return answer(request, run_id, told)
