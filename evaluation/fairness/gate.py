"""The gate: which differences between groups keep a model from publishing, by rules fixed before any are seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from evaluation.group_figures import AUC, ERROR, GAP, RATIO, SCORES, cell_name, trait_name
from features.bilingual import Bilingual

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
    """One difference beyond its limit: the row of the fairness table it is about, whether it blocks, its sentence.

    ``limit`` is the one the interval lies beyond: the lower one where it lies below.
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
    if not (upper < low or lower > high):
        return
    limit = low if upper < low else high
    chosen = row["statistic"] != RATIO or (row["measure"] in CHOSEN and row["among"] == AMONG)
    trait, group, seen = trait_name(row["dimension"]), cell_name(row["cell"]), f"{lower:.2f} … {upper:.2f}, {{}} {limit:.2f}"
    measure = SCORES.get(row["measure"]) or Bilingual(row["measure"], MEASURES.get(row["measure"], row["measure"]))
    english = f"{row['statistic']} of {measure} among {row['among']}, {trait} {group}: interval {seen.format('limit')}"
    figures = seen.format("batas").replace(".", ",")
    indonesian = (
        f"{STATISTICS[row['statistic']]} {measure.indonesian} di antara {BASES.get(row['among'], row['among'])}, "
        f"{trait.indonesian} {group.indonesian}: rentang {figures}"
    )
    yield Finding(
        row["measure"], row["among"], row["dimension"], row["cell"], row["statistic"], float(lower), float(upper), limit,
        chosen and row["dimension"] in params.dimensions, indonesian, english,
    )  # fmt: skip


def _limits(statistic: str, params: GateParams) -> tuple[float, float]:
    """Return the lowest and the highest value that may be, infinite where there is no limit."""
    return {
        RATIO: (params.impact_ratio, float("inf")), AUC: (1 - params.auc, params.auc), GAP: (-params.gap, params.gap),
        ERROR: (float("-inf"), params.error),
    }[statistic]  # fmt: skip


STATISTICS = {RATIO: "rasio dampak", AUC: "pembedaan skor (AUC)", GAP: "selisih kalibrasi", ERROR: "rasio galat"}
MEASURES = {
    "eligible": "memenuhi syarat", "shortlisted": "masuk daftar pendek", "planned": "masuk rencana",
    "trained": "mendapat pelatihan", "mentored": "mendapat mentor",
}  # fmt: skip
BASES = {
    "in service": "yang bertugas", "eligible": "yang memenuhi syarat", "planned": "yang direncanakan", "moved": "yang dimutasi",
    "candidates": "kandidat",
}  # fmt: skip
