"""The level model conditioned on what is known at a day: staying, arriving elsewhere, and the spread of their difference."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.level import History, LevelModel, LevelParams, Outlook, Panel, fit_level, outlook, refit, residuals
from models.level_panel import ARRIVALS, DAYS_PER_YEAR, Posts, Seat, Spells, career_of, fixed_columns, panel_of, seat_of, years
from models.person_blocks import NEVER, Codes, Components, Floats, Rows


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """What a fitted core keeps: variances and nothing about anybody. Effects are refitted on what is known at a day."""

    components: Components
    variances: tuple[float, ...]
    horizon_days: int


@dataclass(frozen=True, slots=True)
class Core:
    """The level model with all effects fitted on ratings known by a day, ready to answer questions about people and posts."""

    settings: CoreSettings
    posts: Posts
    spells: Spells
    panel: Panel
    known_on: NDArray[np.int64]
    model: LevelModel
    residual: Floats

    def history(self, employee: Codes, until: Codes) -> History:
        """Return, per question, the run of ratings of ``employee`` known by day ``until``."""
        span = 1_000_000
        key = self.panel.employee * span + self.known_on
        starts = np.searchsorted(key, employee * span - span // 2)
        ends = np.searchsorted(key, employee * span + until, side="right")
        return History(self.panel.rows, self.residual, self.panel.weight, starts, np.maximum(ends - starts, 0))

    def outlook(self, employee: Codes, until: Codes, targets: list[Seat]) -> Outlook:
        """Return the posterior of each employee's own effects in each of ``targets``, given ratings known by ``until``."""
        rows = [seat.rows() for seat in targets]
        stacked = Rows(*(np.stack([getattr(row, name) for row in rows], axis=1) for name in Rows.__dataclass_fields__))
        return outlook(self.history(employee, until), stacked, self.settings.components)

    def fixed_terms(self, seat: Seat) -> Floats:
        """Return fixed columns times coefficients, (n, p): the fixed part of the neutral prediction, term by term."""
        return np.asarray(fixed_columns(seat, len(self.posts.families)) * self.model.solution.fixed)

    def position_effect(self, position: Codes) -> tuple[Floats, Floats]:
        """Return effect and posterior variance of ``position``; an unlisted one gets zero and the prior variance."""
        first = self.panel.design.fixed.shape[1]
        effects = self.model.solution.crossed[: len(self.posts.positions)]
        spread = np.diag(self.model.solution.posterior)[first : first + len(effects)]
        known = position >= 0
        at = np.maximum(position, 0)
        return np.where(known, effects[at], 0.0), np.where(known, spread[at], self.settings.variances[0])

    def unit_leniency(self) -> pd.Series:
        """Return the shrunk unit effects by unit: what recorded scores there lie above neutral ones (SD)."""
        part = self.panel.design.slices()[1]
        return pd.Series(self.model.solution.crossed[part], index=self.posts.units, name="leniency")


def fit_core(panel: Panel, params: LevelParams, horizon_days: int, seed: int) -> CoreSettings:
    """Return the variance components of ``panel``."""
    model = fit_level(panel, params, seed)
    return CoreSettings(model.components, tuple(float(v) for v in model.variances), horizon_days)


def condition(scores: pd.DataFrame, spells: Spells, posts: Posts, settings: CoreSettings) -> Core:
    """Return the core with all effects fitted on ``scores`` (seam 3), under the variances of ``settings``."""
    panel, known_on = panel_of(scores, spells, posts)
    model = refit(panel, settings.components, np.array(settings.variances))
    return Core(settings, posts, spells, panel, known_on, model, residuals(panel, model))


def without(core: Core, left_out: NDArray[np.bool_]) -> Core:
    """Return the core with effects fitted without the panel rows ``left_out``; residuals of all rows under those effects.

    What the trees learn from must not contain the outcome: the effect of a post held by one person is half that person's own
    ratings.
    """
    rest = core.panel.take(np.flatnonzero(~left_out))
    model = refit(rest, core.settings.components, np.array(core.settings.variances))
    return replace(core, model=model, residual=residuals(core.panel, model))


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is decided about, on which day, and the day the outcome speaks of; one entry per question, days since 1970."""

    employee: Codes
    day: Codes
    outcome_day: Codes


@dataclass(frozen=True, slots=True)
class Manner:
    """How people come to a post: their arrival kind as code of ``ARRIVALS``, and whether its family is new to them."""

    arrival: Codes
    new_family: NDArray[np.bool_]

    @staticmethod
    def assigned(new_family: NDArray[np.bool_]) -> "Manner":
        """Return everybody as assigned: the arrival that says least about who was let in."""
        return Manner(np.full(len(new_family), ARRIVALS.index("assigned"), dtype=np.int64), new_family)


def staying(core: Core, decision: Decision, position: Codes) -> Seat:
    """Return the seats of people who stay in ``position``, at the time of their outcome."""
    seat = seat_of(decision.employee, decision.day, position, core.spells, core.posts)
    ahead = (decision.outcome_day - decision.day) / DAYS_PER_YEAR
    return _at_outcome(core, seat, decision, seat.tenure + ahead)


def arriving(core: Core, decision: Decision, position: Codes, manner: Manner) -> Seat:
    """Return the seats of people who come to ``position`` after the decision, at the time of their outcome."""
    seat = seat_of(decision.employee, decision.day, position, core.spells, core.posts)
    spell = np.full(len(position), NEVER, dtype=np.int64)
    arrived = replace(seat, spell=spell, arrival=manner.arrival, new_family=manner.new_family)
    return _at_outcome(core, arrived, decision, (decision.outcome_day - decision.day) / DAYS_PER_YEAR)


def _at_outcome(core: Core, seat: Seat, decision: Decision, tenure: Floats) -> Seat:
    then = decision.outcome_day
    return replace(seat, time=years(then), career=career_of(seat.employee, then, core.spells), tenure=tenure)
