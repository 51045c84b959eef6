"""Who was ruled out of a position's list."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from serving.accounts.guard import needs, store_of
from serving.pages.reading import known_position, rules_by_person
from serving.rendering import page

router = APIRouter(dependencies=[Depends(needs(Permission.READ_LISTS))])


@router.get("/positions/{position_id:path}/exclusions")
def ruled_out(request: Request, position_id: str) -> Response:
    """Show who was ruled out of a position's list, by which rule, and the cure."""
    with store_of(request).reading() as answers:
        position = known_position(answers, position_id)
        rows = rules_by_person(answers, position_id, listed=False)
        people = answers.people(rows)
        counts = answers.exclusion_counts(position_id)
        run = answers.run()
        context = {"run": run, "position": position, "rows": rows, "people": people, "counts": counts}
        context["titles"] = run.get("rule_titles", {})
        return page(request, "exclusions.html", context)
