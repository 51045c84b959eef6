"""From a wave to a linear program: one column per possible move, one named row per limit."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from placement.wave.limits import Limits, Wave, require_whole

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

KINDS: tuple[str, ...] = (
    "one_move", "seats", "floor", "moves", "out_of_unit", "into_unit", "budget", "mean_distance", "aspirations", "share",
    "together", "apart", "forced_person", "forced_post", "locked", "forbidden",
)  # fmt: skip
"""Kinds of limits, each one or more rows."""

FIXED = ("one_move", "seats")
"""Kinds that are no choice of the office."""


@dataclass(frozen=True)
class Program:
    """maximise value . x subject to lower <= matrix x <= upper, 0 <= x <= most, x whole (``most`` is 1 for every move).

    ``limits`` names the rows: kind (of ``KINDS``), scope (what it is about: a person, post, unit or group; empty: the wave).
    Values are those of ``Wave.moves`` less caution times spread.
    """

    value: Array
    matrix: sparse.csr_array
    lower: Array
    upper: Array
    most: Array
    limits: pd.DataFrame


@dataclass(frozen=True)
class _Block:
    """Rows of one kind: a scope, lower and upper per row, and the coefficients as triplets."""

    kind: str
    scopes: pd.Index
    rows: Codes
    columns: Codes
    coefficients: Array
    lower: Array
    upper: Array


def program_of(wave: Wave) -> Program:
    """Return the program of ``wave``.

    A move takes one seat of the post entered and gives one of the post left, so that chains of any length and swaps follow
    from the seats alone: sum of moves into a post less moves out of it is at most its vacant seats.

    Raises
    ------
    UsageError
        The wave is not whole; names every fault.
    """
    require_whole(wave)
    ends = _Ends.of(wave)
    blocks = [block for block in _blocks(wave, ends) if len(block.scopes)]
    sizes = [len(block.scopes) for block in blocks]
    first = np.r_[0, np.cumsum(sizes)]
    rows = _joined([block.rows + start for block, start in zip(blocks, first[:-1], strict=True)])
    columns, coefficients = (_joined([getattr(block, name) for block in blocks]) for name in ("columns", "coefficients"))
    matrix = sparse.coo_array((coefficients, (rows, columns)), shape=(int(first[-1]), len(wave.moves))).tocsr()
    return Program(
        value=(wave.moves["value"] - wave.limits.caution * wave.moves["spread"]).to_numpy(dtype=np.float64),
        matrix=matrix,
        lower=_joined([block.lower for block in blocks]),
        upper=_joined([block.upper for block in blocks]),
        most=np.ones(len(wave.moves)),
        limits=pd.DataFrame({
            "kind": np.repeat([block.kind for block in blocks], sizes),
            "scope": _joined([block.scopes.astype(str).to_numpy() for block in blocks]),
        }),
    )  # fmt: skip


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """Return the parts as one array; none where no move is possible."""
    return np.concatenate(parts) if parts else np.zeros(0)


@dataclass(frozen=True)
class _Ends:
    """Codes of each move's person, post entered and post left (-1: none), into ``people``, ``posts``."""

    person: Codes
    entered: Codes
    left: Codes

    @staticmethod
    def of(wave: Wave) -> "_Ends":
        person = wave.people.index.get_indexer(wave.moves["employee_id"])
        held = wave.posts.index.get_indexer(wave.people["position_id"].astype(object))
        entered = wave.posts.index.get_indexer(wave.moves["position_id"])
        return _Ends(person.astype(np.int64), entered.astype(np.int64), held[person].astype(np.int64))


def _blocks(wave: Wave, ends: _Ends) -> Iterator[_Block]:
    limits, moves, every = wave.limits, wave.moves, np.arange(len(wave.moves))
    ones = np.ones(len(moves))
    yield _grouped("one_move", wave.people.index, ends.person, ones, (-np.inf, 1.0))
    yield _seats(wave, ends)
    yield _floors(wave, ends)
    units = pd.Index(wave.posts["unit_id"].unique())
    unit = units.get_indexer(wave.posts["unit_id"])
    if limits.out_of_unit is not None or limits.into_unit is not None:
        away = np.where(ends.left < 0, True, unit[ends.left] != unit[ends.entered])
    if limits.out_of_unit is not None:
        leaving = np.where((ends.left >= 0) & away, unit[ends.left], -1)
        yield _grouped("out_of_unit", units, leaving, ones, (-np.inf, float(limits.out_of_unit)))
    if limits.into_unit is not None:
        yield _grouped("into_unit", units, np.where(away, unit[ends.entered], -1), ones, (-np.inf, float(limits.into_unit)))
    for kind, coefficients, lower, upper in _of_the_wave(limits, moves):
        yield _Block(kind, pd.Index([""]), np.zeros(len(moves), dtype=np.int64), every, coefficients, *_one(lower, upper))
    for group, share in limits.shares.items():
        member = wave.groups[group].reindex(moves["employee_id"]).fillna(False).to_numpy(dtype=bool)
        yield _Block("share", pd.Index([group]), np.zeros(len(moves), dtype=np.int64), every, member - share, *_one(0.0, np.inf))
    yield _together(wave, ends)
    yield _apart(wave, ends, units, unit)
    yield _forced("forced_person", wave.forced_people, moves["employee_id"])
    yield _forced("forced_post", wave.forced_posts, moves["position_id"])
    for kind, settled, bound in (("locked", wave.locked, 1.0), ("forbidden", wave.forbidden, 0.0)):
        if len(settled):
            yield _pairs(kind, settled, moves, (bound, bound))


def _of_the_wave(limits: Limits, moves: pd.DataFrame) -> Iterator[tuple[str, Array, float, float]]:
    """Yield kind, coefficients and bounds of each limit on the wave as a whole; means and shares as sums about the mean."""
    if limits.moves is not None:
        yield "moves", np.ones(len(moves)), -np.inf, float(limits.moves)
    if limits.budget is not None:
        yield "budget", moves["cost"].to_numpy(dtype=np.float64), -np.inf, limits.budget
    if limits.mean_distance is not None:
        yield "mean_distance", moves["distance"].to_numpy(dtype=np.float64) - limits.mean_distance, -np.inf, 0.0
    if limits.aspirations is not None:
        yield "aspirations", moves["aspired"].to_numpy(dtype=np.float64) - limits.aspirations, 0.0, np.inf


def _one(lower: float, upper: float) -> tuple[Array, Array]:
    return np.array([lower]), np.array([upper])


def _grouped(kind: str, scopes: pd.Index, group: Codes, coefficients: Array, bounds: tuple[float, float]) -> _Block:
    """Return one row per scope that occurs in ``group`` (one code per move, -1: no part in it)."""
    columns = np.flatnonzero(group >= 0)
    present, rows = np.unique(group[columns], return_inverse=True)
    lower, upper = (np.full(len(present), bound) for bound in bounds)
    return _Block(kind, scopes[present], rows.astype(np.int64), columns, coefficients[columns], lower, upper)


def _in_and_out(kind: str, scopes: pd.Index, entered: Codes, left: Codes) -> _Block:
    """Return one unbounded row per scope that occurs: moves in (+1) less moves out (-1); -1: no part in it."""
    moves = np.arange(len(entered))
    group, columns = np.r_[entered, left], np.r_[moves, moves]
    coefficients = np.repeat([1.0, -1.0], len(moves))
    known = np.flatnonzero(group >= 0)
    present, rows = np.unique(group[known], return_inverse=True)
    wide = np.full(len(present), np.inf)
    return _Block(kind, scopes[present], rows.astype(np.int64), columns[known], coefficients[known], -wide, wide)


def _seats(wave: Wave, ends: _Ends) -> _Block:
    block = _in_and_out("seats", wave.posts.index, ends.entered, ends.left)
    vacant = wave.posts["vacant"].reindex(block.scopes).to_numpy(dtype=np.float64)
    entered = np.isin(np.arange(len(wave.posts)), ends.entered)[wave.posts.index.get_indexer(block.scopes)]
    return _some(block, entered, block.lower, vacant)


def _floors(wave: Wave, ends: _Ends) -> _Block:
    cells = pd.MultiIndex.from_frame(wave.floors[["unit_id", "job_family"]].astype(object))
    cell = cells.get_indexer(pd.MultiIndex.from_frame(wave.posts[["unit_id", "job_family"]].astype(object)))
    cell = np.r_[cell, -1]
    entered, left = cell[ends.entered], cell[ends.left]
    stays = entered == left
    names = pd.Index([f"{unit} / {job}" for unit, job in cells], dtype=object)
    block = _in_and_out("floor", names, np.where(stays, -1, entered), np.where(stays, -1, left))
    spare = (wave.floors["staff"] - wave.floors["floor"]).clip(lower=0).to_numpy(dtype=np.float64)
    lower = -spare[names.get_indexer(block.scopes)]
    lost = np.zeros(len(block.scopes))
    np.add.at(lost, block.rows, np.minimum(block.coefficients, 0.0))
    return _some(block, lost < lower, lower, block.upper)


def _some(block: _Block, kept: NDArray[np.bool_], lower: Array, upper: Array) -> _Block:
    """Return the rows ``kept`` of a block with their bounds."""
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    chosen = kept[block.rows]
    return _Block(
        block.kind, block.scopes[kept], number[block.rows[chosen]], block.columns[chosen], block.coefficients[chosen],
        lower[kept], upper[kept],
    )  # fmt: skip


def _together(wave: Wave, ends: _Ends) -> _Block:
    """Return, per couple and district, that both end there or neither does; couples who are apart now are left alone."""
    districts = pd.Index(wave.posts["district"].dropna().unique())
    of_post = np.r_[districts.get_indexer(wave.posts["district"]), -1]
    held = of_post[wave.posts.index.get_indexer(wave.people["position_id"].astype(object))]
    one, other = (wave.people.index.get_indexer(wave.together[name]) for name in ("employee_id", "other_id"))
    kept = (one >= 0) & (other >= 0) & (held[one] == held[other]) & (held[one] >= 0)
    one, other = one[kept], other[kept]
    parts = [_end_districts(couple_person, sign, ends, of_post, held) for couple_person, sign in ((one, 1.0), (other, -1.0))]
    couple, district, columns, coefficients = (np.concatenate(values) for values in zip(*parts, strict=True))
    key, rows = np.unique(np.column_stack([couple, district]), axis=0, return_inverse=True)
    names = pd.Index([f"{wave.people.index[one[c]]} + {wave.people.index[other[c]]}" for c in key[:, 0]], dtype=object)
    zero = np.zeros(len(key))
    return _Block("together", names, rows.ravel().astype(np.int64), columns, coefficients, zero, zero)


def _end_districts(person: Codes, sign: float, ends: _Ends, of_post: Codes, held: Codes) -> tuple[Codes, Codes, Codes, Array]:
    """Return triplets (couple, district, move, coefficient) of where each person's moves take them from home to elsewhere."""
    couples = pd.DataFrame({"person": person, "couple": np.arange(len(person))})
    moves = pd.DataFrame({"person": ends.person, "move": np.arange(len(ends.person)), "there": of_post[ends.entered]})
    found = couples.merge(moves, on="person")
    found = found[held[found["person"]] != found["there"]]
    couple, move, there = (found[name].to_numpy(dtype=np.int64) for name in ("couple", "move", "there"))
    twice = np.repeat([sign, -sign], len(found))
    return np.r_[couple, couple], np.r_[there, held[found["person"]]], np.r_[move, move], twice


def _apart(wave: Wave, ends: _Ends, units: pd.Index, unit: Codes) -> _Block:
    """Return, per pair of relatives and unit that both could enter, that at most one of them does."""
    one, other = (wave.people.index.get_indexer(wave.apart[name]) for name in ("employee_id", "other_id"))
    ties = pd.DataFrame({"person": np.r_[one, other], "tie": np.tile(np.arange(len(one)), 2), "side": np.repeat([0, 1], len(one))})
    moves = pd.DataFrame({"person": ends.person, "move": np.arange(len(ends.person)), "unit": unit[ends.entered]})
    found = ties.merge(moves, on="person")
    both = found.groupby(["tie", "unit"])["side"].transform("nunique") == 2
    key, rows = np.unique(found.loc[both, ["tie", "unit"]].to_numpy(dtype=np.int64), axis=0, return_inverse=True)
    names = pd.Index([f"{wave.apart.iat[t, 0]} + {wave.apart.iat[t, 1]} / {units[u]}" for t, u in key], dtype=object)
    columns = found.loc[both, "move"].to_numpy(dtype=np.int64)
    lower, upper = np.full(len(key), -np.inf), np.ones(len(key))
    return _Block("apart", names, rows.ravel().astype(np.int64), columns, np.ones(len(columns)), lower, upper)


def _forced(kind: str, wanted: tuple[str, ...], of_move: pd.Series) -> _Block:
    scopes = pd.Index(list(wanted), dtype=object)
    block = _grouped(kind, scopes, scopes.get_indexer(of_move.astype(object)), np.ones(len(of_move)), (1.0, np.inf))
    return block


def _pairs(kind: str, pairs: pd.DataFrame, moves: pd.DataFrame, bounds: tuple[float, float]) -> _Block:
    wanted = pd.MultiIndex.from_frame(pairs[["employee_id", "position_id"]].astype(object))
    row = wanted.get_indexer(pd.MultiIndex.from_frame(moves[["employee_id", "position_id"]].astype(object)))
    names = pd.Index([f"{employee} -> {position}" for employee, position in wanted], dtype=object)
    return _grouped(kind, names, row.astype(np.int64), np.ones(len(moves)), bounds)
