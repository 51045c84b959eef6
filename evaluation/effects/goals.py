"""The programme's own goals against what was reached, indicator by indicator, for the years it ran."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from evaluation.effects.matched import Effect, Matched, two_way_error
from evaluation.effects.study import Study
from evaluation.effects.vocabulary import MOTIVATION, SATISFACTION, named
from evaluation.effects.voices import response_weight

FILLED: tuple[str, ...] = ("terisi", "lowong", "filled", "vacan")
SERVICE: tuple[str, ...] = ("ikm", "layanan", "service")
PERFORMANCE: tuple[str, ...] = ("kinerja", "performance")
STRUCTURAL: tuple[str, ...] = ("executive", "administrator", "supervisor")

Measure = Callable[[Study, Matched, pd.Timestamp, pd.Timestamp], Effect]
UNMEASURED = Effect(float("nan"), float("nan"), 0, 0)
FULL_COUNT = 0.0
"""Standard error of a figure that counts everything and estimates nothing."""


def goals(study: Study, found: Matched, as_of: pd.Timestamp, level: float) -> pd.DataFrame:
    """Return one row per goal known at ``as_of``; ``found`` is the matched effect on performance.

    Returns
    -------
    DataFrame
        goal, indicator, target, from_on, to_on, measure ("" where the indicator is none that the source can measure), estimate,
        lower, upper, standard_error, n, reached (yes, no, not shown, not measured).
    """
    rows = []
    for row in study.known.get("programmes").itertuples(index=False):
        ends = min(row.to_on if pd.notna(row.to_on) else as_of, as_of)
        name, measure = _measure(str(row.indicator))
        value = measure(study, found, row.from_on, ends) if measure is not None else UNMEASURED
        lower, upper = value.interval(level)
        rows.append((row.goal, row.indicator, row.target, row.from_on, row.to_on, name, value.estimate, lower, upper, value.error,
                     value.movers, _reached(row.target, value.estimate, lower, upper)))  # fmt: skip
    columns = [
        "goal",
        "indicator",
        "target",
        "from_on",
        "to_on",
        "measure",
        "estimate",
        "lower",
        "upper",
        "standard_error",
        "n",
        "reached",
    ]
    return pd.DataFrame(rows, columns=columns)


def _reached(target: float, estimate: float, lower: float, upper: float) -> str:
    if not np.isfinite(estimate) or pd.isna(target):
        return "not measured"
    if lower >= target:
        return "yes"
    return "no" if upper < target else "not shown"


def _measure(indicator: str) -> tuple[str, Measure | None]:
    said = pd.Series([indicator])
    for name, vocabulary, measure in _MEASURES:
        if bool(named(said, vocabulary).iloc[0]):
            return name, measure
    return "", None


def _filled(study: Study, found: Matched, first: pd.Timestamp, last: pd.Timestamp) -> Effect:
    """Return the percentage of structural places held on the last day."""
    positions = study.known["positions"].drop_duplicates("position_id").set_index("position_id")
    units = study.known["units"].drop_duplicates("unit_id").set_index("unit_id")
    open_units = units.index[~(units["valid_to"] <= last) & ~(units["valid_from"] > last)]
    counted = positions["job_kind"].isin(STRUCTURAL) & positions["unit_id"].isin(open_units)
    places = positions["headcount"].fillna(1).astype("float64")[counted]
    held = study.panel.posts.index[study.panel.holders(last)["post"]]
    holders = pd.Series(held).value_counts().reindex(places.index).fillna(0.0)
    if not len(places):
        return UNMEASURED
    return Effect(100 * float(np.minimum(holders, places).sum() / places.sum()), FULL_COUNT, int(places.sum()), 0)


def _answers(vocabulary: tuple[str, ...]) -> Measure:
    def measure(study: Study, found: Matched, first: pd.Timestamp, last: pd.Timestamp) -> Effect:
        """Return the mean answer of everybody, non-response weighed out by what is on record of who was in a post."""
        rows = study.known.get("surveys")
        rows = rows[named(rows["item"], vocabulary) & (rows["date"] >= first) & (rows["date"] <= last)].dropna(subset=["answer"])
        if rows.empty:
            return UNMEASURED
        panel = study.panel
        parts = []
        for year in np.sort(rows["date"].dt.year.unique()):
            staff = panel.holders(pd.Timestamp(int(year), 7, 1))["person"].to_numpy()
            said = rows[rows["date"].dt.year == year]
            answer = said.groupby(said["employee_id"].cat.codes.astype(np.int64))["answer"].mean().reindex(staff).to_numpy()
            score = panel.at(panel.score, staff, np.full(len(staff), int(year)))
            record = np.column_stack([np.nan_to_num(score), np.isnan(score)])
            weight = response_weight(np.isfinite(answer), np.zeros(len(answer), dtype=np.int64), record)
            parts.append(pd.DataFrame({"person": staff, "answer": answer, "weight": weight}))
        said = pd.concat(parts).dropna(subset=["answer"])
        return _mean(said["answer"].to_numpy(), said["weight"].to_numpy(), said["person"].to_numpy(dtype=np.int64))

    return measure


def _service(study: Study, found: Matched, first: pd.Timestamp, last: pd.Timestamp) -> Effect:
    rows = study.known.get("service_index")
    rows = rows[(rows["period_start"] >= first) & (rows["period_end"] <= last) & rows["position_id"].isna()].dropna(
        subset=["index"]
    )
    if rows.empty:
        return UNMEASURED
    unit = pd.factorize(rows["unit_id"])[0].astype(np.int64)
    return _mean(rows["index"].to_numpy(dtype=np.float64), np.ones(len(rows)), unit)


def _performance(study: Study, found: Matched, first: pd.Timestamp, last: pd.Timestamp) -> Effect:
    """Return the matched effect of the moves that began within the programme."""
    begun = study.panel.moves["start_on"].between(first, last).to_numpy()
    among = (study.sets.move >= 0) & begun[np.maximum(study.sets.move, 0)] if len(begun) else study.sets.move >= 0
    return found.effect(among)


def _mean(value: np.ndarray, weight: np.ndarray, cluster: np.ndarray) -> Effect:
    share = weight / weight.sum()
    mean = float(share @ value)
    return Effect(mean, two_way_error(share * (value - mean), cluster, cluster)[0], len(value), 0)


_MEASURES: tuple[tuple[str, tuple[str, ...], Measure], ...] = (
    ("filled", FILLED, _filled),
    ("satisfaction", SATISFACTION, _answers(SATISFACTION)),
    ("motivation", MOTIVATION, _answers(MOTIVATION)),
    ("service_index", SERVICE, _service),
    ("performance", PERFORMANCE, _performance),
)
"""Which words of an indicator mean which measure; the first that fits counts."""
