"""The gate: which differences between groups keep a model from publishing, by rules fixed before any are seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from evaluation.fairness.gate_words import beyond, to_review
from evaluation.group_figures import AUC, ERROR, GAP, RATIO
from features.bilingual import Bilingual

CHOSEN = ("shortlisted", "planned")
"""Steps at which it is the lists that choose; whom the law lets in is told and blocks nothing."""
AMONG = "eligible"

Decision = Literal["passed", "warned", "blocked", "overridden"]


@dataclass(frozen=True, slots=True)
class GateParams:
    """The rules of the gate; each fails only if the whole interval lies beyond its limit.

    ``dimensions``: traits whose differences block; those of others are told. ``review``: traits of which is told besides what lies
    beyond a limit and excludes no difference, though the interval holds the limit: people should look. ``impact_ratio``: lowest
    ratio of shares shortlisted or planned among the eligible. ``auc``: highest chance that a group scores above others, or below
    them. ``gap``: largest difference (SD) in what outcomes missed of the promise. ``error``: largest ratio of errors.
    """

    dimensions: tuple[str, ...] = ("sex", "disability", "sex x disability")
    review: tuple[str, ...] = ("sex", "disability", "sex x disability")
    impact_ratio: float = 0.8
    auc: float = 0.65
    gap: float = 0.3
    error: float = 1.5


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference beyond its limit: the row of the fairness table it is about, whether it blocks, its sentence.

    ``limit`` is the one it lies beyond: the lower one where it lies below. ``review``: only the figure lies beyond it, not the
    whole interval, which excludes that there is no difference; such a finding never blocks.
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
    """What the gate says of one set of lists; ``because``: the recorded reason of whoever overrode it."""

    decision: Decision
    findings: tuple[Finding, ...]
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
    rows = table[~table["suppressed"].astype(bool)].to_dict("records")
    findings = tuple(found for row in rows for found in _beyond(row, params))
    blocked = ranked and any(found.blocks for found in findings)
    if blocked and override:
        return Gate("overridden", findings, override)
    return Gate("blocked" if blocked else "warned" if findings else "passed", findings)


def _beyond(row: dict[str, Any], params: GateParams) -> Iterator[Finding]:
    lower, upper = row["lower"], row["upper"]
    low, high = _limits(row["statistic"], params)
    if upper < low or lower > high:
        limit = low if upper < low else high
        blocks = _chosen(row) and row["dimension"] in params.dimensions
        yield _finding(row, limit, beyond(row, limit), blocks=blocks, review=False)
        return
    point, even = _point(row), EVEN[row["statistic"]]
    apart = (point < low and upper < even) or (point > high and lower > even)
    if apart and _chosen(row) and row["dimension"] in params.review:
        limit = low if point < low else high
        yield _finding(row, limit, to_review(row, point, limit, even), blocks=False, review=True)


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
