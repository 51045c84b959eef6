"""What the newest ratings say reaches the release with what the champion learned from; a champion that knows more is no measure."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from evaluation.monitoring.monitor import MonitorParams
from models.judgement.newest_ratings import Newest, Reading
from models.tracking.registry import HEALTH_FILE, RELEASE_FILE
from pipelines import releasing

SHIFTED = Reading("shares", ("2025 R",), True, 0.3, 0.02, "a", "b")
RULES = [{"rule": "newest_shares", "verdict": "passed"}]


def health(correlation: float) -> dict[str, Any]:
    return {"verdict": "layak", "reasons": [], "figures": {"persistent_correlation": correlation, "pairs_across_raters": 9000.0}}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what is read beside a champion of that cut-off whose ratings had a correlation of 0.5 across raters."""
    kept = {HEALTH_FILE: health(0.5), RELEASE_FILE: {"rules": RULES}}
    registry = SimpleNamespace(kept_with=lambda run_id, name: kept[name] if run_id == "r1" else None)
    monkeypatch.setattr(releasing, "registry_of", lambda job: registry)

    def of(cutoff: str | None, correlation: float, run_id: str = "r1") -> Newest:
        champion = None if cutoff is None else SimpleNamespace(run_id=run_id, data_cutoff=pd.Timestamp(cutoff))
        job = SimpleNamespace(params=SimpleNamespace(monitor=MonitorParams()))
        found = SimpleNamespace(newest=(SHIFTED,), health=health(correlation))
        return releasing.newest_of(job, found, champion, SimpleNamespace(as_of=pd.Timestamp("2026-03-31")))  # type: ignore[arg-type]

    return of


def test_labels_are_held_against_those_the_champion_learned_from(read: Any) -> None:
    found = read("2025-03-31", 0.2)
    assert (found.champion, [one.signal for one in found.readings]) == (RULES, ["shares", "labels"])
    assert found.readings[1].about == ("2025-03-31 → 2026-03-31",)
    assert read("2025-03-31", 0.45).readings[1].about == ()


def test_without_a_champion_or_with_one_that_knows_more_there_is_nobody_to_stay_in_force(read: Any) -> None:
    assert read(None, 0.2) == read("2026-06-30", 0.2) == Newest((SHIFTED,))


def test_a_champion_of_a_version_that_kept_no_rules_is_a_measure_all_the_same(read: Any) -> None:
    assert read("2025-03-31", 0.2, run_id="of before") == Newest((SHIFTED,), ())
