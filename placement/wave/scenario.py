"""What the application asks of a published plan: settle some moves, change limits, solve again, compare; in words.

Pure functions of one run's tables; ids are the source's own. The wave built from them is the one the run planned, move by move, so
that a scenario in which nothing is changed gives the published plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from features.bilingual import Bilingual
from features.errors import UsageError
from placement.wave.clashes import clashes
from placement.wave.comparison import compare
from placement.wave.groups import groups_of
from placement.wave.limits import MOVE_COLUMNS, NO_CHANGE, Changes, Limits, Pairs, Wave
from placement.wave.plan import Plan, Planning
from placement.wave.prices import price_of_shares, prices
from placement.wave.program import program_of
from placement.wave.search import SearchParams
from placement.wave.solver import HALF
from placement.wave.swaps import SwapParams, swaps
from placement.wave.why_not import why_not
from placement.wave.wishes import Granted, Stays, Wish, granted
from placement.wave.wording import Names, change_texts, clash_texts, price_texts, share_texts, why_not_text

PAIR = ("employee_id", "position_id")
TABLES = ("wave_moves", "wave_posts", "wave_floors", "wave_couples", "wave_relatives", "facts_employees")
"""Published tables from which `published_wave` makes the wave of a run."""


@dataclass(frozen=True)
class Solved:
    """A scenario solved.

    ``plan``: its moves and certificate; ``prices``: kind, scope, gain of each binding limit (empty unless asked for);
    ``clashes``: kind, scope of limits that cannot hold together (empty where a plan exists); ``share_prices``: what each required
    share of a group costs before it is imposed. `told_of` puts the last three into sentences.
    """

    plan: Plan
    prices: pd.DataFrame
    clashes: pd.DataFrame
    share_prices: pd.DataFrame


def published_wave(tables: Mapping[str, pd.DataFrame], limits: Limits) -> Wave:
    """Return the wave that a run planned, from its published tables.

    Parameters
    ----------
    tables
        `TABLES` of one run.
    limits
        See `limits_of`.
    """
    moves = tables["wave_moves"].astype(dict.fromkeys(PAIR, object))
    posts = tables["wave_posts"].set_index("position_id")
    people = tables["facts_employees"].set_index("employee_id")[["position_id", "job_kind"]].astype(object)
    couples, relatives = (
        tables[name].rename(columns={"other_employee_id": "other_id"}).astype(object) for name in ("wave_couples", "wave_relatives")
    )
    people, posts = (frame.set_axis(frame.index.astype(object)) for frame in (people, posts))
    posts = posts.astype({"unit_id": object, "job_family": object, "district": object})
    return Wave(
        moves=moves.sort_values(list(PAIR)[::-1], kind="stable", ignore_index=True)[list(MOVE_COLUMNS)],
        people=people[["position_id"]],
        posts=posts,
        floors=tables["wave_floors"].astype({"unit_id": object, "job_family": object}),
        limits=limits,
        together=couples,
        apart=relatives,
        groups=groups_of(people["position_id"], people["job_kind"], posts),
    )


def gains(candidates: pd.DataFrame, *, ranked: bool) -> pd.Series:
    """Return what each pair of the published ``candidates`` gains against staying, for `Scenarios.swaps`: by `PAIR`.

    Empty where the run's evidence does not support ranking (not ``ranked``): nobody knows who gains by a move.
    """
    return (candidates if ranked else candidates.iloc[:0]).set_index(list(PAIR))["uplift"]


def limits_of(stored: Mapping[str, Any]) -> Limits:
    """Return the limits a run planned with: ``run["plan"]["limits"]``."""
    return Limits(**{item.name: stored[item.name] for item in fields(Limits)})


def stored_limits(limits: Limits) -> dict[str, Any]:
    """Return limits as plain values for ``run.json``: what `limits_of` reads."""
    return asdict(limits)


class Scenarios:
    """The wave of a run held by the solver, solved again under changes.

    A lock or a ban starts from where the last solution stands; forced people or posts and other limits are a program of their
    own. Not thread-safe: keep one per run, behind a lock.
    """

    def __init__(self, wave: Wave, params: SearchParams) -> None:
        self.wave, self.params = wave, params
        self._planning = Planning(wave, params)

    def solve(self, changes: Changes = NO_CHANGE, *, priced: bool = False) -> Solved:
        """Return the best plan under ``changes``, or the limits that clash; ``priced`` adds what the binding limits cost.

        Raises
        ------
        UsageError
            A pair to be locked or forbidden is no possible move of this run, a person or post to be forced has none.
        """
        self._require_possible(changes)
        planning, locked, forbidden = self._planning_for(changes)
        plan = planning.plan(locked, forbidden)
        clash = self._clashes(changes) if plan.status == "infeasible" else _no_rows("kind", "scope")
        cost = _no_rows("kind", "scope", "gain")
        if priced and plan.status != "infeasible":
            planning.solver.bound_linear(*planning.bounds(locked, forbidden))
            cost = prices(planning.program, planning.solver)
        share = price_of_shares(planning.wave) if planning.wave.limits.shares else _no_rows("group", "share", "cost")
        return Solved(plan, cost, clash, share)

    def share_prices(self, shares: Mapping[str, float], changes: Changes = NO_CHANGE) -> pd.DataFrame:
        """Return what each share of a group would cost beside ``changes``, before any is imposed (`price_of_shares`).

        Parameters
        ----------
        shares
            Least share of the moves by group (`groups`).

        Raises
        ------
        UsageError
            A group is none of this wave, or a pair settled is no possible move.
        """
        self._require_possible(changes)
        wave = self._changed(changes)
        return price_of_shares(replace(wave, limits=replace(wave.limits, shares=dict(shares))))

    @property
    def groups(self) -> list[str]:
        """The groups of whom a share may be asked."""
        return [str(name) for name in self.wave.groups]

    def why_not(self, employee_id: str, position_id: str, changes: Changes = NO_CHANGE, names: Names | None = None) -> Bilingual:
        """Return why a move is not in the plan: what it would cost, and whose moves would give way."""
        if not self.possible(employee_id, position_id):
            return why_not_text(None, employee_id, position_id, names or {})
        self._require_possible(changes)
        planning, locked, forbidden = self._planning_for(changes)
        found = why_not(planning, employee_id, position_id, locked, forbidden)
        return why_not_text(found, employee_id, position_id, names or {})

    def swaps(self, gain: pd.Series, params: SwapParams) -> pd.DataFrame:
        """Return rings of people who could take each other's posts on top of the plan (`placement.wave.swaps.swaps`).

        Parameters
        ----------
        gain
            Index (employee_id, position_id): what a person gains against staying (SD of performance); a move without one is in
            no ring.
        params
            See `SwapParams`.
        """
        known = gain.reindex(_moves(self.wave)).fillna(-np.inf).to_numpy(dtype=np.float64)
        answer = self._planning.answer()
        taken = answer.x > HALF if len(answer.x) else np.zeros(len(known), dtype=np.bool_)
        return swaps(self.wave, known, taken, params)

    def granted(self, order: Iterable[str], wishes: Mapping[str, Sequence[Wish]], share: float) -> Granted:
        """Return the wishes granted by constrained serial order (`placement.wave.wishes.grant`): nobody gains by asking falsely.

        Parameters
        ----------
        order
            employee_id, first served first: a lottery or seniority, nothing that depends on wishes.
        wishes
            Per employee_id the posts wished for (`Stays`: not to move), best first; what is no possible move is passed over.
        share
            Least share of the value of the plan without wishes that the plan must keep.

        Raises
        ------
        UsageError
            The wave asks for a share of aspirations (`Limits.aspirations`): plan value then hangs on wishes, and truth is no
            longer best.
        """
        if self.wave.limits.aspirations is not None:
            raise UsageError(
                "This run's wave must grant a share of wishes (wave.limits.aspirations): beside that limit no order makes truth "
                "best. Take the limit out of the parameters and run again, or leave wishes to the limit.",
                "Gelombang proses ini mensyaratkan porsi aspirasi (wave.limits.aspirations): bersama batas itu tidak ada urutan "
                "yang membuat jujur paling untung. Hapus batas itu dari parameter dan jalankan lagi, atau biarkan batas itu yang "
                "memenuhi minat.",
            )
        may = {who: [wish for wish in asked if wish is Stays or self.possible(who, wish)] for who, asked in wishes.items()}
        return granted(self._planning, order, may, share)

    def possible(self, employee_id: str, position_id: str) -> bool:
        """Return whether the pair is a possible move of this run: signed for, and worth it or into a vacant seat."""
        return bool((_index([(employee_id, position_id)]).isin(_moves(self.wave))).all())

    def _planning_for(self, changes: Changes) -> tuple[Planning, pd.DataFrame | None, pd.DataFrame | None]:
        if changes.limits is None and not changes.forced_people and not changes.forced_posts:
            return self._planning, _frame(changes.locked), _frame(changes.forbidden)
        return Planning(self._changed(changes), self.params), None, None

    def _changed(self, changes: Changes) -> Wave:
        return replace(
            self.wave, limits=changes.limits or self.wave.limits,
            locked=_frame(changes.locked), forbidden=_frame(changes.forbidden),
            forced_people=changes.forced_people, forced_posts=changes.forced_posts,
        )  # fmt: skip

    def _clashes(self, changes: Changes) -> pd.DataFrame:
        return clashes(program_of(self._changed(changes)))

    def _require_possible(self, changes: Changes) -> None:
        wanted = [*changes.locked, *changes.forbidden]
        strange = int((~_index(wanted).isin(_moves(self.wave))).sum()) if wanted else 0
        if strange:
            raise UsageError(
                f"{strange} of the {len(wanted)} moves to be locked or forbidden are no possible moves of this run: the person is "
                "not eligible, not among the candidates kept for the post, or worth less there than where they are. Choose "
                "others, or run again with more candidates kept (lists.candidates).",
                f"{strange} dari {len(wanted)} mutasi yang dikunci atau dilarang bukan mutasi yang mungkin dalam proses ini: "
                "pegawai tidak memenuhi syarat, tidak termasuk kandidat yang disimpan, atau lebih berguna di tempatnya sekarang. "
                "Pilih yang lain, atau jalankan lagi dengan lebih banyak kandidat (lists.candidates).",
            )


def open_scenarios(wave: Wave, params: SearchParams) -> Scenarios:
    """Return ``wave`` ready to be solved under changes."""
    return Scenarios(wave, params)


def told_of(solved: Solved, names: Names | None = None) -> list[Bilingual]:
    """Return in sentences what clashes in a scenario, what its shares cost, and what its limits cost.

    ``names``: what readers call people, positions and units, by id; what is missing is told by its id.
    """
    given = names or {}
    return [*clash_texts(solved.clashes, given), *share_texts(solved.share_prices), *price_texts(solved.prices, given)]


def differences(one: Plan, other: Plan, names: Names | None = None, settled: Changes = NO_CHANGE) -> pd.DataFrame:
    """Return two plans side by side, a row per person who moves in either, with what changes and why in words.

    Columns of `compare`, but ``why``; ``text_id``, ``text_en``.
    ``settled``: what ``other`` was told to keep to.
    """
    rows = compare(one, other, settled)
    return rows.join(change_texts(rows, names or {})).drop(columns="why")


def _frame(pairs: Pairs) -> pd.DataFrame:
    return pd.DataFrame(list(pairs), columns=list(PAIR), dtype=object)


def _index(pairs: list[tuple[str, str]]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(_frame(tuple(pairs)))


def _moves(wave: Wave) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(wave.moves[list(PAIR)].astype(object))


def _no_rows(*columns: str) -> pd.DataFrame:
    numbers = {"gain": np.float64, "share": np.float64, "cost": np.float64}
    return pd.DataFrame({name: pd.Series(dtype=numbers.get(name, object)) for name in columns})
