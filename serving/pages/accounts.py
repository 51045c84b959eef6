"""Accounts and roles: who may sign in, made and changed by whoever manages accounts; nobody changes their own."""

import time
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from features.errors import EntryError, StalePublicationError
from publication.accounts.accounts import INVITATION, LONGEST_NAME
from publication.accounts.administration import Administration, Granted
from publication.accounts.roles import GRANTS, MEANINGS, Permission, Role
from publication.known_as import person_named
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.masking import visitor_of
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.MANAGE_ACCOUNTS))])

Filled = Annotated[str, Form(max_length=200)]
Units = Annotated[str, Form(max_length=2000)]


@router.get("/accounts")
def accounts(request: Request) -> Response:
    """Show every account, the form for a new one, and what each role may do."""
    return page(request, "accounts.html", _all(request))


@router.post("/accounts")
def add(request: Request, username: Filled, role: Filled, employee: Filled = "", units: Units = "") -> Response:
    """Make an account and show its invitation code, this once."""
    administration, by, name = _administration(request), visitor_of(request).username, username.strip()
    try:
        administration.add(name, _granted(request, role, employee, units), by, _now())
    except EntryError as error:
        given = {"username": name, "role": role, "employee": employee, "units": units}
        return page(request, "accounts.html", {**_all(request), "problem": error, "given": given}, status=422)
    return _one(request, name, code=administration.invite(name, by, _now()))


@router.get("/accounts/{username}")
def account(request: Request, username: str) -> Response:
    """Show one account: role and scope, sessions, what was changed."""
    return _one(request, username)


@router.post("/accounts/{username}")
def grant(request: Request, username: str, role: Filled, employee: Filled = "", units: Units = "") -> Response:
    """Give an account another role, employee or units."""
    _require_other(request, username)
    try:
        _administration(request).grant(username, _granted(request, role, employee, units), visitor_of(request).username, _now())
    except EntryError as error:
        return _one(request, username, problem=error)
    return RedirectResponse(f"/accounts/{username}", status_code=303)


@router.post("/accounts/{username}/lock")
def lock(request: Request, username: str) -> Response:
    """Lock an account and end its sessions."""
    _require_other(request, username)
    _administration(request).lock(username, visitor_of(request).username, _now())
    return RedirectResponse(f"/accounts/{username}", status_code=303)


@router.post("/accounts/{username}/unlock")
def unlock(request: Request, username: str) -> Response:
    """Let a locked account sign in again."""
    _require_other(request, username)
    _administration(request).unlock(username, visitor_of(request).username, _now())
    return RedirectResponse(f"/accounts/{username}", status_code=303)


@router.post("/accounts/{username}/invite")
def invite(request: Request, username: str) -> Response:
    """End an account's password and show a new invitation code, this once."""
    _require_other(request, username)
    return _one(request, username, code=_administration(request).invite(username, visitor_of(request).username, _now()))


@router.post("/accounts/{username}/sessions/close")
def end_sessions(request: Request, username: str) -> Response:
    """End all sessions, tokens and invitations of an account."""
    _require_other(request, username)
    _administration(request).end_sessions(username, visitor_of(request).username, _now())
    return RedirectResponse(f"/accounts/{username}", status_code=303)


def _all(request: Request) -> dict[str, Any]:
    rows = [{**row, "title": GRANTS[Role(row["role"])].title} for row in records_of(request).accounts.all()]
    return {
        "accounts": rows, "grants": GRANTS, "meanings": MEANINGS, "unit_names": _unit_names(request), "problem": None, "given": {},
        "longest": LONGEST_NAME,
    }  # fmt: skip


def _one(request: Request, username: str, *, code: str = "", problem: EntryError | None = None) -> Response:
    administration = _administration(request)
    found = administration.account(username)
    if found is None:
        raise HTTPException(404)
    known, active = found
    sessions = records_of(request).accounts.sessions(username, time.time())
    names = _unit_names(request)
    context = {
        "known": known, "active": active, "code": code, "problem": problem, "grants": GRANTS, "unit_names": names,
        "heads": [names.get(unit, unit) for unit in known.units], "own": username == visitor_of(request).username,
        "sessions": [one for one in sessions if one.kind != INVITATION], "invited": any(one.kind == INVITATION for one in sessions),
        "history": administration.history(username)[::-1], "join_at": str(request.url_for("ask_to_join")),
    }  # fmt: skip
    return page(request, "account_of.html", context, status=422 if problem else 200)


def _granted(request: Request, role: str, employee: str, units: str) -> Granted:
    """Return the grant a form asks for; `EntryError` names what the run in force does not know."""
    if role not in set(Role):
        raise EntryError("Choose a role.", "Pilih peran.")
    who, wanted = employee.strip(), tuple(dict.fromkeys(unit.strip() for unit in units.split(",") if unit.strip()))
    names = _unit_names(request)
    unknown = [unit for unit in wanted if unit not in names]
    if unknown:
        listed = ", ".join(unknown)
        raise EntryError(f"No unit in the run in force has the id {listed}.", f"Tidak ada unit dengan kode {listed}.")
    return Granted(Role(role), _whose(request, who) if who else None, wanted)


def _unit_names(request: Request) -> dict[str, str]:
    """Return the units' names by id; none before anything is published."""
    try:
        with store_of(request).reading() as answers:
            return {row["unit_id"]: row["name"] or row["unit_id"] for row in answers.rows("units")}
    except StalePublicationError:
        return {}


def _whose(request: Request, given: str) -> str:
    """Return whose an account is to be; the source's own identifier will do, since whoever gives accounts out has no names."""
    with store_of(request).reading() as answers:
        person = person_named(answers, given, request.app.state.settings.folder.key())
    if person is None:
        raise EntryError(
            "No employee in the run in force has this number.", "Tidak ada pegawai dengan nomor itu pada hasil yang berlaku."
        )
    return str(person["employee_id"])


def _require_other(request: Request, username: str) -> None:
    """Refuse changes to one's own account: a manager could lock everybody out, or take what others must give."""
    if username == visitor_of(request).username:
        raise EntryError(
            "Your own account is changed by another manager of accounts.", "Akun Anda sendiri diubah oleh pengelola akun lain."
        )


def _administration(request: Request) -> Administration:
    return records_of(request).administration


def _now() -> datetime:
    return datetime.now().astimezone()
