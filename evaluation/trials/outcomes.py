"""What came of a trial's entrants: mean harmonised performance in the window after the start, and who really started."""

import pandas as pd


def outcomes(scores: pd.DataFrame, people: pd.Series, start_on: pd.Timestamp, first_month: int, last_month: int) -> pd.Series:
    """Return one outcome per person; missing where nothing was rated in the window.

    Parameters
    ----------
    scores
        ``HarmonisedRatings.scores``: employee_id, period_start, period_end, score, exposure.
    people
        Employee ids, as in ``scores``.
    start_on
        First start of the trial; the window is the same for all arms.

    Returns
    -------
    Series
        Mean score (SD), weighted by exposure, of the periods whose middle lies in the window; indexed like ``people``.
    """
    middle = scores["period_start"] + (scores["period_end"] - scores["period_start"]) / 2
    begins, ends = (start_on + pd.DateOffset(months=month) for month in (first_month, last_month + 1))
    inside = scores[(middle >= begins) & (middle < ends)]
    inside = inside.assign(who=inside["employee_id"].astype("str"), weight=inside["exposure"].fillna(1.0).clip(lower=1e-9))
    inside = inside.assign(weighted=inside["score"] * inside["weight"])
    sums = inside.groupby("who")[["weighted", "weight"]].sum()
    return people.astype("str").map(sums["weighted"] / sums["weight"]).astype("float64")


def started(spells: pd.DataFrame, people: pd.Series, posts: pd.Series, start_on: pd.Timestamp, last_month: int) -> pd.Series:
    """Return whether each person came into their post between the start and the end of the window.

    Parameters
    ----------
    spells
        ``features.posts.definitive_spells``: employee_id, position_id, start_on.
    people, posts
        Employee ids as in ``spells``, and the position drawn for; one index.
    start_on
        First start of the trial.
    """
    ends = start_on + pd.DateOffset(months=last_month + 1)
    inside = spells[(spells["start_on"] >= start_on) & (spells["start_on"] < ends)]
    came = pd.MultiIndex.from_arrays([inside["employee_id"].astype("str"), inside["position_id"].astype("str")])
    wanted = pd.MultiIndex.from_arrays([people.astype("str"), posts.astype("str")])
    return pd.Series(wanted.isin(came), index=people.index)
