"""Accounts given out and taken back: each change in the ledger, invitations good for one use."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from features.errors import EntryError
from publication.accounts.accounts import BROWSER, INVITATION, TOKEN
from publication.accounts.administration import Granted
from publication.accounts.passwords import fits
from publication.accounts.roles import Role
from publication.records import Records

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
CHOSEN = "empat kata yang berbeda"


def test_an_invitation_opens_the_account_once_to_a_password_of_ones_own(records: Records) -> None:
    book = records.administration
    book.add("siti", Granted(Role.HR), "data", NOW)
    code = book.invite("siti", "data", NOW)
    assert not book.accept("siti", "wrong", CHOSEN, NOW)
    assert not book.accept("other", code, CHOSEN, NOW)
    with pytest.raises(EntryError, match="12 to"):
        book.accept("siti", code, "short", NOW)
    assert book.accept("siti", f" {code.upper()} ", CHOSEN, NOW)
    assert fits(records.accounts.password_hash("siti"), CHOSEN)
    assert not book.accept("siti", code, "lima kata yang berbeda", NOW)


def test_an_invitation_ends_after_three_days_and_opens_no_page(records: Records) -> None:
    book = records.administration
    book.add("siti", Granted(Role.HR), "data", NOW)
    code = book.invite("siti", "data", NOW)
    assert not book.accept("siti", code, CHOSEN, NOW + timedelta(days=3, seconds=1))
    hashes = [one.token_hash for one in records.accounts.sessions("siti", NOW.timestamp()) if one.kind == INVITATION]
    assert len(hashes) == 1
    assert all(records.accounts.session(hashes[0], NOW.timestamp(), kind) is None for kind in (BROWSER, TOKEN))


def test_a_new_invitation_ends_the_old_password_and_every_session(records: Records) -> None:
    records.accounts.add("siti", "hash", 0.0)
    records.accounts.open_session("siti", "cookie", NOW.timestamp(), NOW.timestamp() + 60)
    first = records.administration.invite("siti", "data", NOW)
    records.administration.invite("siti", "data", NOW)
    assert records.accounts.session("cookie", NOW.timestamp()) is None
    assert not fits(records.accounts.password_hash("siti"), "hash")
    assert not records.administration.accept("siti", first, CHOSEN, NOW)


def test_a_locked_account_takes_up_no_invitation(records: Records) -> None:
    book = records.administration
    book.add("siti", Granted(Role.HR), "data", NOW)
    code = book.invite("siti", "data", NOW)
    book.lock("siti", "data", NOW)
    book.unlock("siti", "data", NOW)
    assert not book.accept("siti", code, CHOSEN, NOW)


def test_every_change_is_in_the_ledger_and_the_employee_only_in_its_personal_part(records: Records) -> None:
    book = records.administration
    book.add("kepala", Granted(Role.HEAD_OF_UNIT, "E-77", ("U1",)), "data", NOW)
    book.grant("kepala", Granted(Role.EMPLOYEE, "E-78"), "data", NOW)
    book.lock("kepala", "data", NOW)
    book.unlock("kepala", "data", NOW)
    book.end_sessions("kepala", "data", NOW)
    book.set_password("kepala", "hash", "kepala", NOW)
    told = book.history("kepala")
    assert [entry["kind"] for entry in told] == [
        "account_added", "account_changed", "account_locked", "account_unlocked", "sessions_ended", "password_changed",
    ]  # fmt: skip
    assert told[0]["public"] == {"role": "head_of_unit", "units": ["U1"]}
    assert "E-7" not in json.dumps([entry["public"] for entry in told])
    assert told[1]["private"] == {"employee_id": "E-78"}
    assert records.verify().faults == ()


def test_a_scope_is_never_empty_and_a_refused_change_leaves_no_entry(records: Records) -> None:
    book = records.administration
    for granted in (Granted(Role.HEAD_OF_UNIT), Granted(Role.EMPLOYEE)):
        with pytest.raises(EntryError):
            book.add("siti", granted, "data", NOW)
    book.add("siti", Granted(Role.HR), "data", NOW)
    with pytest.raises(EntryError, match="taken"):
        book.add("siti", Granted(Role.AUDITOR), "data", NOW)
    with pytest.raises(EntryError, match="letters, digits"):
        book.add("a/b", Granted(Role.HR), "data", NOW)
    with pytest.raises(EntryError, match="no account"):
        book.invite("nobody", "data", NOW)
    assert len(records.ledger.entries()) == 1
