"""Post by post: what falls vacant and when, whose work hangs on one person, who has sat there long, which posts are critical."""

from dataclasses import dataclass

import pandas as pd

from features.tables import Tables
from placement.staffing.departures import acting, stale
from rules.facts import Facts
from rules.identifiers import plain
from rules.pack import RulePack


@dataclass(frozen=True, slots=True)
class PostParams:
    """When a post is critical, and whose work hangs on one person.

    ``horizon_months``: departures ahead that count. ``few_ready``: fewer eligible candidates than this make a post hard to fill.
    ``backup_months``: months of work in the job family from which a colleague in the unit could stand in.
    """

    horizon_months: int = 36
    few_ready: int = 3
    backup_months: float = 24.0


def post_needs(
    known: Tables, facts: Facts, pack: RulePack, held: pd.DataFrame, ready: pd.Series, params: PostParams
) -> pd.DataFrame:  # fmt: skip
    """Return the standing of every position.

    Parameters
    ----------
    held
        `placement.staffing.departures.departures`.
    ready
        Eligible candidates by position_id (`placement.lists.Lists.counts`); missing: none.

    Returns
    -------
    DataFrame
        One row per position_id, sorted: unit_id, job_family, holders, vacant, acting and ``acting_since``;
        ``retirements_36_months``, ``terms_36_months`` (holders whose legal term ends first), ``vacancies_36_months``,
        ``next_vacancy_on`` (missing: none foreseen; a term over already is due at once); ``longest_months`` in post (missing:
        nobody), ``stale`` (holders beyond the legal longest time); ``ready``; ``depends_on_one`` (one person in the unit
        does the family's work and nobody there could stand in); ``critical``: a strategic or leading post, or one that depends on
        one person, which is vacant, held by an acting official or falls vacant within the horizon, and for which few are ready.
    """
    until = facts.as_of + pd.DateOffset(months=params.horizon_months)
    held = held.assign(stale=stale(held, pack), soon=held["leaves_on"] <= until, retiring=held["retires_on"] <= until)
    held = held.assign(term=held["soon"] & held["why"].eq("term"), later=held["soon"] & ~(held["retires_on"] <= facts.effective_on))
    by = held.groupby("position_id")
    counted = (
        by[["stale", "retiring", "term", "later"]].sum().join(by.agg(longest=("tenure_months", "max"), next=("leaves_on", "min")))
    )
    stand_ins = acting(known, facts.as_of).groupby("position_id")["acting_since"].agg(["size", "min"])
    posts, index = facts.positions, facts.positions.index
    counted, stand_ins = counted.reindex(index), stand_ins.reindex(index)
    number = counted[["stale", "retiring", "term", "later"]].fillna(0).astype("int64")
    vacant = posts["vacant"].astype("int64")
    alone = depends_on_one(facts, params.backup_months)
    weighty = posts["strategic"].fillna(False).astype(bool) | posts["supervisory"].fillna(False).astype(bool) | alone
    count_ready = ready.reindex(index).fillna(0).astype("int64")
    opens = (vacant > 0) | stand_ins["size"].gt(0) | (number["later"] > 0)
    return pd.DataFrame({
        "unit_id": posts["unit_id"].astype("str"), "job_family": posts["job_family"].fillna("").astype("str"),
        "holders": posts["holders"].astype("int64"), "vacant": vacant, "acting": stand_ins["size"].fillna(0).astype("int64"),
        "acting_since": stand_ins["min"].astype("datetime64[us]"), "retirements_36_months": number["retiring"],
        "terms_36_months": number["term"], "vacancies_36_months": vacant + number["later"],
        "next_vacancy_on": counted["next"].where(counted["next"] <= until).clip(lower=facts.as_of).astype("datetime64[us]"),
        "longest_months": counted["longest"].astype("float64"), "stale": number["stale"], "ready": count_ready,
        "depends_on_one": alone, "critical": weighty & opens & (count_ready < params.few_ready),
    }, index=index).rename_axis("position_id").reset_index()  # fmt: skip


def depends_on_one(facts: Facts, backup_months: float) -> pd.Series:
    """Return, by position, whether one person alone does its family's work in its unit and no colleague there could stand in.

    A colleague could who has worked in the family for ``backup_months`` in posts left. Positions without a family depend on
    nobody: what their work is cannot be told.
    """
    people, posts = facts.employees, facts.positions
    known = people.dropna(subset=["position_id"])
    here = pd.DataFrame({
        "employee_id": plain(known.index), "unit_id": known["unit_id"].to_numpy(), "own": known["job_family"].to_numpy(),
    })  # fmt: skip
    months = facts.experience.assign(employee_id=plain(facts.experience["employee_id"]))
    months = months.groupby(["employee_id", "job_family"])["months"].sum().reset_index()
    backup = here.merge(months[months["months"] >= backup_months], on="employee_id")
    backup = backup[backup["job_family"] != backup["own"]].groupby(["unit_id", "job_family"]).size()
    staff = here.groupby(["unit_id", "own"]).size()
    cell = pd.MultiIndex.from_frame(posts[["unit_id", "job_family"]].astype(object))
    one = staff.reindex(cell).fillna(0).to_numpy() == 1
    nobody = backup.reindex(cell).fillna(0).to_numpy() == 0
    return pd.Series(one & nobody & posts["job_family"].notna().to_numpy() & (posts["holders"] == 1).to_numpy(), index=posts.index)
