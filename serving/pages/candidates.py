"""One candidate of a position explained."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from publication.answers import Answers
from serving.on_demand import WAIT_SECONDS, explained
from serving.pages.reading import store_of
from serving.rendering import interval_bars, page

router = APIRouter()


@router.get("/positions/{position_id:path}/candidates/{employee_id:path}")
def explanation(request: Request, position_id: str, employee_id: str) -> Response:
    """Explain one candidate of a position."""
    with store_of(request).reading() as answers:
        position, found = answers.position(position_id), answers.candidate(position_id, employee_id)
        if position is None or found is None:
            raise HTTPException(404)
        bars, reach = interval_bars([found])
        told = explained(request.app.state.explainer, answers.run_id, found)
        context = {
            "run": answers.run(), "position": position, "row": told.row, "bar": bars[0], "reach": reach, "told": told,
            "person": answers.people([employee_id]).get(employee_id, {}),
            "rules": answers.exclusions(position_id, employee_id),
            "others": _other_positions(answers, employee_id, position_id),
        }  # fmt: skip
        return page(request, "candidate.html", context, headers={"Refresh": str(WAIT_SECONDS)} if told.waiting else None)


def _other_positions(answers: Answers, employee_id: str, position_id: str) -> list[dict[str, Any]]:
    """Return the employee's best positions but this one, each with the position's own columns under ``position``."""
    best = (row for row in answers.best_positions(employee_id) if row["position_id"] != position_id)
    return [{**row, "position": answers.position(row["position_id"])} for row in best]
