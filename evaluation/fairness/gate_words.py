"""What the gate says of one difference, in both languages: what was compared, its figure, interval and limit."""

from collections.abc import Mapping
from typing import Any

from evaluation.group_figures import AUC, ERROR, GAP, RATIO, SCORES, cell_name, trait_name
from features.bilingual import Bilingual

STATISTICS = {RATIO: "rasio dampak", AUC: "pembedaan skor (AUC)", GAP: "selisih kalibrasi", ERROR: "rasio galat"}
MEASURES = {
    "eligible": "memenuhi syarat", "shortlisted": "masuk daftar pendek", "planned": "masuk rencana",
    "trained": "mendapat pelatihan", "mentored": "mendapat mentor",
}  # fmt: skip
BASES = {
    "in service": "yang bertugas", "eligible": "yang memenuhi syarat", "planned": "yang direncanakan", "moved": "yang dimutasi",
    "candidates": "kandidat",
}  # fmt: skip


def beyond(row: Mapping[str, Any], point: float, limit: float) -> Bilingual:
    """Return the sentence of a difference whose whole interval lies beyond its limit."""
    what, ends = _compared(row), f"{row['lower']:.2f} … {row['upper']:.2f}"
    return Bilingual(
        f"{what}: {point:.2f} (interval {ends}), wholly beyond the limit {limit:.2f}",
        f"{what.indonesian}: {_comma(f'{point:.2f} (rentang {ends}), seluruhnya melewati batas {limit:.2f}')}",
    )


def to_review(row: Mapping[str, Any], point: float, limit: float, even: float) -> Bilingual:
    """Return the sentence of a difference beyond its limit that is no chance, but whose interval holds that limit."""
    what, ends = _compared(row), f"{row['lower']:.2f} … {row['upper']:.2f}"
    return Bilingual(
        f"{what}: {point:.2f} (interval {ends}), beyond the limit {limit:.2f}; the interval excludes {even:g}, not the limit; "
        "too far off for chance, however much was compared",
        _comma(
            f"{what.indonesian}: {point:.2f} (rentang {ends}), melewati batas {limit:.2f}; "
            f"rentang tidak memuat {even:g} tetapi memuat batas itu; terlalu jauh untuk kebetulan meski banyak yang dibandingkan",
        ),
    )


def _compared(row: Mapping[str, Any]) -> Bilingual:
    trait, group = trait_name(row["dimension"]), cell_name(row["cell"])
    measure = SCORES.get(row["measure"]) or Bilingual(row["measure"], MEASURES.get(row["measure"], row["measure"]))
    return Bilingual(
        f"{row['statistic']} of {measure} among {row['among']}, {trait} {group}",
        f"{STATISTICS[row['statistic']]} {measure.indonesian} di antara {BASES.get(row['among'], row['among'])}, "
        f"{trait.indonesian} {group.indonesian}",
    )


def _comma(figures: str) -> str:
    return figures.replace(".", ",")
