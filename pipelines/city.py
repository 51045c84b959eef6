"""A city on a day with its model in hand: what lists and single pairs are scored from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from features.posts import existing_posts
from features.standing import Standing, standing
from features.tables import Tables
from models.pair_uplift import PairUplift
from models.pairs.crossing import Crossing
from models.plain_outlook import PlainOutlook
from pipelines.ingesting import Days
from pipelines.settings import Params
from placement.estimates import Against, PairByPair, Score
from placement.lists import Case, make_case
from placement.need import needs
from placement.staffing.openings import opened_by_retirement
from rules.facts import collect_facts, of_posts

OfPairs = Callable[[pd.DataFrame], pd.DataFrame]
"""Pairs (employee_id, position_id) to numbers on the same index."""


@dataclass(frozen=True, slots=True)
class City:
    """A city ready to be scored.

    ``standing``: the city as known; ``case``: facts, rules and weights; ``needs``: per unit and family; ``model``: what answers, on
    so many ``threads``; ``score``: the forecast; ``explain``: pairs to the contributions of concepts, None where the model
    claims nothing to explain; ``leading``: pairs to what people add at the head of a unit, ``doubt``: pairs to what their errors
    have in common (`PairUplift.shared_doubt`); None where there is no model.
    """

    standing: Standing
    case: Case
    needs: pd.DataFrame
    model: PairUplift | PlainOutlook
    threads: int
    score: Score
    explain: OfPairs | None
    leading: OfPairs | None
    doubt: OfPairs | None

    def __reduce__(self) -> tuple[Callable[..., "City"], tuple[object, ...]]:
        """Travel to another process without what answers remember: it is worked out again there."""
        return _opened, (self.standing, self.case, self.needs, self.model, self.threads)


def open_city(tables: Tables, model: PairUplift | PlainOutlook, days: Days, params: Params, *, supported: bool) -> City:
    """Return the city of ``days`` with the posts that exist then; ``supported``: the evidence supports ranking by uplift."""
    there = standing(tables, days.as_of, params.trials.ratings)
    pack = params.rules.pack()
    every = collect_facts(there.known, days.as_of, days.effective_on)
    facts = opened_by_retirement(of_posts(every, existing_posts(there.known, days.as_of)), pack)
    wanted = needs(there.known, facts, pack, params.needs)
    case = make_case(facts, pack, wanted, params.values, supported=supported)
    return _opened(there, case, wanted, model, params.uplift.stage.threads)


@dataclass(frozen=True, slots=True)
class _Crossed:
    """The forecast of a pair model of the city."""

    model: PairUplift
    crossing: Crossing

    def __call__(self, pairs: pd.DataFrame, /) -> pd.DataFrame:
        return self.model.predict(self.crossing, pairs)

    def among(self, people: pd.Index, /) -> Against:
        return self.model.among(self.crossing, people)


def _opened(there: Standing, case: Case, wanted: pd.DataFrame, model: PairUplift | PlainOutlook, threads: int) -> City:
    return City(there, case, wanted, model, threads, *_answering(model, there, threads))


def _answering(
    model: PairUplift | PlainOutlook, there: Standing, threads: int
) -> tuple[Score, OfPairs | None, OfPairs | None, OfPairs | None]:
    if isinstance(model, PlainOutlook):
        plain = model.situate(there.frames, there.ratings, there.posts)
        return PairByPair(partial(model.predict, plain)), None, None, None
    pair_model = model.on_threads(threads)
    situation = pair_model.situate(there.frames, there.ratings, there.posts)
    crossing = pair_model.crossing(situation)
    explain: OfPairs | None = None if model.abstaining else lambda pairs: pair_model.contributions(situation, pairs)
    return (
        _Crossed(pair_model, crossing), explain, lambda pairs: pair_model.leading(situation, pairs),
        lambda pairs: pair_model.shared_doubt(crossing, pairs),
    )  # fmt: skip
