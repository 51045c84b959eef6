"""How often decisions depart from the list, why, and what became of both kinds; never by officer.

A departure is no fault: the report shows where the list misses what people know. Cells below five are left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from publication.decisions.life import STEPS

FEWEST = 5
"""Cells of fewer decisions say too much about one person."""
DECIDING = ("choose", "reject")
REACHED = ("checked", "approved", "offered", "accepted", "refused", "decreed", "in_post", "matched", "cancelled", "postponed")


def decisions_of(entries: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row per decision in the ledger: move_id, month, action, reason_code, departs, and the states it came to later.

    A pair decided on anew is a new decision; what follows belongs to the last one before it.
    """
    rows: list[dict[str, Any]] = []
    last: dict[int, dict[str, Any]] = {}
    for entry in entries:
        public = entry["public"]
        if not entry["subject"].startswith("move/") or entry["kind"] not in STEPS:
            continue
        if entry["kind"] in DECIDING:
            row = {"move_id": public["move_id"], "month": entry["at"][:7], "action": entry["kind"]}
            row |= {"reason_code": public["reason_code"], "departs": bool(public["departs"]), **dict.fromkeys(REACHED, False)}
            rows.append(row)
            last[public["move_id"]] = row
        elif public["move_id"] in last and public["state"] in REACHED:
            last[public["move_id"]][public["state"]] = True
    columns = ["move_id", "month", "action", "reason_code", "departs", *REACHED]
    return pd.DataFrame(rows, columns=columns)


def override_report(decisions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the report's tables.

    Returns
    -------
    dict
        ``rate``: one row per action with decisions, departures and their share. ``reasons``: departures by action and reason.
        ``months``: decisions and departures by month. ``followed``: per action, departing or not, the share that came to each
        state. Rows of fewer than `FEWEST` decisions are left out everywhere.
    """
    grouped = decisions.assign(decisions=1, departures=decisions["departs"].astype("int64"))
    rate = grouped.groupby("action", as_index=False)[["decisions", "departures"]].sum()
    months = grouped.groupby("month", as_index=False)[["decisions", "departures"]].sum()
    reasons = grouped[decisions["departs"].astype(bool)].groupby(["action", "reason_code"], as_index=False)["decisions"].sum()
    by_kind = grouped.groupby(["action", "departs"], as_index=False)
    followed = by_kind["decisions"].sum().merge(by_kind[list(REACHED)].mean(), on=["action", "departs"])
    tables = {"rate": rate.assign(share=rate["departures"] / rate["decisions"].clip(lower=1)), "reasons": reasons}
    tables |= {"months": months, "followed": followed}
    return {name: frame[frame["decisions"] >= FEWEST].reset_index(drop=True) for name, frame in tables.items()}
