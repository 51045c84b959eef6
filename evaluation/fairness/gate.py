"""The gate: which differences between groups keep a model from publishing, by rules fixed before any are seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.fairness.gate_words import beyond, to_review
from evaluation.group_figures import AUC, ERROR, GAP, RATIO
from evaluation.many_tests import holm
from features.bilingual import Bilingual

CHOSEN = ("shortlisted", "planned")
"""Steps at which it is the lists that choose; whom the law lets in is told and blocks nothing."""
AMONG = "eligible"

Decision = Literal["passed", "warned", "blocked", "overridden"]


@dataclass(frozen=True, slots=True)
class GateParams:
    """The rules of the gate; each fails only if the whole interval lies beyond its limit.

    ``dimensions``: traits whose differences block; those of others are told where they are no chance. ``review``: traits of which
    is told besides what lies beyond a limit and is no chance, though the interval holds the limit: people should look. ``budget``:
    how often any of these may be told where groups do not differ at all. ``impact_ratio``: lowest ratio of shares shortlisted or
    planned among the eligible. ``auc``: highest chance that a group scores above others, or below them. ``gap``: largest
    difference (SD) in what outcomes missed of the promise. ``error``: largest ratio of errors.
    """

    dimensions: tuple[str, ...] = ("sex", "disability", "sex x disability")
    review: tuple[str, ...] = ("sex", "disability", "sex x disability")
    budget: float = 0.1
    impact_ratio: float = 0.8
    auc: float = 0.65
    gap: float = 0.3
    error: float = 1.5


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference beyond its limit: the row of the fairness table it is about, whether it blocks, its sentence.

    ``limit`` is the one it lies beyond: the lower one where it lies below. ``review``: only the figure lies beyond it, not the
    whole interval, but chance does not make as much of it; such a finding never blocks.
    """

    measure: str
    among: str
    dimension: str
    cell: str
    statistic: str
    lower: float
    upper: float
    limit: float
    blocks: bool
    review: bool
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says of one set of lists, by which rules; ``because``: the recorded reason of whoever overrode it."""

    decision: Decision
    findings: tuple[Finding, ...]
    rules: GateParams
    because: str = ""

    def reasons(self) -> str:
        """Return what blocks, in one line of English."""
        return "; ".join(finding.text_en for finding in self.findings if finding.blocks)


def judge(table: pd.DataFrame, params: GateParams, *, ranked: bool, override: str = "") -> Gate:
    """Return what the gate says.

    Parameters
    ----------
    table : DataFrame
        The published table ``fairness``.
    params
    ranked
        Whether the lists are ordered by a model: only a model can be kept from publishing, what else orders them is told.
    override
        Recorded reason for which the model publishes all the same; empty: none.
    """
    shown = table[~table["suppressed"].astype(bool)]
    rows = zip(shown.to_dict("records"), worth_a_look(shown, params), strict=True)
    findings = tuple(found for row, look in rows for found in _beyond(row, bool(look), params))
    blocked = ranked and any(found.blocks for found in findings)
    if blocked and override:
        return Gate("overridden", findings, params, override)
    return Gate("blocked" if blocked else "warned" if findings else "passed", findings, params)


def worth_a_look(table: pd.DataFrame, params: GateParams) -> NDArray[np.bool_]:
    """Return which rows (n,) of the table ``fairness`` people should look at.

    The figure lies beyond its limit (of a ratio also beyond the inverse: somebody got more), its interval excludes that groups do
    not differ, and so does Holm's adjusted p value over all that was compared, at ``budget``. What the gate tells of is one
    family, everything else another: by each of them chance alone raises any mark in at most one of 1 / ``budget`` runs.
    """
    rows = table.to_dict("records")
    far, told = (np.array([asked(row, params) for row in rows], dtype=bool) for asked in (_far, _may_be_noted))
    adjusted = np.full(len(table), np.nan)
    for family in (told, ~told):
        adjusted[family] = _adjusted(table[family])
    return far & (adjusted < params.budget)


def _adjusted(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return Holm's adjusted p values (n,), NaN where nothing was compared; both sides of two groups are one comparison."""
    groups = rows.groupby(list(_COMPARISON))
    second = (groups["cell"].transform("size") == 2) & (groups.cumcount() == 1)
    counted = rows["chance"].notna() & ~second
    out = pd.Series(np.nan, index=rows.index)
    out[counted] = holm(rows.loc[counted, "chance"].to_numpy(dtype=np.float64))
    of_first = out.groupby([rows[name] for name in _COMPARISON]).transform("first")
    return np.asarray(out.mask(second, of_first), dtype=np.float64)


_COMPARISON = ("measure", "among", "dimension", "statistic")


def _may_be_noted(row: dict[str, Any], params: GateParams) -> bool:
    return _chosen(row) and row["dimension"] in params.review


def _far(row: dict[str, Any], params: GateParams) -> bool:
    """Return whether the figure lies beyond its limit and its interval excludes that groups do not differ."""
    low, high = _limits(row["statistic"], params)
    point, even = _point(row), EVEN[row["statistic"]]
    most = 1 / low if row["statistic"] == RATIO else high
    unlimited = float("inf") if np.isnan(row["upper"]) else row["upper"]
    return bool((point < low and unlimited < even) or (point > most and row["lower"] > even))


def _beyond(row: dict[str, Any], look: bool, params: GateParams) -> Iterator[Finding]:
    lower, upper = row["lower"], row["upper"]
    low, high = _limits(row["statistic"], params)
    point = _point(row)
    if upper < low or lower > high:
        limit = low if upper < low else high
        blocks = _chosen(row) and row["dimension"] in params.dimensions
        if blocks or look:
            yield _finding(row, limit, beyond(row, point, limit), blocks=blocks, review=False)
        return
    if look and _may_be_noted(row, params) and not low <= point <= high:
        limit = low if point < low else high
        yield _finding(row, limit, to_review(row, point, limit, EVEN[row["statistic"]]), blocks=False, review=True)


def _finding(row: dict[str, Any], limit: float, text: Bilingual, *, blocks: bool, review: bool) -> Finding:
    return Finding(
        row["measure"], row["among"], row["dimension"], row["cell"], row["statistic"], float(row["lower"]), float(row["upper"]),
        limit, blocks, review, text.indonesian, str(text),
    )  # fmt: skip


def _chosen(row: dict[str, Any]) -> bool:
    """Return whether the row tells of what lists, scores or promises did: not of whom the law lets in."""
    return row["statistic"] != RATIO or (row["measure"] in CHOSEN and row["among"] == AMONG)


EVEN = {RATIO: 1.0, AUC: 0.5, GAP: 0.0, ERROR: 1.0}
"""The figure where groups do not differ."""


def _point(row: dict[str, Any]) -> float:
    """Return the figure its interval is about."""
    told = {RATIO: row["ratio"], AUC: row["value"], GAP: row["value"] - row["others"], ERROR: row["ratio"]}
    return float(told[row["statistic"]])


def _limits(statistic: str, params: GateParams) -> tuple[float, float]:
    """Return the lowest and the highest value that may be, infinite where there is no limit."""
    return {
        RATIO: (params.impact_ratio, float("inf")), AUC: (1 - params.auc, params.auc), GAP: (-params.gap, params.gap),
        ERROR: (float("-inf"), params.error),
    }[statistic]  # fmt: skip
