"""One scorer for all methods: forecasts and truth in, tables out."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr, t

from benchmarks.uplift.protocol import SETS

Array = NDArray[np.float64]

OURS, CONSTANT, SLOWEST_ALLOWED, TIMED_SET = "tepat", "constant", "econml_causal_forest", "acic_2016"
NPEHE_MARK, RHO_MARK, GAIN_MARK, LOSS_MARK = 0.19, 0.84, 0.86, 0.02
VARYING = [one.name for one in SETS if one.varies]
VARYING_SETS, ALL_SETS = "seven sets with a varying effect", "all eight sets"
READINGS = "Mean npehe, read both ways"
FIGURES = {"npehe": "least", "rho": "most", "gain20": "most"}


def score(truth: Array, effect: Array, y: Array) -> dict[str, float]:
    """Return the figures of ``score_in`` in standard deviations of ``y``."""
    return score_in(truth, effect, float(np.std(y)))


def score_in(truth: Array, effect: Array, unit: float) -> dict[str, float]:
    """Return npehe = root mean squared error in ``unit``, rank correlation, and share of the oracle's gain in the top fifth.

    Where the truth does not vary the last two are not defined (NaN); a forecast that does not vary ranks nobody (0).
    """
    npehe = float(np.sqrt(np.mean((effect - truth) ** 2)) / unit)
    if np.std(truth) < 1e-9:
        return {"npehe": npehe, "rho": float("nan"), "gain20": float("nan")}
    if np.std(effect) < 1e-12:
        return {"npehe": npehe, "rho": 0.0, "gain20": 0.0}
    fifth = len(truth) // 5
    chosen, best = (truth[np.argsort(-by, kind="stable")[:fifth]].mean() for by in (effect, truth))
    gain = float((chosen - truth.mean()) / (best - truth.mean()))
    return {"npehe": npehe, "rho": float(spearmanr(effect, truth).statistic), "gain20": gain}


def scores(data: Path, forecasts: Path) -> pd.DataFrame:
    """Return one row per file and method: set, instance, method, figures, coverage, supported, cpu_s."""
    rows = []
    for path in sorted(forecasts.glob("*.parquet")):
        name, method, _ = path.name.split(".")
        of_set, instance = name.rsplit("-", 1)
        test = ~pd.read_parquet(data / f"{name}.parquet", columns=["train"])["train"].to_numpy()
        truth = pd.read_parquet(data / f"{name}.truth.parquet")["effect"].to_numpy()[test]
        y = pd.read_parquet(data / f"{name}.parquet", columns=["y"])["y"].to_numpy()[test]
        found = pd.read_parquet(path)
        row = {"set": of_set, "instance": int(instance), "method": method, **score(truth, found["effect"].to_numpy(), y)}
        if "lower" in found:
            row["coverage"] = float(np.mean((found["lower"] <= truth) & (truth <= found["upper"])))
        row["supported"] = found["supported"].iloc[0] if "supported" in found else float("nan")
        if "mean_effect" in found:
            row["npehe_constant"] = score(truth, found["mean_effect"].to_numpy(), y)["npehe"]
        rows.append({**row, "cpu_s": found["cpu_s"].iloc[0]})
    return pd.DataFrame(rows)


def by_method(scored: pd.DataFrame) -> pd.DataFrame:
    """Return the means over sets: figures over those with a varying effect, and processor seconds on the timed set."""
    of_set = scored.groupby(["method", "set"])[[*FIGURES, "coverage"]].mean().reset_index()
    table = of_set[of_set["set"].isin(VARYING)].groupby("method")[[*FIGURES, "coverage"]].mean()
    table["files"] = scored.groupby("method").size()
    table["cpu_s_3361x79"] = scored[scored["set"] == TIMED_SET].groupby("method")["cpu_s"].mean()
    return table.sort_values("npehe").reset_index()


def finished(scored: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the methods that have a forecast of every file: means over other files are not compared."""
    files = scored.groupby("method")["set"].transform("size")
    return scored[files == files.max()]


def on_common_files(scored: pd.DataFrame) -> pd.DataFrame:
    """Return the means over those files with a varying effect that every method has a forecast of."""
    varying = scored[scored["set"].isin(VARYING)]
    wanted = varying["method"].nunique()
    complete = varying.groupby(["set", "instance"])["method"].transform("nunique") == wanted
    table = varying[complete].groupby("method")[[*FIGURES, "coverage"]].mean().sort_values("npehe")
    return table.assign(files=varying[complete].groupby("method").size()).reset_index()


def by_set(scored: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return ``figure`` by method and set, means over instances."""
    wide = scored.pivot_table(index="method", columns="set", values=figure, sort=False)
    order = [one.name for one in SETS if one.name in wide and wide[one.name].notna().any()]
    return wide[order].loc[wide[order].mean(axis=1).sort_values(ascending=FIGURES.get(figure) != "most").index].reset_index()


def against_constant(scored: pd.DataFrame) -> pd.DataFrame:
    """Return, per set, npehe of ours minus that of the constant on the same instances, with half its 95 % interval."""
    wide = scored[scored["method"].isin((OURS, CONSTANT))].pivot_table(index=["set", "instance"], columns="method", values="npehe")
    loss = (wide[OURS] - wide[CONSTANT]).dropna().groupby("set")
    half = loss.std() / np.sqrt(loss.count()) * t.ppf(0.975, loss.count() - 1)
    table = pd.DataFrame({"instances": loss.count(), "loss": loss.mean(), "half_interval": half})
    table["within"] = np.where(table["loss"] <= np.maximum(LOSS_MARK, half), "yes", "no")
    return table.loc[[one.name for one in SETS if one.name in table.index]].reset_index()


def ours_by_set(scored: pd.DataFrame) -> pd.DataFrame:
    """Return our coverage, support for ranking and time by set."""
    ours = scored[scored["method"] == OURS].groupby("set")[["coverage", "supported", "cpu_s"]].mean()
    return ours.loc[[one.name for one in SETS if one.name in ours.index]].reset_index()


def ours_alone(scored: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of ours alone: means by set and over sets; ``npehe_constant`` is that of our own AIPW mean."""
    ours = scored[scored["method"] == OURS]
    by = ours.groupby("set")[["npehe", "npehe_constant", "rho", "gain20", "coverage", "supported", "cpu_s"]].mean()
    by["files"], by["worst_file"] = ours.groupby("set").size(), ours.groupby("set")["npehe"].max()
    by = by.loc[[one.name for one in SETS if one.name in by.index]]
    means = by.loc[[name for name in by.index if name in VARYING], ["npehe", "npehe_constant", "rho", "gain20", "coverage"]].mean()
    return {
        "UpliftModel by set": by.reset_index(),
        "UpliftModel, means over the sets with a varying effect": means.to_frame().T,
    }


def verdict(scored: pd.DataFrame) -> pd.DataFrame:
    """Return every mark with what was found."""
    table = by_method(scored).set_index("method")
    ours, forest = table.loc[OURS], table.loc[SLOWEST_ALLOWED]
    loss = against_constant(scored)
    rows = [
        (f"mean npehe, {VARYING_SETS}", f"at most {NPEHE_MARK}", ours["npehe"], ours["npehe"] <= NPEHE_MARK),
        ("mean rho", f"at least {RHO_MARK}", ours["rho"], ours["rho"] >= RHO_MARK),
        ("mean gain20", f"at least {GAIN_MARK}", ours["gain20"], ours["gain20"] >= GAIN_MARK),
        ("largest loss against the constant", f"at most {LOSS_MARK} or its interval", loss["loss"].max(),
         (loss["within"] == "yes").all()),
        ("fit CPU s, 3361 x 79", f"at most CausalForestDML's {forest['cpu_s_3361x79']:.1f}", ours["cpu_s_3361x79"],
         ours["cpu_s_3361x79"] <= forest["cpu_s_3361x79"]),
    ]  # fmt: skip
    return pd.DataFrame([(name, mark, float(found), "kept" if kept else "missed") for name, mark, found, kept in rows],
                        columns=["figure", "mark", "found", "verdict"])  # fmt: skip


def readings(by: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the mean npehe over the seven sets with a varying effect and over all eight, from the table ``by`` method and set.

    The mark can be read both ways: "over the sets with a varying effect" follows three figures of which npehe is the first, and
    the peers' figures it was set against are means over all eight sets. Both are told.
    """
    sets = by.set_index("method")
    means = pd.DataFrame({VARYING_SETS: sets[VARYING].mean(axis=1), ALL_SETS: sets.mean(axis=1)})
    marks = pd.DataFrame({
        "mean npehe over": means.columns, "mark": f"at most {NPEHE_MARK}", "found": means.loc[OURS].to_numpy(),
        "verdict": np.where(means.loc[OURS] <= NPEHE_MARK, "kept", "missed"),
    })  # fmt: skip
    return {READINGS: marks, "The same beside the peers": means.sort_values(ALL_SETS).reset_index()}


def tables(scored: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return every table of the page by caption; methods that have not finished have no means over all files."""
    done = finished(scored)
    return {
        "Marks": verdict(scored),
        **readings(by_set(done, "npehe")),
        "Means over the seven sets with a varying effect": by_method(done),
        "Means over the files that every method has finished": on_common_files(scored),
        "Processor seconds of one fit and forecast, by set": by_set(scored, "cpu_s"),
        "npehe by set (least is best)": by_set(done, "npehe"),
        "rho by set": by_set(done, "rho"),
        "gain20 by set": by_set(done, "gain20"),
        "UpliftModel against the constant: npehe lost (negative: won)": against_constant(scored),
        "UpliftModel: coverage of 80 % intervals, share of instances with ranking supported, CPU s": ours_by_set(scored),
    }
