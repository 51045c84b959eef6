"""The positions of the city, vacant ones first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from serving.pages.reading import store_of
from serving.rendering import language, page, paper

router = APIRouter()

PER_PAGE = 50


@router.get("/")
def overview(
    request: Request,
    q: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show the positions, vacant ones first."""
    with store_of(request).reading() as answers:
        found = answers.positions(q, PER_PAGE + 1, (number - 1) * PER_PAGE)
        context = {"run": answers.run(), "positions": found[:PER_PAGE], "q": q, "number": number, "more": len(found) > PER_PAGE}
        return page(request, "overview.html", {**context, "first": (number - 1) * PER_PAGE + 1})


@router.get("/paper.css")
def margins(request: Request) -> Response:
    """Return the style sheet of printed margins for the run in force."""
    with store_of(request).reading() as answers:
        return Response(paper(language(request), answers.run()), media_type="text/css")
