"""Freed memory is kept while pieces are worked on, in one heap for numpy and Arrow, and given back after; so is what was let go."""

import ctypes

import numpy as np
import pyarrow as pa
import pytest

from features.heap import give_back, kept_heap
from pipelines.memory import resident_gb

GLIBC = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"), reason="the C library is not glibc")


@GLIBC
def test_arrow_shares_the_heap_until_the_block_ends_however_it_ends() -> None:
    before, within = pa.default_memory_pool().backend_name, []

    def fail() -> None:
        with kept_heap():
            within.append(pa.default_memory_pool().backend_name)
            raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        fail()
    assert within == ["system"]
    assert pa.default_memory_pool().backend_name == before


@GLIBC
def test_what_was_kept_is_given_back() -> None:
    with kept_heap():
        arrays = [np.ones(2**18) for _ in range(60)]  # 2 MiB each
        del arrays
        kept = resident_gb()
    assert kept - resident_gb() > 0.1


def test_elsewhere_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    before = pa.default_memory_pool().backend_name
    with kept_heap():
        assert pa.default_memory_pool().backend_name == before


def test_what_was_let_go_between_what_is_kept_is_given_back() -> None:
    blocks = [b"x" * 100_000 for _ in range(600)]  # too small for pages of their own: they go below the top of the heap
    full, kept = resident_gb(), blocks[::20]
    del blocks
    give_back()
    assert resident_gb() < full - 0.04
    assert sum(map(len, kept)) == 3_000_000
