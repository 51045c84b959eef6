"""The first page: what needs people, what is vacant, which dates and which model are in force, and what to be careful about."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.model_in_force import latest
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.beside import surpluses, weak_spots
from serving.figures.need_map import NeedMap, need_map
from serving.masking import visitor_of
from serving.models_told import models_of, newest_year
from serving.pages.deciding import waiting_for
from serving.pages.inbox import waiting
from serving.pages.reading import kept_of, names_of
from serving.rendering import home_of, language, page, paper

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_LISTS, Permission.READ_OWN))])

FIRST_VACANCIES = 8
STALE_DAYS = 120
"""Data older than this are warned of: a quarter, and the lag of the ratings."""


@router.get("/")
def overview(request: Request) -> Response:
    """Show the state of the city."""
    if not visitor_of(request).may(Permission.READ_LISTS):
        return RedirectResponse(home_of(visitor_of(request)), status_code=303)
    today: date = request.app.state.today()
    with store_of(request).reading() as answers:
        kept, run = kept_of(request), answers.run()
        needs = kept.get(answers.run_id, "need_map", lambda: _need_map(answers))
        windows = kept.get(answers.run_id, "freezes", lambda: freeze_windows(answers))
        models = models_of(latest(request.app.state.settings.folder), run)
        age = (today - date.fromisoformat(run["as_of"])).days
        context = {
            "run": run, "totals": kept.get(answers.run_id, "totals", answers.position_totals), "needs": needs,
            "vacancies": answers.positions(limit=FIRST_VACANCIES, vacant=True), "freeze": next_freeze(windows, today),
            "weak": kept.get(answers.run_id, "weak_spots", lambda: weak_spots(answers)),
            "surpluses": kept.get(answers.run_id, "surpluses", lambda: surpluses(answers, names_of(request, answers))),
            "waiting": waiting(request, answers, today) if visitor_of(request).may(Permission.REPLY) else None,
            "unsigned": waiting_for(request), "models": models,
            "newest_year": newest_year(run, models),
            "rules": Counter(run.get("rules", {}).values()), "pack": _pack_name(answers), "age": age, "stale": age > STALE_DAYS,
        }  # fmt: skip
        return page(request, "overview.html", context)


@router.get("/paper.css")
def margins(request: Request, draft: Annotated[bool, Query()] = True) -> Response:
    """Return the style sheet of printed margins for the run in force."""
    with store_of(request).reading() as answers:
        return Response(paper(language(request), answers.run(), draft=draft), media_type="text/css")


def _need_map(answers: Answers) -> NeedMap:
    return need_map(answers.rows("needs"), answers.rows("units"))


def _pack_name(answers: Answers) -> str:
    rows = answers.rows("rules", rule_id="wording")
    return str(rows[0]["pack"]) if rows else "–"


def freeze_windows(answers: Answers) -> list[dict[str, Any]]:
    """Return the windows in which moves are restricted: from_on, to_on (None: open), scope."""
    first = next(iter(answers.rows("facts_positions", limit=1)), None)
    written = first["facts"].get("freezes") if first else None
    windows = json.loads(written) if written else []
    return [{"from_on": start, "to_on": end, "scope": scope} for start, end, scope, *_ in windows]


def next_freeze(windows: list[dict[str, Any]], today: date) -> Mapping[str, Any] | None:
    """Return the window in force or the next one, with ``days`` until it (0: in force); None where none is on record."""
    ahead = [window for window in windows if not window["to_on"] or date.fromisoformat(window["to_on"]) >= today]
    if not ahead:
        return None
    window = min(ahead, key=lambda window: str(window["from_on"]))
    return {**window, "days": max(0, (date.fromisoformat(window["from_on"]) - today).days)}
