"""Accounts on both databases: what a rebuilt projection must not lose, and what a guesser meets."""

from datetime import UTC, datetime

import pytest

from features.errors import EntryError
from publication import tables
from publication.accounts.accounts import MOST_PER_USERNAME, TOKEN, WINDOW_SECONDS
from publication.accounts.passwords import DEMO_PASSWORD, fits, hashed, random_password, require_strong
from publication.accounts.roles import GRANTS, Account, Field, Permission, Role, Scope
from publication.records import Records

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_a_name_is_taken_once(records: Records) -> None:
    book = records.accounts
    assert book.is_empty()
    assert book.add("a", "hash one", now=0.0)
    assert not book.add("a", "hash two", now=1.0)
    assert book.password_hash("a") == "hash one"
    assert book.password_hash("b") is None
    assert not book.is_empty()


def test_signing_in_forgets_vain_attempts_and_sessions_end(records: Records) -> None:
    book = records.accounts
    book.add("a", "hash", now=0.0)
    for _ in range(MOST_PER_USERNAME):
        assert book.admit_attempt("a", "here", now=0.0) == 0.0
    assert book.admit_attempt("a", "here", now=10.0) == WINDOW_SECONDS - 10
    book.open_session("a", "token", now=10.0, expires_at=20.0)
    assert book.admit_attempt("a", "here", now=11.0) == 0.0
    assert book.session("token", now=19.0) == Account("a", Role.HR)
    assert book.session("token", now=20.0) is None
    book.close_session("token")
    assert book.session("token", now=11.0) is None


def test_rebuilding_the_projection_keeps_the_accounts(records: Records) -> None:
    book = records.accounts
    book.add("a", "hash", now=0.0)
    with records.database.engine.begin() as connection:
        tables.METADATA.create_all(connection)
        tables.METADATA.drop_all(connection)
    assert book.password_hash("a") == "hash"


def test_a_role_a_unit_and_an_employee_come_back_with_the_session(records: Records) -> None:
    book = records.accounts
    book.add("kepala", "hash", 0.0, role=Role.HEAD_OF_UNIT, employee_id="E1", units=["U1", "U2"])
    book.open_session("kepala", "token", now=0.0, expires_at=20.0)
    assert book.session("token", now=1.0) == Account("kepala", Role.HEAD_OF_UNIT, "E1", ("U1", "U2"))


def test_a_token_opens_no_page_and_a_cookie_no_program(records: Records) -> None:
    book = records.accounts
    book.add("a", "hash", 0.0)
    book.open_session("a", "cookie", 0.0, 20.0)
    book.open_session("a", "token", 0.0, 20.0, TOKEN, "laporan")
    assert book.session("token", 1.0) is None
    assert book.session("cookie", 1.0, TOKEN) is None
    assert book.session("token", 1.0, TOKEN) is not None
    assert [one.label for one in book.sessions("a", 1.0)] in (["", "laporan"], ["laporan", ""])
    assert book.close_all("a") == 2
    assert book.session("token", 1.0, TOKEN) is None


def test_switching_an_account_off_ends_its_sessions(records: Records) -> None:
    book = records.accounts
    book.add("a", "hash", 0.0)
    book.open_session("a", "cookie", 0.0, 20.0)
    records.administration.lock("a", "data", NOW)
    assert book.session("cookie", 1.0) is None
    assert book.account("a") is None
    assert book.password_hash("a") is None
    with pytest.raises(EntryError, match="no account"):
        records.administration.lock("nobody", "data", NOW)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "a\n"])
def test_a_strange_name_is_refused(records: Records, name: str) -> None:
    with pytest.raises(EntryError):
        records.accounts.add(name, "hash", 0.0)


def test_the_demonstrations_accounts_can_be_told_and_removed(records: Records) -> None:
    book = records.accounts
    book.add("contoh", "hash", 0.0, demo=True)
    book.add("nyata", "hash", 0.0)
    book.open_session("contoh", "cookie", 0.0, 20.0)
    assert book.has_demo()
    assert book.remove_demo() == 1
    assert not book.has_demo()
    assert [row["username"] for row in book.all()] == ["nyata"]


def test_nobody_prepares_checks_and_approves_and_account_keepers_decide_nothing() -> None:
    deciding = {Permission.PREPARE, Permission.CHECK, Permission.APPROVE}
    for role, grant in GRANTS.items():
        assert len(deciding & grant.permissions) <= 1, role
        if Permission.MANAGE_ACCOUNTS in grant.permissions:
            assert not deciding & grant.permissions, role
    assert {permission for grant in GRANTS.values() for permission in grant.permissions} == set(Permission)


def test_what_is_hidden_depends_on_whose_it_is() -> None:
    head = Account("kepala", Role.HEAD_OF_UNIT, "E1", ("U1",))
    below = frozenset({"U1", "U1a"})
    assert head.hidden_of("E1", "U9", below) == frozenset()
    assert head.hidden_of("E2", "U1a", below) == {Field.ANSWERS}
    assert {Field.NIP, Field.RATINGS} <= head.hidden_of("E3", "U9", below)
    employee = Account("pegawai", Role.EMPLOYEE, "E1")
    assert employee.hidden_of("E1", None, frozenset()) == frozenset()
    assert employee.hidden_of("E2", "U1", frozenset()) == set(Field)
    nobody = Account("pegawai", Role.EMPLOYEE, None)
    assert nobody.hidden_of(None, None, frozenset()) == set(Field)
    assert {grant.scope for grant in GRANTS.values()} == set(Scope)


def test_passwords_are_hashed_and_weak_ones_refused() -> None:
    word = random_password()
    require_strong("bkpsdm", word)
    assert fits(hashed(word), word)
    assert not fits(hashed(word), word + "x")
    assert not fits(None, word)
    assert not fits("", "")
    for weak in ("short", DEMO_PASSWORD, "bkpsdm-bkpsdm-2026", "aaaaaaaaaaaaaaa", "x" * 300):
        with pytest.raises(EntryError):
            require_strong("bkpsdm", weak)
