"""What harmonising found, a figure beside each table: who rates leniently, where bodies draw their grades, what is left."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from features.drawing import GREY, MARKS, UNIT, canvas, row_canvas, whiskers
from features.harmoniser.leniency import factor_codes, fit_effects, fit_variances
from features.harmoniser.scales import measure
from features.ratings import HarmonisedRatings
from features.tables import Tables

Z80 = 1.2815515655446004
"""Half an 80 % interval in standard errors."""


def components(ratings: HarmonisedRatings) -> pd.DataFrame:
    """Return what a rating is made of, one row a factor: variance (squared SD of performance), share, plug_in.

    ``plug_in`` is what the plain effects of a leniency factor would have said, their noise included (missing for people).
    """
    found = {**ratings.variances.components, "noise": ratings.variances.noise + ratings.variances.exposure_noise}
    frame = pd.DataFrame({"variance": found, "plug_in": pd.Series(ratings.variances.plug_in, dtype=np.float64)}).reindex(
        list(found)
    )
    frame = frame / ratings.scale**2
    return frame.assign(share=frame["variance"] / frame["variance"].sum()).rename_axis("factor")[["variance", "share", "plug_in"]]


def components_plot(found: pd.DataFrame) -> Figure:
    """Return the variance of every factor as a grey bar, and what its plain effects would have said as an open square."""
    plot, axes = row_canvas("What a rating is made of (square: plain effects)", f"variance ({UNIT}, squared)", found.index)
    axes.barh(range(len(found)), found["variance"], color=GREY)
    axes.plot(found["plug_in"], range(len(found)), "s", color="black", fillstyle="none")
    return plot


def leniency(levels: pd.DataFrame) -> pd.DataFrame:
    """Return raters or units (`HarmonisedRatings.raters`, ``units``) from strict to lenient, with 80 % intervals.

    Returns
    -------
    DataFrame
        The id, leniency, lower, upper (SD), n, ``told_apart``: the interval does not hold zero.
    """
    ordered = levels[levels["n"] > 0].sort_values("leniency", kind="stable", ignore_index=True)
    reach = Z80 * ordered.pop("standard_error")
    ordered = ordered.assign(lower=ordered["leniency"] - reach, upper=ordered["leniency"] + reach)
    return ordered.assign(told_apart=(ordered["lower"] > 0) | (ordered["upper"] < 0))


def leniency_plot(found: pd.DataFrame, title: str) -> Figure:
    """Return the intervals of `leniency` in their order; filled dots are told apart from zero."""
    plot, axes = canvas(title, f"leniency ({UNIT}), 80 % interval", "strict below, lenient above", height=4.5)
    for told_apart, part in found.groupby("told_apart"):
        whiskers(axes, part["leniency"], (part["lower"], part["upper"]), part.index, filled=bool(told_apart))
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks([])
    return plot


def boundaries(known: Tables, sweeps: int) -> pd.DataFrame:
    """Return where every body draws the boundary above a grade in a year.

    Parameters
    ----------
    known
        Tables cut back by ``as_of.known_at``.
    sweeps
        Of `features.ratings.RatingParams`.

    Returns
    -------
    DataFrame
        One row per body, regime, year and boundary: body_id, regime, year, grade (the one below the boundary; where work and
        conduct are rated too, with the sum of both: ``4/5``), ``common`` (where all bodies together draw it), ``drawn`` (where
        this one does, shrunk; latent SD), ``deviation``, ``ratings`` beside it. Empty where ratings are numbers.
    """
    measured = measure(known)
    codes = factor_codes(measured.rows)
    cuts = fit_effects(measured, codes, fit_variances(measured, codes), sweeps).cuts
    none = len(cuts.values) - 1
    beside = np.bincount(cuts.above, minlength=none + 1) + np.bincount(cuts.below, minlength=none + 1)
    rows = measured.rows.assign(boundary=cuts.above)[cuts.above != none].drop_duplicates("boundary")
    found = rows[["body_id", "regime", "year", "boundary"]].assign(grade=_grade(rows))
    at = found.pop("boundary").to_numpy()
    drawn = found.assign(
        common=cuts.common[at], drawn=(cuts.common + cuts.values)[at], deviation=cuts.values[at], ratings=beside[at]
    )
    return drawn.sort_values(["regime", "year", "body_id", "grade"], kind="stable", ignore_index=True)


def _grade(rows: pd.DataFrame) -> list[str]:
    both = rows["work_result"] + rows["behaviour"]
    return [f"{raw:g}" if pd.isna(two) else f"{raw:g}/{two:g}" for raw, two in zip(rows["raw"], both, strict=True)]


def boundaries_plot(drawn: pd.DataFrame, year: int) -> Figure:
    """Return the boundaries of every body in one year; grey uprights are where all bodies together draw them."""
    rows = drawn[drawn["year"] == year]
    bodies = pd.Index(sorted(rows["body_id"].unique()))
    plot, axes = row_canvas(f"Where bodies draw their grades, {year}", "latent performance (SD)", bodies, origin=None)
    for place, (grade, part) in enumerate(rows.groupby("grade")):
        axes.axvline(part["common"].median(), color=GREY, linewidth=1)
        mark, filling = MARKS[place % len(MARKS)], "none" if place % 2 else "full"
        at = bodies.get_indexer(part["body_id"])
        axes.plot(part["drawn"], at, mark, color="black", fillstyle=filling, label=f"above {grade}")
    if len(rows):
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return plot


def unit_means(ratings: HarmonisedRatings, fewest: int = 5) -> pd.DataFrame:
    """Return the mean of every unit before and after, units of fewer than so many ratings left out.

    Returns
    -------
    DataFrame
        unit_id, ratings, ``recorded`` (mean of scores with leniency left in), ``harmonised`` (taken out; SD of performance).
    """
    scores = ratings.scores
    rows = scores.assign(recorded=scores["score"] + scores["leniency"])
    means = rows.groupby("unit_id", observed=True).agg(
        ratings=("score", "size"), recorded=("recorded", "mean"), harmonised=("score", "mean")
    )
    return means[means["ratings"] >= fewest].reset_index()


def unit_means_plot(means: pd.DataFrame) -> Figure:
    """Return unit means before against after; units on the grey line kept their mean."""
    plot, axes = canvas("Means of units", f"as recorded ({UNIT})", f"harmonised ({UNIT})")
    axes.plot(means["recorded"], means["harmonised"], "o", color="black", fillstyle="none")
    if len(means):
        ends = [means["recorded"].min(), means["recorded"].max()]
        axes.plot(ends, ends, color=GREY, linewidth=1)
    return plot
