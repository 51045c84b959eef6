"""What the monitor finds in the newest ratings keeps a new model out while the champion has not learned from it."""

from dataclasses import replace
from typing import Any

import pytest

from models.judgement.evidence import as_plain
from models.judgement.newest_ratings import SIGNALS, Newest, NewestParams, Reading
from models.judgement.release import ReleaseDecision, ReleaseParams, decide
from models.judgement.release_texts import NEWEST, REASONS
from tests.unit.models.test_release import Health, sound

PARAMS = ReleaseParams()
QUIET = Reading("shares", (), True, 0.004, 0.02, "indeks 0,004", "index 0.004")
SHIFTED = Reading("shares", ("2025 Permen",), True, 0.3, 0.02, "indeks 0,300", "index 0.300")


def said(newest: Newest, params: ReleaseParams = PARAMS) -> ReleaseDecision:
    return decide(sound(), None, Health(), params, None, newest)


def learned(*readings: Reading) -> list[dict[str, Any]]:
    """Return the rules as kept with a champion that was released with these readings."""
    return list(as_plain(said(Newest(readings)))["rules"])


def test_a_quiet_year_is_told_among_the_rules_and_bars_nothing() -> None:
    found = said(Newest((QUIET,), ()))
    assert (found.release, found.ranking_supported, [reason.code for reason in found.reasons]) == ("champion", True, ["passed"])
    told = found.rules[-1]
    assert (told.rule, told.verdict, told.seen.value, told.threshold) == ("newest_shares", "passed", 0.004, 0.02)
    assert said(Newest((replace(QUIET, told=False),), ())).rules[-1].verdict == "not judged"


@pytest.mark.parametrize("signal", SIGNALS)
def test_each_signal_bars_what_the_rule_says_while_the_champion_has_not_learned_from_it(signal: str) -> None:
    found = said(Newest((replace(SHIFTED, signal=signal),), learned(QUIET)))
    assert found.release == ("refused" if PARAMS.newest.of(signal) == "release" else "champion")
    assert f"newest_{signal}" in {reason.code for reason in found.reasons}
    open_to_all = replace(PARAMS, newest=NewestParams(*["nothing"] * len(SIGNALS)))
    assert said(Newest((replace(SHIFTED, signal=signal),), ()), open_to_all).release == "champion"


def test_a_refusal_says_what_departs_and_how_a_person_promotes_the_model_all_the_same() -> None:
    found = said(Newest((replace(SHIFTED, text_en="PERMEN-6/2022 as of 2026-03-22 by -0.3"),), ()))
    (reason,) = found.reasons
    assert "PERMEN-6/2022 as of 2026-03-22 by −0.3" in reason.text_en
    assert found.ranking_supported, "whoever promotes it settles what the year is worth: its trial stands"
    (reason,) = said(Newest((SHIFTED,), ())).reasons
    assert "indeks 0,300" in reason.text_id
    assert "tepat promote VERSI --override --reason" in reason.text_id
    assert reason.text_en.startswith("Failed: the newest ratings depart from those before, and the champion has not learned")


def test_without_a_champion_it_is_told_and_bars_nothing() -> None:
    found = said(Newest((SHIFTED,), None))
    assert (found.release, found.ranking_supported) == ("champion", True)
    assert [(reason.code, reason.blocks) for reason in found.reasons] == [("passed", "nothing"), ("newest_shares", "nothing")]
    assert found.reasons[1].text_en == "To be reviewed: the newest ratings: index 0.300"


def test_what_the_champion_learned_from_too_bars_no_successor() -> None:
    """Whoever promoted it has settled the question, and keeping a successor out would keep the year in all the same."""
    found = said(Newest((SHIFTED,), learned(SHIFTED)))
    assert found.release == "champion"
    assert found.reasons[-1].text_en.startswith("To be reviewed, though the champion has learned from it too")


@pytest.mark.parametrize("other", [replace(SHIFTED, about=("2026 Permen",)), replace(SHIFTED, value=0.4)])
def test_another_year_or_a_larger_departure_is_a_new_question(other: Reading) -> None:
    assert said(Newest((other,), learned(SHIFTED))).release == "refused"


def test_a_reading_survives_json_and_every_signal_has_words() -> None:
    assert Reading.from_dict(as_plain(replace(SHIFTED, value=float("nan")))).about == SHIFTED.about
    assert {f"newest_{signal}" for signal in SIGNALS} <= set(REASONS)
    assert all(first != second for first, second in NEWEST.values())
