"""What the ratings of the newest year say about learning from them: the monitor's readings as evidence of the release.

A year that departs from all before it may be a new truth or a spoilt export, and no trial can tell which: the model has learned the
year it is judged by. So such a reading keeps a new model out only where a champion is in force that has not learned from it, and
a named person says which it is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

SHARES, SPELLINGS, UNIT_YEARS, PERSONS, LABELS = "shares", "spellings", "unit_years", "persons", "labels"
SIGNALS = (SHARES, SPELLINGS, UNIT_YEARS, PERSONS, LABELS)
PREFIX = "newest_"
"""Before a signal's name in the list of rules."""

Bars = Literal["release", "nothing"]


@dataclass(frozen=True, slots=True)
class NewestParams:
    """What a signal to be reviewed bars: ``release`` (a new model beside a champion that has not learned from it) or ``nothing``.

    ``shares`` per grade against the year before; ``spellings``: a scale never seen before, or scores outside the range ever used;
    ``unit_years``: units that left their own level; ``persons``: the year no longer speaks of the same people; ``labels``:
    correlation across raters against the champion's ratings.
    """

    shares: Bars = "release"
    spellings: Bars = "release"
    unit_years: Bars = "nothing"
    persons: Bars = "release"
    labels: Bars = "release"

    def of(self, signal: str) -> Bars:
        """Return what ``signal`` bars."""
        bars: Bars = getattr(self, signal)
        return bars


@dataclass(frozen=True, slots=True)
class Reading:
    """One signal on the newest year.

    ``about``: year and scale, or unit, of every alarm (empty: none); ``told``: whether there were cases enough to find one;
    ``value`` and ``limit`` of the alarm farthest from what may be, and the sentence on all of them in both languages.
    """

    signal: str
    about: tuple[str, ...]
    told: bool
    value: float
    limit: float
    text_id: str
    text_en: str

    @property
    def rule(self) -> str:
        """The name under which the release tells it."""
        return PREFIX + self.signal

    @staticmethod
    def from_dict(plain: Mapping[str, Any]) -> "Reading":
        """Return the reading whose fields are ``plain``, None for what could not be told."""
        numbers = {name: math.nan if plain[name] is None else float(plain[name]) for name in ("value", "limit")}
        return Reading(**{**plain, "about": tuple(plain["about"]), **numbers})


@dataclass(frozen=True, slots=True)
class Newest:
    """``readings`` of the newest year, and ``champion``: the rules as told when the champion learned (None: no champion)."""

    readings: tuple[Reading, ...] = ()
    champion: Sequence[Mapping[str, Any]] | None = None

    def settled(self, reading: Reading) -> bool:
        """Return whether the champion has learned from what ``reading`` is about, and no less of it."""
        for rule in self.champion or ():
            if rule["rule"] == reading.rule and rule["verdict"] == "failed":
                grown = not abs(reading.value) <= abs(float(rule["seen"]["value"])) + reading.limit
                return set(reading.about) <= set(rule.get("about", ())) and not grown
        return False

    def bars(self, reading: Reading, params: NewestParams) -> bool:
        """Return whether ``reading`` keeps a new model out."""
        open_question = bool(reading.about) and self.champion is not None and not self.settled(reading)
        return open_question and params.of(reading.signal) == "release"
