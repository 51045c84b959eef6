"""The quarantine is exact: of what was spoilt nothing is missed, and nothing else is set aside but what follows from it."""

from pathlib import Path

import pandas as pd
import pytest

from features.checking.checks import CheckedSource, check_source
from features.checking.faults.catalogue import RULES, Cause, Severity
from features.source.readers import read_source
from simulation.city import invent_city, write_city
from simulation.damage import damage_source
from simulation.knobs import Knobs

PLACE = ["table", "line", "rule"]
BEYOND_DAMAGE = {
    "lost_leading_zero",  # the invented identifiers begin with letters
    "formula",  # what damages is text as a program exports it
    "concurrent_posts", "short_overlap", "outside_service", "unusual_age", "nip_disagrees", "rating_off_quadrant",  # warnings
}  # fmt: skip


def missed(checked: CheckedSource, truth: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return the spoilt lines not found by their rule.

    Lines set aside earlier because their person or post was are found, as cascades; and a second post is none when the first
    went that way.
    """
    found = truth.merge(checked.quarantine[PLACE].drop_duplicates(), on=PLACE, how="left", indicator=True)
    follows = (checked.quarantine["cause"] == Cause.CASCADE) & (checked.quarantine["severity"] == Severity.SET_ASIDE)
    cascades = checked.quarantine[follows]
    gone = set(zip(cascades["table"], cascades["line"], strict=True))
    holder = pd.read_csv(folder / "assignments.csv", dtype="str")["employee_id"]
    second = (found["rule"].isin(["two_current_posts", "overlapping_posts"])).to_numpy()
    bereft = second & holder.reindex(found["line"] - 2).isin(cascades["employee_id"]).to_numpy()
    lost = found[(found["_merge"] == "left_only") & ~bereft]
    return lost[[place not in gone for place in zip(lost["table"], lost["line"], strict=True)]]


def invented(checked: CheckedSource, truth: pd.DataFrame) -> pd.DataFrame:
    """Return the first causes found (warnings apart) where nothing was spoilt."""
    first = checked.quarantine[(checked.quarantine["cause"] == Cause.FIRST) & (checked.quarantine["severity"] != Severity.WARNING)]
    found = first.merge(truth[PLACE], on=PLACE, how="left", indicator=True)
    return found[found["_merge"] == "left_only"]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source folder of an invented city of 300."""
    folder = tmp_path_factory.mktemp("city")
    write_city(invent_city(Knobs(employees=300, years=6), seed=3), folder)
    return folder


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_the_quarantine_of_a_damaged_city_is_exact(city: Path, tmp_path: Path, seed: int) -> None:
    truth = damage_source(city, tmp_path, 0.03, seed)
    own = check_source(read_source(str(city))).quarantine[PLACE]
    checked = check_source(read_source(str(tmp_path)))
    assert missed(checked, truth, tmp_path).empty
    assert invented(checked, pd.concat([truth, own])).empty
    assert checked.report.usable
    assert {path.stem for path in city.glob("*.csv")} == set(truth["table"])


def test_every_rule_is_damaged_for(city: Path, tmp_path: Path) -> None:
    truth = damage_source(city, tmp_path, 0.2, 1)
    assert set(RULES) - set(truth["rule"]) == BEYOND_DAMAGE


def test_the_same_seed_spoils_the_same_rows(city: Path, tmp_path: Path) -> None:
    first, second = (damage_source(city, tmp_path / name, 0.03, 5) for name in ("a", "b"))
    pd.testing.assert_frame_equal(first, second)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.slow
@pytest.mark.panels
@pytest.mark.parametrize(("panel", "people"), [("players", 4511), ("managers", 264)])
def test_a_real_panel_passes_as_it_is_and_its_damage_is_found_exactly(
    panels: Path, tmp_path: Path, panel: str, people: int
) -> None:
    checked = check_source(read_source(str(panels / panel)))
    assert (checked.quarantine["severity"] == Severity.WARNING).all()
    assert len(checked.tables["employees"]) == people
    truth = damage_source(panels / panel, tmp_path, 0.03, 1)
    damaged = check_source(read_source(str(tmp_path)))
    assert missed(damaged, truth, tmp_path).empty
    assert invented(damaged, truth).empty
