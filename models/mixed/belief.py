"""What is believed of a city's level model before its ratings are seen, where other cities have told of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.mixed.crossed import Expectation
from models.mixed.fit_columns import FIT_COLUMNS
from models.mixed.person_blocks import Floats


@dataclass(frozen=True, slots=True)
class Normal:
    """A joint normal of named quantities: mean (k,) and covariance (k, k) as plain tuples."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    def rescaled(self, scale: Mapping[str, float]) -> "Normal":
        """Return the normal of the quantities times their ``scale``; those that have none are left out."""
        kept = [place for place, name in enumerate(self.names) if name in scale]
        by = np.array([scale[self.names[place]] for place in kept])
        mean, covariance = np.array(self.mean)[kept] * by, np.array(self.covariance)[np.ix_(kept, kept)] * np.outer(by, by)
        return normal([self.names[place] for place in kept], mean, covariance)


def normal(names: Sequence[str], mean: Floats, covariance: Floats) -> Normal:
    """Return the normal of arrays."""
    return Normal(tuple(names), tuple(mean.tolist()), tuple(map(tuple, covariance.tolist())))


@dataclass(frozen=True, slots=True)
class LevelBelief:
    """What is believed of a level model beforehand.

    ``columns``: coefficients of single fixed columns and of fit columns, SD per unit of the column (common units until
    ``in_units_of``). ``slope``: mean and SD of that of true on forecast ones. ``cities``: how many told of theirs.
    Variances stay a city's own: it has more of its own to tell them by than of any column, and what others find of theirs is no
    normal (docs/experiments.md).
    """

    columns: Normal
    slope: tuple[float, float]
    cities: int

    def in_units_of(self, scale: Mapping[str, float]) -> "LevelBelief":
        """Return the belief for columns measured in steps of ``scale`` common units; columns without a scale are left out."""
        return replace(self, columns=self.columns.rescaled(scale))

    def expectation(self, names: Sequence[str]) -> Expectation:
        """Return what is expected of the fixed columns ``names`` (p,), whatever the others turn out to be.

        A column of fit may say nothing at all: what others tell of it counts as more data, and its own variance still decides
        whether it speaks.
        """
        own = self.columns.rescaled(dict.fromkeys(names, 1.0))
        at = [list(names).index(name) for name in own.names]
        precision, pull = np.zeros((len(names), len(names))), np.zeros(len(names))
        within = np.linalg.inv(np.array(own.covariance).reshape(len(at), len(at)))
        precision[np.ix_(at, at)] = within
        pull[at] = within @ np.array(own.mean)
        return Expectation(precision, pull, tuple(name in own.names and name not in FIT_COLUMNS for name in names))


def belief_from(plain: Mapping[str, Any] | None) -> LevelBelief | None:
    """Return the belief whose fields, as lists, are ``plain``; None where there is none."""
    if plain is None:
        return None
    part = plain["columns"]
    columns = Normal(tuple(part["names"]), tuple(part["mean"]), tuple(map(tuple, part["covariance"])))
    return LevelBelief(columns, (plain["slope"][0], plain["slope"][1]), plain["cities"])
