"""The monitor's page: nothing looked at yet, then what is to be reviewed, in both languages; damaged looks replace nothing."""

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from features.errors import PublicationError
from publication.monitoring import Look, keep, latest
from serving.settings import ServingSettings

ACCOUNT = {"as_of": "2026-03-22", "learned_until": "2025-12-31", "run_id": "", "compared_with": ["2024-03-22"], "budget": 0.1}


def readings() -> pd.DataFrame:
    row = {"usual": None, "limit": 0.1, "p_value": 0.001, "budget": 0.002, "cases": 900}
    rows = [
        {"signal": "people", "subject": "edu_step", "status": "perlu ditelaah", "value": 0.4, "text": "Pendidikan berubah",
         "text_en": "Education changed"},
        {"signal": "rules", "subject": "all", "status": "aman", "value": 0.0, "text": "Aturan sama", "text_en": "Same rules"},
    ]  # fmt: skip
    return pd.DataFrame([row | one for one in rows]).astype({"usual": "float64"})


def test_the_page_says_how_to_look_and_then_what_was_found(own: TestClient, settings: ServingSettings) -> None:
    assert "belum pernah dijalankan" in own.get("/monitoring").text
    keep(settings.folder, Look(readings(), ACCOUNT))
    page = own.get("/monitoring").text
    assert "Pendidikan berubah" in page
    assert "22 Maret 2026" in page
    assert "Education changed" in own.get("/monitoring?lang=en").text


def test_where_no_model_is_in_force_none_is_said_to_have_learned(own: TestClient, settings: ServingSettings) -> None:
    keep(settings.folder, Look(readings(), ACCOUNT | {"learned_until": ""}))
    assert "belum ada model yang berlaku" in own.get("/monitoring").text
    assert "model belajar" not in own.get("/monitoring").text


def test_a_look_that_does_not_fit_replaces_nothing(settings: ServingSettings) -> None:
    keep(settings.folder, Look(readings(), ACCOUNT))
    with pytest.raises(PublicationError):
        keep(settings.folder, Look(readings().assign(status="bersalah"), ACCOUNT))
    kept = latest(settings.folder)
    assert kept is not None
    assert kept.readings["status"].tolist() == ["perlu ditelaah", "aman"]
