"""The monitor's readings as the release reads them: one per signal, made by the monitor's own tests."""

import numpy as np
import pandas as pd
import pytest

from evaluation.monitoring.for_release import MOST, by_signal, fallen_since, newest_readings
from evaluation.monitoring.monitor import MonitorParams
from evaluation.monitoring.readings import REVIEW, SAFE, SIGNALS, UNTOLD
from features.as_of import default_as_of
from features.harmoniser.label_health import LabelHealth
from features.standing import standing
from features.trials import TrialParams
from models.judgement import newest_ratings
from simulation.city import City
from simulation.drift import planted
from tests.conftest import tables_of


def row(signal: str, subject: str, status: str, value: float, limit: float = 0.02) -> dict[str, object]:
    return {
        "signal": signal, "subject": subject, "year": 2025, "status": status, "value": value, "limit": limit,
        "text": f"{signal} id", "text_en": f"{signal} en",
    }  # fmt: skip


def test_alarms_of_one_signal_are_one_reading_with_the_farthest_first_and_no_more_told_than_can_be_read() -> None:
    rows = [row("unit_years", f"U{n}", REVIEW, value) for n, value in enumerate((0.5, -2.0, 1.0, 0.8))]
    (found,) = by_signal([*rows, row("unit_years", "U9", SAFE, 3.0)])
    assert found.about == ("2025 U0", "2025 U1", "2025 U2", "2025 U3")
    assert (found.value, found.told) == (-2.0, True)
    assert found.text_en == f"unit_years en [U1]; unit_years en [U2]; unit_years en [U3] (+{4 - MOST})"


def test_a_signal_without_alarm_tells_what_came_nearest_and_one_without_cases_says_so() -> None:
    quiet, young = by_signal([row("spellings", "R", SAFE, 0.0), row("shares", "R", UNTOLD, float("nan"))])[::-1]
    assert (quiet.about, quiet.told, quiet.value) == ((), True, 0.0)
    assert (young.about, young.told, np.isnan(young.value)) == ((), False, True)


def test_every_signal_that_the_release_reads_is_one_of_the_monitor() -> None:
    assert set(newest_ratings.SIGNALS) <= set(SIGNALS)


def test_ratings_that_tell_less_of_a_person_than_those_of_the_champion_are_named() -> None:
    def of(correlation: float) -> LabelHealth:
        return LabelHealth("layak", (), {"persistent_correlation": correlation, "pairs_across_raters": 5000.0})

    (fell,) = fallen_since(of(0.1), of(0.45), ("2026-03-31", "2025-03-31"), MonitorParams())
    assert fell.about == ("2025-03-31 → 2026-03-31",)
    assert "0.100 (before 0.450)" in fell.text_en
    assert fallen_since(of(0.4), of(0.45), ("2026-03-31", "2025-03-31"), MonitorParams())[0].about == ()


@pytest.mark.parametrize(("kind", "signal"), [("scale", "shares"), ("spelling", "spellings"), (None, None)])
def test_a_spoilt_last_year_is_found_and_a_sound_one_is_not(small_city: City, kind: str | None, signal: str | None) -> None:
    city = planted(small_city, kind) if kind else small_city
    tables = tables_of(city)
    there = standing(tables, default_as_of(tables), TrialParams().ratings)
    found = newest_readings(there.known["appraisals"], there.ratings.scores, MonitorParams())
    assert [one.signal for one in found if one.about] == ([signal] if signal else [])
    assert isinstance(there.known["appraisals"], pd.DataFrame)
