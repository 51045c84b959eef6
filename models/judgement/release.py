"""Whether a model may be used: a pure decision from frozen evidence, by thresholds fixed beforehand."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from models.judgement.effect_scores import Figure
from models.judgement.evidence import ValidationEvidence

Release = Literal["champion", "refused", "none"]


class Health(Protocol):
    """Verdict on the ratings: ``features.ratings.LabelHealth``."""

    @property
    def verdict(self) -> str:
        """``layak`` or ``tidak layak``."""
        ...


@dataclass(frozen=True, slots=True)
class ReleaseParams:
    """Thresholds of the release, fixed in ``params.yaml`` before a model is seen.

    A threshold on a figure counts as broken only when the figure's whole 80 % interval lies beyond it, so that noise alone
    refuses a sound model in at most one case of ten per rule.

    Attributes
    ----------
    min_movers : int
        Moves with an outcome needed to judge at all.
    min_outcome_r2 : float
        The outlook of stayers must explain at least this share of their outcomes.
    max_propensity_auc : float
        Above, movers and stayers are different people and cannot be compared.
    min_overlap : float
        Share of movers with stayers like them.
    max_placebo_slope : float
        Pretended moves of stayers may show at most this slope, either way.
    max_leniency_correlation : float
        Effects may follow the leniency of raters at most so much, either way.
    min_coverage, max_excess_variance : float
        80 % intervals must hold at least this share; the variance beyond noise may be at most so many times the claimed.
    max_champion_loss : float
        A new model's AUTOC may lie at most this far below the champion's.
    """

    min_movers: int = 150
    min_outcome_r2: float = 0.0
    max_propensity_auc: float = 0.95
    min_overlap: float = 0.6
    max_placebo_slope: float = 0.35
    max_leniency_correlation: float = 0.2
    min_coverage: float = 0.7
    max_excess_variance: float = 4.0
    max_champion_loss: float = 0.02


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a stable code, the value and interval seen, the threshold, and the sentence in both languages."""

    code: str
    blocks: Literal["release", "ranking", "nothing"]
    seen: Figure
    threshold: float
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ReleaseDecision:
    """``release``: ``champion`` (use it), ``refused`` (keep the last champion) or ``none`` (too little to judge).

    ``ranking_supported`` False: publish the constant effect and do not order by uplift. ``reasons`` name every rule that
    spoke, passed gates left out; never empty.
    """

    release: Release
    ranking_supported: bool
    reasons: tuple[Reason, ...]


def decide(
    evidence: ValidationEvidence | None, champion_evidence: ValidationEvidence | None, health: Health, params: ReleaseParams
) -> ReleaseDecision:
    """Return whether the model becomes champion, and whether ranking by its uplift is supported.

    ``evidence`` is None where no model could be fitted or judged. A model that finds no differences may still become
    champion: its outlooks are sound and its uplift is published as one constant. It never replaces a champion that finds
    some, unless label health has fallen.
    """
    impossible = list(_impossible(evidence, health, params))
    if evidence is None or impossible:
        return ReleaseDecision("none", False, tuple(impossible))
    blind = list(_blind(evidence))
    faults = [*_faults(evidence, params), *_worse_than_champion(evidence, champion_evidence, params)]
    spoken = (*faults, *blind) or (_reason("passed", evidence.autoc, 0.0, "nothing"),)
    reasons = (*spoken, *_unassessed(evidence, params))
    return ReleaseDecision("refused" if faults else "champion", not (faults or blind), reasons)


def _impossible(evidence: ValidationEvidence | None, health: Health, params: ReleaseParams) -> Iterator[Reason]:
    if health.verdict != "layak":
        yield _reason("label_health", _nothing(), 0.0, "release")
    if evidence is None:
        yield _reason("no_evidence", _nothing(), 0.0, "release")
    elif evidence.movers < params.min_movers:
        yield _reason("too_few_moves", Figure(float(evidence.movers)), float(params.min_movers), "release")


def _faults(evidence: ValidationEvidence, params: ReleaseParams) -> Iterator[Reason]:
    for code, figure, threshold, broken in _gates(evidence, params):
        if broken(figure, threshold):
            yield _reason(code, figure, threshold, "release")


def _unassessed(evidence: ValidationEvidence, params: ReleaseParams) -> Iterator[Reason]:
    for code, figure, threshold, _ in _gates(evidence, params):
        if math.isnan(figure.value):
            yield Reason(code, "nothing", figure, threshold, f"Tidak dapat dinilai: {code}", f"Could not be assessed: {code}")


Broken = Callable[[Figure, float], bool]


def _below(figure: Figure, threshold: float) -> bool:
    return figure.upper < threshold


def _above(figure: Figure, threshold: float) -> bool:
    return figure.lower > threshold


def _beyond(figure: Figure, threshold: float) -> bool:
    return figure.lower > threshold or figure.upper < -threshold


def _gates(evidence: ValidationEvidence, params: ReleaseParams) -> Iterator[tuple[str, Figure, float, Broken]]:
    yield "outcome_r2", evidence.outcome_r2, params.min_outcome_r2, _below
    yield "propensity_auc", evidence.propensity_auc, params.max_propensity_auc, _above
    yield "overlap", evidence.overlap, params.min_overlap, _below
    yield "placebo", evidence.placebo_slope, params.max_placebo_slope, _beyond
    yield "leniency", evidence.leniency_correlation, params.max_leniency_correlation, _beyond
    yield "coverage", evidence.coverage, params.min_coverage, _below
    yield "excess_variance", evidence.excess_variance, params.max_excess_variance, _above
    model, constant = evidence.baseline("model"), evidence.baseline("constant")
    if model is not None and constant is not None:
        yield "worse_than_constant", model.loss_gain, constant.loss_gain.value, _below


def _worse_than_champion(
    evidence: ValidationEvidence, champion: ValidationEvidence | None, params: ReleaseParams
) -> Iterator[Reason]:
    if champion is None or list(_blind(champion)):
        return
    if list(_blind(evidence)):
        yield _reason("champion_ranks", evidence.autoc, champion.autoc.value, "release")
    elif evidence.autoc.upper < champion.autoc.value - params.max_champion_loss:
        yield _reason("worse_than_champion", evidence.autoc, champion.autoc.value - params.max_champion_loss, "release")


def _blind(evidence: ValidationEvidence) -> Iterator[Reason]:
    if not evidence.slope.above_zero:
        yield _reason("slope_covers_zero", evidence.slope, 0.0, "ranking")
    if not evidence.autoc.above_zero:
        yield _reason("autoc_covers_zero", evidence.autoc, 0.0, "ranking")


def _nothing() -> Figure:
    return Figure(float("nan"))


def _reason(code: str, seen: Figure, threshold: float, blocks: Literal["release", "ranking", "nothing"]) -> Reason:
    text_id, text_en = TEXTS[code]
    values = {"value": seen.value, "lower": seen.lower, "upper": seen.upper, "threshold": threshold}
    return Reason(code, blocks, seen, threshold, text_id.format(**values).replace(".", ","), text_en.format(**values))


_SEEN_ID = "{value:.2f} (80 %: {lower:.2f} sampai {upper:.2f})"
_SEEN_EN = "{value:.2f} (80 %: {lower:.2f} to {upper:.2f})"

TEXTS: dict[str, tuple[str, str]] = {
    "label_health": (
        "Data penilaian kinerja tidak layak untuk dipelajari; urutan mengikuti kebutuhan dan kelayakan",
        "The ratings cannot support learning; lists follow need and eligibility",
    ),
    "too_few_moves": (
        "Belum cukup bukti: hanya {value:.0f} mutasi dengan hasil, dibutuhkan {threshold:.0f}",
        "Not enough evidence: only {value:.0f} moves with an outcome, {threshold:.0f} are needed",
    ),
    "no_evidence": (
        "Belum cukup bukti: terlalu sedikit mutasi untuk melatih atau menguji model",
        "Not enough evidence: too few moves to train or to judge a model",
    ),
    "outcome_r2": (
        f"Prakiraan kinerja yang tetap di jabatan terlalu lemah: R2 {_SEEN_ID}, paling sedikit {{threshold:.2f}}",
        f"The outlook of those who stay is too weak: R2 {_SEEN_EN}, at least {{threshold:.2f}}",
    ),
    "propensity_auc": (
        f"Yang dimutasi terlalu berbeda dari yang tetap: AUC {_SEEN_ID}, paling tinggi {{threshold:.2f}}",
        f"Those who moved differ too much from those who stayed: AUC {_SEEN_EN}, at most {{threshold:.2f}}",
    ),
    "overlap": (
        f"Terlalu sedikit mutasi yang punya pembanding: {_SEEN_ID}, paling sedikit {{threshold:.2f}}",
        f"Too few moves have a comparison: {_SEEN_EN}, at least {{threshold:.2f}}",
    ),
    "placebo": (
        f"Mutasi semu memperlihatkan pengaruh: kemiringan {_SEEN_ID}, paling jauh {{threshold:.2f}} dari nol",
        f"Pretended moves show an effect: slope {_SEEN_EN}, at most {{threshold:.2f}} from zero",
    ),
    "leniency": (
        f"Perkiraan mengikuti kemurahan penilai, bukan kinerja: korelasi {_SEEN_ID}, paling jauh {{threshold:.2f}} dari nol",
        f"Estimates follow the leniency of raters, not performance: correlation {_SEEN_EN}, at most {{threshold:.2f}} from zero",
    ),
    "coverage": (
        f"Rentang 80 % terlalu sempit: cakupan {_SEEN_ID}, paling sedikit {{threshold:.2f}}",
        f"The 80 % intervals are too narrow: they hold {_SEEN_EN}, at least {{threshold:.2f}}",
    ),
    "excess_variance": (
        f"Rentang perkiraan terlalu sempit: galat {_SEEN_ID} kali yang dinyatakan, paling banyak {{threshold:.2f}}",
        f"The intervals are too narrow: error {_SEEN_EN} times the claimed, at most {{threshold:.2f}}",
    ),
    "worse_than_constant": (
        f"Lebih buruk daripada satu angka tetap untuk semua: {_SEEN_ID}, angka tetap {{threshold:.2f}}",
        f"Worse than one constant for everybody: {_SEEN_EN}, the constant {{threshold:.2f}}",
    ),
    "champion_ranks": (
        "Model yang berlaku dapat mengurutkan, model baru tidak: AUTOC " + _SEEN_ID + ", yang berlaku {threshold:.2f}",
        "The champion can rank, the new model cannot: AUTOC " + _SEEN_EN + ", the champion {threshold:.2f}",
    ),
    "worse_than_champion": (
        "Lebih buruk daripada model yang berlaku: AUTOC " + _SEEN_ID + ", paling sedikit {threshold:.2f}",
        "Worse than the champion: AUTOC " + _SEEN_EN + ", at least {threshold:.2f}",
    ),
    "slope_covers_zero": (
        f"Pengurutan menurut perkiraan pengaruh belum didukung bukti: kemiringan {_SEEN_ID}",
        f"Ranking by uplift is not supported: slope {_SEEN_EN}",
    ),
    "autoc_covers_zero": (
        f"Pengurutan menurut perkiraan pengaruh belum didukung bukti: AUTOC {_SEEN_ID}",
        f"Ranking by uplift is not supported: AUTOC {_SEEN_EN}",
    ),
    "passed": (
        f"Semua syarat terpenuhi; pengurutan didukung bukti: AUTOC {_SEEN_ID}",
        f"All rules passed; ranking is supported: AUTOC {_SEEN_EN}",
    ),
}
"""Sentences by reason code, Indonesian and English."""
