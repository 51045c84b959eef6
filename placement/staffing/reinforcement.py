"""Who could help where demand surges: people experienced in the unit's work, for a while or for good."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.posts import DAYS_PER_MONTH
from placement.need import unit_fill
from rules.facts import Facts
from rules.identifiers import places_of

WAYS = ("definitive", "temporary")
"""For good (a seat is free there and the person may be moved into it), or on loan from a unit better staffed all the same."""
COLUMNS = (
    "unit_id",
    "rank",
    "employee_id",
    "way",
    "job_family",
    "months",
    "from_unit",
    "from_fill",
    "to_fill",
    "position_id",
    "net_value",
)


@dataclass(frozen=True, slots=True)
class HelpParams:
    """``least_months`` of work in the unit's job families that count as experience; ``shown`` people per surging unit."""

    least_months: float = 12.0
    shown: int = 10


def reinforcements(
    surging: pd.DataFrame, facts: Facts, free: pd.DataFrame, needs: pd.DataFrame, candidates: pd.DataFrame, params: HelpParams
) -> pd.DataFrame:
    """Return the people who could help each surging unit.

    Parameters
    ----------
    surging
        unit_id and ``surge_rise`` (share above the demand expected) of units whose demand surges.
    free
        Rows of `placement.staffing.departures.departures` of those who may leave their post.
    needs
        `placement.need.needs`: a unit lends only if its own demand does not surge and its job family, one person fewer, is still
        better filled than the surging unit, whose need has risen with its demand. In a city short of staff nobody has people to
        spare; what can be asked is that the shortage be shared.
    candidates
        Pairs that may be signed or not (`placement.lists.Lists.candidates`): position_id, employee_id, eligible, net_value.

    Returns
    -------
    DataFrame
        One row per unit and person, best first: ``COLUMNS``. ``months`` of work in ``job_family``, the family of the unit they
        know best (the present post until ``effective_on`` included); ``way`` of ``WAYS``; ``from_fill`` share of need filled in
        the unit they come from once they have left, ``to_fill`` in the surging unit now; ``position_id`` and ``net_value`` of
        the seat for good (missing: on loan). Those for good come first, then the experienced.
    """
    knows = _experience(facts)
    posts = facts.positions.reset_index()
    work = posts.loc[posts["unit_id"].isin(surging["unit_id"]), ["unit_id", "job_family"]].dropna().drop_duplicates()
    found = work.merge(knows[knows["months"] >= params.least_months], on="job_family")
    found = found.sort_values(["unit_id", "person", "months"], ascending=[True, True, False], kind="stable")
    found = found.drop_duplicates(["unit_id", "person"]).merge(_origin(facts, free, needs), on="person")
    found = found[found["from_unit"] != found["unit_id"]].merge(_seats(facts, candidates), on=["unit_id", "person"], how="left")
    found = found.join(_fill(surging, needs), on="unit_id")
    for_good = found["position_id"].notna()
    lent = (found["from_fill"] > found["to_fill"]) & ~found["from_surges"].fillna(False).astype(bool)
    found = found.assign(way=np.where(for_good, *WAYS))[for_good | lent]
    found = found.sort_values(["unit_id", "way", "months", "person"], ascending=[True, True, False, True], kind="stable")
    found = found.assign(rank=found.groupby("unit_id").cumcount() + 1, employee_id=facts.employees.index[found["person"]])
    return found[found["rank"] <= params.shown][list(COLUMNS)].reset_index(drop=True)


def _fill(surging: pd.DataFrame, needs: pd.DataFrame) -> pd.Series:
    """Return the share of need filled of every surging unit (index unit_id), its need risen with its demand."""
    fill = unit_fill(needs).reindex(surging["unit_id"])
    need = fill["need"].to_numpy() * (1 + surging["surge_rise"].to_numpy())
    return pd.Series(fill["filled"].to_numpy() / np.maximum(need, 1.0), index=surging["unit_id"].to_numpy(), name="to_fill")


def _experience(facts: Facts) -> pd.DataFrame:
    """Return months of definitive work per person (place) and job family, the present post until ``effective_on`` included."""
    past = facts.experience[["employee_id", "job_family", "months"]].dropna(subset=["job_family"])
    past = past.assign(person=places_of(past["employee_id"], facts.employees.index))
    now = facts.employees.assign(person=np.arange(len(facts.employees))).dropna(subset=["job_family", "since"])
    now = now.assign(months=(facts.effective_on - now["since"]).dt.days / DAYS_PER_MONTH)
    both = pd.concat([frame[["person", "job_family", "months"]] for frame in (past, now)], ignore_index=True)
    return both[both["person"] >= 0].groupby(["person", "job_family"], as_index=False)["months"].sum()


def _origin(facts: Facts, held: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """Return, per person (place) who may leave, their unit, how well their family is filled there without them, if it surges."""
    posts = facts.positions[["unit_id", "job_family"]].fillna("")
    cell = pd.MultiIndex.from_frame(posts.reindex(held["position_id"].astype(object)).astype(object))
    need = needs.set_index(["unit_id", "job_family"])[["need", "filled", "surge"]].reindex(cell)
    return pd.DataFrame({
        "person": places_of(held["employee_id"], facts.employees.index), "from_unit": cell.get_level_values(0),
        "from_fill": ((need["filled"] - 1) / need["need"].clip(lower=1)).to_numpy(), "from_surges": need["surge"].to_numpy(),
    })  # fmt: skip


def _seats(facts: Facts, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return the best free seat per unit and person (place) that may be signed and is worth the move."""
    pairs = candidates.loc[candidates["eligible"] == "yes", ["position_id", "employee_id", "net_value"]]
    pairs = pairs.join(facts.positions[["unit_id", "vacant"]], on="position_id")
    free = pairs[(pairs["vacant"] > 0) & (pairs["net_value"] > 0)]
    free = free.assign(person=places_of(free["employee_id"], facts.employees.index))
    best = free.sort_values(["net_value", "position_id"], ascending=[False, True], kind="stable")
    return best.drop_duplicates(["unit_id", "person"])[["unit_id", "person", "position_id", "net_value"]]
