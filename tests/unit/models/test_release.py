"""The release rules: who becomes champion, who is refused, and when ranking by uplift is supported."""

from dataclasses import dataclass, fields, replace

import pytest

from models.judgement.effect_scores import Figure
from models.judgement.evidence import Baseline, ValidationEvidence
from models.judgement.release import TEXTS, ReleaseParams, decide

PARAMS = ReleaseParams()


@dataclass(frozen=True)
class Health:
    verdict: str = "layak"


def sound() -> ValidationEvidence:
    good = {
        "outcome_r2": Figure(0.3, 0.25, 0.35), "propensity_auc": Figure(0.7, 0.68, 0.72), "propensity_slope": Figure(1, 0.9, 1.1),
        "overlap": Figure(0.99, 0.98, 1.0), "mean_effect": Figure(0.1, 0.05, 0.15), "spread": Figure(0.2, 0.18, 0.22),
        "slope": Figure(0.9, 0.6, 1.2), "autoc": Figure(0.1, 0.06, 0.14), "qini": Figure(0.05, 0.03, 0.07),
        "coverage": Figure(0.8, 0.77, 0.83), "excess_variance": Figure(1, 0.5, 1.5), "placebo_slope": Figure(0, -0.1, 0.1),
        "leniency_correlation": Figure(0.02, -0.02, 0.06),
    }  # fmt: skip
    rivals = (
        Baseline("model", Figure(0.05, 0.03, 0.07), good["autoc"]),
        Baseline("constant", Figure(0.01, 0.0, 0.02), Figure(0.0, 0.0, 0.0)),
    )
    return ValidationEvidence("out of time", 400, 2000, 1500, **good, calibration=(), toc=(), baselines=rivals)


def codes(evidence: ValidationEvidence | None, champion: ValidationEvidence | None = None, verdict: str = "layak") -> tuple:
    decision = decide(evidence, champion, Health(verdict), PARAMS)
    return decision.release, decision.ranking_supported, {reason.code for reason in decision.reasons}


def test_a_sound_model_that_ranks_becomes_champion() -> None:
    assert codes(sound()) == ("champion", True, {"passed"})


@pytest.mark.parametrize(
    ("name", "figure", "code"),
    [
        ("outcome_r2", Figure(-0.2, -0.3, -0.1), "outcome_r2"),
        ("propensity_auc", Figure(0.98, 0.97, 0.99), "propensity_auc"),
        ("overlap", Figure(0.4, 0.3, 0.5), "overlap"),
        ("placebo_slope", Figure(-0.6, -0.7, -0.5), "placebo"),
        ("leniency_correlation", Figure(0.5, 0.45, 0.55), "leniency"),
        ("coverage", Figure(0.5, 0.45, 0.55), "coverage"),
        ("excess_variance", Figure(9.0, 7.0, 11.0), "excess_variance"),
    ],
)
def test_each_broken_gate_refuses(name: str, figure: Figure, code: str) -> None:
    assert codes(replace(sound(), **{name: figure})) == ("refused", False, {code})


def test_a_figure_whose_interval_reaches_the_threshold_does_not_refuse() -> None:
    assert codes(replace(sound(), overlap=Figure(0.55, 0.45, 0.65)))[0] == "champion"


def test_worse_than_one_constant_is_refused() -> None:
    rivals = (Baseline("model", Figure(-0.05, -0.07, -0.03), Figure(0.1)), Baseline("constant", Figure(0.01), Figure(0.0)))
    assert codes(replace(sound(), baselines=rivals)) == ("refused", False, {"worse_than_constant"})


@pytest.mark.parametrize(("name", "code"), [("slope", "slope_covers_zero"), ("autoc", "autoc_covers_zero")])
def test_a_model_that_finds_no_differences_publishes_the_constant(name: str, code: str) -> None:
    assert codes(replace(sound(), **{name: Figure(0.05, -0.05, 0.15)})) == ("champion", False, {code})


def test_a_model_without_variation_does_not_rank() -> None:
    flat = replace(sound(), slope=Figure(float("nan")), autoc=Figure(float("nan")))
    assert codes(flat)[:2] == ("champion", False)


def test_a_blind_model_never_replaces_a_champion_that_ranks() -> None:
    blind = replace(sound(), autoc=Figure(0.02, -0.02, 0.06))
    assert codes(blind, sound()) == ("refused", False, {"champion_ranks", "autoc_covers_zero"})
    assert codes(blind, blind)[0] == "champion"


def test_a_model_clearly_below_the_champion_is_refused() -> None:
    weaker = replace(sound(), autoc=Figure(0.03, 0.01, 0.05))
    assert codes(weaker, sound()) == ("refused", False, {"worse_than_champion"})


def test_unfit_ratings_and_too_few_moves_release_nothing() -> None:
    assert codes(sound(), verdict="tidak layak") == ("none", False, {"label_health"})
    assert codes(replace(sound(), movers=20)) == ("none", False, {"too_few_moves"})
    assert codes(None) == ("none", False, {"no_evidence"})


def test_what_could_not_be_assessed_is_said() -> None:
    decision = decide(replace(sound(), leniency_correlation=Figure(float("nan"))), None, Health(), PARAMS)
    assert decision.release == "champion"
    assert [(r.code, r.blocks) for r in decision.reasons] == [("passed", "nothing"), ("leniency", "nothing")]


def test_reasons_speak_both_languages_with_their_numbers() -> None:
    (reason,) = decide(replace(sound(), movers=20), None, Health(), PARAMS).reasons
    assert "hanya 20 mutasi" in reason.text_id
    assert "only 20 moves" in reason.text_en
    (reason,) = decide(replace(sound(), overlap=Figure(0.4, 0.3, 0.5)), None, Health(), PARAMS).reasons
    assert "0,40 (80 %: 0,30 sampai 0,50)" in reason.text_id
    assert "0.40 (80 %: 0.30 to 0.50)" in reason.text_en


def test_every_text_has_two_languages() -> None:
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in TEXTS.values())


def test_evidence_survives_json() -> None:
    given = replace(sound(), coverage=Figure(float("nan")))
    back = ValidationEvidence.from_dict(given.to_dict())
    assert back.to_dict() == given.to_dict()
    assert back.autoc == given.autoc
    assert len(given.figures()) == len([f for f in fields(given) if f.type == "Figure" or f.type is Figure])
