"""Who works on a stage beside this process: the workers of a cluster, a second core of this machine, or nobody.

Results are the same whoever works, to the last bit: a piece is a plain function of its arguments, and pieces are put together in
their own order.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from pipelines.second_core import second_core

Made = TypeVar("Made", covariant=True)
Value = TypeVar("Value")


class Promise(Protocol[Made]):
    """What a call will return, once it is done."""

    def result(self) -> Made:
        """Wait for it; the exception of the call is raised here."""


class Workers(Protocol):
    """Takes pieces of work.

    ``every``: of pieces that are all alike it takes every so-manieth, this process the others (1: it takes all); ``pieces``: into
    how many to cut what can be cut.
    """

    @property
    def every(self) -> int:
        """Of pieces that are all alike, every so-manieth is theirs."""

    @property
    def pieces(self) -> int:
        """Into how many pieces to cut what can be cut."""

    def submit(self, fn: Callable[..., Value], /, *args: Any) -> Promise[Value]:  # noqa: ANN401 - arguments of any function
        """Hand over a call."""

    def kept(self, value: Value, make: Callable[..., Value], *args: Any) -> Any:  # noqa: ANN401
        """Return what to hand to many calls: ``value``, or the promise that a worker will ``make`` its like of ``args``."""


@contextmanager
def workers(*, worth_it: bool) -> Iterator[Workers]:
    """Yield who works: the cluster of the running flow; else a second core where the work is ``worth_it``; else this process."""
    cluster = None
    if "prefect_dask" in sys.modules:  # only a flow of a cluster has loaded it
        from pipelines.cluster import of_flow

        cluster = of_flow()
    if cluster is not None:
        yield cluster
        return
    with second_core(worth_it=worth_it) as beside:
        yield beside
