"""How fast a city is served: ``python -m benchmarks.serving.speed --city DIR --write --date YYYY-MM-DD``.

Start; latency at 100 requests a second of one kind, on the clock; CPU a answer costs; throughput by wrk (apt: wrk). Each kind is
asked twice for the same positions: for the first time, when the answer has to be written, and again, when it is kept. ``DIR`` is
made by ``benchmarks.serving.city``; it is copied, nothing in it is changed.

The share of the empty answer's throughput is told twice: by wrk's requests a second, and by CPU seconds an answer, which a machine
that others use too does not disturb.
"""

import argparse
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.proof.page import captioned, put
from benchmarks.serving.city import copied
from benchmarks.serving.clients import Stream, listen
from benchmarks.serving.server import HEADERS, Served, asked_paths, served, warm

PAGE = Path("docs/benchmarks-serving.md")
RATE = 100
LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of answer: CPU milliseconds each, milliseconds to wait at 100 a second, failures."""

    cpu: float
    p50: float
    p99: float
    failed: int


def main() -> None:
    """Measure, print, and write the table where wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--date", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, copied(asked.city, Path(name)) as city:
        paths = asked_paths(city)
        with served(city.root) as server:
            table = measured(server, paths, asked.seconds, Path(name))
            start = server.start_seconds
    text = f"{captioned({'': table})}\n\nStart: {start:.1f} s until the first answer. {asked.seconds} s each, {asked.date}."
    print(text)
    if asked.write:
        put(PAGE, "speed", text)


def measured(server: Served, paths: dict[str, list[str]], seconds: int, folder: Path) -> pd.DataFrame:
    """Return a row per kind of answer and asking."""
    warm(server, paths, 3)
    rounds = {(kind, asked): latency(server, kind, paths[kind], seconds) for kind in paths for asked in ("first", "again")}
    kept = {kind: listed[: RATE * seconds] for kind, listed in paths.items()}
    speeds = {kind: throughput(server, kind, listed, folder, seconds) for kind, listed in kept.items()}
    empty = rounds["empty", "again"].cpu
    return pd.DataFrame(
        {
            "answer": kind, "asked": asked, "CPU ms": f"{one.cpu:.2f}", "share of empty, by CPU": f"{empty / one.cpu:.2f}",
            "requests a second (wrk)": f"{speeds[kind]:.0f}" if asked == "again" else "",
            "share of empty, by wrk": f"{speeds[kind] / speeds['empty']:.2f}" if asked == "again" else "",
            "p50 ms": f"{one.p50:.1f}", "p99 ms": f"{one.p99:.1f}", "failed": one.failed,
        }
        for (kind, asked), one in rounds.items()
    )  # fmt: skip


def latency(server: Served, kind: str, paths: list[str], seconds: int) -> Measured:
    """Ask for positions in turn, ``RATE`` a second."""
    before = server.cpu()
    heard = listen(server.address, HEADERS, [Stream(kind, paths, RATE, lambda body: bool(body) or kind == "empty")], seconds)[kind]
    p50, p99 = np.percentile(heard.waits, [50, 99]) * 1000
    return Measured((server.cpu() - before) / (RATE * seconds) * 1000, float(p50), float(p99), sum(heard.failures.values()))


def throughput(server: Served, kind: str, paths: list[str], folder: Path, seconds: int) -> float:
    """Return requests a second that sixteen connections get, drawing paths at random."""
    listed = folder / f"{kind}.txt"
    listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
    script = listed.with_suffix(".lua")
    script.write_text(LUA % listed, encoding="utf-8")
    headers = [part for name, value in HEADERS.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), *headers, server.address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    if "Non-2xx" in said:
        raise RuntimeError(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate is not None
    return float(rate[1])


if __name__ == "__main__":
    main()
