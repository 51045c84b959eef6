"""The level model conditioned on what is known at a day: staying, arriving elsewhere, and the spread of their difference."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.ratings import HarmonisedRatings
from models.mixed.belief import LevelBelief
from models.mixed.crossed import fixed_covariance
from models.mixed.fit_columns import FitColumns, against_reason
from models.mixed.heads import Heads
from models.mixed.level import (
    CROSSED,
    History,
    LevelModel,
    LevelParams,
    Outlook,
    Panel,
    equations_of,
    fit_level,
    outlook,
    refit,
    residuals,
    without_factors,
)
from models.mixed.level_panel import (
    DAYS_PER_YEAR,
    FIXED,
    Posts,
    Record,
    Seat,
    Spells,
    career_of,
    fixed_columns,
    is_new,
    seat_of,
    single_names,
    years,
)
from models.mixed.person_blocks import NEVER, Codes, Components, Floats, Rows

UNSEEN_SUIT = 0.03
"""Variance (SD^2) of what one post suits a person better than another beyond what posts held show of it: they were sought and given
because they suited, and whoever fared badly left. Set on invented cities other than those whose coverage is reported; without it
the narrowest intervals, which are narrow because variances were estimated low, held too little."""
_SILENT = 1e-9
"""Variance (SD^2) of a column that is not to speak."""


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """What a fitted core keeps: variances, effects of fit, nothing about anybody.

    All other effects are refitted on what is known at a day. ``shared_doubt`` is the variance (SD^2) of the
    difference between two posts that no record of one's own lessens: the error of all fixed effects together, and ``UNSEEN_SUIT``.
    ``belief`` is what other cities made one expect, in this city's units; None where none were asked.
    """

    components: Components
    variances: tuple[float, ...]
    unit_variance: float
    horizon_days: int
    fit: FitColumns
    fit_effects: tuple[float, ...]
    shared_doubt: float = 0.0
    belief: LevelBelief | None = None

    def fit_terms(self, matrix: pd.DataFrame) -> Floats:
        """Return the terms (n, k) of how well each row's record fits its post (SD)."""
        return np.asarray(self.fit.encode(matrix) * np.array(self.fit_effects))


@dataclass(frozen=True, slots=True)
class HarmonisedAway:
    """What the harmoniser took out of the ratings (SD^2), and what it may have missed.

    ``units`` is the variance between units: with the units' variance in the level model it bounds what a unit may really add.
    ``doubt`` is the variance of the error of the leniency taken out, which all ratings by one rater in one unit share.
    """

    units: float
    doubt: float


def harmonised_away(ratings: HarmonisedRatings) -> HarmonisedAway:
    """Return what was taken out of ``ratings``; the error is that of a usual rating's rater and unit."""
    parts = [table for table in (ratings.units, ratings.raters) if len(table) and table["n"].sum() > 0]
    doubt = sum(float(np.average(part["standard_error"].fillna(0.0) ** 2, weights=part["n"])) for part in parts)
    return HarmonisedAway(ratings.variances.components.get("unit", 0.0) / ratings.scale**2, doubt)


@dataclass(frozen=True, slots=True)
class Core:
    """The level model with all effects fitted on ratings known by a day, ready to answer questions about people and posts."""

    settings: CoreSettings
    posts: Posts
    spells: Spells
    heads: Heads
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
        if not self.settings.variances[0]:
            return np.zeros(len(position)), np.zeros(len(position))
        effects = self.model.solution.crossed[: len(self.posts.positions)]
        spread = self.model.solution.spread[: len(effects)]
        known = position >= 0
        at = np.maximum(position, 0)
        return np.where(known, effects[at], 0.0), np.where(known, spread[at], self.settings.variances[0])

    def head_effect(self, employee: Codes) -> tuple[Floats, Floats]:
        """Return what each person adds, as head, to everybody in the unit (SD): posterior mean and variance.

        Who never led gets zero and the prior variance; both are zero where ratings show no difference between heads.
        """
        number, variance = self.heads.number(employee), self.settings.variances[CROSSED.index("head")]
        if not variance:
            return np.zeros(len(employee)), np.zeros(len(employee))
        part = self.panel.design.leaving_out(self.model.variances).slices()[CROSSED.index("head")]
        known, at = number >= 0, np.maximum(number, 0)
        effect, spread = self.model.solution.crossed[part], self.model.solution.spread[part]
        return np.where(known, effect[at], 0.0), np.where(known, spread[at], variance)

    def unit_leniency(self) -> pd.Series:
        """Return the shrunk unit effects by unit: what recorded scores there lie above neutral ones (SD)."""
        part = self.panel.design.leaving_out(self.model.variances).slices()[1]
        found = self.model.solution.crossed[part]
        effects = found if len(found) else np.zeros(len(self.posts.units))
        return pd.Series(effects, index=self.posts.units, name="leniency")


def column_scales(posts: Posts, fit: FitColumns) -> dict[str, float]:
    """Return how many common units each single column of this city has in one of its own; those of ``FIXED`` but the intercept."""
    plain = dict.fromkeys(FIXED[1:], 1.0)
    return {**plain, "level": posts.level_scale, **dict(zip(fit.names, fit.scales, strict=True))}


def fit_core(
    panel: Panel,
    fit: FitColumns,
    encoded: Floats,
    params: LevelParams,
    when: tuple[int, int],
    away: HarmonisedAway,
    belief: LevelBelief | None = None,
) -> CoreSettings:
    """Return variance components and effects of fit.

    ``encoded`` (n, k) are the fit columns of the panel's rows, each shrunk by a variance of its own; ``when`` holds the horizon in
    days and the seed, ``away`` what the harmoniser took out of the ratings, ``belief`` what other cities make one expect (in this
    city's units).
    """
    horizon_days, seed = when
    width, groups = panel.design.fixed.shape[1], len(panel.design.groups())
    alone = tuple((width + at, width + at + 1) for at in range(encoded.shape[1]))
    fixed, pooled = np.column_stack([panel.design.fixed, encoded]), (*panel.design.pooled, *alone)
    panel = replace(panel, design=replace(panel.design, fixed=fixed, pooled=pooled))
    usual = Components()
    base = replace(usual, spell=usual.spell + away.doubt, leniency=away.doubt)
    if belief is not None:
        names = [*single_names((width - len(FIXED)) // 2), *fit.names]
        panel = replace(panel, design=replace(panel.design, expected=belief.expectation(names)))
    model = fit_level(panel, params, seed, base)
    model, silent = _within_reason(panel, model, fit.names, width)
    effects = tuple(np.where(silent, 0.0, model.solution.fixed[width:]).tolist())
    variances = tuple(map(float, model.variances))
    doubt = UNSEEN_SUIT + _fixed_doubt(panel, model)
    return CoreSettings(model.components, variances[:groups], variances[1] + away.units, horizon_days, fit, effects, doubt, belief)


def _within_reason(panel: Panel, model: LevelModel, names: tuple[str, ...], width: int) -> tuple[LevelModel, NDArray[np.bool_]]:
    """Return the model with every fit column silenced whose effect has a sign it cannot have, and which are silent.

    The columns come after ``width`` others, their variances last. The rest is refitted each time, so that what a silenced column
    held against its neighbours does not stay with them.
    """
    silent = np.zeros(len(names), dtype=bool)
    while (wrong := against_reason(names, model.solution.fixed[width:]) & ~silent).any():
        silent |= wrong
        variances = model.variances.copy()
        variances[len(variances) - len(names) :][silent] = _SILENT
        model = refit(panel, model.components, variances)
    return model, silent


def _fixed_doubt(panel: Panel, model: LevelModel) -> float:
    """Return the mean variance of what fixed effects say of a change of post, over the changes in the panel."""
    changed = (panel.employee[1:] == panel.employee[:-1]) & (panel.design.crossed[1:, 0] != panel.design.crossed[:-1, 0])
    if not changed.any():
        return 0.0
    step = (panel.design.fixed[1:] - panel.design.fixed[:-1])[changed]
    error = fixed_covariance(equations_of(without_factors(panel, model.variances), model.components, model.variances))
    return float(np.einsum("np,pq,nq->n", step, error, step).mean())


def condition(record: Record, fitting: Floats, settings: CoreSettings) -> Core:
    """Return the core with all other effects fitted on the record less ``fitting`` (n,), what fit explains of its scores."""
    panel = replace(record.panel, score=record.panel.score - fitting)
    if settings.belief is not None:
        expected = settings.belief.expectation(single_names(len(record.posts.families)))
        panel = replace(panel, design=replace(panel.design, expected=expected))
    model = refit(panel, settings.components, np.array(settings.variances))
    return Core(settings, record.posts, record.spells, record.heads, panel, record.known_on, model, residuals(panel, model))


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

    def years_ahead(self) -> Floats:
        """Return years from the decision to the outcome."""
        return np.asarray((self.outcome_day - self.day) / DAYS_PER_YEAR)


def staying(core: Core, decision: Decision, position: Codes) -> Seat:
    """Return the seats of people who stay in ``position``, at the time of their outcome."""
    seat = seat_of(decision.employee, decision.day, position, core.spells, core.posts)
    return _at_outcome(core, seat, decision, seat.tenure + decision.years_ahead())


def arriving(core: Core, decision: Decision, position: Codes, arrival: Codes) -> Seat:
    """Return the seats of people who come to ``position`` after the decision, at the time of their outcome.

    ``arrival`` are codes of ``ARRIVALS``: how they come.
    """
    seat = seat_of(decision.employee, decision.day, position, core.spells, core.posts)
    spell = np.full(len(position), NEVER, dtype=np.int64)
    arrived = replace(seat, spell=spell, arrival=arrival, new_family=is_new(seat.experience))
    return _at_outcome(core, arrived, decision, decision.years_ahead())


def _at_outcome(core: Core, seat: Seat, decision: Decision, tenure: Floats) -> Seat:
    then, experience = decision.outcome_day, seat.experience + decision.years_ahead()
    career = career_of(seat.employee, then, core.spells)
    return replace(seat, time=years(then), career=career, tenure=tenure, experience=experience)
