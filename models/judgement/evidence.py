"""What validation found, as one frozen result that can be logged, compared and decided on."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from models.judgement.effect_scores import Bin, Figure
from models.judgement.groups import Contrast

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


UNKNOWN = Figure(math.nan)


@dataclass(frozen=True, slots=True)
class Baseline:
    """One rival forecast of the effect, or order of candidates, judged on the same rows.

    ``loss_gain`` over zero, ``autoc``, ``qini``, ``slope``, and ``plan_value``: what choosing by it would have gained over the
    actual choices. ``rescaled``: it orders only, and its loss is that of the straight line fitting it best on other people.
    """

    name: str
    loss_gain: Figure
    autoc: Figure
    qini: Figure = UNKNOWN
    slope: Figure = UNKNOWN
    plan_value: Figure = UNKNOWN
    rescaled: bool = False


def bins_table(bins: Sequence[Bin]) -> pd.DataFrame:
    """Return bins of a curve as rows: forecast, realised, lower, upper, weight."""
    rows = [(one.forecast, *_ends(one.realised), one.weight) for one in bins]
    return pd.DataFrame(rows, columns=["forecast", "realised", "lower", "upper", "weight"])


@dataclass(frozen=True, slots=True)
class ValidationEvidence:
    """What can be said of an effect model without knowing the truth. Effects are in SD of harmonised performance.

    Every figure carries an 80 % interval from a bootstrap over employees; those of the mean effect, of the bracket and of the plan
    are widened where the few decision days differ by more. NaN means the data do not tell.

    Attributes
    ----------
    design : str
        ``out of time`` (forecasts by models that ended before the decision) or ``cross-fitted`` (other people, same years).
    movers, stayers, employees, decision_days : int
        Rows, people and days judged.
    outcome_r2 : Figure
        Held-out R2 of the outlook of those who stayed (1: exact, 0: no better than their mean, below: worse).
    propensity_auc : Figure
        How well moves are foreseen from history; near 1 means movers and stayers cannot be compared.
    propensity_slope : Figure
        Calibration slope of the propensity; 1 is calibrated.
    overlap : Figure
        Share of movers whose propensity lies within the clipping bounds.
    mean_effect : Figure
        Mean effect on those who moved.
    spread : Figure
        Standard deviation of the forecast effects among movers.
    slope, autoc, qini : Figure
        Slope of the effect on its forecast (1: calibrated, 0: nothing found); areas under the targeting curve (0: blind).
    coverage : Figure
        Share of realised changes inside their 80 % interval, made of the forecast's own interval and the stayers' noise.
    excess_variance : Figure
        Squared error of the effects beyond noise, over the variance the intervals claim; 1 is right, above 1 too narrow.
    placebo_mean, placebo_slope, placebo_autoc : Figure
        What pretended moves of eligible stayers show: mean, slope on the forecast, area; all 0 if the model is sound.
    leniency_correlation : Figure
        Correlation of forecast effects with the difference in leniency between the new and the old post; 0 is clean.
    unit_slope : Figure
        Mover test: slope of realised excess on the leniency difference foretold for the move; 1 if unit effects are right.
    lagged_outcome, did_last, did_earlier, bracket_gap : Figure
        The mean effect by regression on past scores, by differences from the last score and from the one before; how far the
        mean effect lies outside all three (0: between them).
    robustness_value, bias_like_last, robustness_of_slope : Figure
        Share of moving and of outcomes a hidden cause must explain to explain the lagged-outcome effect away; the bias (SD) of
        one as strong as the last score; the same share for the slope.
    post_spread : Figure
        Mean over movers of the SD of their forecast effects between the posts filled that day: what a ranking of posts rests on.
    realised_coverage : Figure
        Share of movers whose outcome lay in the 80 % interval forecast for it (conformal, ratings' own noise included).
    gates_ends : Figure
        Mean effect of the top fifth of the forecast less that of the bottom fifth.
    gain_over_constant : Figure
        Squared error below that of one constant for everybody.
    plan_value, plan_promised, plan_likeness : Figure, Figure, float
        What the run's own choice per vacancy would have gained over the actual one (AIPW, SD a vacancy); what the model promised;
        effective share of the movers that speak for the chosen.
    calibration, toc, gates : tuple of Bin
        Forecast and realised effect by tenth of the forecast; the targeting curve (``forecast`` holds the share); by fifth.
    gates_steps : tuple of Figure
        From each fifth to the next; a ranking is contradicted where one lies below zero.
    contrasts : tuple of Contrast
        Features that differ most between the top and the bottom fifth.
    baselines : tuple of Baseline
        The model itself (``model``) and its rivals on the same rows.
    """

    design: str
    movers: int
    stayers: int
    employees: int
    outcome_r2: Figure
    propensity_auc: Figure
    propensity_slope: Figure
    overlap: Figure
    mean_effect: Figure
    spread: Figure
    slope: Figure
    autoc: Figure
    qini: Figure
    coverage: Figure
    excess_variance: Figure
    placebo_slope: Figure
    leniency_correlation: Figure
    calibration: tuple[Bin, ...]
    toc: tuple[Bin, ...]
    baselines: tuple[Baseline, ...]
    decision_days: int = 0
    placebo_mean: Figure = UNKNOWN
    placebo_autoc: Figure = UNKNOWN
    unit_slope: Figure = UNKNOWN
    lagged_outcome: Figure = UNKNOWN
    did_last: Figure = UNKNOWN
    did_earlier: Figure = UNKNOWN
    bracket_gap: Figure = UNKNOWN
    robustness_value: Figure = UNKNOWN
    bias_like_last: Figure = UNKNOWN
    robustness_of_slope: Figure = UNKNOWN
    post_spread: Figure = UNKNOWN
    realised_coverage: Figure = UNKNOWN
    gates_ends: Figure = UNKNOWN
    gain_over_constant: Figure = UNKNOWN
    plan_value: Figure = UNKNOWN
    plan_promised: Figure = UNKNOWN
    plan_likeness: float = math.nan
    gates: tuple[Bin, ...] = ()
    gates_steps: tuple[Figure, ...] = ()
    contrasts: tuple[Contrast, ...] = ()

    def figures(self) -> dict[str, Figure]:
        """Return the single figures by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), Figure)}

    def baseline(self, name: str) -> Baseline | None:
        """Return the rival of that name, None if it was not judged."""
        return next((rival for rival in self.baselines if rival.name == name), None)

    def figures_table(self) -> pd.DataFrame:
        """Return the single figures, one row each by name: value, lower, upper."""
        rows = {name: _ends(one) for name, one in self.figures().items()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "lower", "upper"]).rename_axis("figure")

    def baselines_table(self) -> pd.DataFrame:
        """Return the model and its rivals, one row each: rescaled, loss_gain, autoc, qini, slope, plan_value."""
        names = ("loss_gain", "autoc", "qini", "slope", "plan_value")
        rows = {one.name: (one.rescaled, *(getattr(one, name).value for name in names)) for one in self.baselines}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["rescaled", *names]).rename_axis("method")

    def contrasts_table(self) -> pd.DataFrame:
        """Return in what the top and the bottom fifth differ: top, bottom (means in own units), difference (SD), lower, upper."""
        told = {one.feature: (one.top, one.bottom, *_ends(one.difference)) for one in self.contrasts}
        return pd.DataFrame.from_dict(told, orient="index", columns=["top", "bottom", "difference", "lower", "upper"]).rename_axis(
            "feature"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain nested dicts and lists, fit for JSON (NaN becomes None)."""
        return as_plain(self)

    @staticmethod
    def from_dict(plain: Mapping[str, Any]) -> "ValidationEvidence":
        """Return the evidence that ``to_dict`` wrote, by this version or one that knew fewer figures."""
        given: dict[str, Any] = {name: _restored(value) for name, value in plain.items()}
        for name, read in _ROWS.items():
            given[name] = tuple(read(row) for row in given.get(name, ()))
        return ValidationEvidence(**given)


def as_plain(result: "DataclassInstance") -> dict[str, Any]:
    """Return a frozen result as nested dicts and lists, fit for JSON (NaN becomes None)."""
    plain = _plain(asdict(result))
    assert isinstance(plain, dict)
    return plain


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and value != value else value


def figure_from(plain: Mapping[str, Any]) -> Figure:
    """Return the figure whose fields, None for what could not be told, are ``plain``."""
    return Figure(*(math.nan if plain[name] is None else float(plain[name]) for name in ("value", "lower", "upper")))


def _bin(plain: Mapping[str, Any]) -> Bin:
    return Bin(float(plain["forecast"]), figure_from(plain["realised"]), float(plain["weight"]))


def _contrast(plain: Mapping[str, Any]) -> Contrast:
    return Contrast(plain["feature"], plain["top"], plain["bottom"], figure_from(plain["difference"]))


def _baseline(plain: Mapping[str, Any]) -> Baseline:
    given: dict[str, Any] = {name: _restored(value) for name, value in plain.items()}
    return Baseline(**given)


def _restored(value: Any) -> Any:  # noqa: ANN401 - JSON values of any kind
    # always the one object math.nan: evidence read twice must be equal, and NaN equals nothing but itself
    if isinstance(value, Mapping):
        return figure_from(value)
    return math.nan if value is None else value


_ROWS: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "calibration": _bin, "toc": _bin, "gates": _bin, "gates_steps": figure_from, "contrasts": _contrast, "baselines": _baseline,
}  # fmt: skip


def _ends(figure: Figure) -> tuple[float, float, float]:
    return figure.value, figure.lower, figure.upper
