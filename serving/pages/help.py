"""The help page: uplift, interval and grade for someone who never studied statistics."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from serving.accounts.guard import needs
from serving.figures.interval_bars import interval_bars
from serving.rendering import page

router = APIRouter(dependencies=[Depends(needs(Permission.READ_OWN))])

EXAMPLES = [
    {"lower": 0.12, "uplift": 0.31, "upper": 0.5},
    {"lower": -0.2, "uplift": 0.1, "upper": 0.4},
    {"lower": -0.5, "uplift": -0.3, "upper": -0.1},
]
"""Three intervals: clearly above zero, across zero, clearly below."""


@router.get("/help")
def explained(request: Request) -> Response:
    """Show how to read a list."""
    bars, _ = interval_bars(EXAMPLES)
    return page(request, "help.html", {"bars": bars})
