from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info

from features.errors import UsageError
from pipelines.leaderboard import board as board_module
from pipelines.leaderboard.baselines import Constant, HandWeighted, Zero
from pipelines.leaderboard.board import COLUMNS, Board, play
from pipelines.leaderboard.entrants import Entrant, entrant
from pipelines.leaderboard.judging import EFFECTS_ONLY, judged
from pipelines.leaderboard.world import Setting, World
from pipelines.settings import Params

MOST_BY_CHANCE = {"gain of top 10": 0.15, "gain of best 3 posts": 0.1, "within employee": 0.1, "within position": 0.1, "plan": 0.4}
"""Four standard errors of a random forecast in a city of 600 with 60 posts; the seed is fixed."""
SHARES = tuple(MOST_BY_CHANCE)


class Simple:
    """A method that answers with a fixed function of the pairs."""

    def __init__(self, name: str, answer, before=None) -> None:
        self.name, self.answer, self.before = name, answer, before

    def fit(self, world, seed):
        if self.before is not None:
            self.before(world, seed)
        return self

    def effect(self, pairs):
        return self.answer(pairs)


class Forgetful:
    """A method whose fit() does not hand back the fitted method."""

    name = "forgetful"

    def fit(self, world, seed):
        self.fitted = True

    def effect(self, pairs):
        return zeros(pairs)


def simple(name: str, answer, before=None) -> Entrant:
    return entrant(lambda: Simple(name, answer, before), "yours")


class Opened:
    """Hands out one open city and counts how often it was asked."""

    def __init__(self, world: World) -> None:
        self.world, self.times = world, 0

    def __call__(self, setting: Setting, params: Params) -> World:
        self.times += 1
        return self.world


@pytest.fixture
def opened(world: World, monkeypatch: pytest.MonkeyPatch) -> Opened:
    opened = Opened(world)
    monkeypatch.setattr(board_module, "open_world", opened)
    return opened


@pytest.fixture
def playing(opened: Opened, setting: Setting, tmp_path: Path) -> Callable[..., pd.DataFrame]:
    def go(*entrants: Entrant, say=lambda *_: None, opens=lambda _: None) -> pd.DataFrame:
        return play(Board(entrants, (setting,), tmp_path / "kept", Params()), say, opens).set_index("method", drop=False)

    return go


def zeros(pairs: pd.DataFrame) -> np.ndarray:
    return np.zeros(len(pairs))


def test_the_oracle_scores_one_and_a_random_forecast_about_nothing(playing, world: World) -> None:
    rng = np.random.default_rng(5)
    rows = playing(
        simple("oracle", lambda pairs: world.pairs["true"].to_numpy()),
        simple("random", lambda pairs: rng.normal(size=len(pairs))),
    )
    assert rows.loc["oracle", list(SHARES)].astype(float).to_numpy() == pytest.approx(1.0)
    assert rows.loc["oracle", "slope"] == pytest.approx(1.0)
    assert rows.loc["oracle", "RMSE"] == pytest.approx(0.0, abs=1e-8)
    assert rows.loc["oracle", "promised"] == pytest.approx(rows.loc["oracle", "delivered"])
    for name, most in MOST_BY_CHANCE.items():
        assert abs(rows.loc["random", name]) < most, name
    assert abs(rows.loc["random", "slope"]) < 0.1
    assert list(rows.columns) == list(COLUMNS)


def test_the_truth_has_a_row_of_its_own(playing, world: World) -> None:
    truth = playing(simple("mine", zeros)).loc["truth"]
    assert truth[list(SHARES)].astype(float).to_numpy() == pytest.approx(1.0)
    assert truth["contamination"] == pytest.approx(world.pairs["true"].corr(world.pairs["leniency"]))


def test_a_method_that_crashes_is_a_row_with_the_reason_and_not_the_end(playing) -> None:
    rows = playing(
        simple("crash", lambda pairs: pairs["no such column"]),
        simple("short", lambda pairs: np.zeros(3)),
        entrant(Forgetful, "yours"),
        simple("sound", zeros),
    )
    assert rows.loc["crash", "failed"].startswith("KeyError: 'no such column' (test_board.py, line")
    assert "shape (3,), expected" in rows.loc["short", "failed"]
    assert "fit() returned NoneType" in rows.loc["forgetful", "failed"]
    assert np.isnan(rows.loc["crash", "plan"])
    assert rows.loc["sound", "failed"] == ""


def test_every_method_has_one_thread(playing) -> None:
    seen: list[int] = []

    def ask(pairs: pd.DataFrame) -> np.ndarray:
        seen.extend(pool["num_threads"] for pool in threadpool_info())
        return zeros(pairs)

    playing(simple("curious", ask))
    assert set(seen) == {1}


def test_what_was_finished_is_not_made_again_and_what_failed_is(playing, opened: Opened, setting: Setting) -> None:
    asked = []
    mine = simple("mine", zeros, before=lambda world, seed: asked.append(seed))
    first = playing(mine, simple("crash", lambda pairs: 1 / 0))
    told: list[Setting] = []
    again = playing(mine, opens=told.append)
    assert (len(asked), opened.times, told) == (1, 1, [])
    playing(simple("another", zeros), opens=told.append)
    assert told == [setting]
    pd.testing.assert_frame_equal(first.loc[["truth", "mine"]], again, check_dtype=False)
    assert playing(mine, simple("crash", zeros)).loc["crash", "failed"] == ""
    assert opened.times == 3


def test_an_interrupted_board_goes_on_where_it_stopped(playing, opened: Opened) -> None:
    def stop(pairs: pd.DataFrame) -> None:
        raise KeyboardInterrupt

    fitted = []
    done = simple("done", zeros, before=lambda world, seed: fitted.append(1))
    with pytest.raises(KeyboardInterrupt):
        playing(done, simple("stopped", stop))
    rows = playing(done, simple("stopped", zeros))
    assert fitted == [1]
    assert (rows["failed"] == "").all()


def test_methods_are_told_apart_from_the_truth_and_from_each_other(playing) -> None:
    with pytest.raises(UsageError, match="'truth'"):
        playing(simple("truth", zeros))


def test_a_method_cannot_spoil_the_city_for_the_next(playing, world: World) -> None:
    def spoil(view, seed: int) -> None:
        view.rows.risk.loc[:, "outcome"] = 0.0
        view.tables["appraisals"].loc[:, "score"] = -1.0

    def spoil_pairs(pairs: pd.DataFrame) -> np.ndarray:
        pairs["position_id"] = "nowhere"
        return np.zeros(len(pairs))

    assert playing(simple("spoiler", spoil_pairs, spoil)).loc["spoiler", "failed"] == ""
    assert world.view.rows.risk["outcome"].std() > 0
    assert world.pairs["position_id"].nunique() > 1


def test_a_method_is_handed_nothing_later_than_as_of_no_truth_and_not_the_seed_of_the_city(playing, world: World, setting) -> None:
    seen = []
    playing(simple("curious", zeros, before=lambda view, seed: seen.append((view, seed))))
    ((view, seed),) = seen
    assert seed != setting.seed
    for frame in view.tables.frames.values():
        assert "known_on" not in frame or not (frame["known_on"] > view.as_of).any()
    assert not {"true", "leniency", "tau"} & {column for frame in view.tables.frames.values() for column in frame}


def test_features_of_staying_are_those_of_the_post_held(world: World) -> None:
    some = world.pairs.head(50)
    staying, asked = world.view.staying(some), world.view.features(some)
    assert staying.index.equals(some.index)
    assert list(staying.columns) == list(asked.columns)
    assert staying["perf_last"].equals(asked["perf_last"])
    assert not staying["pos_level"].equals(asked["pos_level"])


def test_where_nothing_is_to_be_found_staying_put_costs_nothing_and_claims_cost_the_dip(world: World) -> None:
    nothing = replace(world, pairs=world.pairs.assign(true=0.0))
    n = len(world.pairs)
    quiet = judged(nothing, pd.DataFrame({"uplift": np.zeros(n)}), 1, orders_only=False)
    loud = judged(nothing, pd.DataFrame({"uplift": np.random.default_rng(1).normal(2.0, 0.1, n)}), 1, orders_only=False)
    unsure = judged(nothing, pd.DataFrame({"uplift": np.full(n, 0.3), "lower": -0.1, "upper": 0.7}), 1, orders_only=False)
    assert (quiet["moved"], quiet["over staying"], quiet["spread"], quiet["promised"]) == (0, 0, 0, 0)
    assert loud["moved"] == 1
    assert loud["over staying"] == pytest.approx(-world.dip)
    assert loud["spread"] > 0.05
    assert loud["promised"] > 2.0
    assert (unsure["moved"], unsure["over staying"], unsure["coverage"]) == (0, 0, 1)
    assert np.isnan(loud["plan"])


def test_an_order_has_no_error_and_no_promise_but_a_rank_and_a_plan(playing) -> None:
    row = playing(entrant(lambda: HandWeighted("saw"), "baseline")).loc["SAW"]
    assert row[list(EFFECTS_ONLY)].isna().all()
    assert np.isfinite(row[["within position", "gain of top 10", "plan", "over staying"]].astype(float)).all()
    assert row["moved"] == 1


def test_a_constant_says_one_number_near_what_movers_gain(playing, world: World) -> None:
    row = playing(entrant(Zero, "baseline"), entrant(Constant, "baseline")).loc["constant"]
    assert row["spread"] == pytest.approx(0.0, abs=1e-9)
    assert row["gain of top 10"] == pytest.approx(0.0, abs=1e-9)
    assert abs(row["promised"]) < 0.5
