"""Pages for HR: positions, the shortlist of one, one candidate explained, and who was ruled out."""

from collections import defaultdict
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from publication.answers import Answers
from publication.store import Store
from serving.on_demand import WAIT_SECONDS, explained
from serving.rendering import interval_bars, language, page, paper

router = APIRouter()

PER_PAGE = 50
MOST_LISTED = 50


@router.get("/")
def overview(
    request: Request,
    q: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show the positions, vacant ones first."""
    with _store(request).reading() as answers:
        found = answers.positions(q, PER_PAGE + 1, (number - 1) * PER_PAGE)
        context = {"run": answers.run(), "positions": found[:PER_PAGE], "q": q, "number": number, "more": len(found) > PER_PAGE}
        return page(request, "overview.html", {**context, "first": (number - 1) * PER_PAGE + 1})


@router.get("/paper.css")
def margins(request: Request) -> Response:
    """Return the style sheet of printed margins for the run in force."""
    with _store(request).reading() as answers:
        return Response(paper(language(request), answers.run()), media_type="text/css")


@router.get("/positions/{position_id:path}/candidates/{employee_id:path}")
def explanation(request: Request, position_id: str, employee_id: str) -> Response:
    """Explain one candidate of a position."""
    with _store(request).reading() as answers:
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


@router.get("/positions/{position_id:path}/exclusions")
def ruled_out(request: Request, position_id: str) -> Response:
    """Show who was ruled out of a position's list, by which rule, and the cure."""
    with _store(request).reading() as answers:
        position = _position(answers, position_id)
        rows = _rules_by_person(answers, position_id, listed=False)
        people = answers.people(rows)
        counts = answers.exclusion_counts(position_id)
        run = answers.run()
        context = {"run": run, "position": position, "rows": rows, "people": people, "counts": counts}
        context["titles"] = run.get("rule_titles", {})
        return page(request, "exclusions.html", context)


@router.get("/positions/{position_id:path}")
def shortlist(request: Request, position_id: str, show: str = "first") -> Response:
    """Show the shortlist of a position; made to be printed."""
    with _store(request).reading() as answers:
        position = _position(answers, position_id)
        listed = answers.shortlist(position_id, MOST_LISTED)
        first = position["shown"]
        shown = listed if show == "all" else listed[:first]
        bars, reach = interval_bars(shown)
        facts = answers.facts("facts_positions", position_id)
        context = {
            "demands": facts["facts"] if facts else {}, "need": answers.need(position["unit_id"], position["job_family"]),
            "run": answers.run(), "position": position, "rows": list(zip(shown, bars, strict=True)), "reach": reach,
            "listed": len(listed), "first": first, "people": answers.people(row["employee_id"] for row in shown),
            "open_rules": _rules_by_person(answers, position_id, listed=True),
        }  # fmt: skip
        return page(request, "shortlist.html", context)


def _store(request: Request) -> Store:
    store = request.app.state.store
    assert isinstance(store, Store)
    return store


def _position(answers: Answers, position_id: str) -> dict[str, Any]:
    position = answers.position(position_id)
    if position is None:
        raise HTTPException(404)
    return position


def _rules_by_person(answers: Answers, position_id: str, *, listed: bool) -> dict[str, list[dict[str, Any]]]:
    """Return by employee the rules in the way: of people on the list (still open), or of people ruled out."""
    candidates = {row["employee_id"] for row in answers.shortlist(position_id, MOST_LISTED)}
    rules: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in answers.exclusions(position_id):
        if (row["employee_id"] in candidates) == listed:
            rules[row["employee_id"]].append(row)
    return dict(rules)


def _other_positions(answers: Answers, employee_id: str, position_id: str) -> list[dict[str, Any]]:
    """Return the employee's best positions but this one, each with the position's own columns under ``position``."""
    best = (row for row in answers.best_positions(employee_id) if row["position_id"] != position_id)
    return [{**row, "position": answers.position(row["position_id"])} for row in best]
