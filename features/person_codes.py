"""Codes of people: what stands for a person outside where the source's own identifier says too much of them, as a NIP does."""

import hmac
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import ContractError
from features.pseudonyms import digests

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U (D. Crockford): none is taken for another, read aloud or on paper."""
_SIGNS = np.frombuffer(_SYMBOLS.encode(), dtype="S1")
_BITS = 5
"""Bits a symbol stands for."""
_MISREAD = str.maketrans("OIL", "011")
_GROUP = 4
LENGTH = 12
"""Symbols of a code: 60 bits, so that any two of a million people collide with odds of one in two million."""
_PURPOSE = b"tepat: codes of people"
"""Sets codes apart from all else hashed under the workspace's key: no code tells a pseudonym, nor the reverse."""


def person_code(key: bytes, identifier: str) -> str:
    """Return the code of the person the source calls ``identifier``, under the workspace's key: ``7K3M-9QX2-04TD``."""
    return str(_written(digests(_own_key(key), [identifier]), LENGTH)[0])


def person_codes(key: bytes, identifiers: pd.Index, length: int = LENGTH) -> pd.Index:
    """Return the code of everybody, in the order of the (distinct) ``identifiers``.

    Raises
    ------
    ContractError
        Two people have the same code.
    """
    codes = pd.Index(_written(digests(_own_key(key), identifiers), length), dtype="str")
    if codes.is_unique:
        return codes
    count = int(codes.duplicated(keep=False).sum())
    raise ContractError(
        f"{count} of {len(codes)} people share a code with somebody else under this workspace's key, so they could not be told "
        "apart. Use a new workspace: its key gives other codes.",
        f"{count} dari {len(codes)} pegawai mendapat kode yang sama dengan pegawai lain menurut kunci ruang kerja ini, sehingga "
        "tidak dapat dibedakan. Pakai ruang kerja baru: kuncinya memberi kode lain.",
    )


def by_code(key: bytes, identifiers: pd.Index) -> tuple[pd.Index, NDArray[np.intp]]:
    """Return the codes of ``identifiers`` in ascending order, and where in ``identifiers`` each one's person stands.

    An order by identifier would tell the order of birth where these are NIPs.
    """
    codes = person_codes(key, identifiers)
    order = np.argsort(codes.to_numpy(dtype=object), kind="stable")
    return codes[order], order


def as_code(text: str) -> str | None:
    """Return the code that ``text`` spells, in small letters, without hyphens or misread, as people type it; None: it is none."""
    plain = re.sub(r"[\s-]", "", text).upper().translate(_MISREAD)
    return _grouped(plain) if len(plain) == LENGTH and set(plain) <= set(_SYMBOLS) else None


def _own_key(key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE, "sha256")


def _written(hashes: Sequence[bytes], length: int) -> NDArray[np.str_]:
    """Return the last ``5 * length`` bits of every hash in symbols, the lowest first, and in groups: place by place for all."""
    bits = np.frombuffer(b"".join(hashes), dtype=">u8")[3::4].astype(np.uint64)  # of four words each
    signs = np.full((len(hashes), len(_grouped("-" * length))), b"-")
    for place in range(length):
        signs[:, place + place // _GROUP] = _SIGNS[bits >> np.uint64(_BITS * place) & np.uint64(2**_BITS - 1)]
    return signs.view(f"S{signs.shape[1]}")[:, 0].astype(np.str_)


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))
