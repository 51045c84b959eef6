"""The level model: E[rating | employee in position] on all person-years, by mixed effects and exact least squares.

    score = fixed + position + unit + rater + head + level + trend + employee x family + employee x unit + spell + AR(1) + noise

Position, unit, rater and head effects are crossed and shrunk; the person's own effects and the AR(1) disturbance make one dense
covariance block per person, so generalised least squares is exact and needs no more than small batched inverses. Unit, rater
and head effects are fitted and left out of the neutral prediction: what a unit really adds and what it merely grants cannot be
told apart from ratings.

The method is Henderson's mixed-model equations with REML-like variance components (EM over the persons' blocks, fixed point
for crossed variances); see docs/estimation.md.
"""

from dataclasses import dataclass, replace

import numpy as np

from features.errors import TooLittleDataError
from models.mixed.crossed import (
    Design,
    Equations,
    Solution,
    equations,
    fitted,
    fitted_covariance,
    next_variances,
    precision_of,
    solve,
    solve_exactly,
)
from models.mixed.person_blocks import (
    Codes,
    Components,
    Floats,
    Rows,
    batches,
    batches_of,
    covariance,
    doubts,
    fit_components,
    kernels,
)

CROSSED: tuple[str, ...] = ("position", "unit", "rater", "head")
"""The crossed factors, in the order of every crossed axis; only the first belongs to the neutral prediction."""
_START_VARIANCE = 0.05
_EXPECTED_VARIANCE = 1e4
"""Of columns of which something is expected: they are drawn to that, and not to zero besides."""
_STEPS_A_ROUND = 12
"""Steps of the search for components within one round of EM: the next round goes on from there. Sixty find the same."""


@dataclass(frozen=True, slots=True)
class LevelParams:
    """Study choices of the level model.

    ``rounds`` of variance estimation on at most ``variance_people`` people (persons are independent given crossed effects, so
    a sample of whole persons is unbiased); ``component_doubt`` the prior SD, as a logarithm, of the variances between families,
    units and spells of one person; ``min_rows`` below which nothing is estimated.
    """

    rounds: int = 5
    variance_people: int = 1_500
    component_doubt: float = 0.5
    min_rows: int = 200


@dataclass(frozen=True, slots=True)
class Panel:
    """Rated person-periods, sorted by employee and time.

    ``employee`` is an integer code per row, ``rows`` what the person's covariance reads, ``design`` what is common to persons,
    ``score`` in SD of harmonised performance, ``weight`` the precision of a rating (1 = ordinary).
    """

    employee: Codes
    rows: Rows
    design: Design
    score: Floats
    weight: Floats

    def take(self, index: Codes) -> "Panel":
        """Return the rows at ``index``, which must keep the order."""
        rows, design = self.rows.take(index), self.design.take(index)
        return Panel(self.employee[index], rows, design, self.score[index], self.weight[index])


@dataclass(frozen=True, slots=True)
class LevelModel:
    """A fitted level model: components, crossed variances, effects."""

    components: Components
    variances: Floats
    solution: Solution


@dataclass(frozen=True, slots=True)
class Outlook:
    """Posterior of a person's own effects at targets: ``parts`` (n, S, 6) by ``PARTS``, ``covariance`` (n, S, S)."""

    parts: Floats
    covariance: Floats


def fit_level(panel: Panel, params: LevelParams, seed: int, usual: Components | None = None) -> LevelModel:
    """Fit variance components on a sample of persons, then all effects on all rows.

    What few movers tell apart is drawn to the ``usual`` components.

    Raises
    ------
    TooLittleDataError
        Fewer than ``params.min_rows`` rows.
    """
    if len(panel.score) < params.min_rows:
        raise TooLittleDataError(
            f"level model: {len(panel.score)} rated person-periods, at least {params.min_rows} are needed. "
            "Load more years of appraisals, or lower level.min_rows."
        )
    sample = sample_people(panel, params.variance_people, seed)
    components = usual or Components()
    prior = (components, doubts(params.component_doubt))
    groups = range(len(sample.design.groups()))
    variances = np.array([_EXPECTED_VARIANCE if sample.design.is_expected(group) else _START_VARIANCE for group in groups])
    for _ in range(params.rounds):
        sample = without_factors(sample, variances)
        solution, posterior = solve_exactly(equations_of(sample, components, variances))
        variances = next_variances(sample.design, solution, posterior, variances)
        moments = moments_of(sample, solution, posterior)
        components = fit_components(sample.rows, sample.weight, moments, components, _STEPS_A_ROUND, prior)
    return refit(panel, components, variances)


def moments_of(panel: Panel, solution: Solution, posterior: Floats) -> list[tuple[Codes, Floats]]:
    """Return per batch its row indices (b, T) and the expected outer products (b, T, T) of what persons' own effects explain."""
    residual = panel.score - fitted(panel.design, solution)
    return [(index, _second_moment(panel, posterior, residual, index)) for index in batches(panel.employee)]


def refit(panel: Panel, components: Components, variances: Floats) -> LevelModel:
    """Return the model with given variances and all effects fitted on ``panel``; factors of variance zero have none."""
    panel = without_factors(panel, variances)
    return LevelModel(components, variances, solve(equations_of(panel, components, variances)))


def equations_of(panel: Panel, components: Components, variances: Floats) -> Equations:
    """Return the mixed-model equations of ``panel``, the persons' own effects integrated out."""
    precision = precision_of(panel.rows, panel.weight, panel.employee, components)
    return equations(panel.design, panel.score, precision, variances)


def without_factors(panel: Panel, variances: Floats) -> Panel:
    """Return the panel without crossed factors of variance zero."""
    return replace(panel, design=panel.design.leaving_out(variances))


def residuals(panel: Panel, model: LevelModel) -> Floats:
    """Return the scores minus fixed and crossed effects: what the person's own effects and noise must explain."""
    return np.asarray(panel.score - fitted(panel.design.leaving_out(model.variances), model.solution))


@dataclass(frozen=True, slots=True)
class History:
    """Rows of known ratings with their residuals, and for each question the run of rows it may read."""

    rows: Rows
    residual: Floats
    weight: Floats
    starts: Codes
    sizes: Codes


def outlook(history: History, targets: Rows, components: Components) -> Outlook:
    """Return the exact posterior of the person's own effects at ``targets`` (n, S), given each question's own history.

    Effects are those of performance: of what a spell's ratings share, the part that is leniency is left out (``Components``).
    """
    n, width = targets.time.shape
    parts, spread = np.zeros((n, width, 6)), np.zeros((n, width, width))
    scale = components.neutral()
    for number, index in batches_of(history.starts, history.sizes):
        known, wanted = history.rows.take(index), targets.take(number)
        inverse = np.linalg.inv(covariance(known, history.weight[index], components))
        cross = kernels(wanted, known, components.persistence)
        learned = np.einsum("bij,bj->bi", inverse, history.residual[index])
        parts[number] = np.einsum("kbst,bt->bsk", cross, learned) * scale
        joint = np.tensordot(scale, cross, axes=1)
        prior = np.tensordot(scale, kernels(wanted, wanted, components.persistence), axes=1)
        spread[number] = prior - joint @ inverse @ joint.transpose(0, 2, 1)
    return Outlook(parts, spread)


def _second_moment(panel: Panel, posterior: Floats, residual: Floats, index: Codes) -> Floats:
    own = residual[index]
    return np.asarray(own[:, :, None] * own[:, None, :] + fitted_covariance(panel.design, posterior, index))


def sample_people(panel: Panel, people: int, seed: int) -> Panel:
    """Return whole persons, at most ``people``, with crossed codes renumbered to those that occur."""
    codes = np.unique(panel.employee)
    if len(codes) > people:
        codes = np.sort(np.random.default_rng(seed).choice(codes, people, replace=False))
    return _renumbered(panel.take(np.flatnonzero(np.isin(panel.employee, codes))))


def _renumbered(panel: Panel) -> Panel:
    crossed, sizes = np.full_like(panel.design.crossed, -1), []
    for factor in range(crossed.shape[1]):
        column = panel.design.crossed[:, factor]
        known = column >= 0
        present, crossed[known, factor] = np.unique(column[known], return_inverse=True)
        sizes.append(len(present))
    design = replace(panel.design, crossed=crossed, sizes=tuple(sizes))
    return Panel(panel.employee, panel.rows, design, panel.score, panel.weight)
