"""Pseudonyms: the keyed hashes that stand for people inside."""

import hmac
from collections.abc import Iterable

import pandas as pd

_HASH_LENGTH = 16
"""Hex digits of a pseudonym: 64 bits, so that two of a million people collide with odds below 3 in 100 million."""


def pseudonym(key: bytes, identifier: str) -> str:
    """Return the keyed hash that stands for a person inside."""
    return hmac.digest(key, identifier.encode(), "sha256").hex()[:_HASH_LENGTH]


def pseudonyms(key: bytes, identifiers: Iterable[str]) -> pd.Index:
    """Return the keyed hash of every identifier."""
    return pd.Index([pseudonym(key, identifier) for identifier in identifiers], dtype="str")
