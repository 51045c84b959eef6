"""Training rows: people at risk of a move at each decision date, and the vacancy trials of the posts that were filled."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.as_of import known_at
from features.errors import TooLittleDataError
from features.families.experience import MATTERS_MONTHS
from features.frames import PLACE_COLUMNS, pair_matrix
from features.posts import current_posts
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from features.risk import EXCLUSIONS, Later, WindowParams, look_later, risk_rows
from features.standing import Standing, StandingOn, standing
from features.tables import Tables

Eligible = Callable[[Tables, pd.Timestamp, pd.DataFrame], NDArray[np.bool_]]
"""(known, decision_on, pairs) -> whether each pair may be; wired from the rules by the pipelines."""


@dataclass(frozen=True, slots=True)
class TrialParams:
    """How training rows are drawn.

    Attributes
    ----------
    dates_per_year : int
        Decision dates a year, evenly spaced from 1 January: 1, 2 or 4.
    window : WindowParams
    drawn_per_trial : int
        People drawn at random, for each post filled, from those at risk who did not move.
    kept_per_trial : int
        Most eligible people kept of those drawn; weights make up for both rates.
    ratings : RatingParams
    """

    dates_per_year: int = 2
    window: WindowParams = field(default_factory=WindowParams)
    drawn_per_trial: int = 120
    kept_per_trial: int = 20
    ratings: RatingParams = field(default_factory=RatingParams)


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """What models learn from; every frame on a clean RangeIndex, matrices row by row beside their rows.

    Attributes
    ----------
    risk : DataFrame
        One row per employee x decision date: employee_id, decision_on, moved, origin_position_id, position_id (held over the
        window), arrival, new_family, outcome (SD), outcome_weight (mean 1),
        outcome_on (mean middle of the rated periods).
    risk_matrix : DataFrame
        Features of (employee_id, position_id) as known at decision_on.
    origin_matrix : DataFrame
        Of the moved risk rows, in order: features of (employee_id, origin_position_id) as known at decision_on.
    trials : DataFrame
        One row per vacancy trial x mover or sampled eligible stayer: trial_id, employee_id, position_id, decision_on, moved,
        sampling_weight, outcome, outcome_weight.
    trial_matrix : DataFrame
    ratings : HarmonisedRatings
        Harmonised at as_of.
    spells, places : DataFrame
        As in ``FeatureFrames``, at as_of.
    funnel : DataFrame
        step, rows, reason: every exclusion counted.
    """

    risk: pd.DataFrame
    risk_matrix: pd.DataFrame
    origin_matrix: pd.DataFrame
    trials: pd.DataFrame
    trial_matrix: pd.DataFrame
    ratings: HarmonisedRatings
    spells: pd.DataFrame
    places: pd.DataFrame
    funnel: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Harvest:
    """Rows of one decision date."""

    rows: pd.DataFrame
    risk_matrix: pd.DataFrame
    origin_matrix: pd.DataFrame
    trials: pd.DataFrame
    trial_matrix: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Study:
    """What every decision date shares."""

    later: Later
    params: TrialParams
    eligible: Eligible
    seed: int


def training_rows(
    tables: Tables, as_of: pd.Timestamp, params: TrialParams, eligible: Eligible, seed: int, standing_on: StandingOn | None = None
) -> TrainingRows:
    """Return risk rows and vacancy trials from what was known at ``as_of``.

    Features are those known at each decision date, with ratings harmonised on what was known then; outcomes use ratings
    harmonised at ``as_of``.

    Parameters
    ----------
    tables : Tables
        Source tables; cut back to ``as_of`` here.
    as_of : Timestamp
    params : TrialParams
    eligible : Eligible
        Called once per decision date with the pairs drawn for its vacancy trials.
    seed : int
        Seed of the draws; each decision date has its own stream.
    standing_on : StandingOn, optional
        ``standing.standing`` of these tables, where the caller keeps the days for more than one use.

    Raises
    ------
    TooLittleDataError
        No decision date has a rating before it, or no row survives the exclusions.
    """
    known = known_at(tables, as_of)
    ratings = harmonise(known, params.ratings)
    params = replace(params, window=replace(params.window, window=params.window.resolve(known)))
    study = _Study(look_later(known, ratings, as_of), params, eligible, seed)
    on, dates = standing_on or partial(_standing_on, known, params.ratings), decision_dates(known, as_of, params.dates_per_year)
    learnable = set(learnable_dates(known, as_of, params))
    harvests = [_harvest(on(day), study) for day in dates if day in learnable]
    if not any(len(harvest.risk_matrix) for harvest in harvests):
        raise TooLittleDataError(
            f"appraisals and assignments known at {as_of.date()}: no decision date has both ratings before it and a rated "
            "outcome after it. Choose a later as_of, or a source with more years.",
            f"appraisals dan assignments yang diketahui pada {as_of.date()}: tidak ada tanggal keputusan dengan nilai sebelum dan "
            "sesudahnya. Pilih as_of yang lebih baru, atau sumber dengan lebih banyak tahun.",
        )
    too_late = [_followed(current_posts(known_at(known, day), day), day, study) for day in dates if day not in learnable]
    return _assemble(harvests, too_late, study.later, ratings, places_of(known))


def _standing_on(known: Tables, params: RatingParams, day: pd.Timestamp) -> Standing:
    return standing(known, day, params)


def places_of(known: Tables) -> pd.DataFrame:
    """Return unit_id, job_family and level of every position, by position_id."""
    positions = known["positions"].drop_duplicates("position_id").sort_values("position_id")
    return positions.set_index("position_id")[list(PLACE_COLUMNS)]


def decision_dates(known: Tables, as_of: pd.Timestamp, per_year: int) -> list[pd.Timestamp]:
    """Return the decision dates between the first known rating and ``as_of``: ``per_year`` from 1 January, evenly spaced."""
    first = known["appraisals"]["known_on"].min()
    if pd.isna(first):
        return []
    months = range(1, 13, 12 // per_year)
    days = [pd.Timestamp(year=year, month=month, day=1) for year in range(first.year, as_of.year + 1) for month in months]
    return [day for day in days if first <= day < as_of]


def learnable_dates(known: Tables, as_of: pd.Timestamp, params: TrialParams) -> list[pd.Timestamp]:
    """Return the decision dates whose outcome window can have closed by ``as_of``; of the others no row is learned from."""
    dates, window = decision_dates(known, as_of, params.dates_per_year), params.window
    if window.resolve(known) != "months":
        return dates
    return [day for day in dates if window.last_day(day) <= as_of]


def _followed(posts: pd.DataFrame, day: pd.Timestamp, study: _Study) -> pd.DataFrame:
    return risk_rows(study.later, posts, day, 12 // study.params.dates_per_year, study.params.window)


def _harvest(then: Standing, study: _Study) -> _Harvest:
    frames = then.frames
    rows = _followed(then.posts, then.as_of, study)
    usable = rows[rows["exclusion"] == ""]
    trials = _vacancy_trials(usable, then.known, then.as_of, study)
    origins = usable.loc[usable["moved"], ["employee_id", "origin_position_id"]]
    origin_matrix = pair_matrix(frames, origins.rename(columns={"origin_position_id": "position_id"}))
    return _Harvest(rows, pair_matrix(frames, usable), origin_matrix, trials, pair_matrix(frames, trials))


def _vacancy_trials(usable: pd.DataFrame, known: Tables, decision_on: pd.Timestamp, study: _Study) -> pd.DataFrame:
    """Return the movers of each post filled, and weighted samples of the eligible who stayed."""
    params, rng = study.params, np.random.default_rng([study.seed, decision_on.toordinal()])
    movers, stayers = usable[usable["moved"]], usable[~usable["moved"]].reset_index(drop=True)
    columns = ["employee_id", "position_id", "decision_on", "moved", "sampling_weight", "outcome", "outcome_weight"]
    filled = np.sort(movers["position_id"].unique())
    drawn = min(params.drawn_per_trial, len(stayers))
    if not len(filled) or not drawn:
        return movers.assign(sampling_weight=1.0)[columns].reset_index(drop=True)
    picks = np.concatenate([np.sort(rng.choice(len(stayers), drawn, replace=False)) for _ in filled])
    pool = stayers.iloc[picks].assign(position_id=np.repeat(filled, drawn)).reset_index(drop=True)
    pool["position_id"] = pool["position_id"].astype("str")
    pool = pool[np.asarray(study.eligible(known, decision_on, pool[["employee_id", "position_id"]]), dtype=bool)]
    pool = pool.assign(lot=rng.random(len(pool)))
    found = pool.groupby("position_id")["lot"].transform("size")
    kept = pool[pool.groupby("position_id")["lot"].rank(method="first") <= params.kept_per_trial]
    weight = len(stayers) / drawn * np.maximum(found.loc[kept.index] / params.kept_per_trial, 1.0)
    both = pd.concat([movers.assign(sampling_weight=1.0), kept.assign(sampling_weight=weight)])[columns]
    return both.sort_values(["position_id", "moved", "employee_id"], ascending=[True, False, True], ignore_index=True)


def _assemble(
    harvests: list[_Harvest], too_late: list[pd.DataFrame], later: Later, ratings: HarmonisedRatings, places: pd.DataFrame
) -> TrainingRows:
    rows = pd.concat([*(harvest.rows for harvest in harvests), *too_late], ignore_index=True)
    risk = rows[rows["exclusion"] == ""].drop(columns="exclusion").reset_index(drop=True)
    risk_matrix = stack([harvest.risk_matrix for harvest in harvests])
    trials = pd.concat([harvest.trials for harvest in harvests], ignore_index=True)
    trial_matrix = stack([harvest.trial_matrix for harvest in harvests])
    trials.insert(0, "trial_id", trials.groupby(["decision_on", "position_id"], sort=True).ngroup())
    new_family = risk["moved"].to_numpy() & (risk_matrix["pair_family_months"] < MATTERS_MONTHS).to_numpy()
    risk.insert(risk.columns.get_loc("outcome"), "new_family", new_family)
    mean_weight = float(risk["outcome_weight"].mean())
    informative = [name for name in risk_matrix.columns if risk_matrix[name].notna().any()]
    return TrainingRows(
        risk.assign(outcome_weight=risk["outcome_weight"] / mean_weight),
        risk_matrix[informative],
        stack([harvest.origin_matrix for harvest in harvests])[informative],
        trials.assign(outcome_weight=trials["outcome_weight"] / mean_weight),
        trial_matrix[informative],
        ratings,
        later.spells,
        places,
        _funnel(rows, trials, later),
    )


def stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames with equal columns one below the other; categories are joined and sorted."""
    first = frames[0]
    out = {}
    for name in first.columns:
        parts = [frame[name] for frame in frames]
        if isinstance(first[name].dtype, pd.CategoricalDtype):
            joined = pd.CategoricalDtype(sorted(set().union(*(part.cat.categories for part in parts))))
            parts = [part.astype(joined) for part in parts]
        out[name] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(out)


def _funnel(rows: pd.DataFrame, trials: pd.DataFrame, later: Later) -> pd.DataFrame:
    """Return every step from people in post at the decision dates to the rows learned from."""
    counts = rows["exclusion"].value_counts()
    usable = rows[rows["exclusion"] == ""]
    spells = later.spells
    none = spells[~spells["moved"]]["move_type"].value_counts()
    steps = [
        ("assignments_begun", len(spells), "definitive spells known at as_of"),
        ("acting_assignments", later.acting, "acting posts (plt, plh): no posts, no moves"),
        ("moves", len(later.moves), "real moves among the definitive spells"),
        *((f"not_a_move:{name}", int(count), "assignments row that is no move") for name, count in sorted(none.items())),
        ("at_risk", len(rows), "people in a definitive post x decision dates"),
        ("at_risk_movers", int(rows["moved"].sum()), "of these moved within the period"),
        *((f"excluded:{name}", int(counts.get(name, 0)), text) for name, text in EXCLUSIONS),
        *((f"excluded_movers:{name}", int((rows["moved"] & (rows["exclusion"] == name)).sum()), text) for name, text in EXCLUSIONS),
        ("risk_rows", len(usable), "rows learned from"),
        ("risk_movers", int(usable["moved"].sum()), "of these movers"),
        ("vacancy_trials", int(trials["trial_id"].nunique()), "posts filled at a decision date"),
        ("trial_rows", len(trials), "movers and sampled eligible stayers"),
    ]
    return pd.DataFrame(steps, columns=["step", "rows", "reason"])
