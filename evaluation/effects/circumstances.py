"""How each move was made: its kind and distance, training, explanation, fit, and the quota of the unit that rates it afterwards."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.effects.panel import Array, Panel
from evaluation.effects.vocabulary import COMMUNICATION, named
from features.families.training import words
from features.harmoniser.scales import bodies
from features.tables import Tables

if TYPE_CHECKING:
    from pandas.api.typing import SeriesGroupBy

TRAINED_BEFORE, TRAINED_AFTER = 180, 180
"""Days around a move within which a fitting course counts as training for it."""
ANSWERED_WITHIN = 366
"""Days after a move within which feedback speaks of it."""
YES, NO = 3.5, 2.5
"""Answers (1-5) from which and up to which the reasons count as explained, as not explained; half of either between."""
BOUND = 0.85
"""A body that gives this share of its people the very same rating is bound: a quota leaves them nothing else."""
FEWEST_RATED = 20


def circumstances(panel: Panel, known: Tables, outcome_year: NDArray[np.int64]) -> pd.DataFrame:
    """Return the circumstances of every move of ``panel.moves``, by its row.

    Parameters
    ----------
    panel : Panel
    known : Tables
    outcome_year : ndarray (moves,)
        Year whose rating judges the move; -1: none yet.

    Returns
    -------
    DataFrame
        kind (arrival), family (same, new), unit (same, other), step (up, level, down), level (tier held before), and as float 0/1,
        NaN where not recorded: trained, explained (0.5: the answer is neither), unfit (field not admitted and family new), bound
        (by the quota there).
    """
    moves = panel.moves
    rise = (moves["level"] - moves["origin_level"]).to_numpy(dtype=np.float64)
    return pd.DataFrame({
        "kind": moves["arrival"].astype("str"),
        "family": np.where(moves["new_family"], "new", "same"),
        "unit": np.where(moves["unit_id"] == moves["origin_unit_id"], "same", "other"),
        "step": np.select([rise >= 5, rise <= -5], ["up", "down"], "level"),
        "level": (moves["origin_level"] // 10).map({1.0: "staff", 2.0: "supervisor", 3.0: "administrator", 4.0: "executive"})
        .astype("str").replace("nan", "other"),
        "trained": _trained(moves, known), "explained": _explained(moves, known), "unfit": _unfit(moves, known),
        "bound": _bound(moves, known, outcome_year),
    })  # fmt: skip


def told(moves: pd.DataFrame, known: Tables, vocabulary: tuple[str, ...]) -> Array:
    """Return each mover's mean answer (1-5) to the feedback items of ``vocabulary``; NaN where nobody answered."""
    return np.asarray(_said(moves, known, vocabulary).mean().reindex(range(len(moves))), dtype=np.float64)


def answers(moves: pd.DataFrame, known: Tables, vocabulary: tuple[str, ...]) -> Array:
    """Return how many answers stand behind `told`, per mover."""
    return np.asarray(_said(moves, known, vocabulary).size().reindex(range(len(moves)), fill_value=0), dtype=np.float64)


def _said(moves: pd.DataFrame, known: Tables, vocabulary: tuple[str, ...]) -> "SeriesGroupBy":
    """Return the answers of movers to the items of ``vocabulary`` within a year of the move, by the move's row."""
    rows = known.get("feedback")
    rows = rows[named(rows["item"], vocabulary)]
    rows = pd.DataFrame({"person": rows["employee_id"].cat.codes.astype(np.int64), "date": rows["date"], "answer": rows["answer"]})
    met = moves[["person", "start_on"]].reset_index(names="move").merge(rows, on="person")
    days = (met["date"] - met["start_on"]).dt.days
    return met[(days >= 0) & (days <= ANSWERED_WITHIN)].groupby("move")["answer"]


def _explained(moves: pd.DataFrame, known: Tables) -> Array:
    answer = told(moves, known, COMMUNICATION)
    return np.select([answer >= YES, answer <= NO, np.isfinite(answer)], [1.0, 0.0, 0.5], np.nan)


def _trained(moves: pd.DataFrame, known: Tables) -> Array:
    if "trainings" not in known:
        return np.full(len(moves), np.nan)
    rows = known["trainings"]
    course, courses = pd.factorize(rows["course"], sort=True)
    family, families = pd.factorize(moves["job_family"].astype("str"), sort=True)
    said, asked = [words(str(name)) for name in courses], [words(str(name)) for name in families]
    fits = np.array([[bool(mine & theirs) for theirs in asked] for mine in said], dtype=bool).reshape(len(said), len(asked))
    done = pd.DataFrame({"person": rows["employee_id"].cat.codes.astype(np.int64), "course": course, "on": rows["finished_on"]})
    met = moves[["person", "start_on"]].assign(family=family).reset_index(names="move").merge(done, on="person")
    days = (met["on"] - met["start_on"]).dt.days
    near = (days >= -TRAINED_BEFORE) & (days <= TRAINED_AFTER)
    met = met[near & (met["course"] >= 0)]
    trained = met["move"].to_numpy()[fits[met["course"].to_numpy(), met["family"].to_numpy()]]
    return np.asarray(np.bincount(trained, minlength=len(moves)) > 0, dtype=np.float64)


def _unfit(moves: pd.DataFrame, known: Tables) -> Array:
    """Return whether the family is new and no field of study is known to be admitted."""
    demanded = known["positions"].drop_duplicates("position_id").set_index("position_id")["education_fields"]
    wanted = moves["position_id"].map(demanded).fillna("").str.lower()
    fields = known.get("educations")[["employee_id", "field", "from_on"]].dropna(subset=["field"])
    held = pd.DataFrame(
        {"person": fields["employee_id"].cat.codes.astype(np.int64), "field": fields["field"].str.strip().str.lower()}
    )
    met = moves[["person"]].assign(wanted=wanted).reset_index(names="move").merge(held.drop_duplicates(), on="person")
    admitted = [
        field in {part.strip() for part in names.split(";")} for field, names in zip(met["field"], met["wanted"], strict=True)
    ]
    fits = np.bincount(met["move"].to_numpy()[np.asarray(admitted, dtype=bool)], minlength=len(moves)) > 0
    return np.asarray(moves["new_family"].to_numpy() & ~fits, dtype=np.float64)


def _bound(moves: pd.DataFrame, known: Tables, outcome_year: NDArray[np.int64]) -> Array:
    """Return whether the body that rates the outcome gives nearly all its people one and the same rating: none can show."""
    rated = known["appraisals"]
    place = bodies(known["units"])
    given = rated[["score", "rating", "work_result", "behaviour"]].astype("float64").fillna(-1.0)
    rows = pd.DataFrame({
        "body": rated["unit_id"].map(place), "year": rated["period_start"].dt.year, "given": given.groupby(list(given)).ngroup(),
    })  # fmt: skip
    count = rows.groupby(["body", "year", "given"]).size().groupby(["body", "year"]).agg(["max", "sum"])
    same = (count["max"] / count["sum"])[count["sum"] >= FEWEST_RATED]
    asked = pd.MultiIndex.from_arrays([moves["unit_id"].map(place), outcome_year])
    there = same.reindex(asked).to_numpy(dtype=np.float64)
    return np.where(np.isfinite(there), (there >= BOUND).astype(np.float64), np.nan)
