"""What people enter: the forms, reading and making entries, withdrawing one."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from features.errors import EntryError
from publication.accounts.roles import Account, Permission
from publication.intake.forms import FORMS, Form, Kind
from publication.intake.permission import may_enter, may_read
from publication.known_as import person_named
from serving.accounts.guard import NotAllowedError, Visitor, needs, records_of, store_of
from serving.api.answering import Limit, Offset, answer
from serving.api.refusals import NO_ENTRY, NO_FORM
from serving.owners import require_handlers

MOST_ROWS = 100
"""Rows of one form entered together."""

router = APIRouter(tags=["entries"], dependencies=[Depends(needs(Permission.READ_OWN))])

FormName = Annotated[str, Path(json_schema_extra={"enum": list(FORMS)}, max_length=40)]
Cell = str | int | float | None
EntryId = Annotated[int, Path(ge=1, le=2**53)]


class Rows(BaseModel):
    """Rows of one form, by field."""

    rows: list[dict[str, Cell]] = Field(min_length=1, max_length=MOST_ROWS)


class Withdrawal(BaseModel):
    """Why an entry is withdrawn."""

    reason: str = Field(min_length=1, max_length=2000)


@router.get("/forms")
async def forms(request: Request) -> Response:
    """Return every form: its fields, what each takes, and the source table it joins in the next run."""
    described = [
        {"name": form.name, "title": _words(form.title), "joins": form.contract or None, "one_of": list(form.one_of),
         "fields": [_field(form, field.name) for field in form.fields]}
        for form in FORMS.values()
    ]  # fmt: skip
    return answer(request, "", {"forms": described})


@router.get("/entries/{form}")
def entries(
    request: Request, account: Visitor, form: FormName, employee_id: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 50, offset: Offset = 0,
) -> Response:  # fmt: skip
    """Return entries of a form that nobody withdrew, newest first; of one employee, or of everybody where the role may."""
    unit, below = _place(request, account, employee_id)
    if not may_read(account, _form(form), employee_id, unit, below):
        raise NotAllowedError
    equal: dict[str, Any] = {} if employee_id is None else {"employee_id": employee_id}
    rows = records_of(request).intake.rows(form, limit=limit + 1, offset=offset, **equal)
    page = {"entries": rows[:limit], "limit": limit, "offset": offset}
    return answer(request, "", page | {"next_offset": offset + limit if len(rows) > limit else None})


@router.post("/entries/{form}", status_code=201)
def enter(request: Request, account: Visitor, form: FormName, given: Annotated[Rows, Body()]) -> Response:
    """Enter rows of a form, all or none; returns their numbers.

    People are named by employee_id; whoever may see NIPs may give one instead.
    """
    declared, rows = _form(form), [_known_by_id(request, row) for row in given.rows]
    for row in rows:
        _require_entry(request, account, declared, row)
    require_handlers(records_of(request).accounts, declared, rows)
    numbers = records_of(request).intake.enter_all(form, rows, account.username, datetime.now().astimezone())
    made = answer(request, "", {"entry_ids": numbers})
    made.status_code = 201
    return made


@router.post("/entries/{form}/{entry_id}/withdrawal", status_code=201)
def withdraw(
    request: Request, account: Visitor, form: FormName, entry_id: EntryId, given: Annotated[Withdrawal, Body()]
) -> Response:
    """Withdraw an entry: it stays on record and counts no more."""
    declared, intake = _form(form), records_of(request).intake
    row = intake.row(form, entry_id)
    if row is None:
        raise HTTPException(404, NO_ENTRY)
    if row["entered_by"] != account.username:
        _require_entry(request, account, declared, row)
    intake.withdraw(form, entry_id, given.reason, account.username, datetime.now().astimezone())
    made = answer(request, "", {"withdrawn": entry_id})
    made.status_code = 201
    return made


def _form(name: str) -> Form:
    if name not in FORMS:
        raise HTTPException(404, NO_FORM)
    return FORMS[name]


def _known_by_id(request: Request, row: dict[str, Cell]) -> dict[str, Cell]:
    """Return a row whose employee, named as readers know people, has their id; as it is where that is nobody."""
    given = row.get("employee_id")
    if not isinstance(given, str):
        return row
    with store_of(request).reading() as answers:
        person = person_named(answers, given)
    return row | {"employee_id": person["employee_id"]} if person else row


def _require_entry(request: Request, account: Account, form: Form, row: dict[str, Any]) -> None:
    """Refuse an entry about somebody out of reach, or about whom the run in force does not know."""
    employee = row.get("employee_id")
    employee_id = None if employee is None else str(employee).strip() or None
    unit, below = _place(request, account, employee_id)
    if not may_enter(account, form, employee_id, unit, below):
        raise NotAllowedError
    if employee_id is not None and employee_id != account.employee_id and unit is None and not _is_known(request, employee_id):
        raise EntryError("This employee is not in the run in force.", "Pegawai ini tidak ada pada hasil yang berlaku.")


def _place(request: Request, account: Account, employee_id: str | None) -> tuple[str | None, frozenset[str]]:
    """Return the unit an employee works in, and the units the account reaches."""
    if employee_id is None:
        return None, frozenset()
    with request.app.state.store.reading() as answers:
        unit = answers.people([employee_id]).get(employee_id, {}).get("unit_id")
        return unit, answers.units_below(account.units) if account.units else frozenset()


def _is_known(request: Request, employee_id: str) -> bool:
    with request.app.state.store.reading() as answers:
        return bool(answers.people([employee_id]))


def _field(form: Form, name: str) -> dict[str, Any]:
    field = form.field(name)
    least = field.minimum if field.kind in (Kind.NUMBER, Kind.INTEGER) else None
    most = field.maximum if field.kind in (Kind.NUMBER, Kind.INTEGER) and field.maximum and field.maximum < 2**53 else None
    return {
        "name": field.name, "kind": str(field.kind), "title": _words(field.title), "required": field.required,
        "codes": list(field.codes), "minimum": least, "maximum": most,
        "longest": field.longest if field.kind is Kind.TEXT else None,
    }  # fmt: skip


def _words(title: Any) -> dict[str, str]:  # noqa: ANN401 - Bilingual
    return {"id": title.indonesian, "en": str(title)}
