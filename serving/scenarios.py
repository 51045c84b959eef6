"""The plan of a run solved again under what the office settles; the solver of a run is opened once and asked by one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

import pandas as pd
from fastapi import Request

from features.bilingual import Bilingual
from placement.wave.limits import Changes
from placement.wave.scenario import TABLES, Scenarios, Solved, gains, limits_of, open_scenarios, published_wave
from placement.wave.search import SearchParams
from placement.wave.swaps import SwapParams
from placement.wave.wording import Names
from publication.answers import Answers
from publication.read import PublishedRun
from serving.pages.reading import kept_of

SEARCH = SearchParams(seconds=20.0)
"""A page waits this long at most; what is found by then has its gap beside it."""
SWAPS = SwapParams()


@dataclass
class Replanner:
    """The scenarios of one run, for one asker at a time."""

    scenarios: Scenarios
    _lock: Lock = field(default_factory=Lock)

    def solve(self, changes: Changes, *, priced: bool = False) -> Solved:
        """Return the best plan under ``changes``; `placement.wave.scenario.Scenarios.solve`."""
        with self._lock:
            return self.scenarios.solve(changes, priced=priced)

    def swaps(self, gain: pd.Series) -> pd.DataFrame:
        """Return rings of people who could take each other's posts; `placement.wave.scenario.Scenarios.swaps`."""
        with self._lock:
            return self.scenarios.swaps(gain, SWAPS)

    def share_prices(self, shares: Mapping[str, float], changes: Changes) -> pd.DataFrame:
        """Return what shares of groups would cost before they are imposed; `placement.wave.scenario.Scenarios.share_prices`."""
        with self._lock:
            return self.scenarios.share_prices(shares, changes)

    def why_not(self, employee_id: str, position_id: str, changes: Changes, names: Names | None = None) -> Bilingual:
        """Return why a move is not in the plan and what it would cost; `placement.wave.scenario.Scenarios.why_not`."""
        with self._lock:
            return self.scenarios.why_not(employee_id, position_id, changes, names)


def replanner_of(request: Request, answers: Answers) -> Replanner:
    """Return what solves the plan of the run in force again; opened at the first question, in one to three seconds.

    Raises
    ------
    StalePublicationError
        The run's folder holds no wave.
    """

    def opened() -> Replanner:
        run = files_of(request, answers)
        wave = published_wave({name: run.table(name) for name in TABLES}, limits_of(answers.run()["plan"]["limits"]))
        return Replanner(open_scenarios(wave, SEARCH))

    return kept_of(request).get(answers.run_id, "replanner", opened)


def swaps_of(request: Request, answers: Answers) -> pd.DataFrame:
    """Return the rings of the run in force (`placement.wave.swaps.swaps`), worked out once.

    Where its evidence does not support ranking there are none: nobody knows who gains by a move.
    """

    def found() -> pd.DataFrame:
        rows = files_of(request, answers).table("candidates")
        return replanner_of(request, answers).swaps(gains(rows, ranked=answers.run()["ranking_supported"]))

    return kept_of(request).get(answers.run_id, "swaps", found)


def files_of(request: Request, answers: Answers) -> PublishedRun:
    """Return the files of the run in force."""
    return PublishedRun(answers.run_id, request.app.state.settings.folder.published / answers.run_id)
