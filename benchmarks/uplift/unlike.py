"""Invented cases unlike those the stack was built on: other outcomes, arms, columns, sizes, and cases in which nobody gains more.

Every case is drawn twice from one seed: rows to learn from, and rows that are judged. Its truth is the effect on the mean outcome.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
NEW_ROWS = 1_000
"""Rows that are judged."""
COLUMNS = 8
FAR_OFF = 50.0
"""How many SD the one wild outcome lies away."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a case says of n rows: X, who is treated how likely, mean outcome without treatment, effect on it, and how y is drawn.

    ``observe`` makes y (n,) of mean outcomes (n,); ``groups`` and ``weight`` where the case has them.
    """

    X: pd.DataFrame
    e: Array
    base: Array
    effect: Array
    observe: Callable[[Array, np.random.Generator], Array]
    groups: Codes | None = None
    weight: Array | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Rows learned from: X (n, p), treatment, y (n,), groups and weight (n,) or None; ``new`` rows with their true ``effect``.

    ``unit`` is the SD of y before anything was spoiled.
    """

    X: pd.DataFrame
    treatment: Array
    y: Array
    groups: Codes | None
    weight: Array | None
    new: pd.DataFrame
    effect: Array
    unit: float


Draw = Callable[[int, np.random.Generator], Drawn]
Kind = Literal["varies", "constant"]


@dataclass(frozen=True, slots=True)
class Surface:
    """A case's drawing, its rows to learn from, and whether some gain more than others."""

    draw: Draw
    rows: int
    kind: Kind
    spoil: Callable[[Array], Array] | None = None


def drawn(surface: Surface, seed: int, rows: int | None = None) -> Case:
    """Return the case of ``seed``; the rows judged come after those learned from in one draw, so that levels may be new there."""
    learned = rows or surface.rows
    rng = np.random.default_rng(seed)
    said = surface.draw(learned + NEW_ROWS, rng)
    treatment = (rng.random(len(said.e)) < said.e).astype(np.float64)
    y = said.observe(said.base + treatment * said.effect, rng)
    unit, first = float(y.std()), slice(0, learned)
    outcome = y[first] if surface.spoil is None else surface.spoil(y[first])
    groups = None if said.groups is None else said.groups[first]
    weight = None if said.weight is None else said.weight[first]
    new = said.X.iloc[learned:].reset_index(drop=True)
    return Case(said.X.iloc[first], treatment[first], outcome, groups, weight, new, said.effect[learned:], unit)


def _normal(n: int, rng: np.random.Generator, columns: int = COLUMNS) -> tuple[pd.DataFrame, Array]:
    X = rng.normal(size=(n, columns))
    return pd.DataFrame(X, columns=[f"x{j}" for j in range(columns)]), X


def _plain(X: Array) -> tuple[Array, Array, Array]:
    """Return e, base and a moderately varying effect that many cases share: half straight, half bent."""
    return expit(0.7 * X[:, 0] - 0.5 * X[:, 1]), X[:, 0] + 0.5 * X[:, 1] ** 2, 0.5 + 0.5 * X[:, 2] + 0.5 * np.abs(X[:, 0])


def _gaussian(mean: Array, rng: np.random.Generator) -> Array:
    return np.asarray(mean + rng.normal(size=len(mean)))


def _t3(mean: Array, rng: np.random.Generator) -> Array:
    return np.asarray(mean + rng.standard_t(3, len(mean)))


def heavy_tails(n: int, rng: np.random.Generator) -> Drawn:
    """Student's t with three degrees of freedom."""
    frame, X = _normal(n, rng)
    return Drawn(frame, *_plain(X), _t3)


def heavy_tails_same(n: int, rng: np.random.Generator) -> Drawn:
    """The same noise, an effect of one for everybody."""
    frame, X = _normal(n, rng)
    e, base, _ = _plain(X)
    return Drawn(frame, e, base, np.ones(n), _t3)


def yes_or_no(n: int, rng: np.random.Generator) -> Drawn:
    """A binary outcome: the effect is a difference of probabilities."""
    frame, X = _normal(n, rng)
    base = expit(-0.5 + X[:, 0])
    effect = expit(-0.5 + X[:, 0] + np.where(X[:, 1] > 0, 1.5, -0.3)) - base
    return Drawn(frame, expit(0.5 * X[:, 0]), base, effect, lambda p, r: (r.random(len(p)) < p).astype(np.float64))


def counts(n: int, rng: np.random.Generator) -> Drawn:
    """Poisson counts on which the treatment acts as a factor."""
    frame, X = _normal(n, rng)
    base = np.exp(0.3 + 0.5 * X[:, 0])
    effect = base * np.expm1(0.3 + 0.3 * X[:, 1])
    return Drawn(frame, expit(0.5 * X[:, 0] - 0.3), base, effect, lambda mean, r: r.poisson(mean).astype(np.float64))


def lognormal(n: int, rng: np.random.Generator) -> Drawn:
    """Money: a skewed outcome, the noise a factor with mean one."""
    frame, X = _normal(n, rng)
    base = np.exp(0.6 * X[:, 0])
    effect = base * np.where(X[:, 1] > 0.5, 0.8, 0.1)
    return Drawn(frame, expit(0.5 * X[:, 0]), base, effect, lambda mean, r: mean * np.exp(r.normal(-0.32, 0.8, len(mean))))


def five_grades(n: int, rng: np.random.Generator) -> Drawn:
    """Ratings 1 to 5, mostly 4; the truth is the change of the mean rating."""
    frame, X = _normal(n, rng)
    base, gain = 4.0 + 0.3 * X[:, 0], 0.15 + 0.25 * (X[:, 1] > 0)

    def rated(mean: Array, r: np.random.Generator) -> Array:
        low = np.floor(mean)
        return np.asarray(np.clip(low + (r.random(len(mean)) < mean - low), 1, 5))

    return Drawn(frame, expit(-X[:, 0]), np.clip(base, 1, 5), np.clip(base + gain, 1, 5) - np.clip(base, 1, 5), rated)


def mostly_zero(n: int, rng: np.random.Generator) -> Drawn:
    """Four outcomes in five are zero, the others exponential; the treatment changes how many."""
    frame, X = _normal(n, rng)
    share = expit(-1.5 + 0.8 * X[:, 0])
    more = expit(-1.5 + 0.8 * X[:, 0] + 0.8 * (X[:, 1] > 0)) - share
    return Drawn(frame, np.full(n, 0.5), share, more, lambda p, r: (r.random(len(p)) < p) * r.exponential(1.0, len(p)))


def coin(n: int, rng: np.random.Generator) -> Drawn:
    """A randomised trial, one to one."""
    frame, X = _normal(n, rng)
    _, base, effect = _plain(X)
    return Drawn(frame, np.full(n, 0.5), base, effect, _gaussian)


def coin_nothing(n: int, rng: np.random.Generator) -> Drawn:
    """A randomised trial of something that does nothing."""
    frame, X = _normal(n, rng)
    return Drawn(frame, np.full(n, 0.5), X[:, 0] + 0.5 * X[:, 1] ** 2, np.zeros(n), _gaussian)


def few_treated(n: int, rng: np.random.Generator) -> Drawn:
    """One in fourteen treated, and not by lot."""
    frame, X = _normal(n, rng)
    _, base, effect = _plain(X)
    return Drawn(frame, np.clip(0.07 * np.exp(0.5 * X[:, 0] - 0.1), 0.01, 0.5), base, effect, _gaussian)


def few_treated_same(n: int, rng: np.random.Generator) -> Drawn:
    """One in fourteen treated, all gain alike."""
    frame, X = _normal(n, rng)
    _, base, _ = _plain(X)
    return Drawn(frame, np.clip(0.07 * np.exp(0.5 * X[:, 0] - 0.1), 0.01, 0.5), base, np.ones(n), _gaussian)


def confounded_nothing(n: int, rng: np.random.Generator) -> Drawn:
    """The worst off are treated, by a bent rule; nothing changes."""
    frame, X = _normal(n, rng)
    risk = X[:, 0] + np.maximum(X[:, 1], 0) + 0.5 * X[:, 0] * X[:, 2]
    return Drawn(frame, np.clip(expit(1.2 * risk - 0.6), 0.03, 0.97), -1.5 * risk, np.zeros(n), _gaussian)


def one_in_twenty(n: int, rng: np.random.Generator) -> Drawn:
    """Only one row in twenty gains, and much."""
    frame, X = _normal(n, rng)
    e, base, _ = _plain(X)
    return Drawn(frame, e, base, np.where((X[:, 2] > 0.76) & (X[:, 3] > 0.76), 3.0, 0.0), _gaussian)


def opposites(n: int, rng: np.random.Generator) -> Drawn:
    """Who gains hangs on two columns together, on neither alone."""
    frame, X = _normal(n, rng)
    e, base, _ = _plain(X)
    return Drawn(frame, e, base, np.where(X[:, 2] * X[:, 3] > 0, 1.0, -1.0), _gaussian)


def up_and_down(n: int, rng: np.random.Generator) -> Drawn:
    """The effect goes up and down along one column three times."""
    frame, X = _normal(n, rng)
    e, base, _ = _plain(X)
    return Drawn(frame, e, base, np.sin(4 * X[:, 2]), _gaussian)


def wide(n: int, rng: np.random.Generator) -> Drawn:
    """Two hundred columns of which five matter."""
    frame, X = _normal(n, rng, 200)
    return Drawn(frame, *_plain(X), _gaussian)


def wide_nothing(n: int, rng: np.random.Generator) -> Drawn:
    """Two hundred columns, and nothing happens."""
    frame, X = _normal(n, rng, 200)
    e, base, _ = _plain(X)
    return Drawn(frame, e, base, np.zeros(n), _gaussian)


def many_levels(n: int, rng: np.random.Generator) -> Drawn:
    """A text column of 300 levels, some never seen before the forecast; one level in three gains more."""
    frame, X = _normal(n, rng)
    level = rng.integers(0, 300, n)
    by_level = rng.normal(0, 0.7, 300)[level]
    e, base, _ = _plain(X)
    return Drawn(
        frame.assign(place=pd.Series([f"p{k}" for k in level])), e, base + by_level,
        0.5 + 0.5 * X[:, 2] + (level % 3 == 0), _gaussian,
    )  # fmt: skip


def broken_columns(n: int, rng: np.random.Generator) -> Drawn:
    """Columns all missing, constant, doubled, collinear, nearly all missing, one wild cell, and one that names each row."""
    frame, X = _normal(n, rng)
    wild = X[:, 4].copy()
    wild[0] = 1e9
    rare = np.where(rng.random(n) < 0.01, X[:, 5], np.nan)
    more = {
        "empty": np.nan, "same": 7.0, "again": X[:, 2], "sum": X[:, 0] + X[:, 1], "rare": rare,
        "wild": wild, "name": [f"n{k}" for k in range(n)], "nothing": pd.Series([None] * n, dtype=object),
    }  # fmt: skip
    return Drawn(frame.assign(**more), *_plain(X), _gaussian)


def telling_gaps(n: int, rng: np.random.Generator) -> Drawn:
    """What is missing tells: of the low values of one column most, and whose is missing gains."""
    frame, X = _normal(n, rng)
    gone = rng.random(n) < expit(-2 * X[:, 2] - 0.5)
    e, base, _ = _plain(X)
    frame.loc[gone, "x2"] = np.nan
    return Drawn(frame, np.clip(e + 0.15 * gone, 0.03, 0.97), base, 0.2 + 1.0 * gone + 0.4 * X[:, 3], _gaussian)


def hardly_overlapping(n: int, rng: np.random.Generator) -> Drawn:
    """Who is treated is nearly settled by one column; the effect varies along another."""
    frame, X = _normal(n, rng)
    return Drawn(frame, expit(4 * X[:, 0]), X[:, 0] + 0.5 * X[:, 1] ** 2, 0.5 + 0.7 * X[:, 2], _gaussian)


def hardly_overlapping_same(n: int, rng: np.random.Generator) -> Drawn:
    """The same rule of treatment, a bent outcome along it, an effect of one for everybody."""
    frame, X = _normal(n, rng)
    return Drawn(frame, expit(4 * X[:, 0]), 0.5 * X[:, 0] ** 2 + np.sin(2 * X[:, 0]), np.ones(n), _gaussian)


def _grouped(n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, Array, Codes, Array]:
    """Return columns, of which x0 to x3 belong to the group; groups of 2 to 30 rows; and an effect of the group on y."""
    sizes = rng.integers(2, 31, n)
    group = np.repeat(np.arange(n), sizes)[:n]
    frame, X = _normal(n, rng)
    shared = rng.normal(size=(n, 4))[group]
    X[:, :4] = shared
    frame.iloc[:, :4] = shared
    return frame, X, group, rng.normal(0, 1.0, n)[group]


def in_groups(n: int, rng: np.random.Generator) -> Drawn:
    """People with 2 to 30 rows each and a level of their own; treated are rows."""
    frame, X, group, own = _grouped(n, rng)
    e, base, effect = _plain(X)
    return Drawn(frame, e, base + own, effect, _gaussian, groups=group)


def whole_groups_same(n: int, rng: np.random.Generator) -> Drawn:
    """Units of 2 to 30 rows are treated whole; all gain alike."""
    frame, X, group, own = _grouped(n, rng)
    treated = (rng.random(n)[group] < 0.5).astype(np.float64)
    return Drawn(frame, treated, X[:, 0] + own, np.ones(n), _gaussian, groups=group)


def weighted(n: int, rng: np.random.Generator) -> Drawn:
    """Weights between 0.1 and 10 that hang together with the effect."""
    frame, X = _normal(n, rng)
    return Drawn(frame, *_plain(X), _gaussian, weight=np.clip(np.exp(X[:, 2]), 0.1, 10))


def uneven_noise_same(n: int, rng: np.random.Generator) -> Drawn:
    """Noise three times as large for some, and the treatment adds noise but gives all the same."""
    frame, X = _normal(n, rng)
    e, base, _ = _plain(X)
    spread = np.where(X[:, 1] > 0, 3.0, 1.0)
    return Drawn(frame, e, base, np.ones(n), lambda mean, r: np.asarray(mean + spread * r.normal(size=len(mean))))


def small(n: int, rng: np.random.Generator) -> Drawn:
    """Few rows, a straight effect."""
    frame, X = _normal(n, rng)
    return Drawn(frame, expit(0.5 * X[:, 0]), X[:, 0], 0.5 + 0.7 * X[:, 2], _gaussian)


def small_nothing(n: int, rng: np.random.Generator) -> Drawn:
    """Few rows, nothing happens."""
    frame, X = _normal(n, rng)
    return Drawn(frame, expit(0.5 * X[:, 0]), X[:, 0], np.zeros(n), _gaussian)


def _one_far_off(y: Array) -> Array:
    """Return ``y`` with its first outcome fifty SD up."""
    out = y.copy()
    out[0] = y.mean() + FAR_OFF * y.std()
    return out


UNLIKE: dict[str, Surface] = {
    "heavy_tails": Surface(heavy_tails, 1_000, "varies"),
    "yes_or_no": Surface(yes_or_no, 1_500, "varies"),
    "counts": Surface(counts, 1_000, "varies"),
    "lognormal": Surface(lognormal, 1_000, "varies"),
    "five_grades": Surface(five_grades, 1_500, "varies"),
    "mostly_zero": Surface(mostly_zero, 1_500, "varies"),
    "coin": Surface(coin, 800, "varies"),
    "few_treated": Surface(few_treated, 2_000, "varies"),
    "one_in_twenty": Surface(one_in_twenty, 1_500, "varies"),
    "opposites": Surface(opposites, 1_500, "varies"),
    "up_and_down": Surface(up_and_down, 1_500, "varies"),
    "wide": Surface(wide, 600, "varies"),
    "many_levels": Surface(many_levels, 1_500, "varies"),
    "broken_columns": Surface(broken_columns, 800, "varies"),
    "telling_gaps": Surface(telling_gaps, 800, "varies"),
    "hardly_overlapping": Surface(hardly_overlapping, 1_000, "varies"),
    "in_groups": Surface(in_groups, 1_500, "varies"),
    "weighted": Surface(weighted, 800, "varies"),
    "small": Surface(small, 200, "varies"),
    "one_far_off": Surface(coin, 800, "varies", _one_far_off),
    "heavy_tails_same": Surface(heavy_tails_same, 600, "constant"),
    "coin_nothing": Surface(coin_nothing, 600, "constant"),
    "few_treated_same": Surface(few_treated_same, 1_000, "constant"),
    "confounded_nothing": Surface(confounded_nothing, 600, "constant"),
    "wide_nothing": Surface(wide_nothing, 400, "constant"),
    "hardly_overlapping_same": Surface(hardly_overlapping_same, 600, "constant"),
    "whole_groups_same": Surface(whole_groups_same, 600, "constant"),
    "uneven_noise_same": Surface(uneven_noise_same, 600, "constant"),
    "small_nothing": Surface(small_nothing, 200, "constant"),
    "one_far_off_nothing": Surface(coin_nothing, 600, "constant", _one_far_off),
}
