"""Where texts stand among distinct texts: looked up by fingerprints of their bytes, without a Python object a text."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.sorting import Ints

_TEXT = pa.large_string()
_LONGEST = 64
"""Bytes up to which texts are told apart by fingerprints; identifiers are shorter."""
_WORD = 8
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio (Knuth, The Art of Computer Programming 6.4): spreads neighbouring numbers."""
_HALF = np.uint64(32)


class TextIndex:
    """Distinct texts, to look others up among; not one of them is empty (missing)."""

    def __init__(self, texts: pd.Index) -> None:
        self.texts = texts
        self._arrow = arrow_texts(texts)
        prints = _fingerprints(self._arrow)
        self._prints = None if prints is None else pd.Index(prints)
        if self._prints is not None and not self._prints.is_unique:
            self._prints = None

    def places(self, texts: pd.Index) -> Ints:
        """Return the place of each of ``texts``, -1 where it is not there.

        Fingerprints only propose: each text found is compared with its like. Where two texts share one, or texts are too long for
        them, pandas looks them up.
        """
        asked = arrow_texts(texts)
        prints = None if self._prints is None else _fingerprints(asked)
        if self._prints is None or prints is None:
            return np.asarray(self.texts.get_indexer(texts), dtype=np.int64)
        found = np.asarray(self._prints.get_indexer(pd.Index(prints)), dtype=np.int64)
        there = found >= 0
        same = pc.equal(asked.filter(pa.array(there)), self._arrow.take(pa.array(found[there])))
        found[np.flatnonzero(there)[~np.asarray(same)]] = -1
        return found


def arrow_texts(texts: pd.Index, kind: pa.DataType = _TEXT) -> pa.Array:
    """Return texts as one Arrow array of that kind."""
    array = pa.array(texts.array, type=kind, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _fingerprints(texts: pa.Array) -> NDArray[np.uint64] | None:
    """Return a number made of the bytes of each text; None where one is missing or too long."""
    ends = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.diff(ends)
    longest = int(lengths.max(initial=0))
    if texts.null_count or longest > _LONGEST:
        return None
    words = _words(np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)[ends[0] : ends[-1]], lengths, longest)
    prints = lengths.astype(np.uint64)
    for place, word in enumerate(words.T):
        mixed = (prints ^ word) * _FACTOR
        mixed ^= mixed >> _HALF
        prints = np.where(lengths > place * _WORD, mixed, prints)  # how long others are changes no print
    return prints


def _words(data: NDArray[np.uint8], lengths: NDArray[np.int64], longest: int) -> NDArray[np.uint64]:
    """Return the bytes of every text as whole words, filled up with zeros: texts x words."""
    width = -(-longest // _WORD) * _WORD
    cells = np.zeros((len(lengths), width), dtype=np.uint8)
    if (lengths == longest).all():
        cells[:, :longest] = data.reshape(len(lengths), longest)
    else:
        cells[np.arange(width) < lengths[:, None]] = data
    return cells.view(np.uint64)
