"""Accounts on both databases: what a rebuilt projection must not lose, and what a guesser meets."""

from pathlib import Path

import pytest

from publication import tables
from publication.accounts import MOST_PER_USERNAME, WINDOW_SECONDS, Accounts
from publication.engine import engine


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    return f"sqlite:///{tmp_path / 'tepat.db'}"


def test_a_name_is_taken_once(url: str) -> None:
    book = Accounts(url)
    assert book.is_empty()
    assert book.add("a", "hash one", now=0.0)
    assert not book.add("a", "hash two", now=1.0)
    assert book.password_hash("a") == "hash one"
    assert book.password_hash("b") is None
    assert not book.is_empty()


def test_signing_in_forgets_vain_attempts_and_sessions_end(url: str) -> None:
    book = Accounts(url)
    book.add("a", "hash", now=0.0)
    for _ in range(MOST_PER_USERNAME):
        assert book.admit_attempt("a", "here", now=0.0) == 0.0
    assert book.admit_attempt("a", "here", now=10.0) == WINDOW_SECONDS - 10
    book.open_session("a", "token", now=10.0, expires_at=20.0)
    assert book.admit_attempt("a", "here", now=11.0) == 0.0
    assert book.session("token", now=19.0) == "a"
    assert book.session("token", now=20.0) is None
    book.close_session("token")
    assert book.session("token", now=11.0) is None


def test_rebuilding_the_projection_keeps_the_accounts(url: str) -> None:
    book = Accounts(url)
    book.add("a", "hash", now=0.0)
    with engine(url).begin() as connection:
        tables.METADATA.create_all(connection)
        tables.METADATA.drop_all(connection)
    assert book.password_hash("a") == "hash"
