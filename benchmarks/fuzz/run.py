"""Damage sources by the thousand: ``python -m benchmarks.fuzz.run --cases 20000``.

Outcomes go to a CSV a line a case as they come; a run that was stopped goes on where it was. The table of ``--table`` says how many
cases of each damage ended how; the exit code is 1 if one of them ended in anything but a documented error or a full account. The
tree must not be edited meanwhile: pages of the report are read as they stand.
"""

import argparse
import csv
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from pathlib import Path

import pandas as pd

from benchmarks.fuzz.cases import Outcome, outcome

COLUMNS = ("seed", "damage", "ending", "detail")
ENDINGS = ("clean", "quarantined", "unusable", "refused", "FAULT")
BATCH = 20


def main() -> int:
    """Run the cases not yet in the file of outcomes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first case")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--outcomes", type=Path, default=Path("fuzz-outcomes.csv"))
    parser.add_argument("--table", type=Path, help="write the table, as Markdown, to this file")
    given = parser.parse_args()
    run(range(given.first, given.first + given.cases), given.outcomes, given.processes)
    outcomes = pd.read_csv(given.outcomes)
    text = table(outcomes)
    print(text)
    if given.table:
        given.table.write_text(text, encoding="utf-8")
    faults = outcomes[outcomes["ending"] == "FAULT"]
    print(faults.to_string(index=False) if len(faults) else "no fault")
    return int(len(faults) > 0)


def run(seeds: range, outcomes: Path, processes: int) -> None:
    """Append the outcomes of the ``seeds`` that ``outcomes`` lacks."""
    done = set(pd.read_csv(outcomes)["seed"]) if outcomes.exists() and outcomes.stat().st_size else set()
    left = [seed for seed in seeds if seed not in done]
    with outcomes.open("a", encoding="utf-8", newline="") as file, ProcessPoolExecutor(processes) as pool:
        writer = csv.writer(file)
        if not done:
            writer.writerow(COLUMNS)
        for number, found in enumerate(pool.map(_quiet, left, chunksize=BATCH), start=1):
            writer.writerow(astuple(found))
            if number % BATCH == 0:
                file.flush()
                print(f"{number} of {len(left)} cases", flush=True)


def _quiet(seed: int) -> Outcome:
    warnings.simplefilter("ignore")
    return outcome(seed)


def table(outcomes: pd.DataFrame) -> str:
    """Return how many cases of each damage ended how, as Markdown."""
    counts = pd.crosstab(outcomes["damage"], outcomes["ending"]).reindex(columns=list(ENDINGS), fill_value=0)
    lines = ["| damage | cases | " + " | ".join(ENDINGS) + " |", "|---" * (len(ENDINGS) + 2) + "|"]
    rows = [*((str(name), row.to_list()) for name, row in counts.iterrows()), ("all", counts.sum().to_list())]
    lines += [f"| {name} | {sum(row):,} | " + " | ".join(f"{count:,}" for count in row) + " |" for name, row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
