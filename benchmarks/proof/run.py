"""Measure the marks and write docs/proof.md: `python -m benchmarks.proof.run --date YYYY-MM-DD --revision REVISION`."""

import argparse
import os
import platform
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.proof import backtest, calibration, flow, harmoniser, plan, programmes, truth, wave
from benchmarks.proof.page import Proof, captioned, put, section
from benchmarks.proof.sizes import SIZES, Say, Size
from benchmarks.proof.worlds import forget

MARKS: dict[str, Callable[[Size, int, Say], Proof]] = {
    "flow": flow.prove, "backtest": backtest.prove, "truth": truth.prove, "harmoniser": harmoniser.prove,
    "calibration": calibration.prove, "wave": wave.prove, "plan": plan.prove, "programmes": programmes.prove,
}  # fmt: skip
KEPT = Path("workspace/proof")
"""Where worlds already measured are kept, by the code that measured them."""
PAGE, BACKTEST_PAGE = Path("docs/proof.md"), Path("docs/backtest.md")


def main() -> None:
    """Measure the marks asked for; write full-size results into their sections, print reduced ones."""
    given = _arguments()
    size = replace(SIZES[given.size], kept=KEPT, processes=given.processes)
    if given.afresh:
        forget(KEPT)
    for name in given.marks:
        print(f"== {name}", flush=True)
        started, used = time.perf_counter(), time.process_time()
        proof = MARKS[name](size, given.seed, lambda line: print(line, flush=True))
        seconds = f"{time.perf_counter() - started:.0f} s wall, {time.process_time() - used:.0f} s of this process"
        text = section(proof, _made_by(name, given, seconds))
        print(text, flush=True)
        if given.size == "full" and proof.tables:
            put(PAGE, name, text)
            if name == "backtest":
                put(BACKTEST_PAGE, name, f"Revision {given.revision}, seed {given.seed}:\n\n{captioned(proof.tables)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--marks", nargs="+", choices=list(MARKS), default=list(MARKS))
    parser.add_argument("--size", choices=list(SIZES), default="full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1, help="invented worlds measured at a time (truth, programmes)")
    parser.add_argument("--afresh", action="store_true", help="forget the worlds kept in workspace/proof")
    parser.add_argument("--date", required=True, help="day of the measurement, written beside it")
    parser.add_argument("--revision", required=True, help="what git describe says of the code measured")
    return parser.parse_args()


def _made_by(name: str, given: argparse.Namespace, seconds: str) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"`make proof MARKS={name} SEED={given.seed}`, revision {given.revision}, {given.date}; {machine}; {seconds}."


if __name__ == "__main__":
    main()
