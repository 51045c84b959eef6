"""Training leaves the same bytes whether one process does it or two, and whether its days are kept or made again."""

from pathlib import Path

import pandas as pd
import pytest

from features.as_of import default_as_of
from features.tables import Tables
from pipelines import history, modelling, second_core
from pipelines.settings import load_params

pytestmark = pytest.mark.slow


def trained(tables: Tables, quick: Path, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    modelling.train(tables, default_as_of(tables), load_params(quick), seed=1).save(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_core_changes_no_byte(small_tables, quick, tmp_path, monkeypatch):
    alone = trained(small_tables, quick, tmp_path / "alone")
    monkeypatch.setattr(modelling, "WORTH_A_CORE", 0)
    monkeypatch.setattr(second_core, "cores", lambda: 2)
    assert trained(small_tables, quick, tmp_path / "together") == alone
    assert "model/manifest.json" in alone


def test_days_made_again_change_no_byte(small_tables, quick, tmp_path, monkeypatch):
    kept = trained(small_tables, quick, tmp_path / "kept")
    monkeypatch.setattr(history, "KEPT_UP_TO", 0)
    made: list[pd.Timestamp] = []
    monkeypatch.setattr(history, "_day", lambda *args, make=history._day: made.append(args[2]) or make(*args))
    assert trained(small_tables, quick, tmp_path / "again") == kept
    assert len(made) > len(set(made)), "no day was kept"
