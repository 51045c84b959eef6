"""What data say of named quantities, as the natural parameters of a normal: statistics of several sources simply add up."""

from dataclasses import dataclass

import numpy as np

from models.mixed.person_blocks import Floats


@dataclass(frozen=True, slots=True)
class Information:
    """A Gaussian log likelihood of quantities b (k,), b' potential - b' precision b / 2, named ``names``.

    Cross-products are the same thing: precision X'WX, potential X'Wy.
    """

    names: tuple[str, ...]
    precision: Floats
    potential: Floats

    def over(self, names: tuple[str, ...]) -> "Information":
        """Return what is told of ``names``, nothing where a name is unknown; those not named are held at zero."""
        at = [names.index(name) for name in self.names if name in names]
        mine = [self.names.index(names[place]) for place in at]
        precision, potential = np.zeros((len(names), len(names))), np.zeros(len(names))
        precision[np.ix_(at, at)] = self.precision[np.ix_(mine, mine)]
        potential[at] = self.potential[mine]
        return Information(names, precision, potential)

    def rescaled(self, scale: Floats) -> "Information":
        """Return what is told of the quantities times ``scale`` (k,), which is positive."""
        return Information(self.names, self.precision / np.outer(scale, scale), self.potential / scale)

    def sound(self, doubt: float) -> "Information":
        """Return what is told in directions known better than ``doubt``, a share of each quantity's own precision.

        Rounded cross-products need not be positive definite; what they say in directions of little information is rounding.
        """
        own = np.sqrt(np.maximum(np.diag(self.precision), 0.0))
        size = np.where(own > 0, own, 1.0)
        values, vectors = np.linalg.eigh(self.precision / np.outer(size, size))
        kept = values > doubt
        vectors = vectors[:, kept]
        precision = (vectors * values[kept]) @ vectors.T * np.outer(size, size)
        return Information(self.names, precision, vectors @ (vectors.T @ (self.potential / size)) * size)


def rounded(told: Information, people: int, response: float) -> Information:
    """Return ``told`` in steps no finer than what one of ``people`` adds to it on average (powers of two).

    ``response`` is the cross-product of the responses with themselves, X'Wy having the size of its root times that of X'WX.
    """
    size = np.sqrt(np.maximum(np.diag(told.precision), 0.0))
    precision = in_steps(told.precision, np.outer(size, size) / people)
    return Information(told.names, precision, in_steps(told.potential, size * np.sqrt(response) / people))


def in_steps(values: Floats, least: Floats) -> Floats:
    """Return ``values`` rounded to multiples of the smallest powers of two not below ``least``; zero where that is zero."""
    step = np.exp2(np.ceil(np.log2(np.where(least > 0, least, 1.0))))
    return np.where(least > 0, np.round(values / step) * step, 0.0)
