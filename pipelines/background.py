"""What pages show of people, posts around the lists: ratings, past and recent moves, open since."""

import pandas as pd

from pipelines.city import City
from placement.precedents import past_moves, recent_moves
from rules.pack_rows import as_rows

YEARS_OF_RATINGS = 3
FOLLOWED_MONTHS = 18.0
"""A move is followed this long: its outcome is read over months 7 to 18."""
_RATING = ["employee_id", "period_end", "regime", "raw", "standard", "score", "reliability"]


def background(city: City) -> dict[str, pd.DataFrame]:
    """Return the tables ``ratings``, ``past_moves``, ``recent_moves`` and ``rules`` of the run."""
    there, spells = city.standing, city.standing.frames.spells
    return {
        "ratings": _ratings(there.ratings.scores),
        "past_moves": past_moves(spells, there.ratings.scores),
        "recent_moves": recent_moves(spells, there.as_of, FOLLOWED_MONTHS),
        "rules": as_rows(city.case.pack),
    }


def open_since(city: City) -> pd.Series:
    """Return, per position with an empty seat, since when: the day it was announced, else the day after the last holder left."""
    known, spells = city.standing.known, city.standing.frames.spells
    announced = known.get("vacancies").sort_values("open_from").drop_duplicates("position_id", keep="last")
    left = spells[~spells["open"]].groupby("position_id")["end_on"].max() + pd.Timedelta(days=1)
    posts = city.case.facts.positions
    since = announced.set_index("position_id")["open_from"].reindex(posts.index).fillna(left.reindex(posts.index))
    return since.where(posts["vacant"] > 0).astype("datetime64[us]")


def _ratings(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the last ratings of everybody: raw in its regime's scale, standardised within regime and year, harmonised (SD)."""
    ordered = scores.sort_values(["employee_id", "period_end"], kind="stable").drop_duplicates(
        ["employee_id", "period_end"], keep="last"
    )
    last = ordered.groupby("employee_id", observed=True).tail(YEARS_OF_RATINGS)[_RATING].reset_index(drop=True)
    numbers = {name: last[name].astype("float64") for name in ("raw", "standard", "score", "reliability")}
    return last.assign(**numbers, regime=last["regime"].astype("str"))
