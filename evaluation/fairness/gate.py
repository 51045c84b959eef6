"""The gate: which differences between groups keep a model from publishing, by rules fixed before any are seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from evaluation.group_figures import AUC, ERROR, GAP, RATIO

CHOSEN = ("shortlisted", "planned")
"""Steps at which it is the lists that choose; whom the law lets in is told and blocks nothing."""
AMONG = "eligible"

Decision = Literal["passed", "warned", "blocked", "overridden"]


@dataclass(frozen=True, slots=True)
class GateParams:
    """The rules of the gate; each fails only if the whole interval lies beyond its limit.

    ``dimensions``: traits whose differences block; those of others are told. ``impact_ratio``: lowest ratio of shares shortlisted
    or planned among the eligible. ``auc``: highest chance that a group scores above others, or below them. ``gap``: largest
    difference (SD) in what outcomes missed of the promise. ``error``: largest ratio of errors.
    """

    dimensions: tuple[str, ...] = ("sex", "disability", "sex x disability")
    impact_ratio: float = 0.8
    auc: float = 0.65
    gap: float = 0.3
    error: float = 1.5


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference beyond its limit: the row of the fairness table it is about, whether it blocks, its sentence."""

    measure: str
    among: str
    dimension: str
    cell: str
    statistic: str
    lower: float
    upper: float
    limit: float
    blocks: bool
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
    limit, lower, upper = _limit(row, params), row["lower"], row["upper"]
    low = {RATIO: limit, AUC: 1 - limit, GAP: -limit}.get(row["statistic"])
    high = {AUC: limit, GAP: limit, ERROR: limit}.get(row["statistic"])
    if not ((low is not None and upper < low) or (high is not None and lower > high)):
        return
    chosen = row["statistic"] != RATIO or (row["measure"] in CHOSEN and row["among"] == AMONG)
    seen = f"{lower:.2f} … {upper:.2f}"
    place = f"{row['dimension']} {row['cell']}"
    english = f"{row['statistic']} of {row['measure']} among {row['among']}, {place}: interval {seen}, limit {limit:.2f}"
    words = STATISTICS[row["statistic"]], MEASURES.get(row["measure"], row["measure"]), BASES.get(row["among"], row["among"])
    indonesian = f"{words[0]} {words[1]} di antara {words[2]}, {place}: rentang {seen}, batas {limit:.2f}".replace(".", ",")
    yield Finding(
        row["measure"], row["among"], row["dimension"], row["cell"], row["statistic"], float(lower), float(upper), limit,
        chosen and row["dimension"] in params.dimensions, indonesian, english,
    )  # fmt: skip


def _limit(row: dict[str, Any], params: GateParams) -> float:
    return {RATIO: params.impact_ratio, AUC: params.auc, GAP: params.gap, ERROR: params.error}[row["statistic"]]


STATISTICS = {RATIO: "rasio dampak", AUC: "pembedaan skor (AUC)", GAP: "selisih kalibrasi", ERROR: "rasio galat"}
MEASURES = {
    "eligible": "memenuhi syarat", "shortlisted": "masuk daftar pendek", "planned": "masuk rencana",
    "trained": "mendapat pelatihan", "mentored": "mendapat mentor", "uplift": "pengaruh", "net_value": "nilai bersih",
    "stay_outlook": "prakiraan bila tetap",
}  # fmt: skip
BASES = {
    "in service": "yang bertugas", "eligible": "yang memenuhi syarat", "planned": "yang direncanakan", "moved": "yang dimutasi",
    "candidates": "kandidat",
}  # fmt: skip
