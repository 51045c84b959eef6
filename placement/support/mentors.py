"""A mentor for every move: a colleague of the unit entered who is strong where the newcomer is not, with few to look after."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from rules.facts import Facts
from rules.identifiers import places_of, plain

NEARNESS = {"unit_id": 1.0, "agency_id": 0.5, "job_family": 0.0}
"""Where mentors come from, and what being near is worth, in levels of a competency gap covered."""
LEVELS_A_STEP = 10
"""Levels are written in tens: a step of the career each."""


@dataclass(frozen=True, slots=True)
class MentorParams:
    """``load``: newcomers per mentor at most. ``least_months``: time in the unit's post from which somebody can show it.

    ``steps``: of level between mentor and post at most. ``weighed``: mentors weighed per move, the nearest. ``looked_at``: of
    these, the best matched. ``family_weight``: worth of ten years in the job family, in levels of a competency gap covered.
    """

    load: int = 2
    steps: int = 1
    least_months: float = 12.0
    weighed: int = 120
    looked_at: int = 40
    family_weight: float = 0.5


def mentors(facts: Facts, held: pd.DataFrame, moves: pd.DataFrame, gaps: pd.DataFrame, params: MentorParams) -> pd.DataFrame:
    """Return the mentor of every move, on the index of ``moves``.

    Parameters
    ----------
    held
        `placement.staffing.departures.departures`: who retires within the first year of the move is no mentor.
    moves
        employee_id, from_position, to_position. Who moves is nobody's mentor.
    gaps
        `placement.support.training.gaps_of`.

    Returns
    -------
    DataFrame
        mentor_employee_id (missing: nobody found), mentor_covers (competencies of the gap in which the mentor reaches the post's
        standard, joined by "; "), mentor_months (in the post's job family), mentor_match (levels covered, nearness, experience).
        Mentors are dealt out so that the sum of matches is greatest (assignment with capacities).
    """
    pairs = _eligible(facts, held, moves, params)
    covered = _covered(facts, pairs, gaps)
    pairs = pairs.join(covered).fillna({"levels": 0.0, "covers": ""})
    pairs["match"] = pairs["near"] + pairs["levels"] + params.family_weight * np.minimum(pairs["months"], 120.0) / 120.0
    pairs = pairs.sort_values(["move", "match", "mentor"], ascending=[True, False, True], kind="stable")
    pairs = pairs.groupby("move").head(params.looked_at).reset_index(drop=True)
    chosen = pairs.iloc[_dealt(pairs, params.load)].set_index("move").reindex(moves.index)
    known = chosen["mentor"].notna().to_numpy()
    place = chosen["mentor"].fillna(0).to_numpy(dtype=np.int64)
    return pd.DataFrame({
        "mentor_employee_id": pd.Series(plain(facts.employees.index)[place], index=moves.index).where(known),
        "mentor_covers": chosen["covers"].where(known), "mentor_months": chosen["months"].astype("float64"),
        "mentor_match": chosen["match"].astype("float64"),
    }, index=moves.index)  # fmt: skip


def _eligible(facts: Facts, held: pd.DataFrame, moves: pd.DataFrame, params: MentorParams) -> pd.DataFrame:
    """Return move, mentor (place), person (place), near, months in the family: colleagues of the unit entered, of its agency, of
    the city in the same family, the nearest and longest in the family first, at most ``params.weighed`` a move.

    Who they are depends on the place, the family and the level of the post alone: they are looked for once for all moves alike.
    """  # noqa: D205
    wanted = _wanted(facts, moves)
    staff = _staff(facts, held, wanted["person"].to_numpy(), params)
    pools = [
        _pool(facts, staff, wanted.dropna(subset=[name]), name, (place + 1) * params.weighed, params.steps).assign(near=near)
        for place, (name, near) in enumerate(NEARNESS.items())  # whoever is nearer stands in the wider pools too
    ]
    found = pd.concat(pools, ignore_index=True)
    found = found.sort_values(["move", "mentor", "near"], ascending=[True, True, False], kind="stable")
    found = found.drop_duplicates(["move", "mentor"])
    found = found.sort_values(["move", "near", "months", "mentor"], ascending=[True, False, False, True], kind="stable")
    return found.groupby("move").head(params.weighed).reset_index(drop=True)


def _wanted(facts: Facts, moves: pd.DataFrame) -> pd.DataFrame:
    """Return per move the mover's place, the post's unit, agency and job family, and the step of its level."""
    there = facts.positions[[*NEARNESS, "level"]].reindex(moves["to_position"].astype(object))
    step = there.pop("level").to_numpy(dtype=np.float64, na_value=np.nan) // LEVELS_A_STEP
    person = places_of(moves["employee_id"], facts.employees.index)
    return there.astype(object).reset_index(drop=True).assign(move=moves.index.to_numpy(), person=person, step=step)


def _staff(facts: Facts, held: pd.DataFrame, moving: np.ndarray, params: MentorParams) -> pd.DataFrame:
    """Return who may be a mentor: place, unit, agency, family, step of level; who stays and is long enough in a post."""
    people = facts.employees
    year = facts.effective_on + pd.DateOffset(years=1)
    stays = held[(held["tenure_months"] >= params.least_months) & ~(held["retires_on"] <= year)]
    mentor = np.setdiff1d(places_of(stays["employee_id"], people.index), moving)
    own = {name: people[name].astype(object).to_numpy()[mentor] for name in NEARNESS}
    level = people["level"].to_numpy(dtype=np.float64, na_value=np.nan)[mentor]
    return pd.DataFrame({"mentor": mentor, **own, "own_step": level // LEVELS_A_STEP})


def _pool(facts: Facts, staff: pd.DataFrame, wanted: pd.DataFrame, name: str, most: int, steps: int) -> pd.DataFrame:
    """Return move, person, mentor and months of the ``most`` longest in the family who share ``name`` with the post.

    At most ``steps`` of level from it; where a level is not known they may.
    """
    alike = list(dict.fromkeys([name, "job_family", "step"]))
    kind = wanted.groupby(alike, dropna=False, sort=False).ngroup().to_numpy()
    posts = wanted[alike].assign(kind=kind).drop_duplicates("kind").assign(family=lambda one: one["job_family"])
    pairs = posts[["kind", name, "family", "step"]].merge(staff[["mentor", name, "own_step"]], on=name)
    pairs = pairs[~(np.abs(pairs["own_step"] - pairs["step"]) > steps)]
    pairs = pairs.assign(months=_family_months(facts, pairs["mentor"].to_numpy(), pairs["family"]))
    pairs = pairs.sort_values(["kind", "months", "mentor"], ascending=[True, False, True], kind="stable")
    best = pairs.groupby("kind").head(most)[["kind", "mentor", "months"]]
    return wanted[["move", "person"]].assign(kind=kind).merge(best, on="kind").drop(columns="kind")


def _family_months(facts: Facts, mentor: np.ndarray, family: pd.Series) -> np.ndarray:
    past = facts.experience.assign(mentor=places_of(facts.experience["employee_id"], facts.employees.index))
    past = past.groupby(["mentor", "job_family"])["months"].sum()
    own = facts.employees.iloc[mentor]
    running = (facts.effective_on - own["since"]).dt.days.to_numpy() / 30.4375
    here = np.where(own["job_family"].astype(object).to_numpy() == family.to_numpy(), np.nan_to_num(running), 0.0)
    before = past.reindex(pd.MultiIndex.from_arrays([mentor, family.to_numpy()])).fillna(0.0).to_numpy()
    return np.asarray(before + here, dtype=np.float64)


def _covered(facts: Facts, pairs: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Return, on the index of ``pairs``, gap levels the mentor has above the person, and the competencies they fully cover."""
    levels = facts.competencies.assign(mentor=places_of(facts.competencies["employee_id"], facts.employees.index))
    both = pairs[["move", "mentor"]].rename_axis("pair").reset_index().merge(gaps, on="move")
    both = both.merge(levels[["mentor", "competency", "level"]].rename(columns={"level": "has"}), on=["mentor", "competency"])
    both["levels"] = np.clip(both["has"] - both["level"], 0.0, both["gap"])
    full = both[both["has"] >= both["required"]]
    covers = full.groupby("pair")["competency"].agg("; ".join)
    return pd.DataFrame({"levels": both.groupby("pair")["levels"].sum(), "covers": covers}).reindex(pairs.index)


def _dealt(pairs: pd.DataFrame, load: int) -> np.ndarray:
    """Return the rows of ``pairs`` chosen: at most one mentor a move and ``load`` moves a mentor, of greatest total match.

    An assignment over the pairs there are (Jonker & Volgenant 1987, sparse): moves by the seats mentors have, and one seat with
    nobody for each move.
    """
    if not len(pairs):
        return np.zeros(0, dtype=np.int64)
    move, moves = pd.factorize(pairs["move"])
    mentor, mentors_found = pd.factorize(pairs["mentor"])
    value, seats = 1.0 + pairs["match"].to_numpy(dtype=np.float64), len(mentors_found) * load
    most, alone = value.max() + 1.0, np.arange(len(moves))
    taken = (mentor[:, None] * load + np.arange(load)).ravel()
    cost = csr_array(
        (
            np.r_[np.repeat(most - value, load), np.full(len(moves), most)],
            (np.r_[np.repeat(move, load), alone], np.r_[taken, seats + alone]),
        ),
        shape=(len(moves), seats + len(moves)),
    )
    of_move, seat = min_weight_full_bipartite_matching(cost)
    with_mentor = seat < seats
    pair = pd.Index(move * len(mentors_found) + mentor)
    chosen = pair.get_indexer(of_move[with_mentor] * len(mentors_found) + seat[with_mentor] // load)
    return np.sort(chosen)
