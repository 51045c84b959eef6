"""Surges of demand: a lasting rise of visitors told from season, trend and noise.

The season comes from statsmodels' robust STL on the history before the periods under watch, the trend from the Theil-Sen line
through what is left of it, the change from ruptures' exact search (PELT with the least-squares cost). A surge is a last segment
that begins under watch, reaches the last period and lies above what was to be expected.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from ruptures import KernelCPD
from scipy.stats import norm, theilslopes
from statsmodels.tsa.seasonal import STL

from features.tables import Tables
from rules.months import month_number

Array = NDArray[np.float64]

MAD_TO_SD = 1.4826
"""Median absolute deviation of a normal variable to its standard deviation."""
CYCLES = 2
"""Whole years of history below which a season cannot be told from noise."""
_PERIODIC = 10
"""Span of STL's seasonal smoother in lengths of the series: a season that is the same every year."""
COLUMNS = ("unit_id", "demand_trend", "surge", "surge_since", "surge_rise", "expected", "visitors", "p_value")


@dataclass(frozen=True, slots=True)
class SurgeParams:
    """How demand is read.

    ``demand_months``: history read. ``watch_months``: how long ago a surge may have begun; what rose earlier is the new level.
    ``surge_deviations``: a run of k periods is a change where its mean lies this many standard deviations over the root of k away.
    ``least_rise``: share by which the run must lie above what was expected. ``least_periods``: fewer periods tell nothing.
    """

    demand_months: int = 60
    watch_months: int = 12
    surge_deviations: float = 4.0
    least_rise: float = 0.2
    least_periods: int = 8


def surges(known: Tables, as_of: pd.Timestamp, params: SurgeParams) -> pd.DataFrame:
    """Return trend and surge of every unit with enough periods of demand.

    Returns
    -------
    DataFrame
        One row per unit_id, sorted: ``demand_trend`` (robust yearly change, share of the median), ``surge``, ``surge_since``
        (first day of its first period), ``surge_rise`` (visitors above those expected, share of them), ``expected`` and
        ``visitors`` (mean per period of the run), ``p_value`` of the run taken alone (one-sided; the search over
        beginnings is not in it). All but the trend are missing where nothing surges.
    """
    rows = known.get("service_demand")
    rows = rows[rows["period_end"] > as_of - pd.DateOffset(months=params.demand_months)]
    series = rows.groupby(["unit_id", "period_start"], sort=True)["visitors"].sum()
    found = [{"unit_id": unit, **_read(part.droplevel(0), params)}
             for unit, part in series.groupby(level=0) if len(part) >= params.least_periods]  # fmt: skip
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    numbers = dict.fromkeys(("demand_trend", "surge_rise", "expected", "visitors", "p_value"), "float64")
    return frame.astype({"unit_id": "str", "surge": "bool", "surge_since": "datetime64[us]", **numbers})


def _read(visitors: pd.Series, params: SurgeParams) -> dict[str, object]:
    days = (visitors.index - visitors.index[0]).days.to_numpy(dtype=np.float64)
    years = month_number(visitors.index) / 12
    level = max(float(visitors.median()), 1.0)
    per_year = max(round(365.25 / max(float(np.median(np.diff(days))), 1.0)), 1)
    watch = min(max(round(params.watch_months * per_year / 12), 1), len(visitors) // 2)
    count = np.maximum(visitors.to_numpy(dtype=np.float64), 1.0)
    known = len(count) - watch
    season, inflation = _season(np.log(count), known, per_year)
    adjusted = np.log(count) - season
    rise, spread = _above_the_line(adjusted, years, known, float(count.mean()))
    found: dict[str, object] = {"demand_trend": float(theilslopes(count[:-1], years[:-1]).slope / level), "surge": False}
    begins = _last_change(rise / (spread * np.where(np.arange(len(rise)) < known, 1.0, inflation)), params.surge_deviations)
    if begins < known:
        return found
    rise, spread = _above_the_line(adjusted, years, begins, float(count.mean()))
    run = rise[begins:]
    score = run.mean() / (spread * np.sqrt(inflation**2 / len(run) + _of_the_line(years[:begins], years[begins:].mean())))
    if run.mean() < np.log1p(params.least_rise) or score < params.surge_deviations:
        return found
    usual = float(np.exp(np.log(count) - rise)[begins:].mean())
    return found | {
        "surge": True, "surge_since": visitors.index[begins], "surge_rise": float(count[begins:].mean() / usual - 1),
        "expected": usual, "visitors": float(count[begins:].mean()), "p_value": float(norm.sf(score)),
    }  # fmt: skip


def _season(log_count: Array, known: int, per_year: int) -> tuple[Array, float]:
    """Return the season of every period (log), read from the first ``known``, and how much unsurer it makes later periods.

    With fewer than `CYCLES` years no season is taken out: it is noise then, and the detector careful.
    """
    cycles = known / per_year
    if per_year <= 1 or cycles < CYCLES:
        return np.zeros(len(log_count)), 1.0
    part = STL(log_count[:known], period=per_year, seasonal=_PERIODIC * known + 1, robust=True).fit().seasonal
    season = np.r_[part, np.resize(part[known - per_year :], len(log_count) - known)]
    return season, float(np.sqrt((1 + 1 / cycles) / (1 - 1 / cycles)))


def _above_the_line(adjusted: Array, years: Array, known: int, mean_count: float) -> tuple[Array, float]:
    """Return how far every period lies above the Theil-Sen line of the first ``known`` (log), and their standard deviation.

    The deviation is robust and never below that of chance arrivals (Poisson).
    """
    line = theilslopes(adjusted[:known], years[:known])
    rise = adjusted - line.intercept - line.slope * years
    spread = MAD_TO_SD * float(np.median(np.abs(rise[:known] - np.median(rise[:known]))))
    return rise, max(spread, float(1 / np.sqrt(mean_count)))


def _of_the_line(years: Array, on: float) -> float:
    """Return the variance of a line through ``years`` at ``on``, in variances of one period: how unsure the trend itself is."""
    centred = years - years.mean()
    return float(1 / len(years) + (on - years.mean()) ** 2 / max(float(centred @ centred), 1e-9))


def _last_change(score: Array, deviations: float) -> int:
    """Return where the last segment of ``score`` begins: 0 if it never changes."""
    ends = KernelCPD(kernel="linear", min_size=1).fit(score[:, None]).predict(pen=deviations**2)
    return int(ends[-2]) if len(ends) > 1 else 0
