"""The quarantine is exact: of what was spoilt nothing is missed, and nothing else is set aside but what follows from it."""

from pathlib import Path

import pandas as pd
import pytest

from features.checks import CheckedSource, check_source
from features.faults.catalogue import Cause, Severity
from features.readers import read_source
from simulation.damage import damage_source


def missed(checked: CheckedSource, truth: pd.DataFrame) -> pd.DataFrame:
    """Return the spoilt lines not found by their rule, and not already set aside because their person or post was."""
    found = truth.merge(checked.quarantine[["table", "line", "rule"]], on=["table", "line", "rule"], how="left", indicator=True)
    cascades = checked.quarantine[
        (checked.quarantine["cause"] == Cause.CASCADE) & (checked.quarantine["severity"] == Severity.SET_ASIDE)
    ]
    gone = set(zip(cascades["table"], cascades["line"], strict=True))
    lost = found[found["_merge"] == "left_only"]
    return lost[[place not in gone for place in zip(lost["table"], lost["line"], strict=True)]]


def invented(checked: CheckedSource, truth: pd.DataFrame) -> pd.DataFrame:
    """Return the first causes found (warnings apart) where nothing was spoilt."""
    first = checked.quarantine[(checked.quarantine["cause"] == Cause.FIRST) & (checked.quarantine["severity"] != Severity.WARNING)]
    found = first.merge(truth[["table", "line", "rule"]], on=["table", "line", "rule"], how="left", indicator=True)
    return found[found["_merge"] == "left_only"]


@pytest.mark.panels
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("panel", ["players", "managers"])
def test_the_quarantine_of_a_damaged_panel_is_exact(panels: Path, tmp_path: Path, panel: str, seed: int) -> None:
    truth = damage_source(panels / panel, tmp_path, 0.03, seed)
    checked = check_source(read_source(str(tmp_path)))
    assert missed(checked, truth).empty
    assert invented(checked, truth).empty
    assert checked.report.usable


@pytest.mark.panels
@pytest.mark.parametrize(("panel", "people"), [("players", 4511), ("managers", 264)])
def test_a_real_panel_passes_as_it_is(panels: Path, panel: str, people: int) -> None:
    checked = check_source(read_source(str(panels / panel)))
    assert (checked.quarantine["severity"] == Severity.WARNING).all()
    assert len(checked.tables["employees"]) == people
