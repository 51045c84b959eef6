"""Addresses of documents: the list of kinds, one document in one format, and the Word template of a kind to edit."""

import logging
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from features.errors import UsageError
from publication.answers import Answers
from publication.store import Store
from serving.documents.contents.asking import Ask, Source
from serving.documents.kinds import KINDS, Kind
from serving.documents.layout import load_layout
from serving.documents.office import load_office
from serving.documents.paper import PAPERS
from serving.documents.rendering import FORMATS, MEDIA, Format, render
from serving.documents.word_templates import template_of
from serving.on_demand import explained
from serving.rendering import language, page

router = APIRouter()

_LOG = logging.getLogger(__name__)
TEMPLATES = "templates"
"""Folder of the workspace for the office's letterhead and its own templates."""
Id = Annotated[str, Query(max_length=200)]


@router.get("/documents")
def documents(request: Request, position: Id = "", employee: Annotated[list[str] | None, Query(max_length=5)] = None,
              unit: Id = "") -> Response:  # fmt: skip
    """Show every kind of document, with links for what the reader came from: a position, people, a unit, or the whole wave."""
    with _store(request).reading() as answers:
        place = answers.position(position) if position else None
        people = answers.people(employee or [])
        context = {
            "run": answers.run(), "kinds": list(KINDS.values()), "formats": FORMATS, "papers": list(PAPERS),
            "position": place, "people": people, "unit": unit, "units": _units(answers), "moves": len(answers.plan()),
            "about": {"position": position, "employee": list(people), "unit": unit},
            "titles": {place["position_id"]: place for place in answers.positions(limit=500)},
        }  # fmt: skip
        return page(request, "documents.html", context)


@router.get("/documents/{kind}.template.docx")
def template(request: Request, kind: str) -> Response:
    """Return the Word template of a kind, to be edited and put among the office's own."""
    _kind(kind)
    own = _own(request)
    path = own / f"{kind}.docx"
    try:
        made = path.read_bytes() if path.is_file() else template_of(load_layout(kind, own))
    except UsageError as error:
        return _faulty(request, error)
    return _file(made, "docx", f"{kind}.docx")


@router.get("/documents/{kind}.{wanted}")
def document(
    request: Request,
    kind: str,
    wanted: Format,
    position: Id = "",
    employee: Annotated[list[str] | None, Query(max_length=5)] = None,
    unit: Id = "",
    paper: Literal["A4", "F4"] = "A4",
) -> Response:
    """Return one document. Names are in it because a named account asked for it, and that is logged."""
    chosen = _kind(kind)
    own = _own(request)
    ask = Ask(position, tuple(name for name in employee or () if name), unit)
    try:
        with _store(request).reading() as answers:
            source = Source(answers, load_office(own), _explainer(request, answers.run_id), answers.run())
            content = chosen.build(source, ask)
        made = render(content, wanted, source.office, PAPERS[paper], own)
    except UsageError as error:
        return _faulty(request, error)
    _LOG.info("document %s.%s of run %s, content %s, exported by %s", kind, wanted, content.run_id, content.digest, _account(request))
    return _file(made, wanted, f"{kind}-{content.digest}.{wanted}")


def _explainer(request: Request, run_id: str) -> Any:
    def reasons(row: dict[str, Any]) -> dict[str, Any]:
        return explained(request.app.state.explainer, run_id, row).row

    return reasons


def _units(answers: Answers) -> dict[str, str]:
    """Return the units that the planned wave touches, by id."""
    touched = {row[name] for row in answers.plan() for name in ("from_position", "to_position") if row[name]}
    places = (answers.position(position_id) for position_id in sorted(touched))
    return {place["unit_id"]: place["unit_name"] or place["unit_id"] for place in places if place}


def _faulty(request: Request, error: UsageError) -> Response:
    return page(request, "document_fault.html", {"said": error.into(language(request))}, status=422)


def _file(made: bytes, wanted: Format, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=MEDIA[wanted], headers=headers)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise HTTPException(404)
    return KINDS[name]


def _own(request: Request) -> Any:
    return request.app.state.settings.folder.root / TEMPLATES


def _account(request: Request) -> str:
    return str(request.state.account)


def _store(request: Request) -> Store:
    store = request.app.state.store
    assert isinstance(store, Store)
    return store
