"""Forward-chained backtest: each test year forecast from what was known before it, against every baseline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.baselines import NAMES, BaselineParams, fit_baselines
from evaluation.moves import JudgedMoves, MoveParams, judged_moves, rated_periods
from evaluation.rivals import LEVELS
from features.as_of import known_at
from features.errors import TooLittleDataError
from features.tables import Tables

PREDICTED: tuple[str, ...] = ("stay_outlook", "expected_in_post", "uplift", "lower", "upper", "grade")
METHODS: tuple[str, ...] = (*NAMES, *LEVELS, "model")
COLUMNS: tuple[str, ...] = (
    "employee_id", "position_id", "moved_on", *PREDICTED, "realised", *(f"forecast_{name}" for name in METHODS),
)  # fmt: skip
"""Columns of the forecasts, one row per held-out move."""


class Forecaster(Protocol):
    """A model to be judged: fits on what is known at ``as_of`` and forecasts pairs."""

    def __call__(self, known: Tables, as_of: pd.Timestamp, pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
        """Return, on the index of ``pairs`` (employee_id, position_id), the ``PREDICTED`` columns and ``recorded``.

        ``recorded`` forecasts the score as it will be recorded: performance in the post plus the leniency known at the time,
        in the recorded scale. ``recorded_NAME``, where given, are the forecasts of ``evaluation.rivals.LEVELS``. A pair the
        model cannot place has NaN throughout.
        """
        ...


@dataclass(frozen=True, slots=True)
class BacktestParams:
    """How the backtest is judged: resamples of persons, and the level of the interval of the excess over Marcel."""

    resamples: int = 2000
    level: float = 0.95
    moves: MoveParams = field(default_factory=MoveParams)
    baselines: BaselineParams = field(default_factory=BaselineParams)


@dataclass(frozen=True, slots=True)
class Backtest:
    """The result of a backtest.

    ``forecasts``: one row per held-out move, ``COLUMNS``. ``table``: one row per method: ``method``, ``n``, ``r2``,
    ``spearman``, ``rmse``, ``slope`` (of realised on forecast; 1 is calibrated), ``excess``, ``excess_lower``,
    ``excess_upper`` (R2 minus Marcel's, with the paired bootstrap interval by person). ``tuned``: one row per test year, what
    the baselines were tuned to. ``funnel``: ``step``, ``rows``, ``reason``.
    """

    forecasts: pd.DataFrame
    table: pd.DataFrame
    tuned: pd.DataFrame
    funnel: pd.DataFrame


def origin(year: int) -> pd.Timestamp:
    """Return the day whose knowledge the forecasts of a test year may use: the last day before it."""
    return pd.Timestamp(year - 1, 12, 31)


def backtest(
    tables: Tables,
    years: range,
    forecaster: Forecaster | None,
    params: BacktestParams,
    seed: int,
    progress: Callable[[str], None] = lambda _: None,
) -> Backtest:
    """Return forecasts and figures of every method for the moves of the test ``years``.

    Held out is every change of unit in a test year whose person had a known score before the year and was scored after the
    move (see `evaluation.moves.judged_moves`). Whatever is fitted or tuned for a year sees ``known_at(tables, origin(year))``
    and nothing else. Rows that any method cannot forecast are left out for all, and counted.

    Raises
    ------
    TooLittleDataError
        No held-out move remains.
    """
    judged = judged_moves(tables, params.moves)
    parts = list(_years(tables, judged, years, forecaster, params, seed, progress))
    rows = pd.concat([part for part, _ in parts], ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    methods = [name for name in METHODS if name in NAMES or rows.get(f"forecast_{name}", pd.Series()).notna().any()]
    complete = rows[[f"forecast_{name}" for name in methods]].notna().all(axis=1)
    forecasts = rows.loc[complete, list(COLUMNS)].reset_index(drop=True)
    if forecasts.empty:
        raise TooLittleDataError(
            f"backtest: no held-out move in {years.start}-{years.stop - 1}: of {len(judged.frame)} changes of unit with a score "
            "after them none lies in these years with a score before it. Choose years the appraisals cover.",
            f"backtest: tidak ada perpindahan yang dapat diuji pada {years.start}-{years.stop - 1}: dari {len(judged.frame)} "
            "perpindahan unit dengan nilai sesudahnya tidak satu pun jatuh pada tahun itu dengan nilai sebelumnya. Pilih "
            "tahun yang "
            "tercakup penilaian.",
        )
    table = score_methods(forecasts, methods, params, seed)
    return Backtest(forecasts, table, pd.DataFrame([tuned for _, tuned in parts]), _funnel(judged, rows, forecasts, years))


def _years(
    tables: Tables,
    judged: JudgedMoves,
    years: range,
    forecaster: Forecaster | None,
    params: BacktestParams,
    seed: int,
    progress: Callable[[str], None],
) -> Iterator[tuple[pd.DataFrame, dict[str, float]]]:
    """Yield per test year its moves with every forecast, and what the baselines were tuned to."""
    for year in years:
        moves = judged.frame[judged.frame["moved_on"].dt.year == year]
        if moves.empty:
            continue
        progress(f"{year}: {len(moves)} moves")
        known = known_at(tables, origin(year))
        moves = moves.assign(as_of=origin(year))
        simple, tuned = _simple_forecasts(known, moves, params)
        yield moves.join(simple).join(_model_forecasts(known, moves, forecaster, seed)), {"year": year, **tuned}


def _simple_forecasts(known: Tables, moves: pd.DataFrame, params: BacktestParams) -> tuple[pd.DataFrame, dict[str, float]]:
    past = judged_moves(known, params.moves).frame
    past = past.assign(as_of=past["moved_on"].dt.year.map(origin).astype("datetime64[us]"))
    periods = rated_periods(known)
    fitted = fit_baselines(past, periods, params.baselines)
    tuned = {"past_moves": len(past), "constant": fitted.constant, "shrinkage": fitted.shrinkage,
             "marcel_shrinkage": fitted.marcel_shrinkage, "marcel_recency": fitted.marcel_recency}  # fmt: skip
    return fitted.forecast(moves, periods), tuned


def _model_forecasts(known: Tables, moves: pd.DataFrame, forecaster: Forecaster | None, seed: int) -> pd.DataFrame:
    learned = {"recorded": "forecast_model", **{f"recorded_{name}": f"forecast_{name}" for name in LEVELS}}
    columns = [*PREDICTED, *learned.values()]
    if forecaster is None:
        return pd.DataFrame(np.nan, index=moves.index, columns=columns)
    as_of = pd.Timestamp(moves["as_of"].iloc[0])
    predicted = forecaster(known, as_of, moves[["employee_id", "position_id"]], seed)
    return predicted.rename(columns=learned).reindex(columns=columns)


def score_methods(forecasts: pd.DataFrame, methods: list[str], params: BacktestParams, seed: int) -> pd.DataFrame:
    """Return one row per method with its figures on ``forecasts``; see `Backtest`."""
    realised = forecasts["realised"].to_numpy(float)
    guesses = {name: forecasts[f"forecast_{name}"].to_numpy(float) for name in methods}
    excess = _bootstrap_excess(forecasts["employee_id"], realised, guesses, params.resamples, seed)
    tail = (1 - params.level) / 2
    reference = _r2(realised, guesses["marcel"])
    rows = []
    for name, guess in guesses.items():
        r2 = _r2(realised, guess)
        lower, upper = np.quantile(excess[name], [tail, 1 - tail])
        rows.append({
            "method": name, "n": len(realised), "r2": r2, "spearman": _spearman(realised, guess),
            "rmse": float(np.sqrt(np.mean((realised - guess) ** 2))), "slope": _slope(realised, guess),
            "excess": r2 - reference, "excess_lower": float(lower), "excess_upper": float(upper),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _r2(realised: NDArray[np.float64], guess: NDArray[np.float64]) -> float:
    return float(1 - np.sum((realised - guess) ** 2) / np.sum((realised - realised.mean()) ** 2))


def _spearman(realised: NDArray[np.float64], guess: NDArray[np.float64]) -> float:
    if np.ptp(guess) == 0:
        return float("nan")
    return float(pd.Series(realised).corr(pd.Series(guess), method="spearman"))


def _slope(realised: NDArray[np.float64], guess: NDArray[np.float64]) -> float:
    if np.ptp(guess) == 0:
        return float("nan")
    return float(np.polyfit(guess, realised, 1)[0])


def _bootstrap_excess(
    persons: pd.Series, realised: NDArray[np.float64], guesses: dict[str, NDArray[np.float64]], resamples: int, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Return per method its R2 minus Marcel's in each resample of whole persons: the same persons for every method."""
    codes, people = pd.factorize(persons, sort=True)
    draws = np.random.default_rng(seed).multinomial(len(people), np.full(len(people), 1 / len(people)), size=resamples)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(draws @ np.bincount(codes, values, minlength=len(people)), dtype=np.float64)

    n, sums, squares = total(np.ones_like(realised)), total(realised), total(realised**2)
    variation = squares - sums**2 / n
    r2 = {name: 1 - total((realised - guess) ** 2) / variation for name, guess in guesses.items()}
    return {name: values - r2["marcel"] for name, values in r2.items()}


def _funnel(judged: JudgedMoves, rows: pd.DataFrame, forecasts: pd.DataFrame, years: range) -> pd.DataFrame:
    unrated = int(rows["forecast_last"].isna().sum()) if len(rows) else 0
    steps = [
        ("outside the test years", len(judged.frame) - len(rows), f"moved before {years.start} or after {years.stop - 1}"),
        ("not rated before", unrated, "no score known on the last day before the test year"),
        ("not placed by the model", len(rows) - unrated - len(forecasts), "a method gave no forecast: left out for every method"),
        ("held out", len(forecasts), "judged"),
    ]
    return pd.concat([judged.funnel, pd.DataFrame(steps, columns=["step", "rows", "reason"])], ignore_index=True)


def as_text(result: Backtest, params: BacktestParams) -> str:
    """Return the table, and what became of every change of unit, as Markdown that also reads well in a terminal."""
    head = ("method", "n", "R2", "Spearman", "RMSE", "slope", f"excess R2 over marcel ({params.level:.0%})")
    lines = [_line(head), _line(tuple("---" for _ in head))]
    for row in result.table.itertuples(index=False):
        excess = "" if row.method == "marcel" else f"{row.excess:+.3f} ({row.excess_lower:+.3f} to {row.excess_upper:+.3f})"
        figures = (_figure(row.r2), _figure(row.spearman), _figure(row.rmse), _figure(row.slope, 2))
        lines.append(_line((str(row.method), str(row.n), *figures, excess)))
    steps = [f"- {row.step}: {row.rows} ({row.reason})" for row in result.funnel.itertuples(index=False)]
    return "\n".join([*lines, "", *steps]) + "\n"


def _figure(value: float, digits: int = 3) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"


def _line(cells: tuple[str, ...]) -> str:
    widths = (18, 6, 7, 8, 6, 6, 26)
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
