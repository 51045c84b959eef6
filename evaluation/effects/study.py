"""One set of people to compare, built once: the panel, its risk sets, the circumstances of every move."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.effects.circumstances import circumstances
from evaluation.effects.matched import Matched, match
from evaluation.effects.panel import Array, Panel, move_panel
from evaluation.effects.risk_sets import SEASONAL, YEARLY, RiskSets, Window, risk_sets
from features.ratings import HarmonisedRatings
from features.risk import WindowParams
from features.tables import Tables


@dataclass(frozen=True, slots=True)
class Study:
    """``sets``: risk sets of ``panel``; ``circumstances``: of every move of it; ``windows`` and ``seed`` as in `risk_sets`."""

    known: Tables
    panel: Panel
    sets: RiskSets
    circumstances: pd.DataFrame
    windows: tuple[Window, ...]
    seed: int

    def outcome(self, score: Array | None = None) -> Array:
        """Return the outcome of every row (m,), NaN where not rated."""
        return self.panel.at(self.panel.score if score is None else score, self.sets.person, self.sets.outcome)

    def matched(self, outcome: Array, beside: Array | None = None, weight: Array | None = None) -> Matched:
        """Return movers matched with stayers on history and place, and on ``beside`` (m, k), for an ``outcome`` (m,)."""
        columns = self.sets.columns() if beside is None else np.column_stack([self.sets.columns(), beside])
        return match(outcome, self.sets.moved, self.sets.code, columns, self.sets.person, self.sets.unit, weight)

    def of_rows(self) -> pd.DataFrame:
        """Return the circumstances of every row (m), missing where it did not move."""
        return self.circumstances.reindex(self.sets.move).reset_index(drop=True)

    def later(self) -> tuple["Study", Array]:
        """Return the study whose outcome lies a year later, and by how much each row's outcome grew over that year (m,)."""
        sets = risk_sets(self.panel, self.windows, self.seed, later=1)
        study = Study(self.known, self.panel, sets, self.circumstances, self.windows, self.seed)
        earlier = self.panel.at(self.panel.score, sets.person, sets.outcome - 1)
        return study, study.outcome() - earlier


def open_study(known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp, seed: int) -> Study:
    """Return the study of all moves known at ``as_of``; ``known`` is cut back to it and ``ratings`` are of it."""
    panel = move_panel(known, ratings, as_of)
    windows = SEASONAL if WindowParams().resolve(known) == "first_period" else YEARLY
    sets = risk_sets(panel, windows, seed)
    judged = np.full(len(panel.moves), -1, dtype=np.int64)
    movers = sets.move >= 0
    judged[sets.move[movers]] = sets.outcome[movers]
    return Study(known, panel, sets, circumstances(panel, known, judged), windows, seed)
