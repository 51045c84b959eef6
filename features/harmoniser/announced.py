"""Ways of rating that a regulation announces: public before anybody here is rated by them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

FEWEST = 30
"""Ratings below which a way of rating, or a year, counts as not yet seen."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A way of rating: ``since``, the first day rated by it, and ``public_on``, a day by which that was known (YYYY-MM-DD).

    Raises
    ------
    ValueError
        One of them is no day.
    """

    since: str
    public_on: str

    def __post_init__(self) -> None:
        """Refuse what is no day."""
        for day in (self.since, self.public_on):
            datetime.date.fromisoformat(day)


WAYS: Mapping[str, Announced] = {
    "PP 30/2019": Announced("2021-01-01", "2019-05-01"),
    "PermenPANRB 6/2022": Announced("2022-01-01", "2022-04-01"),
}
"""Of Indonesia. PP 30/2019 was published in April 2019 and carried out from 2021 on, PermenPANRB 6/2022 from 2022 on."""


def unseen_way(ways: Mapping[str, Announced], scores: pd.DataFrame, today: pd.Timestamp, then: pd.Timestamp) -> str | None:
    """Return the way of rating in force on the day ``then``, for all that is public ``today``, if hardly anybody was rated by it.

    ``scores``: period_end of the ratings known ``today``. None where it is the one in use, or none was announced.
    """
    public = {name: pd.Timestamp(way.since) for name, way in ways.items() if pd.Timestamp(way.public_on) <= today}
    name = max((name for name, since in public.items() if since <= then), key=public.__getitem__, default=None)
    if name is None or int((scores["period_end"] >= public[name]).sum()) >= FEWEST:
        return None
    return name
