"""Why, or why not: any person for any post, listed or not."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from features.errors import StalePublicationError
from publication.accounts.roles import Permission
from publication.answers import Answers
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.beside import beside_list
from serving.dossiers import NOTHING, dossiers, standards_of
from serving.figures.interval_bars import interval_bars
from serving.judging import Judgement
from serving.masking import require_reach, shown_people, units_in_reach, visitor_of
from serving.on_demand import WAIT_SECONDS, Explained, explained
from serving.pages.deciding import decision_of
from serving.pages.reading import judgement_of, known_position
from serving.rendering import page

router = APIRouter()

MOST_FOUND = 30


@router.get("/positions/{position_id:path}/candidates", dependencies=[Depends(guard.needs(Permission.READ_PEOPLE))])
def anybody(request: Request, position_id: str, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Find anybody in the account's scope by NIP or name, to see why or why not; one hit leads straight there."""
    with store_of(request).reading() as answers:
        position = known_position(answers, position_id)
        found = answers.find_people(q, MOST_FOUND, units_in_reach(request, answers)) if q.strip() else []
        if len(found) == 1:
            return RedirectResponse(f"/positions/{quote(position_id)}/candidates/{quote(found[0]['employee_id'])}", 303)
        return page(request, "anybody.html", {"run": answers.run(), "position": position, "found": found, "q": q})


@router.get(
    "/positions/{position_id:path}/candidates/{employee_id:path}",
    dependencies=[Depends(guard.needs(Permission.READ_LISTS, Permission.READ_OWN))],
)
def explanation(request: Request, position_id: str, employee_id: str) -> Response:
    """Explain one pair: what is expected, why, which rules stand against it, and what would cure that."""
    with store_of(request).reading() as answers:
        hidden = blind.is_blind(request, position_id) and employee_id != visitor_of(request).employee_id
        position, people = answers.position(position_id), shown_people(request, answers, [employee_id], blind=hidden)
        if position is None or employee_id not in people:
            raise HTTPException(404)
        require_reach(request, answers, people[employee_id], Permission.READ_LISTS)
        told = _told(request, answers, position_id, employee_id)
        row, run = told.row if "uplift" in told.row else None, answers.run()
        bars, reach = interval_bars([row] if row else [])
        facts = answers.facts("facts_positions", position_id)
        dossier = dossiers(answers, [employee_id], run.get("effective_on")).get(employee_id, NOTHING)
        context = {
            "run": run, "position": position, "row": row, "bar": bars[0] if bars else None, "reach": reach, "told": told,
            "employee_id": employee_id, "person": people[employee_id], "blind": hidden,
            "code": blind.code(answers.run_id, employee_id), "judgement": _judgement(request, answers, position_id, employee_id),
            "dossier": dossier, "gaps": dossier.gaps(standards_of(facts["facts"] if facts else {})),
            "rules": answers.exclusions(position_id, [employee_id]),
            "decision": decision_of(request, answers, position_id, employee_id),
            "alongside": beside_list(answers, position_id, employee_id),
            "others": _other_positions(answers, employee_id, position_id),
        }  # fmt: skip
        return page(request, "candidate.html", context, headers={"Refresh": str(WAIT_SECONDS)} if told.waiting else None)


def _told(request: Request, answers: Answers, position_id: str, employee_id: str) -> Explained:
    """Return the pair as published, else worked out now."""
    found = answers.candidate(position_id, employee_id)
    pair = found or {"position_id": position_id, "employee_id": employee_id}
    return explained(request.app.state.explainer, answers.run_id, pair)


def _judgement(request: Request, answers: Answers, position_id: str, employee_id: str) -> Judgement | None:
    """Return the pair judged by every rule; None where the run's facts are not at hand."""
    try:
        return judgement_of(request, answers, position_id, employee_id)
    except StalePublicationError:
        return None


def _other_positions(answers: Answers, employee_id: str, position_id: str) -> list[dict[str, Any]]:
    """Return the employee's best positions but this one, each with the position's own columns under ``position``."""
    best = [row for row in answers.best_positions(employee_id) if row["position_id"] != position_id]
    posts = {post["position_id"]: post for post in answers.many("positions", "position_id", (row["position_id"] for row in best))}
    return [{**row, "position": posts.get(row["position_id"])} for row in best]
