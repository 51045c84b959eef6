"""Invented trials with a known effect of treatment: Nie & Wager's set-ups A-D, a surface like IHDP B, and harder company."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """X (n, p), treatment 0/1 (n,), outcome y (n,) and the true effect tau(x) (n,)."""

    X: pd.DataFrame
    treatment: Array
    y: Array
    effect: Array


def _trial(X: Array, e: Array, b: Array, effect: Array, noise: Array, rng: np.random.Generator) -> Trial:
    """Return y = b + (T - 1/2) tau + noise, as Nie & Wager write it."""
    treatment = (rng.random(len(e)) < e).astype(np.float64)
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    return Trial(frame, treatment, b + (treatment - 0.5) * effect + noise, effect)


def nie_wager_a(n: int, p: int, seed: int) -> Trial:
    """Return difficult nuisances and a simple effect (Nie & Wager 2021, set-up A)."""
    rng = np.random.default_rng(seed)
    X = rng.random((n, p))
    e = np.clip(np.sin(np.pi * X[:, 0] * X[:, 1]), 0.1, 0.9)
    b = np.sin(np.pi * X[:, 0] * X[:, 1]) + 2 * (X[:, 2] - 0.5) ** 2 + X[:, 3] + 0.5 * X[:, 4]
    return _trial(X, e, b, (X[:, 0] + X[:, 1]) / 2, rng.normal(size=n), rng)


def nie_wager_b(n: int, p: int, seed: int) -> Trial:
    """Return a randomised trial (set-up B)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    b = np.maximum(np.maximum(X[:, 0] + X[:, 1], X[:, 2]), 0) + np.maximum(X[:, 3] + X[:, 4], 0)
    return _trial(X, np.full(n, 0.5), b, X[:, 0] + np.log1p(np.exp(X[:, 1])), rng.normal(size=n), rng)


def nie_wager_c(n: int, p: int, seed: int) -> Trial:
    """Return an easy propensity, a difficult outcome and a constant effect (set-up C)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    b = 2 * np.log1p(np.exp(X[:, 0] + X[:, 1] + X[:, 2]))
    return _trial(X, 1 / (1 + np.exp(X[:, 1] + X[:, 2])), b, np.ones(n), rng.normal(size=n), rng)


def nie_wager_d(n: int, p: int, seed: int) -> Trial:
    """Return arms that have nothing in common (set-up D)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    up, down = np.maximum(X[:, :3].sum(axis=1), 0), np.maximum(X[:, 3:5].sum(axis=1), 0)
    return _trial(X, 1 / (1 + np.exp(-X[:, 0]) + np.exp(-X[:, 1])), (up + down) / 2, up - down, rng.normal(size=n), rng)


def like_ihdp(n: int, p: int, seed: int) -> Trial:
    """Return few treated with poor overlap and an exponential surface, in the manner of IHDP's B (Hill 2011)."""
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(n, 6)) @ np.linalg.cholesky(0.3 + 0.7 * np.eye(6)).T
    flags = (rng.random((n, max(p - 6, 4))) < rng.uniform(0.2, 0.8, max(p - 6, 4))).astype(np.float64)
    X = np.hstack([numbers, flags])
    beta = rng.choice([0, 0.1, 0.2, 0.3, 0.4], p=[0.6, 0.1, 0.1, 0.1, 0.1], size=X.shape[1])
    control = np.exp(np.clip((X + 0.5) @ beta, None, 4))
    treated = X @ beta
    effect = treated - control - np.mean(treated - control) + 4
    e = expit(-1.6 + 0.8 * numbers[:, 0] - 0.6 * flags[:, 0] + 0.5 * numbers[:, 1])
    return _trial(X, e, control + effect / 2, effect, rng.normal(size=n), rng)


def nothing(n: int, p: int, seed: int) -> Trial:
    """Return treatment of the worst-off, strongly confounded, that changes nothing."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    b = X[:, 0] + 0.5 * X[:, 1] ** 2
    return _trial(X, expit(-X[:, 0]), b, np.zeros(n), rng.normal(size=n), rng)


def categories(n: int, p: int, seed: int) -> Trial:
    """Return an effect that hangs on a category of eight levels and a number a fifth of which is missing."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    level = rng.integers(0, 8, n)
    by_level = np.array([-1.0, -0.6, -0.3, 0.0, 0.2, 0.5, 0.8, 1.2])[level]
    trial = _trial(X, expit(0.5 * by_level + 0.4 * X[:, 0]), X[:, 0] + by_level, by_level + 0.4 * X[:, 1], rng.normal(size=n), rng)
    frame = trial.X.assign(family=pd.Categorical([f"f{k}" for k in level]))
    frame.loc[rng.random(n) < 0.2, "x2"] = np.nan
    return Trial(frame, trial.treatment, trial.y, trial.effect)


SURFACES: dict[str, Callable[[int, int, int], Trial]] = {
    "nie_wager_a": nie_wager_a, "nie_wager_b": nie_wager_b, "nie_wager_c": nie_wager_c, "nie_wager_d": nie_wager_d,
    "like_ihdp": like_ihdp, "categories": categories, "nothing": nothing,
}  # fmt: skip
CONSTANT_EFFECT = ("nie_wager_c", "nothing")
"""Surfaces on which nobody gains more than another."""
