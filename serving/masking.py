"""What an account may see of each person on a page: its role, its scope, and whether the look is blind."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request

from publication.accounts.roles import Account, Field, Permission, Scope
from publication.answers import Answers
from serving.accounts.guard import NotAllowedError

GONE: Mapping[str, Any] = {
    **dict.fromkeys(("employee_id", "nip", "name", "position_id", "position_title", "unit_id", "unit_name")), "hidden": frozenset(),
}  # fmt: skip
"""Stands for who is not in the run in force: erased by law, or in the source no more."""


def visitor_of(request: Request) -> Account:
    """Return the signed-in account."""
    account = request.state.visitor
    assert isinstance(account, Account)
    return account


def units_in_reach(request: Request, answers: Answers) -> frozenset[str] | None:
    """Return the units whose people the account may look for; None: everybody's."""
    account = visitor_of(request)
    return None if account.grant.scope is Scope.CITY else answers.units_below(account.units)


def shown_people(request: Request, answers: Answers, employee_ids: Iterable[str], *, blind: bool) -> dict[str, dict[str, Any]]:
    """Return people by id as a page may show them to the signed-in account."""
    return people_seen(visitor_of(request), answers, employee_ids, blind=blind)


def people_seen(account: Account, answers: Answers, employee_ids: Iterable[str], *, blind: bool) -> dict[str, dict[str, Any]]:
    """Return people by id as ``account`` may see them: name and NIP None where they are hidden, ``hidden`` the hidden fields."""
    people = answers.people(employee_ids)
    below = answers.units_below(account.units) if account.units else frozenset()
    hidden = {who: account.hidden_of(who, person["unit_id"], below) for who, person in people.items()}
    return {who: _shown(person, hidden[who], blind=blind) for who, person in people.items()}


def require_reach(request: Request, answers: Answers, person: Mapping[str, Any], anybody: Permission) -> None:
    """Let through who may see ``anybody`` within their scope, and everybody to themselves.

    Raises
    ------
    NotAllowedError
        Neither holds.
    """
    account = visitor_of(request)
    below = answers.units_below(account.units) if account.units else frozenset()
    own = person["employee_id"] == account.employee_id
    if not own and not (account.may(anybody) and account.reaches(person["employee_id"], person["unit_id"], below)):
        raise NotAllowedError


def _shown(person: Mapping[str, Any], hidden: frozenset[Field], *, blind: bool) -> dict[str, Any]:
    gone = {name for name, field in (("name", Field.NAME), ("nip", Field.NIP)) if blind or field in hidden}
    return {**person, **dict.fromkeys(gone), "hidden": hidden}
