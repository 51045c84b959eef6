"""Kept views: the filters, order and columns of a list under a name, each account its own; one of them opens the page."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from publication.accounts.roles import Permission
from publication.accounts.views import KeptView
from serving.accounts import guard
from serving.accounts.guard import records_of
from serving.accounts.signing import local
from serving.masking import visitor_of
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_LISTS, Permission.READ_PLAN))])

FIELDS: dict[str, tuple[str, ...]] = {
    "shortlist": ("show", "sort", "eligible", "grade", "cols"),
    "positions": ("q", "vacant", "kind", "unit"),
    "plan": ("view",),
}
"""What of a page's address belongs to its view; a kept view holds nothing else, no search for a person above all."""
USUAL = (("show", "first"), ("sort", "order"))
"""Said by the form of a list though nothing was chosen."""
PLAIN = "plain"
"""In an address: the page as it is without any view, though one is preferred."""
OPENED_AT = {"positions": "/positions", "plan": "/plan"}
"""Where a view of the page can be opened without choosing something first."""
PageName = Annotated[str, Form(alias="page", max_length=20)]
ViewName = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of its kept views: the query it stands at, which view that is (empty: none), and all of them."""

    page: str
    path: str
    query: str
    name: str
    kept: tuple[KeptView, ...]


def views_of(request: Request, of_page: str) -> Shown:
    """Return the account's views of the page asked for."""
    kept = tuple(records_of(request).views.of(visitor_of(request).username, of_page))
    query = tidied(of_page, request.url.query)
    name = next((view.name for view in kept if view.query == query), "")
    return Shown(of_page, quote(request.scope["path"]), query, name, kept)


def preferred(request: Request, shown: Shown) -> Response | None:
    """Return the way to the page's preferred view where the address asks for none, else None."""
    asked = set(request.query_params)
    first = next((view for view in shown.kept if view.preferred and view.query), None)
    if first is None or PLAIN in asked or asked & set(FIELDS[shown.page]):
        return None
    query = urlencode([*parse_qsl(first.query), *request.query_params.multi_items()])
    return RedirectResponse(f"{shown.path}?{query}", status_code=303)


def tidied(of_page: str, query: str) -> str:
    """Return what of a query belongs to the page's view, in a fixed order, so that equal views have equal queries."""
    fields = FIELDS[of_page]
    given = {(name, value.strip()) for name, value in parse_qsl(query) if name in fields and value.strip()}
    return urlencode(sorted(given - set(USUAL), key=lambda pair: (fields.index(pair[0]), pair[1])))


@router.get("/views")
def views(request: Request) -> Response:
    """Show every kept view: open, rename, delete, choose the one a page opens with."""
    kept = [{"view": view, "told": parse_qsl(view.query), "at": OPENED_AT.get(view.page)} for view in _all(request)]
    return page(request, "views.html", {"kept": kept})


@router.post("/views")
def keep(
    request: Request,
    of_page: PageName,
    name: ViewName,
    query: Annotated[str, Form(max_length=4000)] = "",
    first: Annotated[str, Form(max_length=1)] = "",
    next: Annotated[str, Form(max_length=4000)] = "/views",
) -> Response:
    """Keep the view a page stands at, and go back to the page."""
    account, kept = visitor_of(request).username, records_of(request).views
    kept.keep(account, _known(of_page), name, tidied(of_page, query))
    if first:
        kept.prefer(account, of_page, " ".join(name.split()))
    return RedirectResponse(local(next), status_code=303)


@router.post("/views/rename")
def rename(request: Request, of_page: PageName, name: ViewName, wanted: ViewName) -> Response:
    """Give a view another name."""
    records_of(request).views.rename(visitor_of(request).username, _known(of_page), name, wanted)
    return RedirectResponse("/views", status_code=303)


@router.post("/views/prefer")
def prefer(request: Request, of_page: PageName, name: ViewName = "") -> Response:
    """Let a page open with a view; with none where no name is given."""
    records_of(request).views.prefer(visitor_of(request).username, _known(of_page), name or None)
    return RedirectResponse("/views", status_code=303)


@router.post("/views/forget")
def forget(request: Request, of_page: PageName, name: ViewName) -> Response:
    """Delete a view."""
    records_of(request).views.forget(visitor_of(request).username, _known(of_page), name)
    return RedirectResponse("/views", status_code=303)


def _all(request: Request) -> list[KeptView]:
    return [view for view in records_of(request).views.of(visitor_of(request).username) if view.page in FIELDS]


def _known(of_page: str) -> str:
    if of_page not in FIELDS:
        raise HTTPException(404)
    return of_page
