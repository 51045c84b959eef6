"""The shortlist of one position."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from serving.pages.reading import MOST_LISTED, known_position, rules_by_person, store_of
from serving.rendering import interval_bars, page

router = APIRouter()


@router.get("/positions/{position_id:path}")
def shortlist(request: Request, position_id: str, show: str = "first") -> Response:
    """Show the shortlist of a position; made to be printed."""
    with store_of(request).reading() as answers:
        position = known_position(answers, position_id)
        listed = answers.shortlist(position_id, MOST_LISTED)
        first = position["shown"]
        shown = listed if show == "all" else listed[:first]
        bars, reach = interval_bars(shown)
        facts = answers.facts("facts_positions", position_id)
        context = {
            "demands": facts["facts"] if facts else {}, "need": answers.need(position["unit_id"], position["job_family"]),
            "run": answers.run(), "position": position, "rows": list(zip(shown, bars, strict=True)), "reach": reach,
            "listed": len(listed), "first": first, "people": answers.people(row["employee_id"] for row in shown),
            "open_rules": rules_by_person(answers, position_id, listed=True),
        }  # fmt: skip
        return page(request, "shortlist.html", context)
