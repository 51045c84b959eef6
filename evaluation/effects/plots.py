"""Figures of an evaluation: the published table in, a matplotlib figure out; nothing is shown or saved here."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from evaluation.effects.wording import told_apart
from features.drawing import GREY, canvas, row_canvas, whiskers

MAIN = "performance"
BRACKET: tuple[str, ...] = ("matched", "event_study", "did_earlier", "did_last", "leniency_left_in", "before_after", "placebo_date")
_WORDS: dict[str, Mapping[str, str]] = {
    "id": {
        "sd": "SB kinerja", "step": "tahun relatif terhadap mutasi", "event": "Studi peristiwa", "named": "dinamai",
        "bracket": "Pengaruh menurut rancangan", "cells": "Pengaruh menurut kelompok", "causes": "Kerugian menurut sebab",
        "signs": "Tanda dini pada pegawai yang diperingatkan", "people": "pegawai",
    },
    "en": {
        "sd": "SD of performance", "step": "year relative to the move", "event": "Event study", "named": "named",
        "bracket": "Effect by design", "cells": "Effect by group", "causes": "Loss by cause",
        "signs": "Early signs of those warned of", "people": "people",
    },
}  # fmt: skip


def row_of(table: pd.DataFrame, outcome: str, design: str) -> pd.Series:
    """Return the row of one outcome and design over all people; ``KeyError`` if there is none."""
    of_all = (table["dimension"] == "all") & (table["step"] == 0)
    found = table[of_all & (table["outcome"] == outcome) & (table["design"] == design)]
    if found.empty:
        raise KeyError((outcome, design))
    return found.iloc[0]


def event_study_plot(table: pd.DataFrame, language: str = "id") -> Figure:
    """Return the effect by year around the move with its interval; year -2 is the base."""
    rows = table[(table["outcome"] == MAIN) & (table["design"] == "event_study")].sort_values("step")
    words = _WORDS[language]
    plot, axes = canvas(words["event"], words["step"], words["sd"], height=4.0)
    axes.errorbar(rows["step"], rows["estimate"], _reach(rows), fmt="o", color="black", capsize=3, markersize=4)
    axes.plot([-2], [0], "s", color="black", markersize=5)
    axes.axhline(0, color=GREY, linewidth=1)
    axes.axvline(-0.5, color=GREY, linewidth=1, linestyle="--")
    return plot


def bracket_plot(table: pd.DataFrame, language: str = "id") -> Figure:
    """Return the mean effect by every design, the matched one on top."""
    rows = table[(table["outcome"] == MAIN) & (table["dimension"] == "all") & table["design"].isin(BRACKET)]
    rows = rows[(rows["design"] != "event_study") | (rows["step"] == 1)]
    rows = rows.assign(order=rows["design"].map(BRACKET.index)).sort_values("order")
    return _forest(rows, _WORDS[language]["bracket"], told_apart(rows, language), language)


def cells_plot(table: pd.DataFrame, dimensions: Sequence[str], language: str = "id") -> Figure:
    """Return the matched effect by cell of ``dimensions``; cells of too few people are left out."""
    rows = table[(table["outcome"] == MAIN) & (table["design"] == "matched") & table["dimension"].isin(dimensions)]
    rows = rows[~rows["suppressed"]].sort_values(["dimension", "cell"])
    return _forest(rows, _WORDS[language]["cells"], told_apart(rows, language), language)


def causes_plot(table: pd.DataFrame, language: str = "id") -> Figure:
    """Return what movers lost by each cause; a star marks the causes named."""
    rows = table[table["design"] == "cause"].sort_values("estimate", ascending=False)
    star = rows["reached"].map({"named": " *"}).fillna("")
    titles = [title + mark for title, mark in zip(told_apart(rows, language), star, strict=True)]
    return _forest(rows, f"{_WORDS[language]['causes']} (* {_WORDS[language]['named']})", titles, language)


def signs_plot(signs: pd.DataFrame, language: str = "id") -> Figure:
    """Return how many people show each sign of `evaluation.follow_up.signs_counted`; no bar where that is withheld."""
    plot, axes = row_canvas(_WORDS[language]["signs"], _WORDS[language]["people"], signs["sign"])
    axes.barh(range(len(signs)), signs["people"].fillna(0).astype("float64"), color=GREY)
    return plot


def _forest(rows: pd.DataFrame, title: str, labels: Sequence[str], language: str) -> Figure:
    told = [f"{label} (n {people})" for label, people in zip(labels, rows["people"], strict=True)]
    plot, axes = row_canvas(title, _WORDS[language]["sd"], told)
    whiskers(axes, rows["estimate"], (rows["lower"], rows["upper"]), range(len(rows)))
    return plot


def _reach(rows: pd.DataFrame) -> list[pd.Series]:
    return [(rows["estimate"] - rows["lower"]).fillna(0.0), (rows["upper"] - rows["estimate"]).fillna(0.0)]
