"""Who was ruled out of a position's list."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.masking import shown_people
from serving.pages.reading import known_position, rules_that_exclude
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_LISTS))])


@router.get("/positions/{position_id:path}/exclusions")
def ruled_out(request: Request, position_id: str) -> Response:
    """Show who was ruled out of a position's list, by which rule, and the cure."""
    with store_of(request).reading() as answers:
        position = known_position(answers, position_id)
        rows, hidden = rules_that_exclude(answers, position_id), blind.is_blind(request, position_id)
        people = shown_people(request, answers, rows, blind=hidden)
        codes = {who: blind.code(answers.run_id, who) for who in rows}
        counts = answers.exclusion_counts(position_id)
        run = answers.run()
        context: dict[str, Any] = {
            "run": run,
            "position": position,
            "rows": rows,
            "people": people,
            "counts": counts,
            "codes": codes,
        }
        context |= {"titles": run.get("rule_titles", {}), "blind": hidden}
        return page(request, "exclusions.html", context)
