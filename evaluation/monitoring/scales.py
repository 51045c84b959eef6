"""Drift of rating scales: shares per grade from year to year, units whose ratings left their own level, spellings never seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from evaluation.monitoring.readings import REVIEW, SAFE, SHARES, SPELLINGS, UNIT_YEARS, UNTOLD, number, status_of
from evaluation.monitoring.stability import index_between

Floats = NDArray[np.float64]
COMPLETE = 0.8
"""Share of the year before that must be rated for a year to be judged."""
OWN = "(tanpa nama)"
LIGHTEST = 1000.0
"""Degrees of freedom where tails are no heavier than the normal's."""
FEWEST_USUAL = 30
"""Unit-years from which it can be told what is usual."""


@dataclass(frozen=True, slots=True)
class ScaleParams:
    """How scales are watched.

    ``limit``: index of the shares per grade that may be; ``worth``: the one worth finding; ``fewest``: ratings of a unit-year that
    counts; ``years``: years a unit needs; ``outside``: share of scores outside the range known that may be.
    """

    limit: float = 0.02
    worth: float = 0.1
    fewest: int = 8
    years: int = 4
    outside: float = 0.01


def rated_years(appraisals: pd.DataFrame) -> pd.Series:
    """Return the year each appraisal speaks of, on its index: that of the middle of its period."""
    middle = appraisals["period_start"] + (appraisals["period_end"] - appraisals["period_start"]) / 2
    return middle.dt.year


def last_complete(years: pd.Series) -> int | None:
    """Return the newest year with nearly as many ratings as the year before it; None where there are no two."""
    counts = years.value_counts().sort_index()
    whole = [int(year) for year in counts.index[1:] if counts[year] >= COMPLETE * counts.get(year - 1, np.inf)]
    return max(whole, default=None)


def shares(appraisals: pd.DataFrame, params: ScaleParams, budget: float) -> list[dict[str, Any]]:
    """Return one reading per rating regime in use: its grades (or scores in tenths) this year against the year before.

    A change of regime is no drift of a scale: years are compared within a regime only, and a regime in its first year is told as
    too young to judge.
    """
    years = rated_years(appraisals)
    year = last_complete(years)
    if year is None:
        return []
    regimes = appraisals["regime"].astype("object").fillna(OWN).astype("str")
    current = sorted(regimes[years == year].unique())
    return [_shares_of(appraisals[regimes == name], years, name, year, params, budget / len(current)) for name in current]


def _shares_of(
    rows: pd.DataFrame, years: pd.Series, regime: str, year: int, params: ScaleParams, alpha: float
) -> dict[str, Any]:  # fmt: skip
    name = "rating" if rows["rating"].notna().mean() > rows["score"].notna().mean() else "score"
    values = rows[name].astype("str").astype("object") if name == "rating" else rows[name]
    spoken = years.loc[rows.index]
    now, before = values[spoken == year], values[spoken == year - 1]
    if before.empty:
        return _share_row(regime, year, UNTOLD, float("nan"), float("nan"), params.limit, float("nan"), alpha, len(now))
    seen = index_between(before, now)
    earlier = sorted(set(spoken[spoken < year]) & set(spoken[spoken < year] + 1))
    usual = max((index_between(values[spoken == y - 1], values[spoken == y]).value for y in earlier), default=float("nan"))
    limit = max(params.limit, usual) if usual == usual else params.limit
    p_value = seen.p_value(limit)
    told = seen.would_find(max(params.worth, params.worth / params.limit * limit), limit, alpha)
    return _share_row(regime, year, status_of(p_value <= alpha, told), seen.value, usual, limit, p_value, alpha, len(now))


def _share_row(
    regime: str, year: int, status: str, value: float, usual: float, limit: float, p_value: float, alpha: float, cases: int
) -> dict[str, Any]:  # fmt: skip
    words = [number(part, 3) for part in (value, limit)]
    return {
        "signal": SHARES, "subject": regime, "year": year, "status": status, "value": value, "usual": usual, "limit": limit,
        "p_value": p_value, "budget": alpha, "cases": cases,
        "text": f"Sebaran nilai {regime}, {year} terhadap {year - 1}: indeks {words[0][0]}, batas {words[1][0]}",
        "text_en": f"Shares per grade of {regime}, {year} against {year - 1}: index {words[0][1]}, limit {words[1][1]}",
    }  # fmt: skip


def unit_years(scores: pd.DataFrame, params: ScaleParams, budget: float) -> list[dict[str, Any]]:
    """Return one reading per unit: whether its mean rating of the last year left the level of its own earlier years.

    Parameters
    ----------
    scores : DataFrame
        ``HarmonisedRatings.scores``: period_start, period_end, unit_id, standard (raw, standardised within regime and year).
    params
    budget
        False alarms expected of all units together.

    Notes
    -----
    Units are rated by their own grade, so that some years lie far from others by nature. How far is usual is learned from the
    earlier years of all units under the regime of the last, each against all other years of its unit: the t distribution that has
    the variance and the kurtosis of these deviations.
    """
    table = _unit_table(scores, params)
    if table.empty:
        return []
    values = table.to_numpy(dtype=np.float64)
    away, n = _deviations(values)
    usual = away[:, :-1][:, _same_regime(scores, table.columns)]
    usual = usual[np.isfinite(usual)]
    if len(usual) < FEWEST_USUAL:
        return []
    freedom = _freedom(usual)
    spread = max(float(np.sqrt(np.mean(usual**2) * (freedom - 2) / freedom)), 1e-9)
    p_values = 2 * student.sf(np.abs(away[:, -1]) / spread, freedom)
    alpha, year = budget / len(table), int(table.columns[-1])
    shift = away[:, -1] * np.sqrt(1 + 1 / np.maximum(n[:, -1], 1))
    return [
        _unit_row(str(unit), year, shift[at], float(p_values[at]), alpha, int(n[at, -1]) + 1) for at, unit in enumerate(table.index)
    ]


def _unit_table(scores: pd.DataFrame, params: ScaleParams) -> pd.DataFrame:
    """Return mean standardised ratings, units x years, of units rated in the last complete year and in enough others."""
    years = rated_years(scores)
    year = last_complete(years)
    if year is None:
        return pd.DataFrame()
    told = scores[["unit_id", "standard"]].assign(year=years).dropna()
    found = told.groupby(["unit_id", "year"], observed=True)["standard"].agg(["mean", "size"])
    table = found.loc[found["size"] >= params.fewest, "mean"].unstack().sort_index(axis=1)
    table = table[[name for name in table if name <= year]]
    if year not in table:
        return pd.DataFrame()
    return table[table[year].notna() & (table.notna().sum(axis=1) >= params.years)]


def _same_regime(scores: pd.DataFrame, years: pd.Index) -> NDArray[np.bool_]:
    """Return which of ``years`` but the last were rated, for the most part, under the regime of the last."""
    regimes = scores["regime"].astype("object").fillna(OWN).groupby(rated_years(scores)).agg(lambda names: names.mode().iloc[0])
    return np.asarray(regimes.reindex(years[:-1]) == regimes[years[-1]])


def _deviations(values: Floats) -> tuple[Floats, Floats]:
    """Return how far every unit-year lies from the mean of the unit's other years, on one footing, and how many those are."""
    others = np.isfinite(values).sum(axis=1, keepdims=True) - np.isfinite(values)
    mean = (np.nansum(values, axis=1, keepdims=True) - np.nan_to_num(values)) / np.maximum(others, 1)
    return (values - mean) / np.sqrt(1 + 1 / np.maximum(others, 1)), others.astype(np.float64)


def _freedom(values: Floats) -> float:
    """Return the degrees of freedom of the t distribution with the kurtosis of ``values``."""
    squares = float(np.mean(values**2))
    excess = float(np.mean(values**4)) / squares**2 - 3.0 if squares > 0 else 0.0
    return 4.0 + 6.0 / excess if excess > 0 else LIGHTEST


def _unit_row(unit: str, year: int, shift: float, p_value: float, alpha: float, cases: int) -> dict[str, Any]:
    words = number(shift)
    return {
        "signal": UNIT_YEARS, "subject": unit, "year": year, "status": status_of(p_value <= alpha, told=True), "value": shift,
        "p_value": p_value, "budget": alpha, "cases": cases,
        "text": f"Rata-rata nilai unit {year} terhadap tahun-tahun lain: {words[0]} SB",
        "text_en": f"Mean rating of the unit in {year} against its other years: {words[1]} SD",
    }  # fmt: skip


def spellings(appraisals: pd.DataFrame, params: ScaleParams) -> list[dict[str, Any]]:
    """Return regimes never seen before the last rated year, and regimes whose scores left the range known before it.

    Facts, no tests: nothing here is a false alarm. A regime that is a known one written otherwise (case, spaces, marks) says so.
    """
    years = rated_years(appraisals)
    if years.empty:
        return []
    year = int(years.max())
    regimes = appraisals["regime"].astype("object").fillna(OWN).astype("str")
    old, now = years < year, years == year
    known = {_plain(name): name for name in sorted(regimes[old].unique())}
    rows = []
    for name in sorted(regimes[now].unique()):
        of_regime = regimes == name
        if not (of_regime & old).any():
            rows.append(_spelling_row(name, known.get(_plain(name)), int((of_regime & now).sum()), year))
            continue
        before, after = (appraisals.loc[of_regime & part, "score"].dropna() for part in (old, now))
        beyond = float(((after < before.min()) | (after > before.max())).mean()) if len(before) and len(after) else 0.0
        words = number(100 * beyond, 1)
        rows.append({
            "signal": SPELLINGS, "subject": name, "year": year, "status": REVIEW if beyond > params.outside else SAFE,
            "value": beyond, "limit": params.outside, "cases": int((of_regime & now).sum()),
            "text": f"Nilai {year} di luar rentang yang pernah dipakai: {words[0]} %",
            "text_en": f"Scores of {year} outside the range ever used: {words[1]} %",
        })  # fmt: skip
    return rows


def _spelling_row(name: str, like: str | None, cases: int, year: int) -> dict[str, Any]:
    text, english = f"Skala baru pada {year}: {name}", f"A new scale in {year}: {name}"
    if like is not None:
        text, english = f"{text} (ejaan lain dari {like})", f"{english} (another spelling of {like})"
    return {
        "signal": SPELLINGS, "subject": name, "year": year, "status": REVIEW, "value": 1.0, "limit": 0.0, "cases": cases,
        "text": text, "text_en": english,
    }  # fmt: skip


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
