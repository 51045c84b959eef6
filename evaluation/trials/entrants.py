"""Who may enter a trial: candidates whom the evidence cannot tell apart, or movers for whom seats are short."""

import pandas as pd

from evaluation.trials.protocol import DRAWN, FEWEST_IN_BLOCK, WAITING, Places

ENTRANT = ("block", "position_id", "employee_id", "baseline")
"""What is known of an entrant."""


def tied(shortlists: pd.DataFrame, positions: pd.DataFrame) -> tuple[pd.DataFrame, Places]:
    """Return the entrants of lotteries: of every vacant position the first band, where it holds more people than places.

    Only certain candidates (``eligible`` yes) enter. Everybody enters one lottery only, that of their best rank, so that
    one draw never depends on another.

    Parameters
    ----------
    shortlists
        The published table.
    positions
        The published table; ``vacant`` places are drawn for.

    Returns
    -------
    DataFrame, dict
        block and position_id (the position), employee_id, baseline (the outlook if they stay, SD); the places of each block.
    """
    first = shortlists[(shortlists["band"] == 1) & (shortlists["eligible"] == "yes")]
    vacant = positions.set_index("position_id")["vacant"]
    first = first[first["position_id"].map(vacant).fillna(0) > 0]
    first = first.sort_values(["rank", "position_id", "employee_id"], kind="stable").drop_duplicates("employee_id")
    frame = first.assign(block=first["position_id"], baseline=first["stay_outlook"])[[*ENTRANT]]
    counts = frame["block"].value_counts()
    places = counts.index.map(vacant).astype(int)
    contested = counts.index[counts.to_numpy() > places]
    frame = frame[frame["block"].isin(contested)].sort_values(["block", "employee_id"], ignore_index=True)
    return frame, {str(name): _lottery(int(counts[name]), int(vacant[name])) for name in sorted(contested)}


def phased(movers: pd.DataFrame, seats: int) -> tuple[pd.DataFrame, Places]:
    """Return the entrants of a phased start: movers by block, started in waves of at most ``seats``, the last one smaller.

    Parameters
    ----------
    movers
        block (the course or unit whose seats are short), position_id (the post each moves to), employee_id, baseline.
    seats
        Seats of one wave.
    """
    counts = movers["block"].value_counts()
    short = counts[(counts > seats) & (counts >= FEWEST_IN_BLOCK)]
    frame = movers[movers["block"].isin(short.index)].sort_values(["block", "employee_id"], ignore_index=True)
    return frame, {str(name): _waves(int(count), seats) for name, count in short.sort_index().items()}


def _lottery(entrants: int, places: int) -> tuple[tuple[str, int], ...]:
    return ((DRAWN, places), (WAITING, entrants - places))


def _waves(entrants: int, seats: int) -> tuple[tuple[str, int], ...]:
    whole, rest = divmod(entrants, seats)
    return tuple((f"wave {n}", size) for n, size in enumerate([seats] * whole + [rest] * (rest > 0), start=1))
