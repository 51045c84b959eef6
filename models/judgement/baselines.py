"""The model and its rivals on the same rows, draws and vacancies."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.judgement.checks import weighted
from models.judgement.effect_scores import EffectSample, Figure, areas, loss_gain, rescaled, slope, with_interval
from models.judgement.evidence import UNKNOWN, Baseline
from models.judgement.plan_value import Vacancies, plan_value
from models.stack.encoding import Array

BESIDE, ORDER = "beside_", "order_"
"""Prefixes of columns of forecasts that hold a rival's effects, and a rival's scores in units of its own."""


@dataclass(frozen=True, slots=True)
class Field:
    """What everybody is judged on: scores of the effect with the model's forecast, vacancies, folds of the person, draws."""

    sample: EffectSample
    vacancies: Vacancies
    folds: NDArray[np.intp]
    draws: list[Array]

    def constant(self) -> Array:
        """Return the mean effect (n,) of the other folds."""
        gain, weight = np.bincount(self.folds, self.sample.gain), np.bincount(self.folds, self.sample.weight)
        return np.asarray(((gain.sum() - gain) / (weight.sum() - weight))[self.folds])


def gain_over_constant(field: Field) -> Figure:
    """Return by how much the model's squared error of the effect lies below that of one constant, interval from the same draws."""
    constant = field.sample.forecasting(field.constant())

    def gain(factor: Array) -> float:
        return loss_gain(field.sample.reweighted(factor)) - loss_gain(constant.reweighted(factor))

    return weighted(gain, field.draws)


def judge_baselines(field: Field, frame: pd.DataFrame, plan: Figure) -> tuple[Baseline, ...]:
    """Return the model (its plan's value is ``plan``), zero, the constant, and every rival among the columns of ``frame``.

    A rival that only orders (``order_NAME``) has its loss judged after the straight line that fits it best on other people.
    """
    sample = field.sample
    model = _forecast(field, "model", sample.effect)
    flat = [_flat(field, name, effect) for name, effect in (("zero", np.zeros(len(frame))), ("constant", field.constant()))]
    effects = [_forecast(field, *_column(frame, name, BESIDE)) for name in frame if name.startswith(BESIDE)]
    orders = [_order(field, *_column(frame, name, ORDER)) for name in frame if name.startswith(ORDER)]
    own = Baseline(model.name, model.loss_gain, model.autoc, model.qini, model.slope, plan)
    return (own, *flat, *effects, *orders)


def _column(frame: pd.DataFrame, name: str, prefix: str) -> tuple[str, Array]:
    return name.removeprefix(prefix), frame[name].to_numpy(dtype=np.float64)


def _flat(field: Field, name: str, effect: Array) -> Baseline:
    """Return a forecast that tells nobody apart: its areas are zero by definition, and it chooses nobody."""
    loss = with_interval(loss_gain, field.sample.forecasting(effect), field.draws)
    blind = Figure(0.0, 0.0, 0.0)
    return Baseline(name, loss, blind, blind, UNKNOWN, UNKNOWN)


def _forecast(field: Field, name: str, effect: Array) -> Baseline:
    sample = field.sample.forecasting(effect)
    autoc, qini = areas(sample, field.draws)
    loss, rise = (with_interval(metric, sample, field.draws) for metric in (loss_gain, slope))
    return Baseline(name, loss, autoc, qini, rise, plan_value(field.vacancies, effect, effect, field.draws).gain)


def _order(field: Field, name: str, score: Array) -> Baseline:
    sample = field.sample.forecasting(score)
    autoc, qini = areas(sample, field.draws)
    loss = with_interval(loss_gain, rescaled(sample, field.folds), field.draws)
    return Baseline(name, loss, autoc, qini, UNKNOWN, plan_value(field.vacancies, score, score, field.draws).gain, rescaled=True)
