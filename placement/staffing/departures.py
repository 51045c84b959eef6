"""Who leaves a post, and when: retirement, the end of a legal term; and who only acts in one."""

import numpy as np
import pandas as pd

from features.tables import Tables
from rules.encoding import Encoded, encode, listed
from rules.facts import Facts
from rules.months import TOLERANCE, date_at, month_number
from rules.pack import RulePack
from rules.predicates.catalogue import PREDICATES

ACTING = ("plt", "plh")
RETIREMENT, LONGEST_TERM, LONGEST_TENURE, SHORTEST_TENURE = "R05", "R26b", "R04", "R03"
"""Rules of the pack that say when people retire, how long an executive holds a post, and how long a post is held at all."""


def departures(facts: Facts, pack: RulePack, encoded: Encoded | None = None) -> pd.DataFrame:
    """Return when each holder of a definitive post will have left it, as far as the law says.

    ``encoded`` is ``encode(facts)`` if the caller has it already.

    Returns
    -------
    DataFrame
        One row per holder in the order of ``facts.employees``: employee_id, position_id, tenure_months (on ``effective_on``;
        missing: unknown), retires_on, term_ends_on (executives alone; missing: no term), leaves_on (the earlier of both) and
        ``why`` (*retirement*, *term*; missing: neither is known).
    """
    encoded = encoded or encode(facts)
    people = np.flatnonzero(np.asarray(encoded.people["position"]) >= 0)
    on = float(month_number([facts.effective_on])[0])
    view = listed(encoded, people, np.asarray(encoded.people["position"])[people], on)
    since = np.asarray(view.person("since"), dtype=np.float64)
    retires = PREDICATES["before_retirement"](view, **pack[RETIREMENT].params).values()["retires_on"]
    term = pack[LONGEST_TERM].params
    kind = facts.employees["job_kind"].iloc[people]
    ends = np.where(kind.isin(term["kinds"]).to_numpy(), since + term["months"], np.nan)
    held = pd.DataFrame({
        "employee_id": facts.employees.index[people], "position_id": facts.employees["position_id"].iloc[people].to_numpy(),
        "tenure_months": on - since, "retires_on": date_at(retires), "term_ends_on": date_at(ends),
    })  # fmt: skip
    dates = held[["retires_on", "term_ends_on"]].astype("datetime64[us]")
    why = np.where(dates["term_ends_on"] < dates["retires_on"].fillna(pd.Timestamp.max.floor("us")), "term", "retirement")
    leaves = dates.min(axis=1)
    return held.assign(**dates, leaves_on=leaves, why=pd.Series(why).where(leaves.notna()))


def stale(held: pd.DataFrame, pack: RulePack) -> pd.Series:
    """Return which holders (rows of `departures`) have held their post for longer than the law means anybody to."""
    return held["tenure_months"] > pack[LONGEST_TENURE].params["months"] + TOLERANCE


def movable(held: pd.DataFrame, pack: RulePack, on: pd.Timestamp) -> pd.Series:
    """Return which holders may leave their post ``on``: the least time in post is over, and they do not retire meanwhile."""
    return (held["tenure_months"] >= pack[SHORTEST_TENURE].params["months"] - TOLERANCE) & ~(held["retires_on"] <= on)


def acting(known: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return who acts in a post (plt, plh) at the end of ``as_of``: employee_id, position_id, kind, acting_since."""
    rows = known["assignments"]
    rows = rows[rows["kind"].isin(ACTING) & (rows["start_on"] <= as_of) & ~(rows["end_on"] < as_of)]
    rows = rows.sort_values(["position_id", "start_on"], kind="stable").drop_duplicates(
        ["employee_id", "position_id"], keep="first"
    )
    return rows.rename(columns={"start_on": "acting_since"})[["employee_id", "position_id", "kind", "acting_since"]]
