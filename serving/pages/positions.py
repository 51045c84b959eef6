"""The positions of the city, vacant ones first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.pages.views import preferred, views_of
from serving.rendering import page
from serving.texts.coded import CHOICES

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_LISTS))])

PER_PAGE = 50


@router.get("/positions")
def positions(
    request: Request,
    q: Annotated[str, Query(max_length=100)] = "",
    vacant: Annotated[str, Query(max_length=3)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    unit: Annotated[str, Query(max_length=100)] = "",
    person: Annotated[str, Query(alias="for", max_length=200)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show the positions, vacant ones first; search and filter."""
    kept = views_of(request, "positions")
    if not person and (elsewhere := preferred(request, kept)) is not None:
        return elsewhere
    with store_of(request).reading() as answers:
        first = (number - 1) * PER_PAGE
        found = answers.positions(q, PER_PAGE + 1, first, vacant=vacant == "1", job_kind=kind, unit_id=unit)
        asked = {"q": q, "vacant": vacant, "kind": kind, "unit": unit, "for": person}
        given = {name: value for name, value in asked.items() if value}
        context = {
            "run": answers.run(), "positions": found[:PER_PAGE], "number": number, "more": len(found) > PER_PAGE, **asked,
            "first": first + 1, "kinds": list(CHOICES["job_kind"]), "asked": given, "person": person, "kept": kept,
        }  # fmt: skip
        return page(request, "positions.html", context)
