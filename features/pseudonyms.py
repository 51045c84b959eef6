"""Pseudonyms: the keyed hashes that stand for people inside."""

import hmac
from collections.abc import Iterable

import numpy as np
import pandas as pd

_HASH_LENGTH = 16
"""Hex digits of a pseudonym: 64 bits, so that two of a million people collide with odds below 3 in 100 million."""


def pseudonym(key: bytes, identifier: str) -> str:
    """Return the keyed hash that stands for a person inside."""
    return hmac.digest(key, identifier.encode(), "sha256").hex()[:_HASH_LENGTH]


def pseudonyms(key: bytes, identifiers: "Iterable[str] | pd.Index | pd.Series") -> pd.Index:
    """Return the keyed hash of every identifier."""
    return pd.Index([digest.hex()[:_HASH_LENGTH] for digest in digests(key, identifiers)], dtype="str")


def digests(key: bytes, identifiers: "Iterable[str] | pd.Index | pd.Series") -> list[bytes]:
    """Return the HMAC-SHA256 of every identifier under ``key``: one a person, which no way of writing it down makes quicker."""
    texts = np.asarray(identifiers, dtype=object).tolist() if isinstance(identifiers, pd.Index | pd.Series) else identifiers
    keyed = hmac.new(key, digestmod="sha256")
    return [_of(keyed, text) for text in texts]


def _of(keyed: hmac.HMAC, text: str) -> bytes:
    mine = keyed.copy()
    mine.update(text.encode())
    return mine.digest()
