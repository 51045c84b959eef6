"""Forms: every declared form as a page, for oneself or, from paper, for others; what was entered, and withdrawing it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from features.errors import EntryError
from publication.accounts.roles import Account, Permission
from publication.answers import Answers
from publication.intake import choices
from publication.intake.forms import FORMS, Kind
from publication.intake.forms import Form as Declared
from publication.known_as import person_named
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.accounts.signing import local
from serving.masking import require_reach, shown_people, visitor_of
from serving.owners import handlers, require_handlers
from serving.pages.reading import no_position_named, nobody_named, position_named
from serving.rendering import page, tell

router = APIRouter(dependencies=[Depends(guard.needs(Permission.ENTER_OWN))])

GROUPS = {
    "voice": ("aspirations", "questions", "corrections", "objections"),
    "answers": ("surveys", "peer_reviews", "feedback", "pulses"),
    "moves": ("offers", "acknowledgements", "clearances", "approvals"),
    "support": ("trainings", "mentor_meetings", "cases", "case_steps", "replies"),
}
"""Forms as they stand on the page of forms; scenarios have a page of their own."""
WORDS: dict[str, Mapping[str, Any]] = {
    "reason_code": choices.REFUSAL_REASONS, "problem": choices.PROBLEMS, "option": choices.OPTIONS, "status": choices.CASE_STATUSES,
    "ground": choices.OBJECTION_GROUNDS, "outcome": choices.OUTCOMES,
}  # fmt: skip
"""Words for the codes of a field; other codes have theirs in ``texts.coded``."""
ANSWERED = "answer"
SHOWN = 20


@router.get("/forms")
def forms(request: Request) -> Response:
    """Show the forms the account may fill in."""
    account = visitor_of(request)
    groups = {name: [FORMS[form] for form in found if _may(account, FORMS[form])] for name, found in GROUPS.items()}
    return page(request, "forms.html", {"groups": {name: found for name, found in groups.items() if found}})


@router.get("/forms/{name}")
def form(request: Request, name: str) -> Response:
    """Show one form, its fields filled from the address where it names them, and what the account has entered before."""
    return _page(request, _declared(request, name), dict(request.query_params))


@router.post("/forms/{name}")
async def enter(request: Request, name: str) -> Response:
    """Enter a filled form; a faulty one comes back with what was wrong and what was filled in."""
    declared = _declared(request, name)
    given = {key: str(value) for key, value in (await request.form()).items() if key not in ("csrf", "next")}
    sent = await request.form()
    account = visitor_of(request)
    if declared.others is None or not account.may(declared.others) or not given.get("employee_id"):
        given["employee_id"] = account.employee_id or given.get("employee_id", "")
    try:
        with store_of(request).reading() as answers:
            _require_about(request, answers, declared, given)
            _name_position(answers, declared, given)
        require_handlers(records_of(request).accounts, declared, [given])
        records_of(request).intake.enter_all(name, _rows(declared, given), account.username, datetime.now().astimezone())
    except EntryError as error:
        return _page(request, declared, given, problem=error)
    tell(request, "form_done")
    return RedirectResponse(local(str(sent.get("next", "")) or f"/forms/{name}"), status_code=303)


@router.post("/forms/{name}/{entry_id}/withdraw")
def withdraw(request: Request, name: str, entry_id: int, reason: Annotated[str, Form(max_length=2000)] = "") -> Response:
    """Withdraw one's own entry, with a reason; it stays on record and counts no more."""
    declared, account = _declared(request, name), visitor_of(request)
    intake = records_of(request).intake
    row = intake.row(name, entry_id) if entry_id < 2**53 else None
    if row is None:
        raise HTTPException(404)
    if row["entered_by"] != account.username:
        raise guard.NotAllowedError
    intake.withdraw(declared.name, entry_id, reason, account.username, datetime.now().astimezone())
    return RedirectResponse(f"/forms/{name}", status_code=303)


def _page(request: Request, declared: Declared, given: Mapping[str, str], problem: EntryError | None = None) -> Response:
    account = visitor_of(request)
    others = declared.others is not None and account.may(declared.others)
    today = request.app.state.today().isoformat()
    with store_of(request).reading() as answers:
        who = given.get("employee_id") or account.employee_id or ""
        context = {
            "form": declared, "given": given, "problem": problem, "others": others,
            "words": WORDS, "items": choices.ASKED_ITEMS.get(declared.name, {}), "today": today,
            "person": shown_people(request, answers, [who], blind=False).get(who) if who else None,
            "positions": _positions(answers, declared, given), "families": _families(answers, declared),
            "entered": records_of(request).intake.rows(declared.name, limit=SHOWN, entered_by=account.username),
            "next": given.get("next", ""), "handlers": _handlers(request, declared),
        }  # fmt: skip
        return page(request, "form.html", context, status=422 if problem else 200)


def _handlers(request: Request, declared: Declared) -> list[str]:
    """Return the accounts a field of the form may name."""
    return handlers(records_of(request).accounts) if any(field.kind is Kind.ACCOUNT for field in declared.fields) else []


def _rows(declared: Declared, given: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the rows a sheet stands for: one per item answered, or the form itself."""
    items = choices.ASKED_ITEMS.get(declared.name)
    plain: dict[str, object] = {name: value for name, value in given.items() if not name.startswith(f"{ANSWERED}_")}
    if not items:
        return [plain]
    answered = [(item, given.get(f"{ANSWERED}_{place}", "")) for place, item in enumerate(items)]
    rows: list[dict[str, object]] = [plain | {"item": item, ANSWERED: value} for item, value in answered if value]
    return rows or [plain | {"item": "", ANSWERED: ""}]


def _declared(request: Request, name: str) -> Declared:
    declared = FORMS.get(name)
    if declared is None or not any(name in found for found in GROUPS.values()):
        raise HTTPException(404)
    if not _may(visitor_of(request), declared):
        raise guard.NotAllowedError
    return declared


def _may(account: Account, declared: Declared) -> bool:
    own = declared.own is not None and account.may(declared.own) and account.employee_id is not None
    return own or (declared.others is not None and account.may(declared.others))


def _require_about(request: Request, answers: Answers, declared: Declared, given: dict[str, str]) -> None:
    """Resolve a NIP or name to the employee it stands for, and let through who may enter this form about them."""
    if "employee_id" not in {field.name for field in declared.fields}:
        return
    person = person_named(answers, given.get("employee_id", ""))
    if person is None:
        raise nobody_named()
    given["employee_id"] = person["employee_id"]
    if declared.name == "peer_reviews":
        return
    require_reach(request, answers, person, declared.others or Permission.ENTER_OWN)


def _name_position(answers: Answers, declared: Declared, given: dict[str, str]) -> None:
    """Resolve the position a form names, by code or by title, to its code; one the run does not hold is refused."""
    if "position_id" in {field.name for field in declared.fields} and given.get("position_id", "").strip():
        place = position_named(answers, given["position_id"])
        if place is None:
            raise no_position_named()
        given["position_id"] = place["position_id"]


def _positions(answers: Answers, declared: Declared, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return positions to choose from: the one named, and the employee's best-fitting ones."""
    if "position_id" not in {field.name for field in declared.fields}:
        return []
    who = given.get("employee_id") or ""
    ids = [given.get("position_id", ""), *(row["position_id"] for row in (answers.best_positions(who) if who else []))]
    return answers.many("positions", "position_id", [name for name in ids if name])


def _families(answers: Answers, declared: Declared) -> list[str]:
    if "job_family" not in {field.name for field in declared.fields}:
        return []
    return sorted({row["job_family"] for row in answers.rows("needs") if row["job_family"]})
