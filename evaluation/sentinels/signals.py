"""The sentinels, one function each: a frame of subjects with what was seen, what chance would give, and a p value."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.sentinels.careers import STEP, codes
from evaluation.sentinels.permutation import Ints, compare

COLUMNS = ("subject", "people", "observed", "expected", "p_value")
"""What every signal returns, one row per subject; ``people`` is the size of its evidence."""


def rating_jumps(scores: pd.DataFrame, moves: pd.DataFrame, months: int, fewest: int, draws: int, seed: int) -> pd.DataFrame:
    """Return per rater how much more the ratings of those about to move jumped than those of the others.

    Parameters
    ----------
    scores
        ``HarmonisedRatings.scores``: ``standard`` is the raw rating standardised within regime and year.
    moves
        Of `careers.moves`.
    months
        A rating is "just before" a move that starts within so many months after its period.
    fewest
        Movers a rater needs to be looked at.

    Returns
    -------
    DataFrame
        ``COLUMNS``; the rater is the subject, ``observed`` the sum of the jumps of movers; exchanged among those one rater rated
        in one year.
    """
    rated = _jumps(scores)
    rated = rated.assign(moved=_followed(rated, moves, months))
    rated = rated[_mixed(rated["moved"], codes(rated, ["rater_id", "year"]))]
    subjects, strata = rated["rater_id"].where(rated["moved"]), codes(rated, ["rater_id", "year"])
    return _grouped(rated["jump"], subjects, strata, fewest, draws, seed)


def favourites(
    scores: pd.DataFrame, moves: pd.DataFrame, posts: pd.DataFrame, months: int, fewest: int, draws: int, seed: int
) -> pd.DataFrame:
    """Return per rater how many of those they rated rose a step soon after, beside people of equal rating, step and job family.

    ``observed`` counts promotions within ``months``; promotions are exchanged among all people of one year, step, job family and
    rating, so that a rater of able people, of people with a ladder before them, or in a field that grows is no favourite-maker.
    ``posts``: level and job_family by position_id.
    """
    rated = _rated(scores)
    rated = rated.assign(rose=_followed(rated, moves[moves["rose"]], months), grade=rated["standard"].round(1))
    held = posts.reindex(rated["position_id"])
    rated = rated.assign(step=held["level"].to_numpy() // STEP, job_family=held["job_family"].to_numpy())
    strata = codes(rated, ["year", "step", "job_family", "grade"])
    kept = _mixed(rated["rose"], strata)
    rated, strata = rated[kept], strata[kept]
    return _grouped(rated["rose"].astype(float), rated["rater_id"], strata, fewest, draws, seed)


def never_releasing(years: pd.DataFrame, fewest: int, draws: int, seed: int) -> pd.DataFrame:
    """Return per unit how few of its people moved out, beside people of the same family, step and year elsewhere.

    ``years`` of `careers.person_years`; ``p_value`` is that of so few.
    """
    settled = years[years["months"] >= 24]
    strata = codes(settled, ["year", "job_family", "step"])
    kept = _mixed(settled["left"], strata)
    settled, strata = settled[kept], strata[kept]
    return _grouped(settled["left"].astype(float), settled["unit_id"], strata, fewest, draws, seed, low=True)


def bunched(moves: pd.DataFrame, freezes: pd.DataFrame, days: int, as_of: pd.Timestamp, draws: int, seed: int) -> pd.DataFrame:
    """Return per freeze window how many moves were made in the days before it, beside the same months of other years.

    Months inside a freeze are no comparison. The subject is the first day of the freeze.
    """
    windows = freezes.dropna(subset=["from_on", "to_on"]).drop_duplicates("from_on").sort_values("from_on", ignore_index=True)
    if windows.empty or moves.empty:
        return _nothing()
    months = pd.period_range(moves["start_on"].min().to_period("M"), as_of.to_period("M"), freq="M")
    counts = moves["start_on"].dt.to_period("M").value_counts().reindex(months, fill_value=0).to_numpy(dtype=float)
    middles = months.to_timestamp() + pd.Timedelta(days=14)
    before = np.full(len(months), -1, dtype=np.int64)
    frozen = np.zeros(len(months), dtype=bool)
    for place, (starts, ends) in enumerate(zip(windows["from_on"], windows["to_on"], strict=True)):
        frozen |= (middles >= starts) & (middles <= ends)
        before[(middles >= starts - pd.Timedelta(days=days)) & (middles < starts)] = place
    free = ~frozen
    found = compare(counts[free], before[free], months.month.to_numpy(dtype=np.int64)[free], draws, seed)
    seen = pd.DataFrame(
        {"place": range(len(found.observed)), "observed": found.observed, "expected": found.expected, "p_value": found.high}
    )
    seen = seen[np.bincount(before[free & (before >= 0)], minlength=len(seen)) > 0]
    days_of = windows["from_on"].dt.strftime("%Y-%m-%d")
    return seen.assign(subject=seen["place"].map(days_of), people=seen["observed"].astype(int))[list(COLUMNS)]


def connected(
    moves: pd.DataFrame, spells: pd.DataFrame, relations: pd.DataFrame, fewest: int, draws: int, seed: int
) -> pd.DataFrame:
    """Return per receiving unit how many came to where a relative sat, beside destinations exchanged in year and step."""
    pairs = _relatives_there(moves, spells, relations)
    if pairs.empty:
        return _nothing()
    units = pd.Index(moves["unit_id"].unique()).sort_values()
    place = units.get_indexer(moves["unit_id"])
    linked = np.unique(pairs["move"].to_numpy() * len(units) + units.get_indexer(pairs["unit_id"]))
    strata = codes(moves.assign(step=moves["level"] // STEP), ["year", "step"])
    at = np.arange(len(moves))
    observed = np.bincount(place[np.isin(at * len(units) + place, linked)], minlength=len(units)).astype(float)
    rng = np.random.default_rng(seed)
    order = np.argsort(strata, kind="stable")
    above, total = np.zeros(len(units)), np.zeros(len(units))
    for _ in range(draws):
        shuffled = np.empty_like(place)
        shuffled[order] = place[order[np.argsort(rng.random(len(order)) + strata[order], kind="stable")]]
        sums = np.bincount(shuffled[np.isin(at * len(units) + shuffled, linked)], minlength=len(units))
        above += sums >= observed
        total += sums
    arrivals = np.bincount(place, minlength=len(units))
    seen = pd.DataFrame({"subject": units, "people": arrivals, "observed": observed, "expected": total / draws})
    return seen.assign(p_value=(1 + above) / (1 + draws))[arrivals >= fewest].reset_index(drop=True)


def demotions(moves: pd.DataFrame, disciplines: pd.DataFrame, months: int) -> pd.DataFrame:
    """Return every move a step down without a punishment on record in the ``months`` before it: the subject is the employee.

    No chance is at work here, so ``p_value`` is missing and every row is to be looked at; ``on`` is the day of the step.
    """
    fell = moves[moves["fell"]]
    cases = disciplines.assign(who=disciplines["employee_id"].astype("str"))[["who", "start_on", "annulled_on"]]
    cases = cases[cases["annulled_on"].isna()].rename(columns={"start_on": "case_on"})
    pairs = fell[["who", "start_on"]].reset_index().merge(cases, on="who")
    since = pairs["start_on"] - pd.DateOffset(months=months)
    explained = pairs.loc[(pairs["case_on"] <= pairs["start_on"]) & (pairs["case_on"] >= since), "index"]
    found = fell.loc[~fell.index.isin(explained)]
    frame = pd.DataFrame({"subject": found["who"], "people": 1, "observed": 1.0, "expected": 0.0, "p_value": np.nan})
    return frame.assign(on=found["start_on"]).reset_index(drop=True)[[*COLUMNS, "on"]]


def _rated(scores: pd.DataFrame) -> pd.DataFrame:
    frame = scores.dropna(subset=["standard", "rater_id"])
    frame = frame.assign(who=frame["employee_id"].astype("str"), rater_id=frame["rater_id"].astype("str"))
    frame = frame.assign(year=frame["period_end"].dt.year)
    return frame.sort_values(["who", "period_end"], kind="stable", ignore_index=True)


def _jumps(scores: pd.DataFrame) -> pd.DataFrame:
    rated = _rated(scores)
    return rated.assign(jump=rated.groupby("who")["standard"].diff()).dropna(subset=["jump"]).reset_index(drop=True)


def _followed(rated: pd.DataFrame, moves: pd.DataFrame, months: int) -> pd.Series:
    """Return whether a move of the same person starts within ``months`` after each rated period."""
    pairs = rated[["who", "period_end"]].reset_index().merge(moves[["who", "start_on"]], on="who")
    soon = pairs["start_on"].between(pairs["period_end"], pairs["period_end"] + pd.DateOffset(months=months), inclusive="right")
    return pd.Series(rated.index.isin(pairs.loc[soon, "index"]), index=rated.index)


def _mixed(flags: pd.Series, strata: Ints) -> NDArray[np.bool_]:
    """Return the rows of strata in which flags differ: only there chance has anything to exchange."""
    share = flags.astype(float).groupby(strata).transform("mean")
    mixed: NDArray[np.bool_] = ((share > 0) & (share < 1)).to_numpy()
    return mixed


def _grouped(
    values: pd.Series, subjects: pd.Series, strata: Ints, fewest: int, draws: int, seed: int, *, low: bool = False
) -> pd.DataFrame:
    named, names = pd.factorize(subjects, sort=True)
    if not len(names):
        return _nothing()
    found = compare(values.to_numpy(dtype=float), named.astype(np.int64), strata.astype(np.int64), draws, seed)
    people = np.bincount(named[named >= 0], minlength=len(names))
    seen = pd.DataFrame({"subject": names, "people": people, "observed": found.observed, "expected": found.expected})
    seen = seen.assign(p_value=found.low if low else found.high)
    return seen[people >= fewest].reset_index(drop=True)


def _relatives_there(moves: pd.DataFrame, spells: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Return each move (by its place) with every unit in which a relative of the mover sat when it began."""
    both = relations[["employee_id", "other_employee_id"]].astype("str")
    ties = pd.concat([both, both.rename(columns={"employee_id": "other_employee_id", "other_employee_id": "employee_id"})])
    ties = ties.drop_duplicates().rename(columns={"employee_id": "who", "other_employee_id": "relative"})
    movers = pd.DataFrame({"move": np.arange(len(moves)), "who": moves["who"].to_numpy(), "on": moves["start_on"].to_numpy()})
    held = spells[["who", "unit_id", "start_on", "end_on"]].rename(columns={"who": "relative"})
    pairs = movers.merge(ties, on="who").merge(held, on="relative")
    there = (pairs["start_on"] < pairs["on"]) & (pairs["end_on"] >= pairs["on"] - pd.Timedelta(days=1))
    return pairs.loc[there, ["move", "unit_id"]].drop_duplicates()


def _nothing() -> pd.DataFrame:
    types = {"subject": "str", "people": "int64", "observed": "float64", "expected": "float64", "p_value": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
