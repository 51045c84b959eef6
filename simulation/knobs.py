"""Every dial of the invented city, with its unit and where its default comes from."""

from dataclasses import dataclass, field, fields
from typing import Self, TypeVar

import numpy as np

_LATENT = "SD of latent performance"


_Value = TypeVar("_Value", int, float)


def _dial(default: _Value, unit: str, meaning: str, source: str) -> _Value:
    value: _Value = field(default=default, metadata={"unit": unit, "meaning": meaning, "source": source})
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """Dials of the invented city. Each can be turned, zero included; ``field.metadata`` holds unit, meaning and source.

    With the defaults the standard deviation of latent performance over employees and years is about 1, so that every
    effect reads as a share of it. ``docs/invented-city.md`` prints this table.
    """

    employees: int = _dial(8000, "people", "people in service at the end of the last year", "size of the main job")
    years: int = _dial(10, "years", "years with ratings", "size of the main job")
    last_year: int = _dial(2025, "year", "last year with ratings; the source is extracted on 31 March after it", "today's data")
    person_sd: float = _dial(0.68, _LATENT, "spread of lasting ability between people", "set so that the total is 1")
    growth_sd: float = _dial(0.03, _LATENT + " a year", "spread of personal growth", "set so that the total is 1")
    shock_sd: float = _dial(0.42, _LATENT, "spread of good and bad years of one person", "set so that the total is 1")
    shock_memory: float = _dial(0.45, "correlation", "of a person's good or bad year with the next one", "judgement")
    match_sd: float = _dial(
        0.45, _LATENT, "spread of what suits whom, over pairs of person and post", "spread found in comparable panels"
    )
    match_visible: float = _dial(0.5, "share", "of match variance that education, experience and competencies explain", "judgement")
    unit_sd: float = _dial(0.20, _LATENT, "spread of what a unit really adds", "judgement")
    position_sd: float = _dial(0.15, _LATENT, "spread of what a position really adds", "judgement")
    leader_sd: float = _dial(0.15, _LATENT, "spread of what a head adds to everybody in the unit", "judgement")
    staleness: float = _dial(
        0.04, _LATENT + " a year", "lost per year in one post beyond the fourth", "boredom named by three cities"
    )
    transition_dip: float = _dial(
        0.35, _LATENT, "lost in the first six months after a move", "first six months count as adaptation"
    )
    training_effect: float = _dial(0.15, _LATENT, "won for three years by a course in the family of the post", "judgement")
    rater_sd: float = _dial(0.45, _LATENT, "spread of leniency between raters", "73,421 published crossed ratings")
    noise_sd: float = _dial(0.65, _LATENT, "error of a single rating", "73,421 published crossed ratings")
    quota: float = _dial(1.0, "share", "how far the unit's own grade dictates its ratings (0 not, 1 fully)", "SE MenPANRB")
    quota_top: float = _dial(
        0.56, "share", "of Sangat Baik that the best-graded bodies may give (to 0.8); what they take middle ones lack", "judgement"
    )
    missing_ratings: float = _dial(0.03, "share", "of ratings never recorded", "judgement")
    move_rate: float = _dial(
        0.04, "moves per person and year", "before freezes and refusals", "published yearly moves (1-4 % of staff)"
    )
    selection: float = _dial(
        1.0, "strength", "how far bad years, records and known fit decide who moves where", "1: the dip before real moves"
    )
    compulsory: float = _dial(0.35, "share", "of lateral moves that are compulsory rotations to a random post", "judgement")
    refusal_rate: float = _dial(0.08, "share", "of offered moves that are refused", "judgement")
    surge_rate: float = _dial(0.12, "share", "of service units whose demand surges once", "surges named by one city")
    response_rate: float = _dial(0.6, "share", "of staff that answer a survey; the discontent answer less", "judgement")

    @classmethod
    def from_scale(cls, employees: int, years: int) -> Self:
        """Return default knobs for a city of ``employees`` people and ``years`` rated years."""
        return cls(employees=employees, years=years)

    @property
    def extracted_on(self) -> np.datetime64:
        """Day of the extraction: what became known later is not in the source."""
        return np.datetime64(f"{self.last_year + 1}-03-31", "D")

    @property
    def first_year(self) -> int:
        """First year with ratings."""
        return self.last_year - self.years + 1


def describe() -> list[dict[str, str]]:
    """Return one row per knob: name, default, unit, meaning, source. The docs' table is this."""
    return [
        {"knob": f.name, "default": str(f.default), **{k: str(f.metadata[k]) for k in ("unit", "meaning", "source")}}
        for f in fields(Knobs)
    ]
