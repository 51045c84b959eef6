"""What the terminal shows while a run goes on, and the record of it: stages, seconds, peak memory."""

import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from pipelines.texts import Language, Texts

_KIBIBYTES_PER_GIGABYTE = 1e9 / 1024


@dataclass(frozen=True, slots=True)
class StageTime:
    """One finished stage: its name, wall seconds, the process's peak memory so far (GB), and a note for the reader."""

    stage: str
    seconds: float
    peak_gb: float
    note: str


@dataclass(slots=True)
class StageLog:
    """Notes made while a stage runs; the last one is kept."""

    note: str = ""


@dataclass(slots=True)
class Progress:
    """Shows each stage as it starts and ends, and keeps the times."""

    console: Console
    texts: Texts
    times: list[StageTime] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[StageLog]:
        """Time one stage; set ``note`` of what this yields to say what came of it."""
        log = StageLog()
        started = time.perf_counter()
        with self.console.status(self.texts(f"stage_{name}")):
            yield log
        done = StageTime(name, time.perf_counter() - started, peak_memory_gb(), log.note)
        self.times.append(done)
        self.console.print(f"  {self.texts(f'stage_{name}'):<34} {done.seconds:7.1f} s   {done.note}", highlight=False)


def summary(times: Sequence[StageTime], texts: Texts) -> Table:
    """Return the table of stages, seconds and peak memory."""
    table = Table(title=texts("stage_times"), title_justify="left")
    table.add_column(texts("stage"))
    table.add_column(texts("seconds"), justify="right")
    table.add_column(texts("peak_memory"), justify="right")
    for done in times:
        table.add_row(texts(f"stage_{done.stage}"), f"{done.seconds:.1f}", f"{done.peak_gb:.2f} GB")
    total = sum(done.seconds for done in times)
    table.add_row(texts("total"), f"{total:.1f}", f"{peak_memory_gb():.2f} GB", style="bold")
    return table


def peak_memory_gb() -> float:
    """Return the largest resident memory this process has had, in gigabytes (Linux counts it in kibibytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES_PER_GIGABYTE


def line(figures: Mapping[str, object]) -> str:
    """Return figures as one short line."""
    return ", ".join(f"{name} {value}" for name, value in figures.items())


def terminal(language: Language) -> Progress:
    """Return a progress display on standard output."""
    return Progress(Console(), Texts(language))
