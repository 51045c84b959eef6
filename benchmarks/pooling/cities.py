"""Five invented cities of one country: different sizes, dials a little apart, one catalogue of posts and families."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.leaderboard.world import Setting
from simulation.knobs import Knobs

YEARS, POSTS = 8, 120
"""Rated years, and at most so many vacant posts whose candidates are judged."""
DIALS: Mapping[int, Mapping[str, float]] = {
    600: {"match_sd": 0.45, "staleness": 0.05, "move_rate": 0.04, "noise_sd": 0.65},
    800: {"match_sd": 0.40, "match_visible": 0.55, "staleness": 0.03, "move_rate": 0.05, "noise_sd": 0.70},
    1200: {"match_sd": 0.50, "match_visible": 0.50, "staleness": 0.04, "move_rate": 0.035, "position_sd": 0.18},
    2000: {"match_sd": 0.42, "match_visible": 0.45, "staleness": 0.045, "compulsory": 0.45, "position_sd": 0.12},
    4000: {"match_sd": 0.47, "match_visible": 0.52, "staleness": 0.035, "compulsory": 0.3, "rater_sd": 0.5},
}
"""People of each city, and in what it is unlike the default."""


@dataclass(frozen=True, slots=True)
class Dialled(Setting):
    """A city with dials of its own."""

    dials: Mapping[str, float] = field(default_factory=dict)

    def knobs(self) -> Knobs:
        """Return the dials of the city."""
        return Knobs(employees=self.people, years=self.years, **self.dials)  # type: ignore[arg-type]


def country(number: int) -> list[Dialled]:
    """Return the cities of country ``number``: the same five, of other seeds."""
    return [
        Dialled("default", 1000 * number + 11 + place, people, YEARS, POSTS, dials)
        for place, (people, dials) in enumerate(DIALS.items())
    ]
