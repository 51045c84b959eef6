"""The wave of a city: its candidates, seats and staff as the program reads them."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from placement.lists import Case
from placement.staffing.departures import departures, stale
from placement.wave.groups import groups_of
from placement.wave.limits import Limits, Wave
from placement.wave.search import SearchParams
from rules.identifiers import places_of

Z80 = 1.2815515655446004
"""Half an 80 % interval in standard errors."""
EARTH_KM = 6371.0
LEAST_DRAWS = 8
"""Resampled plans, however large the wave: a share of them is known to 0.15 (32: to 0.08)."""
VACANCY = "R22"
"""Rule of the pack on vacancies: it gates no list, but the plan."""
RELATIVES = "relatives_apart"
"""Predicate on waves that, where the city makes it a gate, is a limit of the program."""


@dataclass(frozen=True, slots=True)
class WaveParams:
    """How a wave is planned.

    ``floor``: share of a unit's staff in a job family, those who are known to leave within ``hold_back_months`` taken off, below
    which no move may take it. ``need``: value (SD, weighted) of a step of one in the priority of a need, gained by the post
    entered and lost by the one left. ``overdue``: value of moving on who has held a post longer than the law means anybody to,
    which puts them first; like development it chooses between moves and never makes one. ``least_gain``: value that a move must
    bring to be worth its trouble. ``draws``: resampled plans behind the stability, fewer (8 at least) where they would draw more
    than ``drawn_moves`` in all. ``of_staff``: share of the staff that a wave
    moves at most where ``limits.moves`` says nothing.
    ``search``: when to stop. ``limits``: see `placement.wave.limits.Limits`.
    """

    floor: float = 0.85
    hold_back_months: int = 12
    need: float = 0.5
    overdue: float = 0.02
    least_gain: float = 0.1
    draws: int = 32
    drawn_moves: int = 1_200_000
    of_staff: float = 0.04
    search: SearchParams = field(default_factory=SearchParams)
    limits: Limits = field(default_factory=lambda: Limits(caution=0.25))


def city_wave(
    case: Case, candidates: pd.DataFrame, aspiration: pd.Series, units: pd.DataFrame, params: WaveParams,
    couples: pd.DataFrame | None = None, development: pd.Series | None = None,
) -> Wave:  # fmt: skip
    """Return the wave of a city: every candidate no rule holds back, into any post.

    Where the evidence does not support ranking, nobody is told from anybody: each move counts the mean outlook of all candidates,
    so that weights of posts and needs alone decide, and caution has nothing to be about.

    Parameters
    ----------
    case
        What the lists were made from.
    candidates
        Pairs with their estimates (`placement.lists.Lists.candidates`); those of unknown eligibility cannot be signed and are
        left out.
    aspiration
        Strength of the wish that fits, per row of ``candidates``; missing: none.
    units
        unit_id, latitude, longitude, district; what is unknown counts as no distance.
    params
        See `WaveParams`. Costs are counted in moves: one each.
    couples
        employee_id, spouse_id of couples in service who must not be parted; None: nobody.
    development
        What a move is worth as development (SD, weighted), per row of ``candidates``; None: nothing.
    """
    allowed = (candidates["eligible"] == "yes").to_numpy()
    pairs = candidates[allowed].reset_index(drop=True)
    people, posts = case.facts.employees, case.facts.positions
    person = people.index.get_indexer(pairs["employee_id"])
    post = posts.index.get_indexer(pairs["position_id"])
    held = posts.index.get_indexer(people["position_id"].astype(object))[person]
    value = _value(case, pairs, person, post, held, params)
    if development is not None:
        value = value + development.to_numpy(dtype=np.float64)[allowed]
    spread = case.weight_post[post] * (pairs["upper"] - pairs["lower"]).to_numpy() / (2 * Z80)
    where = units.drop_duplicates("unit_id").set_index("unit_id").reindex(posts["unit_id"].astype(object))
    moves = pd.DataFrame({
        "employee_id": pd.Series(person_names(case)[person]), "position_id": pairs["position_id"].astype(object),
        "value": value - params.least_gain, "spread": spread, "distance": _kilometres(where, held, post), "cost": 1.0,
        "aspired": aspiration.notna().to_numpy()[allowed],
    })  # fmt: skip
    worth = (value - params.least_gain > 0) | (open_seats(case)[post] > 0)
    named = people.set_axis(person_names(case))
    places = pd.DataFrame({
        "unit_id": posts["unit_id"].astype(object), "job_family": posts["job_family"].fillna("").astype(object),
        "district": where["district"].to_numpy(), "vacant": open_seats(case),
    }, index=posts.index.astype("str").astype(object))  # fmt: skip
    return Wave(
        moves=moves[worth].sort_values(["position_id", "employee_id"], kind="stable", ignore_index=True),
        people=pd.DataFrame({"position_id": named["position_id"].astype(object)}),
        posts=places,
        floors=_floors(case, params),
        limits=_limits(params, len(people), supported=case.supported),
        together=_together(case, couples),
        apart=_apart(case, np.unique(person[worth])),
        groups=groups_of(named["position_id"], named["job_kind"], places),
    )  # fmt: skip


def draws_of(params: WaveParams, moves: int) -> int:
    """Return how many plans are resampled of a wave of so many possible moves: a large wave takes seconds for each."""
    return min(params.draws, max(LEAST_DRAWS, params.drawn_moves // max(moves, 1)))


def open_seats(case: Case) -> np.ndarray:
    """Return how many seats of each post a plan may fill: the vacant ones, no more than its workload analysis asks for (R22)."""
    posts = case.facts.positions
    vacant = posts["vacant"].to_numpy(dtype=np.float64)
    if case.pack[VACANCY].params["workload_counts"]:
        staying = (posts["holders"] - posts["leaving"]).to_numpy(dtype=np.float64)
        needed = posts["needed"].to_numpy(dtype=np.float64, na_value=np.nan)
        vacant = np.fmin(vacant, np.maximum(np.ceil(needed - staying), 0.0))
    return np.asarray(vacant.astype(np.int64))


def person_names(case: Case) -> pd.Index:
    """Return what a wave calls the people of ``case``: their place in its order, since the text of an id depends on a key."""
    return pd.Index([f"{place:08d}" for place in range(len(case.facts.employees))], dtype=object)


def _value(
    case: Case, pairs: pd.DataFrame, person: np.ndarray, post: np.ndarray, held: np.ndarray, params: WaveParams
) -> np.ndarray:  # fmt: skip
    """Return what a move brings if nobody follows: the post's value above standing empty, less the same of the post left.

    Whoever follows brings the value of the post left back with their own move.
    """
    empty = case.values.empty
    there, stay = (pairs[name].to_numpy(dtype=np.float64) for name in ("expected_in_post", "stay_outlook"))
    if not case.supported and len(pairs):
        there, stay = (np.full(len(pairs), outlook.mean()) for outlook in (there, stay))
    gained = case.weight_post[post] * (there - empty)
    lost = case.weight_present[person] * (stay - empty)
    priority = np.r_[case.priority, 0.0]
    due = params.overdue * _overdue(case)[person]
    return np.asarray(gained - lost + params.need * (priority[post] - priority[held]) + due, dtype=np.float64)


def _overdue(case: Case) -> np.ndarray:
    """Return, per person, whether they have held their post for longer than the law means anybody to."""
    held = departures(case.facts, case.pack, case.encoded)
    return np.asarray(case.facts.employees.index.isin(held.loc[stale(held, case.pack), "employee_id"]))


def _kilometres(where: pd.DataFrame, held: np.ndarray, post: np.ndarray) -> np.ndarray:
    north, east = (np.radians(where[name].to_numpy(dtype=np.float64)) for name in ("latitude", "longitude"))
    vectors = np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    cosine = np.einsum("ij,ij->i", np.where((held >= 0)[:, None], vectors[held], np.nan), vectors[post])
    return np.asarray(np.nan_to_num(EARTH_KM * np.arccos(np.clip(cosine, -1.0, 1.0))), dtype=np.float64)


def _together(case: Case, couples: pd.DataFrame | None) -> pd.DataFrame:
    """Return every couple of whom both hold a post once, by what the wave calls them."""
    if couples is None:
        return pd.DataFrame({"employee_id": [], "other_id": []}, dtype=object)
    people = case.facts.employees
    one, other = (places_of(couples[name], people.index) for name in ("employee_id", "spouse_id"))
    seated = np.r_[people["position_id"].notna().to_numpy(), False]
    kept = (one >= 0) & (other >= 0) & (one != other) & seated[one] & seated[other]
    pairs = np.unique(np.sort(np.column_stack([one, other])[kept], axis=1), axis=0)
    names = person_names(case)
    return pd.DataFrame({"employee_id": names[pairs[:, 0]], "other_id": names[pairs[:, 1]]}, dtype=object)


def _apart(case: Case, movers: np.ndarray) -> pd.DataFrame:
    """Return every tie of kinship among those who may move, by what the wave calls them; none where the city lets it pass."""
    names = person_names(case)
    gated = any(rule.predicate == RELATIVES and rule.gates for rule in case.pack.wave_rules)
    ties = np.sort(np.column_stack(case.encoded.kin), axis=1)
    kept = gated & (ties[:, 0] != ties[:, 1]) & np.isin(ties, movers).all(axis=1)
    ties = np.unique(ties[kept], axis=0)
    return pd.DataFrame({"employee_id": names[ties[:, 0]], "other_id": names[ties[:, 1]]}, dtype=object)


def _limits(params: WaveParams, staff: int, *, supported: bool) -> Limits:
    most = params.limits.moves
    caution = params.limits.caution if supported else 0.0
    return replace(params.limits, moves=int(np.ceil(params.of_staff * staff)) if most is None else most, caution=caution)


def _floors(case: Case, params: WaveParams) -> pd.DataFrame:
    """Return staff per unit and job family, those who retire soon taken off, and the floor they must keep."""
    people, posts = case.facts.employees, case.facts.positions
    here = people[people["position_id"].notna()]
    cell = posts.reindex(here["position_id"].astype(object))[["unit_id", "job_family"]].fillna("").set_axis(here.index)
    soon = case.facts.effective_on + pd.DateOffset(months=params.hold_back_months)
    stays = ~(here["retires_on"] <= soon)
    count = pd.DataFrame({"unit_id": cell["unit_id"], "job_family": cell["job_family"], "all": 1, "staff": stays.astype("int64")})
    cells = count.groupby(["unit_id", "job_family"], as_index=False)[["all", "staff"]].sum()
    return cells.assign(floor=np.floor(params.floor * cells["all"]))[["unit_id", "job_family", "staff", "floor"]]
