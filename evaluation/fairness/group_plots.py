"""Figures of how groups fared: the published table in, a matplotlib figure out; nothing is shown or saved here."""

import pandas as pd
from matplotlib.figure import Figure

from evaluation.group_figures import AUC, GAP, RATIO, STEPS, cell_name, in_order, trait_name
from features.drawing import row_canvas, whiskers


def shown(table: pd.DataFrame, statistic: str, measure: str, among: str) -> pd.DataFrame:
    """Return the rows of one measure whose groups may be shown, in their order."""
    wanted = (table["statistic"] == statistic) & (table["measure"] == measure) & (table["among"] == among)
    rows = table[wanted & ~table["suppressed"].astype(bool)]
    order = [in_order(dimension, cell) for dimension, cell in zip(rows["dimension"], rows["cell"], strict=True)]
    return rows.iloc[sorted(range(len(rows)), key=order.__getitem__)].reset_index(drop=True)


def apart(rows: pd.DataFrame, name: str, alike: float) -> pd.DataFrame:
    """Return the rows whose interval does not hold ``alike``; an end that is missing has no limit."""
    return rows[rows[name].notna() & ((rows["lower"] > alike) | (rows["upper"] < alike))]


def ratios_plot(table: pd.DataFrame, measure: str, among: str, limit: float) -> Figure:
    """Return the impact ratio of every group with its interval; grey uprights at 1 (alike) and at the gate's ``limit``."""
    rows = shown(table, RATIO, measure, among)
    plot, axes = row_canvas(str(STEPS[measure, among]), "share of the group / share of everybody else", _labels(rows), origin=1.0)
    axes.axvline(limit, color="0.6", linewidth=1, linestyle="--")
    whiskers(axes, rows["ratio"], (rows["lower"], rows["upper"]), range(len(rows)))
    return plot


def traces_plot(table: pd.DataFrame, measure: str) -> Figure:
    """Return how often a member of each group scores above somebody else; a grey upright at one half."""
    rows = shown(table, AUC, measure, "candidates")
    across = "chance that a member scores above somebody else"
    plot, axes = row_canvas(f"Does {measure} give a group away?", across, _labels(rows), origin=0.5)
    whiskers(axes, rows["value"], (rows["lower"], rows["upper"]), range(len(rows)))
    return plot


def gaps_plot(table: pd.DataFrame) -> Figure:
    """Return by how much more, or less, outcomes exceeded the promise for each group than for everybody else."""
    rows = shown(table, GAP, "uplift", "moved")
    across = "outcome less promise: the group less everybody else (SD)"
    plot, axes = row_canvas("Were promises kept alike?", across, _labels(rows))
    whiskers(axes, rows["value"] - rows["others"], (rows["lower"], rows["upper"]), range(len(rows)))
    return plot


def _labels(rows: pd.DataFrame) -> list[str]:
    return [f"{trait_name(row.dimension)}: {cell_name(row.cell)} (n {row.people})" for row in rows.itertuples()]
