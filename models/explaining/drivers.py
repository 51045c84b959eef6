"""What drives the model's numbers: contributions summed up over many pairs, or laid out for one."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Plot

from features.drawing import GREY, UNIT, row_canvas


def drivers(contributions: pd.DataFrame) -> pd.DataFrame:
    """Return how much each concept moves the uplift over the pairs of ``contributions``.

    Parameters
    ----------
    contributions
        Pairs x concept (SD), of ``PairUplift.contributions``.

    Returns
    -------
    DataFrame
        Indexed by concept, the strongest first: ``size`` (mean absolute contribution, SD), ``mean`` (SD), ``share`` of all
        sizes. Concepts that move nothing are left out.
    """
    size = contributions.abs().mean()
    found = pd.DataFrame({"size": size, "mean": contributions.mean(), "share": size / max(float(size.sum()), 1e-12)})
    return found[found["size"] > 0].sort_values("size", ascending=False, kind="stable").rename_axis("concept")


def drivers_plot(found: pd.DataFrame) -> Plot:
    """Return the sizes of ``drivers`` as bars."""
    plot, axes = row_canvas("What moves the uplift", f"mean absolute contribution ({UNIT})", found.index)
    axes.barh(range(len(found)), found["size"].to_numpy(), color=GREY)
    return plot


def laid_out(contributions: pd.Series) -> pd.DataFrame:
    """Return one pair's contributions, largest first, with the running sum that ends at its uplift.

    Returns
    -------
    DataFrame
        Indexed by concept: ``contribution``, ``before``, ``after`` (SD). Concepts that add nothing are left out.
    """
    added = contributions[contributions != 0]
    added = added.loc[added.abs().sort_values(ascending=False, kind="stable").index]
    after = added.cumsum()
    return pd.DataFrame({"contribution": added, "before": after - added, "after": after}).rename_axis("concept")


def laid_out_plot(steps: pd.DataFrame, title: str) -> Plot:
    """Return the steps of ``laid_out`` from zero to the uplift: grey adds, white takes away."""
    plot, axes = row_canvas(title, f"uplift ({UNIT})", steps.index)
    shades = np.where(steps["contribution"] > 0, GREY, "white")
    added, before = (steps[name].to_numpy() for name in ("contribution", "before"))
    axes.barh(range(len(steps)), added, left=before, color=shades, edgecolor="black")
    return plot


def difference(contributions: pd.DataFrame, first: int, second: int) -> pd.Series:
    """Return by concept what the pair at place ``first`` has over the pair at place ``second`` (SD), the largest first."""
    gap = contributions.iloc[first] - contributions.iloc[second]
    return gap.loc[gap.abs().sort_values(ascending=False, kind="stable").index].rename("difference")


def difference_plot(gap: pd.Series, title: str) -> Plot:
    """Return `difference` as bars: grey speaks for the first, white for the second."""
    some = gap[gap != 0]
    plot, axes = row_canvas(title, f"difference ({UNIT})", some.index)
    axes.barh(range(len(some)), some.to_numpy(), color=np.where(some > 0, GREY, "white"), edgecolor="black")
    return plot
