"""What the cells of promises against outcomes (`evaluation.promises`) are called, and in which order they are told."""

from evaluation.effects.wording import cell_title
from features.bilingual import Bilingual
from features.written import MONTHS

ORDER: tuple[str, ...] = ("all", "wave", "grade", "kind", "family", "level")
"""By what promises are told apart: everybody first, then waves by the day they were decided on."""


def cell_name(dimension: str, cell: str) -> Bilingual:
    """Return what a cell of the table of promises is called."""
    if dimension == "all":
        return Bilingual("all moves that can be checked", "semua mutasi yang dapat diperiksa")
    if dimension == "grade":
        return Bilingual(f"evidence {cell}", f"bukti {cell}")
    if dimension == "wave":
        return Bilingual(*(f"{word} {_month(cell, language)}" for language, word in (("en", "decided in"), ("id", "diputuskan"))))
    return cell_title(dimension, cell)


def _month(cell: str, language: str) -> str:
    year, month = cell.split("-")
    return f"{MONTHS[language][int(month) - 1]} {year}"
