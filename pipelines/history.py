"""The decision days behind a city, each cut back once for everything that asks about it: training rows, trial run, rules."""

from collections.abc import Iterable, Mapping
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
        return replace(self, days={day: self.days[day] for day in days})

    def may(self, _known: Tables, day: pd.Timestamp, pairs: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which pairs no gate in force on ``day`` is known to rule out: the judge of training trials (seam 5)."""
        return np.asarray(judge(self.pack, self.days[day].facts, pairs, day).eligible != "no")


def look_back(
    tables: Tables,
    cut_off: pd.Timestamp,
    params: TrialParams,
    pack: RulePack,
    beside: Workers,
    there: Tables | Promise[Tables] | None = None,
) -> History:
    """Return every decision day that can be learned from at ``cut_off``; those that ``beside`` takes are made of ``there``.

    ``there`` is what stands for ``tables`` where others work; by default they are handed over.
    """
    known = known_at(tables, cut_off)
    dates = learnable_dates(known, cut_off, params)
    taken = set(dates[beside.every - 1 :: beside.every])
    theirs = {day: beside.submit(_day, known if there is None else there, cut_off, day, params) for day in dates if day in taken}
    ours = {day: _day(known, cut_off, day, params) for day in dates if day not in taken}
    return History(known, {**ours, **{day: found.result() for day, found in theirs.items()}}, pack)


def _day(tables: Tables, cut_off: pd.Timestamp, day: pd.Timestamp, params: TrialParams) -> Day:
    then = standing(known_at(tables, cut_off), day, params.ratings)
    return Day(then.ratings, then.posts, then.frames, encode(collect_facts(then.known, day, day)))
