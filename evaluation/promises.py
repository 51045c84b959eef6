"""Promise against outcome: what was forecast of the moves that were made, against what these moves gained.

The forecasts come from models that ended before the decisions they speak of; the gains from the matched comparison of
`effects.matched`, which knows no forecast. Both are in SD of performance.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from evaluation.effects.matched import Matched
from evaluation.effects.panel import Array
from evaluation.effects.study import Study

PROMISED: tuple[str, ...] = ("employee_id", "position_id", "decision_on", "uplift", "lower", "upper", "grade")
"""What is known of a promise: employee_id as text, the day it was made, the effect with its 80 % interval, its grade."""
KEPT_FOR_DAYS = 366
"""Days after a decision within which the move it speaks of must begin."""
SMALLEST_CELL = 5
COLUMNS: tuple[str, ...] = (
    "dimension", "cell", "people", "promised", "realised", "realised_lower", "realised_upper", "gap", "gap_lower", "gap_upper",
    "suppressed",
)  # fmt: skip


def no_promises() -> pd.DataFrame:
    """Return the empty account of promises, typed: nothing was learned, or nothing could be tried out."""
    dtypes = (
        dict.fromkeys(PROMISED, "str") | {"decision_on": "datetime64[us]"} | dict.fromkeys(("uplift", "lower", "upper"), "float64")
    )
    return pd.DataFrame({name: pd.Series(dtype=dtypes[name]) for name in PROMISED})


def promises(study: Study, found: Matched, promised: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return promise and outcome by wave, grade and group.

    Parameters
    ----------
    study : Study
    found : Matched
        The matched effect on performance.
    promised : DataFrame
        ``PROMISED``: one row per person, post and decision.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        ``COLUMNS``: dimension (all, wave, grade, kind, family, level), cell, people (moves with a promise and an outcome), promised
        (mean), realised (mean, with its interval), gap (realised less promised, with its interval); a cell of fewer than five
        people is counted and not shown.
    """
    told = _of_moves(study, promised)
    row = np.where(study.sets.move >= 0, study.sets.move, 0)
    uplift = told["uplift"].to_numpy(dtype=np.float64)
    promise = np.where(study.sets.move >= 0, uplift[row] if len(uplift) else np.nan, np.nan)
    among = found.usable & np.isfinite(promise)
    if not among.any():
        return pd.DataFrame({name: pd.Series(dtype=_DTYPES.get(name, "float64")) for name in COLUMNS})
    short = replace(found, gain=np.where(among, found.gain - np.nan_to_num(promise), found.gain))
    labels = _labels(study, told, row)
    rows = [_cell("all", "", among, found, short, promise, level)]
    for dimension, label in labels.items():
        rows += [
            _cell(dimension, str(cell), among & (label == cell), found, short, promise, level) for cell in sorted(set(label[among]))
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["dimension", "cell"], ignore_index=True)


KEPT: tuple[str, ...] = ("employee_id", "promised", "realised", "weight")
"""One row per move with a promise and an outcome: employee_id as text, both in SD, how many people it stands for."""


def kept(study: Study, found: Matched, promised: pd.DataFrame) -> pd.DataFrame:
    """Return promise and outcome move by move (`KEPT`): what stayers like the movers did is taken off on the whole."""
    told = _of_moves(study, promised)
    row = np.where(study.sets.move >= 0, study.sets.move, 0)
    uplift = told["uplift"].to_numpy(dtype=np.float64)
    promise = np.where(study.sets.move >= 0, uplift[row] if len(uplift) else np.nan, np.nan)
    among = found.usable & np.isfinite(promise) & (found.moved > 0)
    beside = float(np.nansum(found.odds * np.nan_to_num(found.gain)))
    people = study.known.employee_ids.categories.astype(str).to_numpy()
    return pd.DataFrame({
        "employee_id": pd.Series(people[found.person[among]], dtype="str"), "promised": promise[among],
        "realised": found.gain[among] - beside, "weight": found.weight[among],
    })  # fmt: skip


_DTYPES = {"dimension": "str", "cell": "str", "people": "int64", "suppressed": "bool"}


def _of_moves(study: Study, promised: pd.DataFrame) -> pd.DataFrame:
    """Return uplift, grade and decision of every move of the panel (rows of ``Panel.moves``): the last promise before it."""
    moves = study.panel.moves[["person", "position_id", "start_on"]].reset_index(names="move")
    people = pd.Index(study.known.employee_ids.categories.astype(str))
    told = promised.assign(person=people.get_indexer(promised["employee_id"].astype(str)))
    met = moves.merge(told[["person", "position_id", "decision_on", "uplift", "grade"]], on=["person", "position_id"])
    days = (met["start_on"] - met["decision_on"]).dt.days
    met = met[(days > 0) & (days <= KEPT_FOR_DAYS)].sort_values(["move", "decision_on"]).drop_duplicates("move", keep="last")
    return met.set_index("move")[["uplift", "grade", "decision_on"]].reindex(range(len(moves)))


def _labels(study: Study, told: pd.DataFrame, row: np.ndarray) -> dict[str, np.ndarray]:
    """Return the cell of every row (m,) by dimension."""
    made = study.circumstances
    wave = told["decision_on"].dt.strftime("%Y-%m").fillna("")
    by_move = {
        "wave": wave,
        "grade": told["grade"].fillna(""),
        "kind": made["kind"],
        "family": made["family"],
        "level": made["level"],
    }
    return {name: values.astype("str").to_numpy(dtype=object)[row] for name, values in by_move.items()}


def _cell(
    dimension: str, cell: str, among: np.ndarray, found: Matched, short: Matched, promise: Array, level: float
) -> tuple[object, ...]:  # fmt: skip
    people = int(among.sum())
    if people < SMALLEST_CELL:
        return (dimension, cell, people, *[float("nan")] * 7, True)
    realised, gap = found.effect(among), short.effect(among)
    share = found.weight[among] / found.weight[among].sum()
    return (
        dimension, cell, people, float(share @ promise[among]), realised.estimate, *realised.interval(level),
        gap.estimate, *gap.interval(level), False,
    )  # fmt: skip
