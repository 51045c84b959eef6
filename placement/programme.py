"""A transfer programme as one object: its goals with indicators and targets, and the wave that belongs to it."""

import numpy as np
import pandas as pd

from features.tables import Tables

STRUCTURAL = ("executive", "administrator", "supervisor")
COLUMNS = ("programme_id", "goal", "indicator", "target", "from_on", "to_on", "in_force", "of_this_wave", "expected")
_PERFORMANCE, _FILLED = ("kinerja", "performance"), ("terisi", "filled", "lowong", "vacan")
"""Words by which an indicator is known that a plan itself says something about. The others are measured after the wave."""


def programmes(known: Tables, on: pd.Timestamp) -> pd.DataFrame:
    """Return the goals of every programme known: rows of one period are one programme.

    Returns
    -------
    DataFrame
        programme_id (its first day), goal, indicator, target (missing: none set), from_on, to_on (missing: open), ``in_force`` on
        ``on``, ``of_this_wave``: the programme that a wave starting ``on`` belongs to, the newest in force, else the newest begun.
    """
    rows = known.get("programmes")
    rows = rows.assign(programme_id=rows["from_on"].dt.strftime("%Y-%m-%d").astype("str"))
    in_force = (rows["from_on"] <= on) & ~(rows["to_on"] < on)
    begun = rows[rows["from_on"] <= on]
    ranked = begun.assign(now=in_force).sort_values(["now", "from_on"], kind="stable")
    chosen = ranked["programme_id"].iloc[-1] if len(ranked) else ""
    listed = rows.assign(in_force=in_force, of_this_wave=rows["programme_id"] == chosen, expected=np.nan)
    return listed.sort_values(["programme_id", "goal", "indicator"], kind="stable", ignore_index=True)[list(COLUMNS)]


def expected_of(goals: pd.DataFrame, moves: pd.DataFrame, uplift: pd.Series, positions: pd.DataFrame) -> pd.DataFrame:
    """Return the goals with what the wave is expected to bring, where a plan can say it.

    Parameters
    ----------
    goals
        `programmes`.
    moves
        The plan: from_position, to_position.
    uplift
        Promised uplift per move (SD).
    positions
        ``facts.positions``: job_kind, headcount, holders, vacant.

    Notes
    -----
    Performance: the mean promised uplift of the moves (SD). Posts filled: the share of structural seats held once the wave is over
    (per cent), nobody following from outside. Satisfaction and service quality are measured after the wave and stay missing here.
    """
    words = goals["goal"].str.cat(goals["indicator"], sep=" ").str.lower()
    told = goals["of_this_wave"].to_numpy(dtype=bool) & (len(moves) > 0)
    gain = float(uplift.mean()) if len(uplift) else float("nan")
    value = np.select([words.str.contains("|".join(_FILLED)), words.str.contains("|".join(_PERFORMANCE))],
                      [_structural_fill(moves, positions), gain], default=np.nan)  # fmt: skip
    return goals.assign(expected=np.where(told, value, np.nan))


def _structural_fill(moves: pd.DataFrame, positions: pd.DataFrame) -> float:
    posts = positions[positions["job_kind"].isin(STRUCTURAL)]
    if not len(posts):
        return float("nan")
    change = moves["to_position"].isin(posts.index).sum() - moves["from_position"].isin(posts.index).sum()
    staying = posts["holders"].sum() - posts["leaving"].sum()
    return float(100 * (staying + change) / max(posts["headcount"].sum(), 1))
