"""The leaderboard from the command line: a user's class on it, files written, a second run at once; the empty world is empty."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from features.errors import UsageError
from pipelines.command_line import app
from pipelines.leaderboard.world import Setting, open_world
from pipelines.settings import Params
from simulation.worlds import EMPTY

SMALL = ("--cities", "1", "--people", "500", "--years", "6", "--posts", "40", "--lang", "en")
MINE = """
class Mine:
    name = "mine"
    def fit(self, world, seed):
        self.world = world
        return self
    def effect(self, pairs):
        return 0.01 * self.world.features(pairs)["pair_family_months"].fillna(0.0)
"""


@pytest.mark.slow
def test_the_board_has_every_method_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    arguments = ["leaderboard", *SMALL, "--method", f"{tmp_path / 'mine.py'}:Mine", "--out", str(tmp_path / "board")]
    first = CliRunner().invoke(app, arguments)
    assert first.exit_code == 0, first.output
    table = pd.read_csv(tmp_path / "board" / "leaderboard.csv").set_index("method")
    assert {"truth", "mine", "zero", "constant", "pair model", "pair model, released", "SAW"} <= set(table.index)
    assert (table["failed"] == 0).all()
    assert table.loc["truth", "plan"] == pytest.approx(1.0)
    assert table.loc["zero", ["empty: spread", "empty: promised", "empty: over staying"]].tolist() == [0, 0, 0]
    assert table.loc["mine", "empty: over staying"] < 0
    assert {"leaderboard.md", "leaderboard.svg", "cities.csv"} <= {path.name for path in (tmp_path / "board").iterdir()}
    started = time.process_time()
    again = CliRunner().invoke(app, arguments)
    assert time.process_time() - started < 5
    assert again.stdout == first.stdout


@pytest.mark.slow
def test_in_the_empty_world_no_move_changes_anything() -> None:
    world = open_world(Setting(EMPTY, seed=2, people=500, years=6, posts=40), Params())
    assert len(world.pairs) > 500
    assert np.abs(world.pairs["true"]).max() < 1e-9
    assert world.dip > 0


@pytest.mark.parametrize("wrong", [("--world", "nowhere"), ("--method", "nowhere.py:Mine"), ("--method", "mine")])
def test_what_cannot_be_played_is_told_before_anything_is_invented(tmp_path: Path, wrong: tuple[str, str]) -> None:
    ended = CliRunner().invoke(app, ["leaderboard", *SMALL, *wrong, "--out", str(tmp_path / "board")])
    assert isinstance(ended.exception, UsageError)
    assert not (tmp_path / "board").exists()
