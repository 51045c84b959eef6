"""People as they stand on a day, and the level model's terms of any candidate against staying."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.frames import FeatureFrames, pair_matrix
from models.mixed.heads import leading
from models.mixed.level_panel import ARRIVALS, Record, Seat, days
from models.mixed.person_blocks import PARTS, Codes, Floats
from models.pairs.acquaintance import Acquaintance, acquaint
from models.pairs.core import Core, CoreSettings, Decision, arriving, staying

ARRIVAL_COLUMN = "arrival"
"""Category column behind the pair columns: how the person comes to the post, ``stay`` for the present one."""

_FAMILY, _UNIT, _SPELL = (PARTS.index(name) for name in ("family", "unit", "spell"))


@dataclass(frozen=True)
class Situation:
    """Everybody in service at ``frames.as_of``, in the order of ``frames.employees``; arrays have one entry per person.

    ``stay`` is each person's seat if they stay (position -1: no definitive post), ``own`` (people, 6) their own effects there,
    ``fixed`` (people, p) the fixed terms, ``effect`` and ``doubt`` mean and variance of their post's effect, ``outlook`` the
    neutral forecast of staying, ``fitting`` (people, k) what fit adds there. ``matrix`` holds the pair columns of those with a
    post, ``trees`` (people, 2) what the trees forecast there. ``noise`` is the variance of the noise expected of the
    rating to come.
    """

    frames: FeatureFrames
    core: Core
    day: int
    stay: Seat
    own: Floats
    fixed: Floats
    effect: Floats
    doubt: Floats
    acquaintance: Acquaintance
    fitting: Floats
    matrix: pd.DataFrame
    trees: Floats
    noise: float = 0.0

    @cached_property
    def outlook(self) -> Floats:
        """Neutral forecast of the level model for staying (SD)."""
        return np.asarray(self.own.sum(axis=1) + self.fixed.sum(axis=1) + self.fitting.sum(axis=1) + self.effect)

    @property
    def leniency(self) -> pd.Series:
        """Leniency of each unit that the level model finds on top of the harmonised ratings (SD), by unit_id."""
        return self.core.unit_leniency()


@dataclass(frozen=True, slots=True)
class Terms:
    """The level model's terms of each pair, post minus staying (SD), and the variance of their sum.

    ``fixed`` (pairs, p) and ``fitting`` (pairs, k) are shared terms, ``family``, ``unit``, ``spell``, ``position`` (pairs,) the own
    and the post's effects. ``spread`` is the posterior variance of the difference, ``elsewhere`` whether the post lies in another
    unit, ``left`` and ``entered`` are the two families.
    """

    fixed: Floats
    fitting: Floats
    family: Floats
    unit: Floats
    spell: Floats
    position: Floats
    spread: Floats
    elsewhere: NDArray[np.bool_]
    left: Codes
    entered: Codes

    def gain(self) -> Floats:
        """Return the level model's raw effect of each pair."""
        shared = self.fixed.sum(axis=1) + self.fitting.sum(axis=1)
        return np.asarray(shared + self.family + self.unit + self.spell + self.position)


def situate(frames: FeatureFrames, core: Core, posts: pd.DataFrame) -> Situation:
    """Return the situation of everybody in ``frames``; ``posts`` says who sits where. Trees are added by the caller."""
    people = frames.employees.index
    employee = pd.Series(people).cat.codes.to_numpy(dtype=np.int64)
    place = people.get_indexer(posts["employee_id"])
    position = np.full(len(people), -1, dtype=np.int64)
    position[place[place >= 0]] = core.posts.code(posts["position_id"])[place >= 0]
    day = int(days(pd.Series([frames.as_of]))[0])
    decision = _decision(core, employee, day)
    seat = staying(core, decision, position)
    own = core.outlook(employee, decision.day, [seat]).parts[:, 0]
    effect, doubt = core.position_effect(position)
    acquaintance = acquaint(core, seat, day)
    matrix = own_matrix(frames, core, position)
    fitting = np.zeros((len(people), len(core.settings.fit_effects)))
    fitting[matrix.index.to_numpy()] = core.settings.fit_terms(matrix)
    nothing = np.zeros((len(people), 2))
    fixed = core.fixed_terms(seat)
    return Situation(frames, core, day, seat, own, fixed, effect, doubt, acquaintance, fitting, matrix, nothing)


def past_fitting(record: Record, frames: FeatureFrames, settings: CoreSettings) -> Floats:
    """Return what fit explains of every rated row (n,): each person's record of today against the posts they were rated in.

    Rows of people no longer in service, or of posts no longer listed, count as average.
    """
    rated = pd.DataFrame({"employee": record.panel.employee, "position": record.panel.design.crossed[:, 0]})
    unique = rated.drop_duplicates(ignore_index=True)
    serving = pd.Series(frames.employees.index).cat.codes.to_numpy(dtype=np.int64)
    unique = unique[np.isin(unique["employee"], serving) & (unique["position"] >= 0)].reset_index(drop=True)
    people = frames.employees.index[np.searchsorted(serving, unique["employee"])]
    pairs = pd.DataFrame({"employee_id": people, "position_id": record.posts.positions[unique["position"]]})
    unique["fitting"] = settings.fit_terms(pair_matrix(frames, pairs)).sum(axis=1)
    found = rated.merge(unique, on=["employee", "position"], how="left")["fitting"]
    return np.asarray(found.fillna(0.0), dtype=np.float64)


def own_matrix(frames: FeatureFrames, core: Core, position: Codes) -> pd.DataFrame:
    """Return the pair columns of everybody with the post they hold, indexed by their place; people without post are absent."""
    seated = np.flatnonzero(position >= 0)
    pairs = pd.DataFrame({"employee_id": frames.employees.index[seated], "position_id": core.posts.positions[position[seated]]})
    return with_arrival(pair_matrix(frames, pairs.set_index(seated)), "stay")


def with_arrival(matrix: pd.DataFrame, arrival: str | pd.Series) -> pd.DataFrame:
    """Return ``matrix`` with the arrival column behind it."""
    texts = pd.Series(arrival, index=matrix.index, dtype="str").astype("category")
    return pd.concat([matrix, texts.rename(ARRIVAL_COLUMN)], axis=1)


def terms(situation: Situation, place: Codes, position: Codes, matrix: pd.DataFrame) -> Terms:
    """Return the level model's terms of people at ``place`` arriving, as assigned, in ``position``, against staying.

    ``matrix`` holds the pair columns, row by row.
    """
    core, here = situation.core, situation.stay.take(place)
    family = core.posts.family_of[position]
    there = assigned_seat(situation, place, position)
    found = situation.acquaintance.find(here.employee, there.unit, family)
    match, own = situation.acquaintance.match[found], situation.own[place]
    effect, doubt = core.position_effect(position)
    fixed = core.fixed_terms(there) - situation.fixed[place]
    spread = situation.acquaintance.spread[found] + doubt + situation.doubt[place] + core.settings.shared_doubt
    elsewhere = there.unit != here.unit
    fitting = core.settings.fit_terms(matrix) - situation.fitting[place]
    return Terms(
        fixed, fitting, match[:, 0] - own[:, _FAMILY], match[:, 1] - own[:, _UNIT], -own[:, _SPELL],
        effect - situation.effect[place], spread, elsewhere, here.family, family,
    )  # fmt: skip


def assigned_seat(situation: Situation, place: Codes, position: Codes) -> Seat:
    """Return the seats of people at ``place`` arriving, as assigned, in ``position``."""
    assigned = np.full(len(place), ARRIVALS.index("assigned"), dtype=np.int64)
    decision = _decision(situation.core, situation.stay.employee[place], situation.day)
    return arriving(situation.core, decision, position, assigned)


def leading_part(situation: Situation, place: Codes, position: Codes) -> pd.DataFrame:
    """Return what people at ``place`` would add to their unit at the head of it: unit_gain, unit_doubt (SD), unit_part.

    ``unit_gain`` is what each member of the unit gains, ``unit_doubt`` its posterior standard deviation. ``unit_part`` is what
    recorded results in the unit lie above neutral ones: the unit's, and part of no outlook. Missing where the post leads nothing.
    """
    core, frames = situation.core, situation.frames
    unit_id, shown = frames.places["unit_id"].reindex(frames.positions.index), frames.positions
    posts = pd.DataFrame({"unit_id": unit_id, "level": shown["pos_level"], "supervisory": shown["pos_supervisory"]})
    leads = pd.Series(leading(posts), index=posts.index).reindex(core.posts.positions[position]).to_numpy(dtype=bool)
    effect, variance = core.head_effect(situation.stay.employee[place])
    unit = core.unit_leniency().to_numpy()[core.posts.unit_of[position]]
    found = pd.DataFrame({"unit_gain": effect, "unit_doubt": np.sqrt(variance), "unit_part": unit})
    found[~leads] = np.nan
    return found


def _decision(core: Core, employee: Codes, day: int) -> Decision:
    decided = np.full(len(employee), day, dtype=np.int64)
    return Decision(employee, decided, decided + core.settings.horizon_days)
