"""Who may be named as the owner of what is followed up: accounts that may handle cases."""

from collections.abc import Iterable, Mapping

from features.errors import EntryError
from publication.accounts.accounts import Accounts, as_account
from publication.accounts.roles import Permission
from publication.intake.forms import Form, Kind


def handlers(accounts: Accounts) -> list[str]:
    """Return the names of the active accounts that may handle cases, in order."""
    return [row["username"] for row in accounts.all() if row["active"] and as_account(row).may(Permission.HANDLE_CASES)]


def require_handlers(accounts: Accounts, form: Form, rows: Iterable[Mapping[str, object]]) -> None:
    """Refuse rows of ``form`` that name as owner somebody who has no account, or may not handle cases.

    Raises
    ------
    EntryError
        A name in a field of accounts is none of `handlers`; an empty field is for the form's own check.
    """
    named = {str(row.get(field.name) or "").strip() for field in form.fields if field.kind is Kind.ACCOUNT for row in rows} - {""}
    if named and not named <= set(handlers(accounts)):
        raise EntryError(
            "The owner is no account that may handle cases. Choose one of the accounts the field offers, or your own.",
            "Penanggung jawab bukan akun yang boleh menangani kasus. Pilih akun yang ditawarkan isian itu, atau akun Anda sendiri.",
        )
