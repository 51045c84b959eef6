"""One's own page: data held, posts open, moves under way, answers to what one has said."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from publication.accounts.roles import Permission
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.masking import visitor_of
from serving.pages.deciding import told
from serving.pages.inbox import duties_of
from serving.rendering import home_of, page
from serving.supported import NOTHING, supported

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_OWN))])

SAID = ("aspirations", "questions", "corrections", "objections")
"""What an employee may say, and is answered."""
MOST_POSTS = 50


@router.get("/me")
def me(request: Request) -> Response:
    """Show one's own page; an account that is no employee's is led to its first page."""
    account, records = visitor_of(request), records_of(request)
    who = account.employee_id
    if who is None:
        return RedirectResponse(home_of(account), status_code=303)
    with store_of(request).reading() as answers:
        person = answers.people([who]).get(who)
        if person is None:
            raise HTTPException(404)
        said = {name: records.intake.rows(name, employee_id=who, limit=20) for name in SAID}
        replies = {name: records.intake.replies(name, [row["entry_id"] for row in rows]) for name, rows in said.items() if rows}
        due = {(duty.form, duty.row["entry_id"]): duty for duty in duties_of(request, employee_id=who)}
        context = {
            "run": answers.run(), "person": person, "employee_id": who, "said": said, "replies": replies, "due": due,
            "moves": told(request, answers, records.moves.moves(employee_id=who)),
            "done": supported(records.intake, who).get(who, NOTHING),
        }  # fmt: skip
        return page(request, "me.html", context)


@router.get("/me/why")
def why(request: Request, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Find any post by its title or unit, to read why or why not oneself; nothing of its list is told."""
    who = visitor_of(request).employee_id
    if who is None:
        raise HTTPException(404)
    with store_of(request).reading() as answers:
        posts = answers.positions(q.strip(), MOST_POSTS) if q.strip() else []
        return page(request, "own_posts.html", {"employee_id": who, "posts": posts, "q": q})
