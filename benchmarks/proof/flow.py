"""Mark 1: how long the whole line takes, and how much memory, in a process of its own."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.proof.page import Proof
from benchmarks.proof.sizes import Say, Size

SECONDS, GIGABYTES = 180.0, 3.0


def prove(size: Size, seed: int, say: Say) -> Proof:
    """Return the stage times of `tepat run` on an invented city, as the run itself recorded them, and its wall time."""
    people, years = size.flow
    with tempfile.TemporaryDirectory() as name:
        source, workspace = Path(name) / "source", Path(name) / "workspace"
        say(f"inventing {people} people over {years} years")
        _tepat("simulate", source, "--employees", people, "--years", years, "--seed", seed)
        say("running")
        started = time.perf_counter()
        _tepat("run", source, "--workspace", workspace, "--seed", seed)
        wall = time.perf_counter() - started
        recorded = json.loads((workspace / "runs" / "times.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    stages = pd.DataFrame(recorded["times"])[["stage", "seconds", "peak_gb"]]
    peak = float(stages["peak_gb"].max())
    total = pd.DataFrame({"stage": ["all stages", "wall, start of the program and of Prefect included"],
                          "seconds": [stages["seconds"].sum(), wall], "peak_gb": [peak, peak]})  # fmt: skip
    kept = "kept" if wall < SECONDS and peak < GIGABYTES else "missed"
    return Proof(
        title="The whole flow",
        mark=f"under {SECONDS:.0f} s and {GIGABYTES:.0f} GB on 2 cores for 8,000 people over ten years, installation left out",
        verdict=f"{kept}: {wall:.0f} s, {peak:.2f} GB",
        tables={"": pd.concat([stages, total], ignore_index=True)},
        notes=(
            f"{people} people, {years} years. Seconds are wall seconds: anything else that runs on the machine adds to them.",
            "Memory is the resident memory of all processes of the run (Prefect's server among them) at one time, the highest of "
            "each stage, looked at ten times a second; pages they share count for each.",
        ),
    )


def _tepat(*arguments: object) -> None:
    command = [sys.executable, "-m", "pipelines.command_line", *(str(argument) for argument in arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
