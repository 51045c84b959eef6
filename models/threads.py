"""Threads of linear algebra: one, where the order of sums must not depend on the machine."""

from contextlib import AbstractContextManager
from functools import cache

import scipy.linalg  # noqa: F401 - its BLAS is to be among those found
from threadpoolctl import ThreadpoolController


def one_blas_thread() -> AbstractContextManager[object]:
    """Return what keeps BLAS to one thread while it is entered. Libraries are looked for once: that takes long."""
    limited: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limited


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
