"""A second core: a process beside this one for work that does not depend on what is done here meanwhile.

Results are the same with one process or two, to the last bit: whatever is handed over is a plain function of its arguments. The
process is started anew (spawned), not forked: this one has threads of Prefect's and libraries that do not survive a fork.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, ClassVar, ParamSpec, TypeVar

P = ParamSpec("P")
Made = TypeVar("Made")


class OfThisMachine:
    """What all processes of one machine have in common: a value is handed to each call, nothing is cut up for them."""

    every: ClassVar[int] = 1
    pieces: ClassVar[int] = 1

    def kept(self, value: Made, _make: Callable[..., Made], *_args: Any) -> Made:  # noqa: ANN401 - arguments of any function
        """Return the value: it is here already."""
        return value


class Here(OfThisMachine, Executor):
    """Does everything at once in this process: where there is no second core, or too little work for one."""

    def submit(self, fn: Callable[P, Made], /, *args: P.args, **kwargs: P.kwargs) -> Future[Made]:
        """Return the finished call; an exception waits for whoever asks for the result, as it would from another process."""
        done: Future[Made] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


class SecondCore(OfThisMachine, ProcessPoolExecutor):
    """Another process, which does half of what can be halved."""

    every = 2


@contextmanager
def second_core(*, worth_it: bool) -> Iterator[Here | SecondCore]:
    """Yield what does work beside this process: another process where it is worth its start and a core is free for it.

    The other process ends with the block, at once if the block fails, and with this process, however that dies: it holds one
    end of a pipe and ends when the other end is closed.
    """
    if not worth_it or cores() < 2:
        yield Here()
        return
    context = get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    beside = SecondCore(1, mp_context=context, initializer=_end_when_closed, initargs=(theirs,))
    try:
        yield beside
    except BaseException:
        ours.close()
        raise
    finally:
        beside.shutdown(wait=not ours.closed, cancel_futures=True)
        ours.close()
        theirs.close()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _end_when_closed(pipe: Connection) -> None:
    """Begin to watch ``pipe``. Ctrl+C is for the process that waits for this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(pipe,), name="pipe", daemon=True).start()


def _watch(pipe: Connection) -> None:
    try:
        pipe.recv_bytes()
    except EOFError:
        os._exit(1)
