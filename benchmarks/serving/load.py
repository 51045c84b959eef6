"""A served city under load while a new run is published: ``python -m benchmarks.serving.load --city DIR --small DIR --write``.

400 lists as JSON and 60 as pages a second, on the clock. The clients have one core, the server the other; half-way the rows of
``--small`` (the workspace the city was made of) are published as another run, on the clients' core. Every answer must be whole and
tell of one run. ``DIR`` is made by ``benchmarks.serving.city``; it is copied, nothing in it is changed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.proof.page import captioned, put
from benchmarks.serving.city import copied, other_run
from benchmarks.serving.clients import Heard, Stream, listen
from benchmarks.serving.server import HEADERS, Served, asked_paths, served, warm
from publication.read import current
from publication.workspace import Workspace

PAGE = Path("docs/benchmarks-serving.md")
RATES = {"json": 400, "html": 60}
CLIENTS, SERVER = frozenset({0}), frozenset({1})
LOOK_SECONDS = 2.0


@dataclass(slots=True)
class Watched:
    """What was seen of the server while it answered: seconds, resident MiB and CPU seconds; when the run was published."""

    at: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    published: tuple[float, float] = (float("nan"), float("nan"))


def main() -> None:
    """Load, print, and write the tables where wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", type=Path, required=True)
    parser.add_argument("--small", type=Path, required=True)
    parser.add_argument("--times", type=int, default=17, help="as the city was made")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--date", default="")
    asked = parser.parse_args()
    os.sched_setaffinity(0, CLIENTS)
    runs = [current(Workspace(asked.small)).run_id]
    runs.append(other_run(runs[0]))
    with tempfile.TemporaryDirectory() as name, copied(asked.city, Path(name)) as city:
        paths = asked_paths(city)
        again = [sys.executable, "-m", "benchmarks.serving.city", "--workspace", str(asked.small), "--into", str(city.root)]
        again += ["--times", str(asked.times), "--again"]
        with served(city.root, SERVER) as server:
            warm(server, paths, 3)
            heard, watched = loaded(server, paths, runs, asked.seconds, again)
    text = told(heard, watched, asked.seconds, asked.date)
    print(text)
    if asked.write:
        put(PAGE, "load", text)


def loaded(
    server: Served, paths: dict[str, list[str]], runs: list[str], seconds: int, again: list[str]
) -> tuple[dict[str, Heard], Watched]:
    """Ask for so many seconds, watch the server meanwhile, and publish another run half-way."""
    watched, stop, began = Watched(), threading.Event(), time.perf_counter()

    def watch() -> None:
        while not stop.wait(LOOK_SECONDS):
            watched.at.append(time.perf_counter() - began)
            watched.memory.append(server.memory())
            watched.cpu.append(server.cpu())

    def publish() -> None:
        if stop.wait(seconds / 2):
            return
        start = time.perf_counter() - began
        subprocess.run(again, check=True, preexec_fn=_give_way)  # noqa: S603
        watched.published = start, time.perf_counter() - began

    threads = [threading.Thread(target=work, daemon=True) for work in (watch, publish)]
    for thread in threads:
        thread.start()
    streams = [Stream(kind, paths[kind], rate, tells_of_one(runs)) for kind, rate in RATES.items()]
    heard = listen(server.address, HEADERS, streams, seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return heard, watched


def _give_way() -> None:
    os.nice(10)


def tells_of_one(runs: list[str]) -> Callable[[bytes], bool]:
    """Return whether an answer names exactly one of ``runs``."""
    names = [run.encode() for run in runs]
    return lambda body: sum(name in body for name in names) == 1


def told(heard: dict[str, Heard], watched: Watched, seconds: int, date: str) -> str:
    """Return the tables: waits by kind and part of the time, and the server's memory."""
    start, end = watched.published
    parts = {"whole": (0.0, np.inf), "before": (0.0, start), "while published": (start, end), "after": (end, np.inf)}
    rows = []
    for kind, one in heard.items():
        dues, waits = np.array(one.dues), np.array(one.waits) * 1000
        for part, (first, last) in parts.items():
            inside = waits[(dues >= first) & (dues < last)]
            row = {"answer": kind, "part": part, "answers": len(inside), "failed": "", "p50 ms": "", "p99 ms": "", "longest ms": ""}
            if len(inside):
                p50, p99, longest = np.percentile(inside, [50, 99, 100])
                row |= {"p50 ms": f"{p50:.1f}", "p99 ms": f"{p99:.1f}", "longest ms": f"{longest:.0f}"}
            failures = ", ".join(f"{count} {what}" for what, count in one.failures.items())
            rows.append(row | ({"failed": failures or "0"} if part == "whole" else {}))
    every = np.concatenate([np.array(one.waits) for one in heard.values()]) * 1000
    share = (watched.cpu[-1] - watched.cpu[0]) / (watched.at[-1] - watched.at[0])
    quarters = [f"{part.mean():.0f}" for part in np.array_split(np.array(watched.memory), 4)]
    return "\n\n".join(
        [
            captioned({"": pd.DataFrame(rows)}),
            f"All answers: p99 {np.percentile(every, 99):.1f} ms. The other run was published from second {start:.0f} to "
            f"{end:.0f}. The server used {share:.0%} of its core. Its memory by quarters of the time, MiB: {', '.join(quarters)}.",
            f"{seconds} s, {date}.",
        ]
    )


if __name__ == "__main__":
    main()
