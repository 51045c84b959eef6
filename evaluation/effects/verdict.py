"""The verdict on a programme of moves, by a rule fixed before its effects are seen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.effects.many_tests import holm
from evaluation.effects.matched import Effect
from features.bilingual import Bilingual

WORKS, UNPROVEN, HARMS = "berhasil", "belum terbukti", "merugikan"


@dataclass(frozen=True, slots=True)
class VerdictParams:
    """The rule.

    ``level``: of the intervals; ``fewest``: movers with an outcome to judge at all; ``least_effect``: effect worth having (SD), for
    the power; ``placebo_alpha``: chance of a false alarm of the placebo; ``harm_alpha``: of harm to any other outcome.
    """

    level: float = 0.95
    fewest: int = 30
    least_effect: float = 0.2
    placebo_alpha: float = 0.01
    harm_alpha: float = 0.05


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the verdict is what it is: a code, and a sentence in both languages."""

    code: str
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Verdict:
    """``code``: berhasil, belum terbukti or merugikan, with its reasons, the deciding one first."""

    code: str
    reasons: tuple[Reason, ...]


def judge(main: Effect, placebo: Effect, others: Mapping[str, Effect], params: VerdictParams) -> Verdict:
    """Return the verdict on the effect ``main`` on performance.

    *Merugikan*: its interval lies below zero, or another outcome got worse beyond what chance does among all of them (Holm).
    *Berhasil*: its interval lies above zero, and nothing got worse. *Belum terbukti*: all else, and where the placebo finds an
    effect of the same sign: movers were on that path before they moved. On the opposite path they only make the effect look small.

    Parameters
    ----------
    main, placebo : Effect
    others : Mapping
        Name -> effect on another outcome, higher is better.
    params : VerdictParams
    """
    if main.movers < params.fewest or not main.error > 0:
        return Verdict(UNPROVEN, (_too_few(main, params),))
    lower, upper = main.interval(params.level)
    worse = harmed(others, params)
    reasons = tuple(_worse(name) for name in worse)
    if upper < 0 and _speaks(placebo, params, above=False):
        return Verdict(UNPROVEN, (_placebo(placebo),))
    if upper < 0:
        return Verdict(HARMS, (_below(lower, upper), *reasons))
    if worse:
        return Verdict(HARMS, reasons)
    if lower <= 0:
        return Verdict(UNPROVEN, (_holds_zero(lower, upper), *_power(main, params)))
    if _speaks(placebo, params, above=True):
        return Verdict(UNPROVEN, (_placebo(placebo),))
    return Verdict(WORKS, (_above(lower, upper),))


def _speaks(placebo: Effect, params: VerdictParams, *, above: bool) -> bool:
    """Return whether the placebo finds an effect ``above`` zero, or below it, beyond chance."""
    p_value = placebo.p_value(above=True)
    return (p_value if above else 1 - p_value) < params.placebo_alpha


def harmed(others: Mapping[str, Effect], params: VerdictParams) -> list[str]:
    """Return the outcomes that got worse beyond chance (one-sided, Holm over all that can be judged)."""
    judged = {name: effect for name, effect in others.items() if effect.error > 0 and effect.movers >= params.fewest}
    adjusted = holm(np.array([1 - effect.p_value(above=True) for effect in judged.values()]))
    return [name for name, p_value in zip(judged, adjusted, strict=True) if p_value <= params.harm_alpha]


def _number(value: float, language: str) -> str:
    text = f"{value:+.2f}".replace("-", "−")
    return text.replace(".", ",") if language == "id" else text


def _between(code: str, lower: float, upper: float, english: str, indonesian: str) -> Reason:
    ends = {language: f"{_number(lower, language)} … {_number(upper, language)}" for language in ("en", "id")}
    return Reason(code, Bilingual(english.format(ends["en"]), indonesian.format(ends["id"])))


def _above(lower: float, upper: float) -> Reason:
    return _between(
        "effect_above_zero", lower, upper, "Movers perform better than people like them who stayed: {} SD.",
        "Kinerja pegawai yang dimutasi lebih baik daripada pegawai serupa yang tetap: {} SB.",
    )  # fmt: skip


def _below(lower: float, upper: float) -> Reason:
    return _between(
        "effect_below_zero", lower, upper, "Movers perform worse than people like them who stayed: {} SD.",
        "Kinerja pegawai yang dimutasi lebih buruk daripada pegawai serupa yang tetap: {} SB.",
    )  # fmt: skip


def _holds_zero(lower: float, upper: float) -> Reason:
    return _between(
        "effect_may_be_zero", lower, upper, "No effect can be told from zero: the interval {} SD holds it.",
        "Pengaruh belum dapat dibedakan dari nol: selang {} SB masih memuatnya.",
    )  # fmt: skip


def _power(main: Effect, params: VerdictParams) -> tuple[Reason, ...]:
    chance = main.power(params.least_effect, params.level)
    if chance >= 0.8:
        return ()
    least, share = params.least_effect, f"{100 * chance:.0f}"
    return (Reason("little_power", Bilingual(
        f"With {main.movers} moves an effect of {least} SD would have been seen in {share} of 100 cases only.",
        f"Dengan {main.movers} mutasi, pengaruh {_plain(least)} SB hanya akan terlihat pada {share} dari 100 kejadian.",
    )),)  # fmt: skip


def _placebo(placebo: Effect) -> Reason:
    return Reason("placebo_speaks", Bilingual(
        f"A pretended earlier date shows an effect as well ({placebo.estimate:+.2f} SD): movers and stayers differ in other ways.",
        f"Tanggal rekaan sebelum mutasi pun menunjukkan pengaruh ({_number(placebo.estimate, 'id')} SB): pegawai yang dimutasi dan "
        "yang tetap berbeda karena hal lain.",
    ))  # fmt: skip


def _worse(name: str) -> Reason:
    return Reason(f"worse:{name}", Bilingual(
        f"Another outcome got worse beyond chance: {name}.", f"Hasil lain memburuk di luar kebetulan: {name}.",
    ))  # fmt: skip


def _too_few(main: Effect, params: VerdictParams) -> Reason:
    return Reason("too_few_moves", Bilingual(
        f"Only {main.movers} moves have a rating after them; {params.fewest} are needed.",
        f"Baru {main.movers} mutasi yang memiliki penilaian sesudahnya; diperlukan {params.fewest}.",
    ))  # fmt: skip


def _plain(value: float) -> str:
    return f"{value:g}".replace(".", ",")
