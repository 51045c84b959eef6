"""Candidate estimates of an effect tau(x): S, T, X, R and DR learners, each by several regressions, on shared nuisances.

Every candidate is cross-fitted on the same folds, so that their combination judges only predictions of rows unseen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from models.stack.encoding import Array, Encoded
from models.stack.nuisances import Nuisances, Sample, aipw_scores, clip_propensity, fitters
from models.stack.regressors import (
    Blend,
    Column,
    Fitter,
    Predictor,
    TreeParams,
    Trees,
    cut_like,
    fit_by_fold,
    shallower,
)

EFFECT_ROWS = 250
"""Rows that a process of imputed effects learns its scales on: fewer than for outcomes, as effects are smoother."""
S_LEARNERS = frozenset({"ridge", "selection", "trees"})
"""Regressions that an outcome is told by with the treatment as a column: those that know of its interactions."""
SMALLEST_STEP = 0.05
"""R-learner targets divide by T - e(x); smaller distances are taken as this, their weight hardly changes."""

Role = Literal["plain", "switch", "treated_share", "untreated_share"]
"""How a prediction enters: as it is; as its difference between treated and untreated; times e(x); times 1 - e(x)."""

Known = dict[int, Array]
"""What models (by identity) said of some rows: candidates share them, and each is asked once."""


@dataclass(frozen=True, slots=True)
class Term:
    """One regression's part in an effect: ``sign`` (or factor) times what ``role`` makes of its prediction; one model per fold."""

    models: tuple[Predictor, ...]
    sign: float = 1.0
    role: Role = "plain"

    def predict(self, fold: int, X: Encoded, e: Array, known: Known) -> Array:
        """Return the part (n,) by the model of ``fold``; ``e`` (n,) is the propensity, ``known`` what models said of ``X``."""
        model = self.models[fold]
        found = known.get(id(model))
        if found is None:
            found = known[id(model)] = self._read(model, X)
        return self.sign * self._share(e) * found

    def contributions(self, fold: int, X: Encoded, e: Array) -> Array:
        """Return what each feature adds to ``predict`` (n, p + 1), the constant last; ``e`` is taken as given."""
        model = self.models[fold]
        if self.role != "switch":
            return self.sign * self._share(e)[:, None] * model.contributions(X)
        gap = model.contributions(with_treatment(X, 1.0)) - model.contributions(with_treatment(X, 0.0))
        return self.sign * np.column_stack([gap[:, :-2], gap[:, -2:].sum(axis=1)])

    def _read(self, model: Predictor, X: Encoded) -> Array:
        if self.role == "switch":
            return model.predict(with_treatment(X, 1.0)) - model.predict(with_treatment(X, 0.0))
        return model.predict(X)

    def _share(self, e: Array) -> Array:
        return {"treated_share": e, "untreated_share": 1 - e}.get(self.role, np.ones(len(e)))


_SHARED = frozenset({"treated_share", "untreated_share"})
"""Roles that read the propensity."""

Candidate = tuple[Term, ...]
"""An estimate of tau(x): the sum of its terms."""


def with_treatment(X: Encoded, treated: Array | float) -> Encoded:
    """Return ``X`` with the treatment as its last feature: a column for trees, with all its interactions for linear fits."""
    arm = np.broadcast_to(np.asarray(treated, dtype=np.float64), len(X.trees))[:, None]
    scored = None
    if X.scored is not None and isinstance(treated, float):
        of = X.scored
        scored = lambda booster, used, _: of(booster, used, treated)  # noqa: E731
    linear = np.hstack([X.linear, arm - 0.5, (arm - 0.5) * X.linear])
    owners = (*X.owners, X.trees.shape[1], *X.owners)
    return Encoded(linear, np.column_stack([X.trees, arm]), X.categorical, owners, scored)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one term is learned; ``ready`` are its models by fold where a nuisance has them already."""

    fit: Fitter
    X: Encoded
    target: Array
    weight: Array
    seed: int
    sign: float = 1.0
    role: Role = "plain"
    ready: tuple[Predictor, ...] = ()

    def by_fold(self, folds: NDArray[np.intp]) -> Term:
        """Return the term with one model per fold, none of which saw its fold."""
        models = self.ready or fit_by_fold(self.fit, self.X, self.target, self.weight, folds, self.seed)
        return Term(models, self.sign, self.role)

    def whole(self, crossed: Term) -> Term:
        """Return the term with one model of all rows of positive weight, with as many trees as ``crossed`` has."""
        kept = self.weight > 0
        model = self.fit(self.X.take(kept), self.target[kept], self.weight[kept], self.seed)
        return Term((cut_like(model, crossed.models),), self.sign, self.role)


def recipes(sample: Sample, nuisances: Nuisances, seed: int, trees: TreeParams) -> dict[str, tuple[Recipe, ...]]:
    """Return the candidates by name, ``LEARNER_REGRESSION``; nuisances, grown with ``trees``, serve all.

    Every regression of the outcomes is used for every learner, but S by lines and trees alone, and the Gaussian process, where
    there is one, for T and X; then there is a T-learner by the blends of all regressions, too.
    """
    outcomes, effects = fitters(trees), fitters(shallower(trees), EFFECT_ROWS)
    augmented = with_treatment(sample.X, sample.treated)
    out: dict[str, tuple[Recipe, ...]] = {}
    for kind in nuisances.regressions:
        learn = partial(Recipe, effects[kind], sample.X)
        if kind in S_LEARNERS:
            out[f"s_{kind}"] = (Recipe(effects[kind], augmented, sample.y, sample.weight, seed, role="switch"),)
        out[f"t_{kind}"] = _difference(outcomes[kind], sample, nuisances, kind)
        out[f"x_{kind}"] = _crossed(learn, sample, nuisances, seed + 10)
        if kind != "process":
            out[f"r_{kind}"] = (learn(*_robinson(sample, nuisances), seed + 20),)
            out[f"dr_{kind}"] = (learn(_scores(sample, nuisances), sample.weight, seed + 30),)
    if "process" in nuisances.regressions:
        out["t_blend"] = _blended(outcomes, sample, nuisances)
    return out


def given(sample: Sample, place: int, factor: float = 1.0) -> Candidate:
    """Return the candidate that feature ``place`` already is, times ``factor``: an honest forecast made elsewhere."""
    mean = float(np.average(sample.X.trees[:, place], weights=sample.weight))
    return (Term((Column(place, mean),) * (int(sample.folds.max()) + 1), factor),)


def held_out(candidates: Sequence[Candidate], sample: Sample, e: Array) -> Array:
    """Return each row's estimates (n, candidates) by the models that did not see its fold; ``e`` (n,) likewise."""
    out = np.empty((len(sample.y), len(candidates)))
    for fold in range(int(sample.folds.max()) + 1):
        rows = sample.folds == fold
        out[rows] = _estimates(candidates, fold, sample.X.take(rows), e[rows])
    return out


@dataclass(frozen=True, slots=True)
class Stack:
    """Candidates by name and the propensity that mixes the X-learners, all with the same number of models (one per fold)."""

    candidates: dict[str, Candidate]
    propensity: Blend

    def keep(self, names: Sequence[str]) -> "Stack":
        """Return the stack of these candidates alone."""
        return replace(self, candidates={name: self.candidates[name] for name in names})

    @property
    def reads_linear(self) -> bool:
        """Whether any part reads the linear matrix; forecasts made elsewhere and trees do not."""
        terms = [term for candidate in self.candidates.values() for term in candidate]
        return any(term.role != "plain" or not isinstance(term.models[0], Column | Trees) for term in terms)

    def reads(self, columns: int) -> tuple[int, ...]:
        """Return the places among the features 0..``columns`` - 1 that any candidate reads."""
        terms = [term for candidate in self.candidates.values() for term in candidate]
        if self.reads_linear or any(term.role in _SHARED for term in terms):
            return tuple(range(columns))
        return tuple(sorted({place for term in terms for model in term.models for place in _asked(model)}))

    def estimates(self, X: Encoded) -> Array:
        """Return every fold's estimate by every candidate (folds, n, candidates)."""
        candidates = tuple(self.candidates.values())
        return np.stack([_estimates(candidates, fold, X, share) for fold, share in enumerate(self._shares(X))])

    def contributions(self, X: Encoded, weights: Array) -> Array:
        """Return what each feature adds (n, p + 1) to the candidates' mean over folds, weighted by ``weights``; constant last."""
        e = self._shares(X)
        out = np.zeros((len(X.trees), X.trees.shape[1] + 1))
        for weight, candidate in zip(weights, self.candidates.values(), strict=True):
            for fold, share in enumerate(e):
                out += weight / len(e) * _sum([term.contributions(fold, X, share) for term in candidate])
        return out

    def _shares(self, X: Encoded) -> Array:
        """Return e(x) by fold (folds, n); zeros where no candidate asks for it."""
        roles = {term.role for candidate in self.candidates.values() for term in candidate}
        if roles & _SHARED:
            return clip_propensity(self.propensity.by_fold(X))
        return np.zeros((len(self.propensity.parts[0].models), len(X.trees)))


def _asked(model: Predictor) -> tuple[int, ...]:
    """Return the features that a forecast made elsewhere, or trees, read."""
    if isinstance(model, Column):
        return (model.place,)
    trees = cast(Trees, model)
    return tuple(np.flatnonzero(trees.booster.feature_importance(iteration=trees.used)).tolist())


def _estimates(candidates: Sequence[Candidate], fold: int, X: Encoded, e: Array) -> Array:
    """Return the estimates (n, candidates) by the models of ``fold``."""
    known: Known = {}
    out = np.empty((len(e), len(candidates)))
    for place, candidate in enumerate(candidates):
        out[:, place] = _sum([term.predict(fold, X, e, known) for term in candidate])
    return out


def _sum(parts: Sequence[Array]) -> Array:
    return np.asarray(np.sum(np.stack(parts), axis=0))


def _difference(fit: Fitter, sample: Sample, nuisances: Nuisances, kind: str) -> tuple[Recipe, ...]:
    treated, untreated = sample.weight * sample.treated, sample.weight * (1 - sample.treated)
    place = nuisances.regressions.index(kind)
    return (
        Recipe(fit, sample.X, sample.y, treated, 0, ready=nuisances.treated.parts[place].models),
        Recipe(fit, sample.X, sample.y, untreated, 0, sign=-1.0, ready=nuisances.untreated.parts[place].models),
    )


def _blended(outcomes: Mapping[str, Fitter], sample: Sample, nuisances: Nuisances) -> tuple[Recipe, ...]:
    """Return the difference of the blended outcomes, term by term; parts without a share are left out."""
    shares = zip(nuisances.regressions, nuisances.treated.shares, nuisances.untreated.shares, strict=True)
    terms = []
    for kind, treated, untreated in shares:
        plus, minus = _difference(outcomes[kind], sample, nuisances, kind)
        terms += [replace(term, sign=share * term.sign) for term, share in ((plus, treated), (minus, untreated)) if share > 0]
    return tuple(terms)


def _crossed(learn: "partial[Recipe]", sample: Sample, nuisances: Nuisances, seed: int) -> tuple[Recipe, ...]:
    """Return imputed effects of the treated and of the untreated, mixed by the propensity (Kuenzel et al. 2019)."""
    gained = sample.y - nuisances.untreated.held_out
    missed = nuisances.treated.held_out - sample.y
    return (
        learn(gained, sample.weight * sample.treated, seed, role="untreated_share"),
        learn(missed, sample.weight * (1 - sample.treated), seed + 5, role="treated_share"),
    )


def _robinson(sample: Sample, nuisances: Nuisances) -> tuple[Array, Array]:
    """Return target and weight whose regression minimises the R-loss (Nie & Wager 2021)."""
    step = sample.treated - nuisances.e
    step = np.where(np.abs(step) < SMALLEST_STEP, np.copysign(SMALLEST_STEP, step), step)
    return (sample.y - nuisances.outcome) / step, sample.weight * step**2


def _scores(sample: Sample, nuisances: Nuisances) -> Array:
    return aipw_scores(sample.treated, sample.y, nuisances.e, nuisances.untreated.held_out, nuisances.treated.held_out)
