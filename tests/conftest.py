"""Fixtures shared by every test room."""

import os
from pathlib import Path

import pandas as pd
import pytest

from features.contract import REQUIRED_TABLES
from features.tables import Tables, conform, employee_dtype


@pytest.fixture(scope="session")
def panels() -> Path:
    """Return the folder of the real panels, or skip with the reason."""
    folder = os.environ.get("TEPAT_PANELS", "")
    if not folder:
        pytest.skip("TEPAT_PANELS is unset: the real panels are not on this machine")
    return Path(folder)


def read_panel(folder: Path) -> Tables:
    """Return one real panel as typed tables with its own identifiers."""
    raw = {name: pd.read_csv(folder / f"{name}.csv") for name in REQUIRED_TABLES}
    employees = employee_dtype(sorted(raw["employees"]["employee_id"]))
    frames = {name: conform(name, frame, employees) for name, frame in raw.items()}
    return Tables(frames, extracted_on=frames["appraisals"]["known_on"].max())


@pytest.fixture(scope="session")
def players(panels: Path) -> Tables:
    """Return the players' panel."""
    return read_panel(panels / "players")


@pytest.fixture(scope="session")
def managers(panels: Path) -> Tables:
    """Return the managers' panel."""
    return read_panel(panels / "managers")
