"""What a city's tables hold, as an auditor asks: which years, how complete, how late things become known, what a matrix reads."""

import pandas as pd
from matplotlib.figure import Figure

from features.contract import TABLES
from features.definitions import FEATURES
from features.drawing import GREY, MARKS, canvas, row_canvas
from features.tables import Tables


def rows_by_year(tables: Tables) -> pd.DataFrame:
    """Return rows per table (index) and year in which they became known (columns, from the first to the last rated year)."""
    counts = {
        name: tables[name]["known_on"].dt.year.value_counts() for name in TABLES if name in tables and "known_on" in tables[name]
    }
    years = range(int(tables["appraisals"]["known_on"].dt.year.min()), tables.extracted_on.year + 1)
    return pd.DataFrame(counts).T.reindex(columns=list(years)).fillna(0).astype("int64").rename_axis("table")


def rows_by_year_plot(counts: pd.DataFrame) -> Figure:
    """Return a dot per table and year, its area the table's rows of that year against its best year; no dot: none."""
    plot, axes = row_canvas("Rows by the year they became known, against the best year", "year", counts.index, origin=None)
    best = counts.max(axis=1).clip(lower=1)
    for place, (name, row) in enumerate(counts.iterrows()):
        some = row[row > 0]
        axes.scatter(some.index, [place] * len(some), s=90 * some / best[name], color="black")
    return plot


def completeness(tables: Tables) -> pd.DataFrame:
    """Return how much of every column the source holds is filled, the emptiest first.

    Returns
    -------
    DataFrame
        table, column, required, filled (share of rows), distinct (values). Columns without any value are left out: the source
        does not have them.
    """
    rows = [
        (name, column.name, column.required, float(values.notna().mean()), int(values.nunique()))
        for name, table in TABLES.items() if name in tables and len(tables[name])
        for column in table.columns for values in [tables[name][column.name]] if values.notna().any()
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=["table", "column", "required", "filled", "distinct"])
    return found.sort_values(["filled", "table", "column"], kind="stable", ignore_index=True)


def completeness_plot(found: pd.DataFrame, shown: int = 20) -> Figure:
    """Return the emptiest columns of `completeness` as bars."""
    rows = found.head(shown)
    plot, axes = row_canvas("The emptiest columns", "share of rows filled", rows["table"] + "." + rows["column"], origin=None)
    axes.barh(range(len(rows)), rows["filled"], color=GREY)
    axes.set_xlim(0, 1)
    return plot


def delays(tables: Tables) -> pd.DataFrame:
    """Return how many days after its own date a row becomes known, by table, the slowest first.

    Returns
    -------
    DataFrame
        table, rows, half (days within which half is known), most (nine tenths), ``assumed``: the lag the contract assumes where
        a source names no day. Rows known before their own date (a decree in advance) count as negative.
    """
    rows = []
    for name, table in TABLES.items():
        if name not in tables or not table.dated_by or "known_on" not in tables[name]:
            continue
        waited = (tables[name]["known_on"] - tables[name][table.dated_by]).dt.days.dropna()
        if len(waited):
            rows.append((name, len(waited), float(waited.quantile(0.5)), float(waited.quantile(0.9)), table.lag_days))
    found = pd.DataFrame(rows, columns=["table", "rows", "half", "most", "assumed"])
    return found.sort_values("most", ascending=False, kind="stable", ignore_index=True)


def delays_plot(found: pd.DataFrame) -> Figure:
    """Return by table the days within which half (filled) and nine tenths (open) of its rows are known."""
    plot, axes = row_canvas("How late things become known", "days after the row's own date", found["table"])
    for mark, name, filling in zip(MARKS, ("half", "most"), ("full", "none"), strict=False):
        axes.plot(found[name], range(len(found)), mark, color="black", fillstyle=filling, label=name)
    axes.legend(frameon=False)
    return plot


def matrix_families(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return what a pair matrix is made of, one row a family of features.

    Returns
    -------
    DataFrame
        Index family: columns, ``of_person``, ``of_post``, ``of_pair`` (how many), ``filled`` (mean share of rows with a value).
        Columns a source brings along are the family *attributes*.
    """
    declared = {feature.name: feature for feature in FEATURES}
    rows = pd.DataFrame({
        "family": [declared[name].family if name in declared else "attributes" for name in matrix.columns],
        "side": [declared[name].side if name in declared else "employee" for name in matrix.columns],
        "filled": matrix.notna().mean().to_numpy(),
    })  # fmt: skip
    sides = pd.crosstab(rows["family"], rows["side"]).reindex(columns=["employee", "position", "pair"], fill_value=0)
    families = rows.groupby("family", sort=False)["filled"].agg(["size", "mean"])
    named = sides.reindex(families.index).set_axis(["of_person", "of_post", "of_pair"], axis=1)
    return named.assign(columns=families["size"], filled=families["mean"])[["columns", "of_person", "of_post", "of_pair", "filled"]]


def matrix_families_plot(found: pd.DataFrame) -> Figure:
    """Return how much of each family is filled."""
    plot, axes = row_canvas("How much of the matrix is filled", "mean share of rows with a value", found.index, origin=None)
    axes.barh(range(len(found)), found["filled"], color=GREY)
    axes.set_xlim(0, 1)
    return plot


def moves_by_year(tables: Tables) -> pd.DataFrame:
    """Return assignments begun since the first rated year, by year (index) and kind of move (columns), as the source names them."""
    first = tables["appraisals"]["period_start"].min()
    spells = tables["assignments"][tables["assignments"]["start_on"] >= first]
    return pd.crosstab(spells["start_on"].dt.year.rename("year"), spells["move_type"].astype("str").fillna("not named"))


def moves_by_year_plot(counts: pd.DataFrame) -> Figure:
    """Return a line per kind of move over the years."""
    plot, axes = canvas("Assignments begun, by kind", "year", "assignments", width=8)
    for place, name in enumerate(counts.columns):
        axes.plot(counts.index, counts[name], marker=MARKS[place % len(MARKS)], color="black", label=name,
                  fillstyle="none" if place % 2 else "full", linestyle=("-", "--", ":")[place // len(MARKS) % 3])  # fmt: skip
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return plot
