"""How groups fared in the lists and the plan: shares at each step, ratios with their intervals, what scores give away."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.groups import by_score, by_step
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_EVALUATION))])


@router.get("/fairness")
def fairness(request: Request) -> Response:
    """Show how groups fared; nothing in it changes a list."""
    with store_of(request).reading() as answers:
        rows = answers.rows("fairness")
        run = answers.run() or {}
        gate = run.get("fairness") or {}
        context = {"run": run, "steps": by_step(rows), "scores": by_score(rows), "rules": gate.get("rules")}
        return page(request, "fairness.html", context)
