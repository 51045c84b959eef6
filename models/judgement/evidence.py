"""What validation found, as one frozen result that can be logged, compared and decided on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from models.judgement.effect_scores import Bin, Figure

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class Baseline:
    """One rival forecast of the effect, judged on the same rows: its loss gain over zero, and its AUTOC."""

    name: str
    loss_gain: Figure
    autoc: Figure


@dataclass(frozen=True, slots=True)
class ValidationEvidence:
    """What can be said of an effect model without knowing the truth. Effects are in SD of harmonised performance.

    Every figure carries an 80 % interval from a bootstrap over employees; NaN means the data do not tell.

    Attributes
    ----------
    design : str
        ``out of time`` (forecasts by models that ended before the decision) or ``cross-fitted`` (other people, same years).
    movers, stayers, employees : int
        Rows and people judged.
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
    placebo_slope : Figure
        Slope of the stayers' unexplained outcome on the effect a pretended move would have had; 0 if the model is sound.
    leniency_correlation : Figure
        Correlation of forecast effects with the difference in leniency between the new and the old post; 0 is clean.
    calibration, toc : tuple of Bin
        Forecast and realised effect by tenth of the forecast; the targeting curve (``forecast`` holds the share).
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

    def figures(self) -> dict[str, Figure]:
        """Return the single figures by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), Figure)}

    def baseline(self, name: str) -> Baseline | None:
        """Return the rival of that name, None if it was not judged."""
        return next((rival for rival in self.baselines if rival.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain nested dicts and lists, fit for JSON (NaN becomes None)."""
        return as_plain(self)

    @staticmethod
    def from_dict(plain: Mapping[str, Any]) -> "ValidationEvidence":
        """Return the evidence that ``to_dict`` wrote."""
        given: dict[str, Any] = {name: _figure(value) if isinstance(value, Mapping) else value for name, value in plain.items()}
        for name in ("calibration", "toc"):
            given[name] = tuple(_bin(cell) for cell in given[name])
        given["baselines"] = tuple(Baseline(b["name"], _figure(b["loss_gain"]), _figure(b["autoc"])) for b in given["baselines"])
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


def _figure(plain: Mapping[str, Any]) -> Figure:
    return Figure(*(float("nan") if plain[name] is None else float(plain[name]) for name in ("value", "lower", "upper")))


def _bin(plain: Mapping[str, Any]) -> Bin:
    return Bin(float(plain["forecast"]), _figure(plain["realised"]), float(plain["weight"]))
