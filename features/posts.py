"""Who holds which post: definitive spells, and the current post of every person."""

import numpy as np
import pandas as pd

from features.codes import MOVES_THAT_ARE_NONE
from features.sorting import day_numbers, found_at, ordered
from features.tables import Tables

SAME_POST_MOVES: tuple[str, ...] = ("renaming", "reinauguration")
"""A new assignments row that goes on with the same work: the time in post runs on."""
OUT_OF_SERVICE: tuple[str, ...] = ("dismissed", "retired", "deceased")
ARRIVAL_OF_MOVE: dict[str, str] = {
    "selected": "selected", "promotion": "promotion", "own_request": "own_request",
    "rotation": "assigned", "functional": "assigned", "disciplinary": "assigned", "entry": "first",
}  # fmt: skip
ARRIVALS: tuple[str, ...] = ("stay", "assigned", "selected", "promotion", "own_request", "first")
DAYS_PER_MONTH = 365.25 / 12
CHART_DAYS = 183
"""A table of positions is the organisation as extracted; it is taken to have stood for the half year before."""


def current_posts(known: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the definitive post every person in service holds at the end of ``as_of``.

    Acting posts (plt, plh) are no posts. Of two open spells the later start counts. ``since`` runs back through renamings
    and re-inaugurations; ``arrival`` says how the person came: assigned, selected, promotion, own_request or first.

    Returns
    -------
    DataFrame
        One row per person in a definitive post, by employee_id: employee_id, position_id, unit_id, since, arrival.
    """
    return holders(definitive_spells(known, as_of), known)


def holders(spells: pd.DataFrame, known: Tables) -> pd.DataFrame:
    """Return who holds which post after ``spells``, as ``current_posts`` does."""
    columns = ["employee_id", "position_id", "unit_id", "since", "arrival"]
    open_now = np.flatnonzero(spells["open"].to_numpy())
    person = spells["employee_id"].cat.codes.to_numpy()[open_now]
    last = np.append(person[1:] != person[:-1], np.ones(min(len(person), 1), dtype=bool))
    serving = np.zeros(len(spells["employee_id"].cat.categories), dtype=bool)
    serving[in_service(known).cat.codes] = True
    return spells[columns].iloc[open_now[last & serving[person]]].reset_index(drop=True)


def in_service(known: Tables) -> pd.Series:
    """Return the employee_ids of everybody known to be in service, sorted."""
    employees = known["employees"]
    gone = employees["left_on"].notna() | employees["legal_status"].isin(OUT_OF_SERVICE)
    assigned = np.zeros(len(known.employee_ids.categories) + 1, dtype=bool)
    assigned[known["assignments"]["employee_id"].cat.codes] = True
    assigned[-1] = False  # nobody in particular
    seen = employees["hired_on"].notna() | assigned[employees["employee_id"].cat.codes]
    return employees.loc[~gone & seen, "employee_id"].sort_values(ignore_index=True)


def definitive_spells(known: Tables, as_of: pd.Timestamp, places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every definitive spell begun by ``as_of``, in order of person and start.

    ``places`` are the `position_places` of ``known``, where the caller has them already.

    Returns
    -------
    DataFrame
        employee_id, position_id, unit_id, start_on, end_on (last day, cut at ``as_of`` and at the next start), open (held at
        the end of ``as_of``), since (start of the work, through renamings), move_type, arrival, moved (a real move: another
        position than before, not a renaming, re-inauguration, entry or punishment), job_family, level, kind (of the unit),
        months.
    """
    places = position_places(known) if places is None else places
    assignments = known["assignments"][["employee_id", "position_id", "start_on", "end_on", "kind", "move_type", "known_on"]]
    definitive = assignments["kind"].fillna("definitive") == "definitive"
    begun = (definitive & (assignments["start_on"] <= as_of) & assignments["employee_id"].notna()).to_numpy()
    spells = assignments if begun.all() else assignments[begun]
    spot = found_at(spells["position_id"], places.index)
    days = (day_numbers(spells[name]) for name in ("start_on", "known_on"))
    order = ordered(spells["employee_id"].cat.codes, *days, np.where(spot < 0, len(places), spot))
    spells = spells[["employee_id", "position_id", "start_on", "end_on", "move_type"]].iloc[order].reset_index(drop=True)
    facts = places.reset_index(drop=True).reindex(np.where(spot < 0, len(places), spot)[order])
    spells = pd.concat([spells, facts.set_axis(spells.index)], axis=1)
    person = spells["employee_id"].cat.codes.to_numpy()
    first = np.append(True, person[1:] != person[:-1]) if len(person) else np.zeros(0, dtype=bool)
    next_start = spells["start_on"].shift(-1).where(~np.append(first[1:], True) if len(first) else first)
    spells["open"] = next_start.isna() & (spells["end_on"].isna() | (spells["end_on"] >= as_of))
    ends = pd.concat([spells["end_on"], next_start - pd.Timedelta(days=1)], axis=1).min(axis=1).clip(upper=as_of)
    spells["end_on"] = ends.fillna(as_of)
    spells["months"] = ((spells["end_on"] - spells["start_on"]).dt.days + 1).clip(lower=0) / DAYS_PER_MONTH
    return _with_moves(spells, first)


def existing_posts(known: Tables, as_of: pd.Timestamp) -> pd.Index:
    """Return the position_ids of the posts that exist at ``as_of``, as far as was known then.

    A post exists from its ``valid_from``; where none is given, from the first day on which somebody is known to have held it, an
    announcement or a workload analysis to have named it. Without any trace it counts from ``CHART_DAYS`` before the extraction
    on. It ends after its own or its unit's ``valid_to``, and does not begin before its unit. A post somebody holds exists.
    """
    posts = known["positions"].drop_duplicates("position_id").sort_values("position_id").set_index("position_id")
    traces = [known.get(name).get("position_id") for name in ("assignments", "vacancies", "workloads")]
    charted = as_of >= known.extracted_on.normalize() - pd.Timedelta(days=CHART_DAYS)
    undated = posts["valid_from"].isna() & (charted | posts.index.isin(pd.concat(traces).dropna()))
    units = known["units"].drop_duplicates("unit_id").set_index("unit_id")
    unit_from, unit_to = (posts["unit_id"].map(units[name]) for name in ("valid_from", "valid_to"))
    begun = (undated | (posts["valid_from"] <= as_of)) & ~(unit_from > as_of)
    ended = (posts["valid_to"] < as_of) | (unit_to < as_of)
    held = posts.index.isin(current_posts(known, as_of)["position_id"])
    return posts.index[(begun & ~ended) | held]


def _with_moves(spells: pd.DataFrame, first: np.ndarray) -> pd.DataFrame:
    same_work = spells["move_type"].isin(SAME_POST_MOVES).to_numpy() & ~first
    work = np.cumsum(~same_work)
    began = np.flatnonzero(~same_work)[work - 1]
    spells["since"] = spells["start_on"].to_numpy()[began]
    changed = (spells["position_id"] != spells["position_id"].shift()).to_numpy() & ~first
    spells["moved"] = changed & ~spells["move_type"].isin(MOVES_THAT_ARE_NONE).to_numpy()
    rise = (spells["level"] - spells["level"].shift()).to_numpy(dtype=float)
    inferred = np.where(first, "first", np.where(rise > 0, "promotion", "assigned"))
    arrival = spells["move_type"].map(ARRIVAL_OF_MOVE).fillna(pd.Series(inferred, index=spells.index))
    spells["arrival"] = arrival.iloc[began].set_axis(spells.index)
    return spells


def position_places(known: Tables) -> pd.DataFrame:
    """Return of every position, by position_id: unit_id, job_family, job_kind, level, supervisory; parent_id, kind, district."""
    positions = known["positions"][["position_id", "unit_id", "job_family", "job_kind", "level", "supervisory"]]
    positions = positions.drop_duplicates("position_id").sort_values("position_id").set_index("position_id")
    units = known["units"].drop_duplicates("unit_id").set_index("unit_id")[["parent_id", "kind", "district"]]
    return positions.join(units, on="unit_id")
