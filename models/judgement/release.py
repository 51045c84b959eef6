"""Whether a model may be used: a pure decision from frozen evidence, by rules fixed beforehand."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Literal, Protocol

from scipy.special import ndtri

from models.judgement.account import Account, Correction
from models.judgement.effect_scores import LEVEL, Figure
from models.judgement.evidence import ValidationEvidence
from models.judgement.newest_ratings import Newest, NewestParams
from models.judgement.release_texts import NEWEST, POWER, REASONS, RULES, SEEN, VERDICTS
from models.judgement.succession import Beside

Release = Literal["champion", "refused", "none"]
Interval = Literal["not below", "not above", "near zero", "above"]
Blocks = Literal["release", "ranking", "nothing"]
Verdict = Literal["passed", "failed", "not judged"]
NOTHING_READ = Newest()
SEEN_IN = 0.8
"""Share of cities in which a true slope is to be proven with the moves said to be needed."""


class Health(Protocol):
    """Verdict on the ratings: ``features.ratings.LabelHealth``."""

    @property
    def verdict(self) -> str:
        """``layak`` or ``tidak layak``."""
        ...


@dataclass(frozen=True, slots=True)
class Rule:
    """Where the 80 % interval of a figure must lie against a threshold, and what a failure blocks.

    ``not below`` and ``not above`` fail only if the *whole* interval lies beyond the threshold, ``near zero`` only if the whole
    interval lies beyond it on one side: noise alone then refuses a sound model in at most one case of ten per rule. ``above``
    turns the burden of proof round: it fails unless the whole interval lies above.
    """

    interval: Interval
    threshold: float
    blocks: Blocks = "release"

    def verdict(self, figure: Figure) -> Verdict:
        """Return whether ``figure`` keeps the rule; not judged where the data do not tell it."""
        if math.isnan(figure.value) or (self.interval != "above" and math.isnan(figure.lower + figure.upper)):
            return "failed" if self.interval == "above" else "not judged"
        return "failed" if self._broken(figure) else "passed"

    def _broken(self, figure: Figure) -> bool:
        if self.interval == "not below":
            return figure.upper < self.threshold
        if self.interval == "not above":
            return figure.lower > self.threshold
        if self.interval == "near zero":
            return figure.lower > self.threshold or figure.upper < -self.threshold
        return not figure.lower > self.threshold


@dataclass(frozen=True, slots=True)
class SuccessionParams:
    """What a new model must show beside the champion on later moves that both forecast unseen (`succession.Beside`).

    ``fewest``: such moves, below which both are held against each other by their own trials only (``max_champion_loss``);
    ``draws`` of the bootstrap behind the differences; ``order`` and ``loss``: where the intervals of these must lie.
    """

    fewest: int = 100
    draws: int = 200
    order: Rule = Rule("not below", -0.02)
    loss: Rule = Rule("not below", 0.0)


@dataclass(frozen=True, slots=True)
class ReleaseParams:
    """The rules of the release, fixed in ``params.yaml`` before a model is seen; each is named for the figure it judges.

    ``min_movers``: moves with an outcome needed to judge at all. ``max_champion_loss``: how far the upper end of a new model's
    AUTOC may lie below the champion's AUTOC where both forecast too few moves in common. ``succession``: the rules where they
    forecast enough. ``newest``: what the monitor reads of the newest ratings that keeps a new model out. All others: see ``Rule``;
    figures in ``models.judgement.evidence``.
    """

    min_movers: int = 60
    max_champion_loss: float = 0.02
    newest: NewestParams = field(default_factory=NewestParams)
    succession: SuccessionParams = field(default_factory=SuccessionParams)
    outcome_r2: Rule = Rule("not below", 0.0)
    propensity_auc: Rule = Rule("not above", 0.95)
    overlap: Rule = Rule("not below", 0.6)
    placebo_mean: Rule = Rule("near zero", 0.2)
    placebo_slope: Rule = Rule("near zero", 0.35)
    leniency_correlation: Rule = Rule("near zero", 0.2)
    unit_slope: Rule = Rule("not below", 0.5, "nothing")
    coverage: Rule = Rule("not below", 0.7)
    excess_variance: Rule = Rule("not above", 4.0)
    bracket_gap: Rule = Rule("near zero", 0.1)
    gain_over_constant: Rule = Rule("not below", 0.0)
    gates_ends: Rule = Rule("not below", 0.0)
    plan_value: Rule = Rule("not below", -0.1)
    robustness_of_slope: Rule = Rule("not below", 0.02, "nothing")
    realised_coverage: Rule = Rule("not below", 0.7, "nothing")
    slope: Rule = Rule("above", 0.0, "ranking")
    post_spread: Rule = Rule("above", 0.15, "ranking")
    autoc: Rule = Rule("not below", 0.0, "ranking")

    def rules(self) -> dict[str, Rule]:
        """Return the rules by name, in the order in which they are told."""
        return {item.name: getattr(self, item.name) for item in fields(self) if isinstance(getattr(self, item.name), Rule)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rule said: the figure seen, where its interval must lie, and the sentence in both languages.

    ``about``: the years and scales, or units, that a reading of the newest ratings found fault with.
    """

    rule: str
    verdict: Verdict
    seen: Figure
    interval: Interval
    threshold: float
    blocks: Blocks
    text_id: str
    text_en: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a stable code, the value and interval seen, the threshold, and the sentence in both languages."""

    code: str
    blocks: Blocks
    seen: Figure
    threshold: float
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ReleaseDecision:
    """``release``: ``champion`` (use it), ``refused`` (keep the last champion) or ``none`` (too little to judge).

    ``ranking_supported`` False: publish the constant effect and do not order by uplift. ``reasons`` name what decided, never
    empty; ``rules`` holds every rule with its value, threshold and verdict, passed ones included.
    """

    release: Release
    ranking_supported: bool
    reasons: tuple[Reason, ...]
    rules: tuple[Judgement, ...] = ()


def decide(
    evidence: ValidationEvidence | None, champion_evidence: ValidationEvidence | None, health: Health, params: ReleaseParams,
    beside: Beside | None = None, newest: Newest = NOTHING_READ,
) -> ReleaseDecision:  # fmt: skip
    """Return whether the model becomes champion, and whether ranking by its uplift is supported.

    ``evidence`` is None where no model could be fitted or judged; ``beside`` is what later moves said of model and champion, None
    where there are none that both forecast; ``newest`` what the monitor reads of the newest year's ratings, which may keep the
    model out but says nothing against its ranking: a person settles what the year is worth. A model that finds no differences may
    still become champion: its outlooks are sound and its uplift is published as one constant. It never replaces a champion that
    finds some, unless label health has fallen.
    """
    read = tuple(_read(newest, params))
    rules = tuple(_judgements(evidence, params)) if evidence is not None else ()
    impossible = tuple(_impossible(evidence, health, params))
    if evidence is None or impossible:
        return ReleaseDecision("none", False, impossible, (*rules, *read))
    failed = [_as_reason(judged) for judged in (*rules, *read) if judged.verdict == "failed"]
    faults = [reason for reason in failed if reason.blocks == "release"]
    compared = () if champion_evidence is None or beside is None else tuple(_compared(beside, params))
    rules = (*rules, *compared)
    faults += [_as_reason(judged) for judged in compared if judged.verdict == "failed"]
    faults += _worse_than_champion(evidence, champion_evidence, params, known=bool(compared))
    decisive = [*faults, *(reason for reason in failed if reason.blocks == "ranking")]
    told = [reason for reason in failed if reason.blocks == "nothing"]
    unknown = [_as_reason(judged, "nothing") for judged in rules if judged.verdict == "not judged"]
    spoken = decisive or [_reason("passed", evidence.slope, params.slope.threshold, "nothing")]
    unsound = any(reason.code not in {judged.rule for judged in read} for reason in decisive)
    return ReleaseDecision("refused" if faults else "champion", not unsound, (*spoken, *told, *unknown), (*rules, *read))


def _judgements(evidence: ValidationEvidence, params: ReleaseParams) -> Iterator[Judgement]:
    for name, rule in params.rules().items():
        yield _with_power(_judgement(name, rule, getattr(evidence, name)), evidence.movers)


def moves_needed(slope: Figure, movers: int, threshold: float) -> float:
    """Return with how many moves in the trial a true slope of 1 is proven above ``threshold`` in ``SEEN_IN`` of cities.

    At the precision of ``slope`` by ``movers``: its error falls with the root of their number. NaN where it has no interval.
    """
    certain = float(ndtri(0.5 + LEVEL / 2))
    error = (slope.upper - slope.lower) / 2 / certain
    return movers * ((certain + float(ndtri(SEEN_IN))) * error / (1 - threshold)) ** 2


def _with_power(judged: Judgement, movers: int) -> Judgement:
    """Return a rule of the ranking that is not proven with what that means: too few moves to prove it, or enough of them."""
    figure, threshold = judged.seen, judged.threshold
    if judged.verdict != "failed" or math.isnan(figure.lower):
        return judged
    if judged.rule == "slope":
        needed = moves_needed(figure, movers, threshold)
        told = POWER["few" if movers < needed else "enough"]
    elif judged.rule == "post_spread" and figure.value > threshold:
        needed = movers * ((figure.value - figure.lower) / (figure.value - threshold)) ** 2
        told = POWER["spread"]
    else:
        return judged
    texts = (judged.text_id, judged.text_en)
    said = [pair.format(said=text, movers=movers, needed=round(needed)) for pair, text in zip(told, texts, strict=True)]
    return replace(judged, text_id=said[0], text_en=said[1])


def _judgement(name: str, rule: Rule, figure: Figure) -> Judgement:
    verdict = rule.verdict(figure)
    texts = [_sentence(name, verdict, rule, figure, language) for language in (0, 1)]
    return Judgement(name, verdict, figure, rule.interval, rule.threshold, rule.blocks, texts[0], texts[1])


def _compared(beside: Beside, params: ReleaseParams) -> Iterator[Judgement]:
    """Return what later moves say of model and champion; nothing where these are too few."""
    rules = params.succession
    if beside.moves >= rules.fewest:
        yield _judgement("later_order", rules.order, beside.order)
        yield _judgement("later_loss", rules.loss, beside.loss)


def _read(newest: Newest, params: ReleaseParams) -> Iterator[Judgement]:
    """Return what the newest ratings say: every signal, whether it bars the model or not."""
    for reading in newest.readings:
        bars = newest.bars(reading, params.newest)
        place = "barred" if bars else "settled" if newest.settled(reading) else "open"
        kind = place if reading.about else "quiet" if reading.told else "untold"
        said = [pair.format(said=text) for pair, text in zip(NEWEST[kind], (reading.text_id, reading.text_en), strict=True)]
        verdict: Verdict = "failed" if reading.about else "passed" if reading.told else "not judged"
        yield Judgement(
            reading.rule, verdict, Figure(reading.value), "not above", reading.limit, "release" if bars else "nothing",
            _signs(said[0]), _signs(said[1]), reading.about,
        )  # fmt: skip


def _sentence(name: str, verdict: Verdict, rule: Rule, figure: Figure, language: int) -> str:
    """Return the figure's name, what was seen and where it must lie; decimal commas in Indonesian."""
    seen = "" if verdict == "not judged" else ": " + SEEN[language].format(figure=figure)
    place = RULES[rule.interval][language].format(threshold=rule.threshold)
    text = _signs(f"{VERDICTS[verdict][language]}: {REASONS[name][language]}{seen}; {place}")
    return text if language else text.replace(".", ",")


def _signs(text: str) -> str:
    """Return ``text`` with real minus signs before numbers; hyphens of dates and names stay."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def _as_reason(judged: Judgement, blocks: Blocks | None = None) -> Reason:
    return Reason(judged.rule, blocks or judged.blocks, judged.seen, judged.threshold, judged.text_id, judged.text_en)


def _impossible(evidence: ValidationEvidence | None, health: Health, params: ReleaseParams) -> Iterator[Reason]:
    if health.verdict != "layak":
        yield _reason("label_health", Figure(float("nan")), 0.0, "release")
    if evidence is None:
        yield _reason("no_evidence", Figure(float("nan")), 0.0, "release")
    elif evidence.movers < params.min_movers:
        yield _reason("too_few_moves", Figure(float(evidence.movers)), float(params.min_movers), "release")


def _worse_than_champion(
    evidence: ValidationEvidence, champion: ValidationEvidence | None, params: ReleaseParams, *, known: bool
) -> Iterator[Reason]:
    """Return why the champion is better by the trials of both; ``known``: the same moves have spoken, trials on others have not."""
    if champion is None or _blind(champion, params):
        return
    if _blind(evidence, params):
        yield _reason("champion_ranks", evidence.autoc, champion.autoc.value, "release")
    elif not known and evidence.autoc.upper < champion.autoc.value - params.max_champion_loss:
        yield _reason("worse_than_champion", evidence.autoc, champion.autoc.value - params.max_champion_loss, "release")


def _blind(evidence: ValidationEvidence, params: ReleaseParams) -> bool:
    ranking = {name: rule for name, rule in params.rules().items() if rule.blocks == "ranking"}
    return any(rule.verdict(getattr(evidence, name)) == "failed" for name, rule in ranking.items())


def _reason(code: str, seen: Figure, threshold: float, blocks: Blocks) -> Reason:
    text_id, text_en = (_signs(text.format(figure=seen, threshold=threshold)) for text in REASONS[code])
    return Reason(code, blocks, seen, threshold, text_id.replace(".", ","), text_en)


def drawn_back(account: Account, correction: Correction) -> Reason:
    """Return why and how far the promises of the model that publishes are drawn back."""
    texts = [
        _signs(text.format(
            moves=account.moves, figure=account.gap, promised=account.promised, shift=correction.shift, share=correction.share,
            worse=", ".join(correction.worse) or "-",
        ))
        for text in REASONS["drawn_back"]
    ]  # fmt: skip
    return Reason("drawn_back", "nothing", account.gap, 0.0, texts[0].replace(".", ","), texts[1])
