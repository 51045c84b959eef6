"""Columns shown beside a candidate and never part of the order: competency gap, stated wish, effect on the unit left."""

import numpy as np
import pandas as pd

from features.tables import Tables
from placement.need import unit_fill
from rules.facts import Facts


def beside(known: Tables, facts: Facts, needs: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return what is shown beside each pair, on the index of ``pairs``.

    Returns
    -------
    DataFrame
        training_gap: competency levels short of the post's standard, summed (missing: not assessed, or no standard).
        aspiration: strength (1-5) of the latest stated wish that fits the post, its unit or family; missing: none.
        origin_effect: change of the fill rate of the unit left (share of its need, negative); missing: leaves no unit.
    """
    return pd.DataFrame(
        {
            "training_gap": _training_gap(known, facts, pairs),
            "aspiration": aspirations(known, facts, pairs),
            "origin_effect": _origin_effect(facts, needs, pairs),
        },
        index=pairs.index,
    )


def competency_gaps(known: Tables, facts: Facts, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pair and competency assessed: pair (label of ``pairs``), competency, level, required, gap (not negative).

    The latest assessment still valid on ``effective_on`` counts. A standard of the position goes before one of its kind and level.
    """
    standards = _standards(known, facts)
    levels = _levels(known, facts)
    wanted = pairs[["employee_id", "position_id"]].reset_index(names="pair").merge(standards, on="position_id")
    wanted = wanted.assign(employee_id=wanted["employee_id"].astype("str"))
    found = wanted.merge(levels, on=["employee_id", "competency"], how="inner")
    return found.assign(gap=(found["required"] - found["level"]).clip(lower=0))[["pair", "competency", "level", "required", "gap"]]


def _training_gap(known: Tables, facts: Facts, pairs: pd.DataFrame) -> pd.Series:
    gaps = competency_gaps(known, facts, pairs)
    return gaps.groupby("pair")["gap"].sum().reindex(pairs.index).astype("float64")


def _levels(known: Tables, facts: Facts) -> pd.DataFrame:
    rows = known.get("competencies")
    rows = rows[~(rows["valid_to"] < facts.effective_on)].sort_values("assessed_on", kind="stable")
    rows = rows.drop_duplicates(["employee_id", "competency"], keep="last")[["employee_id", "competency", "level"]]
    return rows.assign(employee_id=rows["employee_id"].astype("str"))


def _standards(known: Tables, facts: Facts) -> pd.DataFrame:
    rows = known.get("competency_standards").rename(columns={"required_level": "required"})
    posts = facts.positions[["job_kind", "level"]].reset_index()
    own = rows.dropna(subset=["position_id"])[["position_id", "competency", "required"]]
    usual = posts.merge(rows[rows["position_id"].isna()][["job_kind", "level", "competency", "required"]], on=["job_kind", "level"])
    both = pd.concat([own, usual[["position_id", "competency", "required"]]], ignore_index=True)
    return both.drop_duplicates(["position_id", "competency"], keep="first")


def aspirations(known: Tables, facts: Facts, pairs: pd.DataFrame) -> pd.Series:
    """Return the strength of the latest wish that fits; a wish without a strength counts 3 (the middle of the scale)."""
    wishes = known.get("aspirations").sort_values("stated_on", kind="stable")
    wishes = wishes.assign(employee_id=wishes["employee_id"].astype("str"), strength=wishes["strength"].fillna(3.0))
    posts = facts.positions[["unit_id", "job_family"]]
    named = pairs[["employee_id", "position_id"]].assign(employee_id=pairs["employee_id"].astype("str"))
    named = named.join(posts, on="position_id").reset_index(names="pair")
    fits = [named.merge(wishes.dropna(subset=[key])[["employee_id", key, "strength", "stated_on"]], on=["employee_id", key])
            for key in ("position_id", "unit_id", "job_family")]  # fmt: skip
    latest = pd.concat(fits).sort_values("stated_on", kind="stable").drop_duplicates("pair", keep="last")
    return latest.set_index("pair")["strength"].reindex(pairs.index).astype("float64")


def _origin_effect(facts: Facts, needs: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Return minus one person as a share of the need of the unit left; nothing where the move stays in the unit."""
    units = facts.employees["unit_id"].set_axis(facts.employees.index.astype("str"))
    left = pairs["employee_id"].astype("str").map(units)
    need = left.map(unit_fill(needs)["need"]).to_numpy(dtype=np.float64)
    stays = left.to_numpy() == pairs["position_id"].map(facts.positions["unit_id"]).to_numpy()
    share = np.where(need > 0, -1 / np.where(need > 0, need, 1), np.nan)
    return pd.Series(np.where(stays, 0.0, share), index=pairs.index).where(left.notna())
