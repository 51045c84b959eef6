"""An invented city on disk: knobs by name, damage by share."""

from pathlib import Path

import pandas as pd
import pytest

from features.errors import UsageError
from pipelines.inventing import invent, turned
from simulation.knobs import Knobs


def test_knobs_turn_by_name_zero_included() -> None:
    knobs = turned(Knobs(employees=300, years=3), ["match_sd=0", "years=4"])
    assert (knobs.match_sd, knobs.years, knobs.employees) == (0.0, 4, 300)


@pytest.mark.parametrize(
    "turn", ["match=0", "match_sd", "match_sd=much", "match_sd=-1", "match_sd=inf", "match_sd=nan", "years=1.5"]
)
def test_a_wrong_turn_is_named(turn: str) -> None:
    with pytest.raises(UsageError, match="--knob"):
        turned(Knobs(), [turn])


def test_a_damaged_city_lists_what_was_spoilt(tmp_path: Path) -> None:
    spoilt = invent(tmp_path, Knobs(employees=300, years=3), 1, siasn=False, damage=0.03)
    kept = pd.read_csv(tmp_path / "truth" / "damage.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(kept, spoilt.reset_index(drop=True), check_dtype=False)
    assert len(spoilt) > 50
    assert (tmp_path / "employees.csv").exists()


@pytest.mark.parametrize(("damage", "siasn"), [(-0.1, False), (1.5, False), (0.1, True)])
def test_damage_is_a_share_of_contract_tables(tmp_path: Path, damage: float, siasn: bool) -> None:
    with pytest.raises(UsageError, match="--damage"):
        invent(tmp_path, Knobs(employees=300, years=3), 1, siasn=siasn, damage=damage)
    assert not list(tmp_path.iterdir())
