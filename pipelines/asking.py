"""What is asked of the wave in force at the terminal: swaps on top of the plan, and wishes granted by lot."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from features.errors import UsageError
from pipelines.job import Job
from placement.wave.draws import drawn_order, in_time, outcomes, ranked_wishes
from placement.wave.scenario import TABLES, Scenarios, gains, limits_of, open_scenarios, published_wave
from placement.wave.swaps import SwapParams
from placement.wave.wishes import Granted
from publication.read import PublishedRun, current
from publication.records import open_records


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot drawn in public: ``share`` of the plan's value to keep (percent), most ``turns``, ``seconds`` until no turn begins."""

    lot: str
    share: float
    turns: int
    seconds: float
    scenario: str


@dataclass(frozen=True)
class Draw:
    """A draw on record: its number, whose turns come, everybody's wishes, the run."""

    number: int
    order: list[str]
    wishes: dict[str, list[str]]
    run: PublishedRun


def found_swaps(job: Job) -> tuple[pd.DataFrame, bool]:
    """Return the rings of the run in force (`placement.wave.swaps.swaps`), and whether its evidence supports looking for any."""
    run = current(job.workspace)
    ranked = bool(run.run()["ranking_supported"])
    return scenarios_of(job, run).swaps(gains(run.table("candidates"), ranked=ranked), SwapParams()), ranked


def put_on_record(job: Job, lot: Lot, by: str, at: datetime) -> Draw:
    """Put a lot on record, from when on its order stands; nobody's wish decides it.

    Raises
    ------
    UsageError
        The lot is blank.
    StalePublicationError
        The run in force holds no wishes.
    """
    if not lot.lot.strip():
        raise UsageError(
            "The lot is blank: give the number or word that was drawn.", "Undian kosong: isi angka atau kata yang ditarik."
        )
    run = current(job.workspace)
    wishes = ranked_wishes(run.table("wave_wishes"), run.table("wave_moves"))
    row = {"scenario": lot.scenario, "run_id": run.run_id, "wish": "draw", "value": lot.share, "reason": lot.lot.strip()}
    number = open_records(job.database_url, job.workspace.root).intake.enter("scenarios", row, by, at)
    return Draw(number, drawn_order(lot.lot, wishes)[: lot.turns], wishes, run)


def granted(job: Job, draw: Draw, lot: Lot, tell: Callable[[int], None]) -> tuple[pd.DataFrame, Granted]:
    """Return what came of each turn (`placement.wave.draws.outcomes`) and of all; ``tell`` hears how many turns have come."""
    order = _told(in_time(draw.order, lot.seconds, time.monotonic), tell)
    result = scenarios_of(job, draw.run).granted(order, draw.wishes, lot.share / 100)
    return outcomes(draw.order, result), result


def scenarios_of(job: Job, run: PublishedRun) -> Scenarios:
    """Return the wave of a run ready to be solved under changes."""
    wave = published_wave({name: run.table(name) for name in TABLES}, limits_of(run.run()["plan"]["limits"]))
    return open_scenarios(wave, job.params.wave.search)


def _told(order: Iterable[str], tell: Callable[[int], None]) -> Iterator[str]:
    for served, who in enumerate(order, 1):
        tell(served)
        yield who
