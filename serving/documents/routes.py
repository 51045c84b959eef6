"""Addresses of documents: the list of kinds, one document in one format, and the Word template of a kind to edit."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from features.errors import UsageError
from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.known_as import person_named
from publication.read import PublishedRun
from rules.facts import Facts, unpacked
from rules.pack import RulePack
from rules.pack_rows import from_rows
from serving.accounts.guard import needs, records_of, store_of
from serving.accounts.looks import record_deed
from serving.documents.asking import Ask, Reasons, Source
from serving.documents.kinds import KINDS, About, Kind
from serving.documents.layout import load_layout
from serving.documents.office import load_office
from serving.documents.paper import PAPERS
from serving.documents.rendering import MEDIA, Format, render
from serving.documents.word_templates import template_of
from serving.on_demand import explained
from serving.pages.reading import kept_of
from serving.rendering import language, page

router = APIRouter(dependencies=[Depends(needs(Permission.EXPORT))])

TEMPLATES = "templates"
"""Folder of the workspace for the office's letterhead and its own templates."""
MOST_CHOSEN = 500
"""Positions offered in the list to choose from, vacant ones first; others are reached from their own page."""

GROUPS: dict[About, tuple[str, str]] = {
    "position": ("documents_about_position", "documents_need_position"),
    "pair": ("documents_about_pair", "documents_need_pair"),
    "moves": ("documents_about_moves", "documents_need_moves"),
    "unit": ("documents_about_unit", "documents_need_unit"),
    "run": ("documents_about_run", "documents_choose"),
    "person": ("documents_about_person", "documents_choose"),
}
"""What the list says above each group of kinds, and where what the group needs is not chosen yet."""

Id = Annotated[str, Query(max_length=200)]
Ids = Annotated[list[Id] | None, Query(max_length=5)]


@router.get("/documents")
def documents(request: Request, position: Id = "", employee: Ids = None, unit: Id = "") -> Response:
    """Show every kind of document, with links for what was chosen: a position, people, a unit, or the whole wave."""
    with store_of(request).reading() as answers:
        named = [person_named(answers, given) for given in employee or [] if given.strip()]
        people = {person["employee_id"]: person for person in named if person}
        place = answers.position(position) if position else None
        ask = Ask(position if place else "", tuple(people), unit)
        moves, units = answers.plan(), _units(answers)
        ready = {
            "position": place is not None, "pair": place is not None and bool(people), "moves": bool(moves),
            "unit": unit in units, "run": True, "person": True,
        }  # fmt: skip
        groups = [
            {"about": about, "heading": heading, "need": need, "ready": ready[about],
             "kinds": [(kind, _links(kind, ask)) for kind in KINDS.values() if kind.about == about]}
            for about, (heading, need) in GROUPS.items()
        ]  # fmt: skip
        context = {
            "run": answers.run(), "groups": groups, "chosen": ask, "people": people, "units": units,
            "positions": answers.positions(limit=MOST_CHOSEN), "given": " ".join(employee or []), "nobody": None in named,
        }  # fmt: skip
        return page(request, "documents.html", context)


@router.get("/documents/{kind}.template.docx")
def template(request: Request, kind: str) -> Response:
    """Return the Word template of a kind, to be edited and put among the office's own."""
    own = _own(request)
    path = own / f"{_kind(kind).name}.docx"
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
    employee: Ids = None,
    unit: Id = "",
    paper: Literal["A4", "F4"] = "A4",
) -> Response:
    """Return one document. Names are in it because a named account asked for it, and that is logged."""
    chosen, own = _kind(kind), _own(request)
    ask = Ask(position, tuple(name for name in employee or () if name), unit)
    try:
        with store_of(request).reading() as answers:
            source = _source(request, answers, own)
            content = chosen.build(source, ask)
        made = render(content, wanted, source.office, PAPERS[paper], own)
    except UsageError as error:
        return _faulty(request, error)
    record_deed(request, "export", f"{kind}.{wanted} {content.run_id} {content.digest} {_subject(ask)}".strip())
    return _file(made, wanted, f"{kind}-{content.digest}.{wanted}")


def _links(kind: Kind, ask: Ask) -> list[tuple[str, str]]:
    """Return the label and address of a kind in every format and on every paper."""
    asked = {
        "position": [("position", ask.position_id), *(("employee", who) for who in ask.employee_ids)],
        "pair": [("position", ask.position_id), *(("employee", who) for who in ask.employee_ids[:1])],
        "moves": [*(("employee", who) for who in ask.employee_ids), ("unit", ask.unit_id)],
        "unit": [("unit", ask.unit_id)],
        "run": [],
        "person": [("employee", who) for who in ask.employee_ids],
    }[kind.about]
    given = [(name, value) for name, value in asked if value]
    printed = [(f"{label} {paper}", f"{kind.name}.{ending}", [("paper", paper)])
               for label, ending in (("PDF", "pdf"), ("Word", "docx")) for paper in PAPERS]  # fmt: skip
    return [(label, _address(name, [*given, *more])) for label, name, more in [*printed, ("Excel", f"{kind.name}.xlsx", [])]]


def _address(name: str, given: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(given))
    return f"/documents/{name}?{query}" if query else f"/documents/{name}"


def _source(request: Request, answers: Answers, own: Path) -> Source:
    folder = request.app.state.settings.folder.published / answers.run_id

    def law() -> tuple[RulePack, Facts]:
        run = PublishedRun(answers.run_id, folder)
        return from_rows(run.table("rules")), unpacked(run.table("facts_employees"), run.table("facts_positions"))

    hidden = request.state.visitor.grant.hidden
    return Source(
        answers, load_office(own), _reasons(request, answers.run_id), answers.run(), hidden, records_of(request),
        lambda: kept_of(request).get(answers.run_id, "law", law),
    )  # fmt: skip


def _subject(ask: Ask) -> str:
    """Return whom or what a document is about, for the access log, which only auditors read."""
    return " ".join(part for part in (ask.position_id, *ask.employee_ids, ask.unit_id) if part)


def _reasons(request: Request, run_id: str) -> Reasons:
    def reasons(row: dict[str, Any]) -> dict[str, Any]:
        return explained(request.app.state.explainer, run_id, row).row

    return reasons


def _units(answers: Answers) -> dict[str, str]:
    """Return the names of the units that the planned wave touches, by id."""
    touched = {row[name] for row in answers.plan() for name in ("from_position", "to_position") if row[name]}
    places = (answers.position(position_id) for position_id in sorted(touched))
    return {str(place["unit_id"]): str(place["unit_name"] or place["unit_id"]) for place in places if place}


def _faulty(request: Request, error: UsageError) -> Response:
    return page(request, "document_fault.html", {"said": error.into(language(request))}, status=422)


def _file(made: bytes, wanted: Format, name: str) -> Response:
    return Response(made, media_type=MEDIA[wanted], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise HTTPException(404)
    return KINDS[name]


def _own(request: Request) -> Path:
    root: Path = request.app.state.settings.folder.root
    return root / TEMPLATES
