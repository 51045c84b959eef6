"""What the terminal shows while a run goes on, and the record of it: stages, seconds, peak memory."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.memory import watched
from pipelines.texts import Language, Texts


@dataclass(frozen=True, slots=True)
class StageTime:
    """One finished stage: its name, wall seconds, its peak memory over all processes (GB), and figures of what came of it."""

    stage: str
    seconds: float
    peak_gb: float
    figures: dict[str, Any]


@dataclass(slots=True)
class StageLog:
    """What a running stage says came of it."""

    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Progress:
    """Shows each stage as it starts and ends, and keeps the times."""

    console: Console
    texts: Texts
    times: list[StageTime] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[StageLog]:
        """Time one stage; what is put into ``figures`` of what this yields says what came of it."""
        log = StageLog()
        started = time.perf_counter()
        with self.console.status(self.texts(f"stage_{name}")), watched() as peak:
            yield log
        done = StageTime(name, time.perf_counter() - started, peak.gigabytes, dict(log.figures))
        self.times.append(done)
        self.console.print(f"{self.texts(f'stage_{name}'):<34} {self.texts.seconds(done.seconds):>7} s", highlight=False)
        self.console.print(Padding(Text(self.texts.figures(done.figures), style="dim"), (0, 0, 0, 2)))


def summary(times: Sequence[StageTime], texts: Texts) -> Table:
    """Return the table of stages, seconds and peak memory."""
    table = Table(title=texts("stage_times"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(texts("stage"))
    table.add_column(texts("seconds"), justify="right")
    table.add_column(texts("peak_memory"), justify="right")
    for done in times:
        table.add_row(texts(f"stage_{done.stage}"), texts.seconds(done.seconds), f"{texts.seconds(done.peak_gb)} GB")
    total, peak = sum(done.seconds for done in times), max((done.peak_gb for done in times), default=0.0)
    table.add_row(texts("total"), texts.seconds(total), f"{texts.seconds(peak)} GB", style="bold")
    return table


def terminal(language: Language) -> Progress:
    """Return a progress display on standard output."""
    return Progress(Console(), Texts(language))
