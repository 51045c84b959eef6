"""One year of true performance and how it was rated: leniency, unit quotas, three regimes, holes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import RATING_OF_QUADRANT
from simulation.knobs import Knobs
from simulation.organisation import Organisation
from simulation.people import DAYS_A_YEAR
from simulation.performance import TRAINING_LASTS_DAYS, dip, match, staleness
from simulation.staff import GONE, Staff, pairs_of

GRADED = "PermenPANRB 6/2022"
"""The regime of the five ratings (predikat)."""

MAYOR = -1
"""Number of the one rater outside the staff; neutral."""

TOP_SHARE = 0.1127
"""Share of Sangat Baik (published share)."""

GRADES = ("Cukup", "Baik", "Istimewa")
_GRADE_SHARES = (0.17, 0.70, 0.13)
_LEAST_TOP, _MIDDLE_TOP, _USUAL_TOP = 0.01, 0.055, 0.56
"""Share of Sangat Baik a unit of each grade may give where the best give as usual: half a grade between the ends."""

_LOW_SHARES = {3: 0.0011, 2: 0.0006, 1: 0.0010}
_ABOVE_SHARE = 0.24
"""Share of Baik with one side above expectation, each side."""

_QUOTA_SHIFT = 0.35
"""What one SD of the unit's grade adds to its numeric scores (SD of latent performance)."""

_SCALES = {"DP3": (82.0, 3.2, 50.0, 96.0), "PP 46/2011": (85.0, 3.4, 51.0, 99.0), "PP 30/2019": (98.0, 6.0, 50.0, 119.0)}
"""Numeric regimes: centre, points per SD, lowest, highest score given."""


def regime_of(year: int) -> str:
    """Return the rating regime in force in ``year`` (PP 46/2011, PP 30/2019, PermenPANRB 6/2022)."""
    return "DP3" if year < 2014 else "PP 46/2011" if year < 2021 else "PP 30/2019" if year < 2022 else GRADED


@dataclass(frozen=True)
class Year:
    """What happened in one year: ``latent`` and ``ratings`` one row per person in post on 1 July, ``units`` one per unit."""

    latent: pd.DataFrame
    ratings: pd.DataFrame
    units: pd.DataFrame


def live_year(
    staff: Staff, organisation: Organisation, year: int, grade_trait: NDArray[np.float64], knobs: Knobs, rng: np.random.Generator
) -> Year:
    """Return the year's true performance and ratings of everybody in post now (1 July), and update the staff's record."""
    fresh = rng.normal(0, 1, len(staff.post))
    staff.shock = knobs.shock_memory * staff.shock + np.sqrt(1 - knobs.shock_memory**2) * knobs.shock_sd * fresh
    who = np.flatnonzero(staff.in_service())
    post = staff.post[who]
    heads = _heads(staff, organisation)
    latent = _latent(staff, organisation, who, heads, year, knobs)
    rater = _raters(organisation, who, post, heads)
    graded = organisation.units["graded"].to_numpy()[organisation.posts["unit"].to_numpy()[post]]
    grade = _grade(graded, latent["latent"].to_numpy(), grade_trait, len(organisation.units), rng)
    lenient = np.where(rater == MAYOR, 0.0, staff.people.leniency[rater])
    seen = latent["latent"].to_numpy() + lenient + rng.normal(0, knobs.noise_sd, len(who))
    ratings = pd.DataFrame({"person": who, "post": post, "year": year, "rater": rater, "seen": seen})
    ratings = _rate(ratings, graded, grade, knobs, rng)
    _remember(staff, who, seen)
    units = pd.DataFrame({"unit": np.arange(len(organisation.units)), "year": year, "leader": heads,
                          "grade": np.array(GRADES)[grade[1][organisation.units["graded"].to_numpy()]]})  # fmt: skip
    return Year(latent, ratings[rng.random(len(who)) >= knobs.missing_ratings], units)


def _heads(staff: Staff, organisation: Organisation) -> NDArray[np.int64]:
    """Return the leader of every unit, or -1 where the post is vacant or there is none."""
    posts = organisation.posts
    heads = np.full(len(organisation.units), -1, dtype=np.int64)
    serving = np.flatnonzero(staff.in_service())
    leads = posts["leads"].to_numpy()[staff.post[serving]]
    heads[posts["unit"].to_numpy()[staff.post[serving[leads]]]] = serving[leads]
    return heads


def _raters(
    organisation: Organisation, who: NDArray[np.int64], post: NDArray[np.int64], heads: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return who rates each: the nearest head above, never oneself; the mayor where there is none."""
    parent = organisation.units["parent"].to_numpy()
    unit = organisation.posts["unit"].to_numpy()[post].copy()
    rater = np.full(len(who), MAYOR, dtype=np.int64)
    for _ in range(5):  # the tree is at most four deep
        open_ = (rater == MAYOR) & (unit >= 0)
        head = np.where(unit >= 0, heads[unit], -1)
        found = open_ & (head >= 0) & (head != who)
        rater[found] = head[found]
        unit = np.where(open_ & ~found, parent[unit], unit)
    return rater


def _latent(
    staff: Staff, organisation: Organisation, who: NDArray[np.int64], heads: NDArray[np.int64], year: int, knobs: Knobs
) -> pd.DataFrame:
    """Return every part of true performance in ``year``, one row per person in post."""
    day = np.datetime64(f"{year}-07-01", "D")
    post = staff.post[who]
    unit = organisation.posts["unit"].to_numpy()[post]
    family = organisation.posts["family"].to_numpy()[post]
    head = heads[unit]
    led = (head >= 0) & (head != who)
    trained = staff.trained[who, family] >= day - TRAINING_LASTS_DAYS  # NaT (no course) compares false
    parts = pd.DataFrame({
        "person": who, "year": year, "post": post,
        "person_level": staff.people.ability[who] + staff.people.growth[who] * (year - knobs.first_year),
        "shock": staff.shock[who],
        "match": match(knobs, pairs_of(staff, organisation, who, post, day)),
        "unit_effect": organisation.units["effect"].to_numpy()[unit],
        "position_effect": organisation.posts["effect"].to_numpy()[post],
        "leader_effect": knobs.leader_sd * np.where(led, staff.people.leadership[head], 0.0),
        "staleness": staleness(knobs, staff.years_in_post(day)[who]),
        "dip": dip(knobs, staff.moved_in[who], year, staff.prepared[who]),
        "training": knobs.training_effect * trained,
    })  # fmt: skip
    return parts.assign(latent=parts.drop(columns=["person", "year", "post"]).sum(axis=1))


def _grade(
    graded: NDArray[np.int64], latent: NDArray[np.float64], trait: NDArray[np.float64], units: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return every graded body's own standing (SD) and grade: habit, the year, and a little of its people's work."""
    count = np.bincount(graded, minlength=units)
    work = np.bincount(graded, weights=latent, minlength=units) / np.maximum(count, 1)
    standing = trait + 0.5 * rng.normal(0, 1, units) + 0.5 * (work - latent.mean())
    order = np.argsort(standing, kind="stable")
    share = np.cumsum(count[order]) / max(count.sum(), 1)
    grade = np.empty(units, dtype=np.int64)
    grade[order] = np.searchsorted(np.cumsum(_GRADE_SHARES)[:-1], share - count[order] / (2 * max(count.sum(), 1)))
    return standing, grade


def _rate(
    ratings: pd.DataFrame, graded: NDArray[np.int64], grade: tuple[NDArray[np.float64], NDArray[np.int64]], knobs: Knobs,
    rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """Add score or rating, work_result and behaviour in the regime of the year."""
    regime = regime_of(int(ratings["year"].iloc[0]))
    seen = ratings["seen"].to_numpy()
    if regime != GRADED:
        centre, points, low, high = _SCALES[regime]
        shift = knobs.quota * _QUOTA_SHIFT * grade[0][graded]
        score = np.clip(np.round(centre + points * (seen + shift), 2), low, high)
        return ratings.assign(regime=regime, score=score, rating=np.nan, work_result=np.nan, behaviour=np.nan)
    rating, work, behaviour = _predikat(seen, graded, grade[1], knobs, rng)
    return ratings.assign(regime=regime, score=np.nan, rating=rating, work_result=work, behaviour=behaviour)


def _predikat(
    seen: NDArray[np.float64], graded: NDArray[np.int64], grade: NDArray[np.int64], knobs: Knobs, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return rating, work result and behaviour: the top share of the own body (quota) or of the city, few below."""
    allowed = _top_shares(knobs.quota_top)[grade[graded]]
    allowed = allowed * TOP_SHARE / allowed.mean()
    in_body = _rank_from_top(seen, graded, rng) * TOP_SHARE / allowed
    in_city = _rank_from_top(seen, np.zeros(len(seen), dtype=np.int64), rng)
    top = knobs.quota * in_body + (1 - knobs.quota) * in_city <= TOP_SHARE
    work, behaviour = (_above(seen + rng.normal(0, 0.6, len(seen)), ~top) for _ in range(2))
    both = (work == 3) & (behaviour == 3) & ~top
    work[both & (rng.random(len(seen)) < 0.5)] = 2
    behaviour[both & (work == 3)] = 2
    work[top], behaviour[top] = 3, 3
    bottom = np.argsort(seen + rng.normal(0, 0.5, len(seen)), kind="stable")
    start = 0
    for rating, share in _LOW_SHARES.items():
        these = bottom[start : start + int(rng.binomial(len(seen), share))]
        start += len(these)
        work[these] = 1 if rating != 2 else 2
        behaviour[these] = 2 if rating == 3 else 1
    table = np.zeros((4, 4), dtype=np.int64)
    for (w, b), value in RATING_OF_QUADRANT.items():
        table[w, b] = value
    return table[work, behaviour], work, behaviour


def _top_shares(best: float) -> NDArray[np.float64]:
    """Return the share of Sangat Baik that a unit of each grade may give, before scaling to ``TOP_SHARE``."""
    middle = _MIDDLE_TOP - (best - _USUAL_TOP) * _GRADE_SHARES[2] / _GRADE_SHARES[1]
    return np.array([_LEAST_TOP, max(middle, _LEAST_TOP), best])


def _above(signal: NDArray[np.float64], among: NDArray[np.bool_]) -> NDArray[np.int64]:
    cut = np.quantile(signal[among], 1 - _ABOVE_SHARE) if among.any() else np.inf
    return np.where(signal > cut, 3, 2)


def _rank_from_top(seen: NDArray[np.float64], group: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the rank from the top as a share of the group, shifted by one lottery per group so that shares hold on average."""
    frame = pd.Series(seen).groupby(group)
    rank, size = frame.rank(ascending=False, method="first").to_numpy(), frame.transform("size").to_numpy()
    lottery = rng.random(int(group.max()) + 1 if len(group) else 1)[group]
    return np.asarray((rank - lottery) / size)


def _remember(staff: Staff, who: NDArray[np.int64], seen: NDArray[np.float64]) -> None:
    standing = (seen - seen.mean()) / max(float(seen.std()), 1e-9)
    staff.last[who] = standing
    staff.record[who] = (staff.record[who] * staff.rated[who] + standing) / (staff.rated[who] + 1)
    staff.rated[who] += 1
    assert not (staff.post[who] == GONE).any()


def months_served(staff: Staff, who: NDArray[np.int64], year: int) -> NDArray[np.float64]:
    """Return the months of ``year`` each served."""
    first, last = np.datetime64(f"{year}-01-01", "D"), np.datetime64(f"{year}-12-31", "D")
    days = (np.minimum(staff.left[who], last) - np.maximum(staff.people.hired[who], first)).astype(float) + 1
    return np.asarray(np.round(np.clip(days / DAYS_A_YEAR * 12, 0, 12)), dtype=np.float64)
