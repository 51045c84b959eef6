"""The decision days behind a city, each cut back once for everything that asks about it: training rows, trial run, rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.as_of import known_at
from features.frames import FeatureFrames
from features.ratings import HarmonisedRatings
from features.standing import Standing, standing
from features.tables import Tables
from features.trials import TrialParams, learnable_dates
from pipelines.workers import Promise, Workers
from rules.encoding import Encoded, encode
from rules.facts import collect_facts
from rules.pack import RulePack
from rules.verdicts import judge

KEPT_UP_TO = 60_000
"""People up to whom all days are kept: nearly 4 KB a person and day, three quarters of a gigabyte a day in a province."""


@dataclass(frozen=True, slots=True)
class Day:
    """A decision day: what was made of the tables as known then, and what rules asked of them.

    The tables themselves, near half of it all, are cut back again when they are asked for: that costs less than keeping them.
    """

    ratings: HarmonisedRatings
    posts: pd.DataFrame
    frames: FeatureFrames
    facts: Encoded


@dataclass(frozen=True, slots=True)
class History:
    """Decision days of a city ``known`` until some later day, and the rule pack that judges on them."""

    known: Tables
    days: Mapping[pd.Timestamp, Day]
    pack: RulePack

    def on(self, day: pd.Timestamp) -> Standing:
        """Return the city as known on a decision day."""
        then = self.days[day]
        return Standing(known_at(self.known, day), day, then.ratings, then.posts, then.frames)

    def of(self, days: Iterable[pd.Timestamp]) -> "History":
        """Return the history of those days alone."""
        kept = self.days.of(days) if isinstance(self.days, Remade) else {day: self.days[day] for day in days}
        return replace(self, days=kept)

    def may(self, _known: Tables, day: pd.Timestamp, pairs: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which pairs no gate in force on ``day`` is known to rule out: the judge of training trials (seam 5)."""
        return np.asarray(judge(self.pack, self.days[day].facts, pairs, day).eligible != "no")


class Remade(Mapping[pd.Timestamp, Day]):
    """Decision days made when they are asked for, the last one kept: learning takes a third longer and a third less memory."""

    def __init__(self, known: Tables, cut_off: pd.Timestamp, dates: Iterable[pd.Timestamp], params: TrialParams) -> None:
        self._known, self._cut_off, self._dates, self._params = known, cut_off, tuple(dates), params
        self._last: tuple[pd.Timestamp, Day] | None = None

    def __getitem__(self, day: pd.Timestamp) -> Day:
        if day not in self._dates:
            raise KeyError(day)
        if self._last is None or self._last[0] != day:
            self._last = None  # let go before the next is made
            self._last = day, _day(self._known, self._cut_off, day, self._params)
        return self._last[1]

    def __iter__(self) -> Iterator[pd.Timestamp]:
        return iter(self._dates)

    def __len__(self) -> int:
        return len(self._dates)

    def of(self, days: Iterable[pd.Timestamp]) -> "Remade":
        """Return those days alone."""
        return Remade(self._known, self._cut_off, days, self._params)


def look_back(
    tables: Tables,
    cut_off: pd.Timestamp,
    params: TrialParams,
    pack: RulePack,
    beside: Workers,
    there: Tables | Promise[Tables] | None = None,
) -> History:
    """Return every decision day that can be learned from at ``cut_off``; those that ``beside`` takes are made of ``there``.

    ``there`` is what stands for ``tables`` where others work; by default they are handed over. On one machine no
    day of more than `KEPT_UP_TO` people is kept: each is made here when it is asked for.
    """
    known = known_at(tables, cut_off)
    dates = learnable_dates(known, cut_off, params)
    if beside.pieces == 1 and len(known["employees"]) > KEPT_UP_TO:
        return History(known, Remade(known, cut_off, dates, params), pack)
    taken = set(dates[beside.every - 1 :: beside.every])
    theirs = {day: beside.submit(_day, known if there is None else there, cut_off, day, params) for day in dates if day in taken}
    ours = {day: _day(known, cut_off, day, params) for day in dates if day not in taken}
    return History(known, {**ours, **{day: found.result() for day, found in theirs.items()}}, pack)


def _day(tables: Tables, cut_off: pd.Timestamp, day: pd.Timestamp, params: TrialParams) -> Day:
    then = standing(known_at(tables, cut_off), day, params.ratings)
    return Day(then.ratings, then.posts, then.frames, encode(collect_facts(then.known, day, day)))
