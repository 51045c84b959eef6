"""Planning a wave beside HiGHS alone on the same matrix: ``python -m benchmarks.wave.beside_highs --write``.

Ours is everything from the wave's tables to the proven plan: the program built, loaded, solved. HiGHS alone is handed the finished
matrix and told to find the best whole plan, to the same gap and in the same time; and, for comparison, the linear relaxation only.
One process, one thread, CPU seconds.
"""

import argparse
import os
import platform
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, product
from pathlib import Path

import highspy
import numpy as np
import pandas as pd

from benchmarks.proof.page import markdown
from benchmarks.wave.instances import instance
from placement.wave.limits import Limits, Wave
from placement.wave.plan import Planning
from placement.wave.program import Program
from placement.wave.scenario import TABLES, limits_of, published_wave
from placement.wave.search import SearchParams
from placement.wave.solver import Solver
from publication.read import current
from publication.workspace import Workspace

PAGE, MARK = Path("docs/wave.md"), "<!-- measured -->"
SEARCH = SearchParams(gap=1e-4, seconds=60.0)
SCALES = ((1_000, 100, 6_000), (2_000, 200, 12_000))
"""People, vacancies, possible moves of the invented waves."""


def measure(waves: Iterable[tuple[str, Wave]]) -> pd.DataFrame:
    """Return one row per name of waves: CPU seconds of ours and of HiGHS alone, their ratios, and what each found.

    Of several draws of one name seconds are added up, gaps are the widest, and the largest ratio of one draw stands beside it.
    """
    drawn = pd.DataFrame([{"wave": name, **_beside(wave)} for name, wave in waves])
    drawn["ratio, largest"] = (drawn["build, s"] + drawn["solve, s"]) / drawn["HiGHS alone, s"]
    how = {name: "sum" if name.endswith(", s") else "all" if name == "relaxation whole" else "max" for name in drawn.columns[1:]}
    table = drawn.groupby("wave", sort=False).agg({"wave": "size", **how}).rename(columns={"wave": "draws"})
    ours = table["build, s"] + table["solve, s"]
    table.insert(table.columns.get_loc("ratio, largest"), "ratio", ours / table["HiGHS alone, s"])
    return table.assign(**{"ratio to the relaxation": ours / table["relaxation alone, s"]}).reset_index()


def _beside(wave: Wave) -> dict[str, object]:
    started = time.process_time()
    planning = Planning(wave, SEARCH)
    built = time.process_time()
    answer = planning.answer()
    ours = time.process_time()
    value, gap, alone = _alone(planning.program)
    relaxing = time.process_time()
    relaxed = Solver(planning.program).relax()
    relaxing = time.process_time() - relaxing
    return {
        "moves": len(planning.program.value), "limits": len(planning.program.lower), "relaxation whole": relaxed.whole(),
        "build, s": built - started, "solve, s": ours - built, "HiGHS alone, s": alone, "relaxation alone, s": relaxing,
        "value less that of HiGHS": answer.value - value, "gap, %": 100 * answer.gap, "gap of HiGHS, %": 100 * gap,
    }  # fmt: skip


def _alone(program: Program) -> tuple[float, float, float]:
    """Return the value, the gap and the CPU seconds of HiGHS on the finished matrix, everything in it left to HiGHS."""
    matrix, model = program.matrix.tocsc(), highspy.HighsLp()
    started = time.process_time()
    model.num_col_, model.num_row_ = len(program.value), len(program.lower)
    model.col_cost_, model.sense_ = program.value, highspy.ObjSense.kMaximize
    model.col_lower_, model.col_upper_ = np.zeros(model.num_col_), program.most
    model.row_lower_, model.row_upper_ = program.lower, program.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    options = {"output_flag": False, "threads": 1, "mip_rel_gap": SEARCH.gap, "time_limit": SEARCH.seconds}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.passModel(model)
    highs.run()
    info = highs.getInfo()
    return float(info.objective_function_value), float(info.mip_gap), time.process_time() - started


def invented(seeds: Iterable[int]) -> Iterator[tuple[str, Wave]]:
    """Yield invented waves, with every kind of limit and with one only: so many moves at most, as a run has it."""
    for scale, seed in product(SCALES, seeds):
        wave = instance(*scale, seed)
        name = "{:,} people, {:,} vacancies".format(*scale[:2])
        limits = Limits(moves=wave.limits.moves, caution=wave.limits.caution)
        yield f"{name}, moves limited", replace(wave, limits=limits, together=wave.together.iloc[:0])
        yield f"{name}, every kind of limit", wave


def main() -> None:
    """Measure, print, and with ``--write`` put the table at the end of its page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspaces", type=Path, nargs="*", default=[], help="workspaces whose published wave is planned too")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3, 4, 5])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--date", default="")
    given = parser.parse_args()
    published = ((f"published by a run, {len(wave.people):,} people", wave) for wave in map(_published, given.workspaces))
    table = markdown(measure(chain(published, invented(given.seeds))))
    machine = f"{platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[1]:.1f} {given.date}"
    text = f"{table}\n\n{machine}"
    print(text)
    if given.write:
        head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
        PAGE.write_text(f"{head}{MARK}\n\n{text}\n", encoding="utf-8")


def _published(workspace: Path) -> Wave:
    run = current(Workspace(workspace))
    return published_wave({name: run.table(name) for name in TABLES}, limits_of(run.run()["plan"]["limits"]))


if __name__ == "__main__":
    main()
