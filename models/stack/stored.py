"""A fitted stack as plain values and LightGBM boosters, and back: no object is pickled, no row of anybody is kept."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import lightgbm as lgb
import numpy as np

from models.judgement.effect_scores import Figure
from models.stack.combination import Belief, Combination
from models.stack.encoding import CategoryColumn, FrameEncoder, NumberColumn
from models.stack.learners import Role, Stack, Term
from models.stack.process import Waves
from models.stack.regressors import Blend, Column, CrossFit, Linear, Predictor, Quadratic, Trees
from models.stack.sparse import PiecewiseLinear

Plain = dict[str, Any]
Boosters = dict[str, lgb.Booster]


def plain_stack(stack: Stack, prefix: str) -> tuple[Plain, Boosters]:
    """Return the stack as plain values, and its boosters under names that begin with ``prefix``."""
    boosters: Boosters = {}

    def plain(model: Predictor, name: str) -> Plain:
        if isinstance(model, Trees):
            boosters[name] = model.booster
            return {"booster": name, "used": model.used, "offset": model.offset}
        if isinstance(model, Column):
            return asdict(model)
        if isinstance(model, Quadratic):
            arrays = {"means": model.means.tolist(), "factors": model.factors.tolist()}
            return {"linear": plain(model.linear, name), "left": model.left, "right": model.right, **arrays}
        if isinstance(model, PiecewiseLinear):
            return {"linear": plain(model.linear, name), "knots": model.knots.tolist(), "heights": model.heights.tolist()}
        if isinstance(model, Waves):
            waves = {"directions": model.directions.tolist(), "amplitudes": model.factors.tolist()}
            return {"linear": plain(model.linear, name), **waves}
        linear = cast(Linear, model)
        return {"coefficients": linear.coefficients.tolist(), "intercept": linear.intercept, "logistic": linear.logistic}

    def term(of: Term, name: str) -> Plain:
        models = [plain(model, f"{prefix}_{name}_{fold}") for fold, model in enumerate(of.models)]
        return {"sign": of.sign, "role": of.role, "models": models}

    candidates = [
        {"name": name, "terms": [term(one, f"{name}_{place}") for place, one in enumerate(terms)]}
        for name, terms in stack.candidates.items()
    ]
    propensity = [[plain(model, f"{prefix}_e_{fold}") for fold, model in enumerate(part.models)] for part in stack.propensity.parts]
    return {"candidates": candidates, "propensity": propensity, "shares": stack.propensity.shares}, boosters


def stack_from(plain: Mapping[str, Any], boosters: Boosters) -> Stack:
    """Return the stack that ``plain_stack`` wrote."""

    def models(of: list[Plain]) -> tuple[Predictor, ...]:
        return tuple(_model(one, boosters) for one in of)

    candidates = {
        one["name"]: tuple(Term(models(term["models"]), term["sign"], cast(Role, term["role"])) for term in one["terms"])
        for one in plain["candidates"]
    }
    parts = tuple(CrossFit(np.empty(0), models(part)) for part in plain["propensity"])
    return Stack(candidates, Blend(parts, tuple(plain["shares"])))


def booster_names(plain: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the boosters that ``plain`` speaks of."""
    terms = [term for one in plain["candidates"] for term in one["terms"]]
    models = [model for part in (*(term["models"] for term in terms), *plain["propensity"]) for model in part]
    return tuple(model["booster"] for model in models if "booster" in model)


def plain_encoder(encoder: FrameEncoder) -> Plain:
    """Return the encoder as plain values."""
    return {"columns": encoder.columns_, "parts": [asdict(part) for part in encoder.parts_]}


def encoder_from(plain: Mapping[str, Any]) -> FrameEncoder:
    """Return the encoder that ``plain_encoder`` wrote."""
    encoder = FrameEncoder()
    encoder.columns_ = list(plain["columns"])
    encoder.parts_ = [
        CategoryColumn(tuple(part["levels"]), tuple(part["own_column"])) if "levels" in part else NumberColumn(**part)
        for part in plain["parts"]
    ]
    return encoder


def plain_combination(combination: Combination) -> Plain:
    """Return the combination as plain values, its out-of-fold forecast left out."""
    numbers = {name: getattr(combination, name) for name in ("centre", "constant", "constant_variance")}
    beliefs = {name: asdict(getattr(combination, name)) for name in ("slope", "slope_estimate")}
    return {"weights": combination.weights.tolist(), **numbers, **beliefs}


def combination_from(plain: Mapping[str, Any]) -> Combination:
    """Return the combination that ``plain_combination`` wrote; its forecast of the rows of ``fit`` is empty."""
    return Combination(
        np.array(plain["weights"]), plain["centre"], plain["constant"], Belief(**plain["slope"]),
        figure_from(plain["slope_estimate"]), plain["constant_variance"], np.empty(0),
    )  # fmt: skip


def figure_from(plain: Mapping[str, float | None]) -> Figure:
    """Return the figure whose fields are ``plain``, None for what could not be told."""
    values = {name: float("nan") if value is None else float(value) for name, value in plain.items()}
    return Figure(**values)


def _model(plain: Plain, boosters: Boosters) -> Predictor:
    if "booster" in plain:
        return Trees(boosters[plain["booster"]], plain["used"], plain["offset"])
    if "directions" in plain:
        return Waves(cast(Linear, _model(plain["linear"], {})), np.array(plain["directions"]), np.array(plain["amplitudes"]))
    if "knots" in plain:
        return PiecewiseLinear(cast(Linear, _model(plain["linear"], {})), np.array(plain["knots"]), np.array(plain["heights"]))
    if "factors" in plain:
        sides = tuple(plain["left"]), tuple(plain["right"])
        return Quadratic(cast(Linear, _model(plain["linear"], {})), *sides, np.array(plain["means"]), np.array(plain["factors"]))
    if "place" in plain:
        return Column(**plain)
    return Linear(np.array(plain["coefficients"]), plain["intercept"], plain["logistic"])
