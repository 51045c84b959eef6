"""Who may enter a form about whom, and who may read what was entered."""

from publication.accounts.roles import Account, Field, Permission, Scope
from publication.intake.forms import Form

ANSWER_FORMS = ("surveys", "peer_reviews", "feedback", "pulses")
"""Forms whose rows are single answers: for those only who may see answers."""


def may_enter(account: Account, form: Form, employee_id: str | None, unit_id: str | None, below: frozenset[str]) -> bool:
    """Return whether ``account`` may enter ``form`` about an employee in ``unit_id``; None: the form is about nobody.

    ``below``: the account's units and all below them. A form that any employee enters about
    another (a review) is not entered about oneself.
    """
    if employee_id is None:
        return form.others is not None and account.may(form.others)
    if employee_id == account.employee_id:
        return form.own is not None and account.may(form.own)
    if form.others is Permission.ENTER_OWN:
        return account.may(form.others)
    return form.others is not None and account.may(form.others) and account.reaches(employee_id, unit_id, below)


def may_read(account: Account, form: Form, employee_id: str | None, unit_id: str | None, below: frozenset[str]) -> bool:
    """Return whether ``account`` may read what was entered with ``form`` about an employee; None: about everybody."""
    if employee_id is not None and employee_id == account.employee_id and form.name != "peer_reviews":
        return account.may(Permission.READ_OWN)
    if Field.ANSWERS in account.grant.hidden and form.name in ANSWER_FORMS:
        return False
    if Field.ASPIRATION in account.grant.hidden and form.name in ("aspirations", "offers"):
        return False
    reads = any(account.may(right) for right in (Permission.READ_CASES, Permission.READ_PEOPLE, Permission.MAKE_SCENARIOS))
    if form.name == "scenarios":
        return account.may(Permission.READ_PLAN)
    if employee_id is None:
        return reads and account.grant.scope is Scope.CITY and account.may(Permission.READ_PEOPLE)
    return reads and account.may(Permission.READ_PEOPLE) and account.reaches(employee_id, unit_id, below)
