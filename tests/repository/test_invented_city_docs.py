"""The page on the invented city cannot drift from its code."""

from pathlib import Path

from simulation.calibration import TARGETS
from simulation.knobs import describe

PAGE = (Path(__file__).parents[2] / "docs" / "invented-city.md").read_text(encoding="utf-8")


def test_every_knob_is_documented_as_declared():
    for row in describe():
        line = f"| `{row['knob']}` | {row['default']} | {row['unit']} | {row['meaning']} | {row['source']} |"
        assert line in PAGE, row["knob"]


def test_no_knob_is_documented_that_does_not_exist():
    documented = {line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")}
    assert documented == {row["knob"] for row in describe()}


def test_every_calibrated_fact_is_shown_with_its_published_value():
    for fact, (target, _) in TARGETS.items():
        assert f"| {fact} | {target:.4g} |" in PAGE
