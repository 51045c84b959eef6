"""The board: every method in every city, one result at a time, each kept on disk so that an interrupted board goes on."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from features.errors import TepatError, UsageError
from pipelines.code import ROOMS, code_hash
from pipelines.leaderboard.entrants import Entrant, described, require_distinct
from pipelines.leaderboard.judging import FIGURES, judged
from pipelines.leaderboard.method import checked, handed
from pipelines.leaderboard.world import Setting, World, open_world
from pipelines.settings import Params
from publication.run_id import KEY_LENGTH, as_json, content_hash

SECONDS = ("fit seconds", "effect seconds")
COLUMNS: tuple[str, ...] = ("world", "seed", "method", "origin", "failed", *SECONDS, *FIGURES)
"""Columns of the results, one row per method and city; ``failed``: why a method has no figures, empty where it has."""
TRUTH = "truth"

Say = Callable[[Setting, str, dict[str, object]], None]
"""Told of every result: the city, the method, its row."""
Opens = Callable[[Setting], None]
"""Told of every city before it is invented, which takes longer than most methods."""


@dataclass(frozen=True, slots=True)
class Board:
    """Who takes part, in which cities, and the folder in which results are kept."""

    entrants: tuple[Entrant, ...]
    settings: tuple[Setting, ...]
    kept: Path
    params: Params


def play(board: Board, say: Say = lambda *_: None, opens: Opens = lambda _: None) -> pd.DataFrame:
    """Return one row of ``COLUMNS`` per city and method, and per city one for the truth itself.

    Results are kept under a hash of the city, the method's source and the code; what is kept is not made again. A method that
    fails gets a row with the reason, is not kept, and does not end the board.

    Raises
    ------
    UsageError
        Two methods have one name.
    """
    truth = Entrant(TRUTH, _no_method, TRUTH, orders_only=False, source="")
    require_distinct((truth, *board.entrants))
    rows = [row for setting in board.settings for row in _city(board, (truth, *board.entrants), setting, say, opens)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _city(board: Board, entrants: Sequence[Entrant], setting: Setting, say: Say, opens: Opens) -> Iterator[dict[str, object]]:
    world: World | None = None
    for one in entrants:
        place = board.kept / f"{_key(one, setting, board.params)}.json"
        row = _read(place)
        if row is None:
            if world is None:
                opens(setting)
                world = open_world(setting, board.params)
            who = {"world": setting.world, "seed": setting.seed, "method": one.name, "origin": one.origin}
            row = {**who, **_result(one, world, setting)}
            if not row["failed"]:
                _write(row, place)
        say(setting, one.name, row)
        yield row


def _result(one: Entrant, world: World, setting: Setting) -> dict[str, object]:
    try:
        forecast, seconds = (_truth if one.origin == TRUTH else partial(_forecast, one))(world, _seed(setting, "method"))
        return {"failed": "", **seconds, **judged(world, forecast, _seed(setting, "lots"), orders_only=one.orders_only)}
    except TepatError as error:
        return {"failed": str(error)}
    except Exception as error:  # whatever a method throws: its row says so, the board goes on
        return {"failed": described(error)}


def _forecast(one: Entrant, world: World, seed: int) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the checked forecast and its processor seconds; on one thread, so that seconds of methods can be compared."""
    with threadpool_limits(limits=1):
        return _timed(one, world, seed)


def _timed(one: Entrant, world: World, seed: int) -> tuple[pd.DataFrame, dict[str, float]]:
    started = time.process_time()
    method = one.make().fit(handed(world.view), seed)
    fitted = time.process_time()
    if not callable(getattr(method, "effect", None)):
        kind = type(method).__name__
        raise UsageError(
            f"fit() returned {kind}, expected the fitted method. End it with `return self`.",
            f"fit() mengembalikan {kind}, seharusnya metode itu sendiri. Akhiri dengan `return self`.",
        )
    forecast = checked(method.effect(world.pairs[["employee_id", "position_id"]].copy(deep=False)), world.pairs)
    return forecast, dict(zip(SECONDS, (fitted - started, time.process_time() - fitted), strict=True))


def _truth(world: World, seed: int) -> tuple[pd.DataFrame, dict[str, float]]:
    return pd.DataFrame({"uplift": world.pairs["true"]}), dict.fromkeys(SECONDS, float("nan"))


def _no_method() -> NoReturn:
    raise AssertionError("the truth is no method: it is read, not fitted")


def _seed(setting: Setting, use: str) -> int:
    """Return a seed that says nothing of the city's own: a method that had it could invent the city again."""
    return int(content_hash({**setting.key(), "use": use})[:8], 16) % 2**31


def _key(one: Entrant, setting: Setting, params: Params) -> str:
    code = code_hash(*ROOMS, "simulation")
    method = {"method": one.name, "source": one.source, "params": params.digest(), "code": code}
    return content_hash({**setting.key(), **method})[:KEY_LENGTH]


def _read(place: Path) -> dict[str, object] | None:
    if not place.exists():
        return None
    kept = json.loads(place.read_text(encoding="utf-8"))
    return {name: np.nan if value is None and name in (*FIGURES, *SECONDS) else value for name, value in kept.items()}


def _write(row: dict[str, object], place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_suffix(".part")
    aside.write_text(json.dumps(as_json(row)), encoding="utf-8")
    aside.replace(place)
