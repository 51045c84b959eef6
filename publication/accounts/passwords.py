"""Passwords: hashed with argon2id, made at random, and refused where they are easily guessed."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from features.errors import EntryError

LONGEST = 200
"""Longer names or passwords are refused before they are hashed."""
SHORTEST = 12
DEMO_PASSWORD = "tepat-contoh-saja"  # noqa: S105 - stands in the documents; real accounts may not have it
NO_PASSWORD = ""
"""Stored for accounts that sign in through the office's own provider only."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_HASHER = PasswordHasher()


@cache
def _nobody() -> str:
    """Return what is verified against where the account does not exist, so that a wrong name takes as long as a wrong password."""
    return _HASHER.hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _HASHER.hash(password)


def random_password() -> str:
    """Return a password of 79 random bits that can be read out and typed."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def fits(password_hash: str | None, password: str) -> bool:
    """Return whether ``password`` is the one hashed; a missing account takes as long as a wrong password."""
    nobody = _nobody()
    try:
        return _HASHER.verify(password_hash or nobody, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def require_strong(username: str, password: str) -> None:
    """Refuse a password that is too short, too long, the demonstration's, one character over and over, or holds the name.

    Length is what counts (NIST SP 800-63B): no rules on kinds of characters.

    Raises
    ------
    EntryError
        The password is refused.
    """
    lower = password.lower()
    guessable = lower == DEMO_PASSWORD or len(set(password)) < 5 or username.lower() in lower
    if guessable or not SHORTEST <= len(password) <= LONGEST:
        raise EntryError(
            f"Choose a password of {SHORTEST} to {LONGEST} characters that does not hold the account's name and is not the "
            "demonstration's; three or four unrelated words are good.",
            f"Pilih kata sandi {SHORTEST} sampai {LONGEST} karakter yang tidak memuat nama akun dan bukan kata sandi contoh; tiga "
            "atau empat kata yang tidak berhubungan sudah baik.",
        )
