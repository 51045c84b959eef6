"""Facts as arrays: what predicates read, for one block of posts x all people and for a plain list of pairs alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import DISCIPLINE_SEVERITIES, EDUCATION_STEP, EMPLOYEE_STATUSES, JOB_KINDS, LEGAL_STATUSES, RANKS
from features.contract import TABLES
from rules.facts import Facts
from rules.identifiers import plain
from rules.months import month_number

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

STEPS = (1, 2, 3, 4)
"""Level steps (``level // 10``): staff, supervisor, administrator, executive, and the functional levels equal to them."""


@dataclass(frozen=True)
class Encoded:
    """The facts of one city as arrays.

    Attributes
    ----------
    people, posts
        Name to array over employees, or positions, in the order of the facts. Numbers and dates (`rules.months`) are float64
        with NaN for unknown; code columns are int64 with -1 for unknown; families, units and agencies share their codes.
    grids
        Name to array (rows x people). The last row stands for "unknown row" (code -1).
    freezes
        (from, to, scope kinds, approved) of each freeze window, dates as month numbers.
    present
        Facts that are known for at least one person or post, as ``employees.NAME`` and ``positions.NAME``, and ``freezes``.
    demands
        The sets of education fields that posts admit (text), by code.
    as_of, effective_on
        The day of knowledge; the day on which a move would start.
    """

    people: Mapping[str, NDArray[Any]]
    posts: Mapping[str, NDArray[Any]]
    grids: Mapping[str, Array]
    freezes: tuple[tuple[float, float, frozenset[int], bool], ...]
    present: frozenset[str]
    demands: pd.Index
    as_of: pd.Timestamp
    effective_on: pd.Timestamp
    employee_ids: pd.Index
    position_ids: pd.Index


@dataclass(frozen=True)
class View:
    """Pairs of a person and a post: index arrays that broadcast against each other.

    Of shape (posts, 1) and (1, people) they are a block, of shape (n,) each a plain list; predicates cannot tell and need
    not: what depends on the person alone is then computed once per person.
    """

    facts: Encoded
    people: Codes
    posts: Codes
    on: float

    def person(self, name: str) -> NDArray[Any]:
        """Return a fact of the people of the pairs."""
        return self.facts.people[name][self.people]

    def post(self, name: str) -> NDArray[Any]:
        """Return a fact of the posts of the pairs."""
        return self.facts.posts[name][self.posts]

    def grid(self, name: str, rows: Codes) -> Array:
        """Return a grid's cells for the people of the pairs, its row chosen by ``rows`` (usually a code of the post)."""
        return self.facts.grids[name][rows, self.people]

    def known(self, name: str) -> bool:
        """Return whether the source has the fact at all (``employees.status``)."""
        return name in self.facts.present


def block(facts: Encoded, posts: Codes, on: float) -> View:
    """Return the view of ``posts`` (codes) x all people, of shape (posts, people)."""
    return View(facts, np.arange(len(facts.employee_ids))[None, :], posts[:, None], on)


def listed(facts: Encoded, people: Codes, posts: Codes, on: float) -> View:
    """Return the view of a list of pairs, given as codes."""
    return View(facts, people, posts, on)


def encode(facts: Facts) -> Encoded:
    """Return ``facts`` as arrays."""
    people, posts = facts.employees, facts.positions
    families = _index(people["job_family"], posts["job_family"], facts.experience["job_family"])
    units = _index(people["unit_id"], posts["unit_id"])
    agencies = _index(people["agency_id"], posts["agency_id"])
    demands = _index(posts["education_fields"])
    shared = {"job_family": families, "unit_id": units, "agency_id": agencies}
    return Encoded(
        people=_people(people, posts.index, shared, facts),
        posts=_posts(posts, shared, demands),
        grids=_grids(facts, families, demands),
        freezes=_freezes(facts.freezes),
        present=_present(facts),
        demands=demands,
        as_of=facts.as_of,
        effective_on=facts.effective_on,
        employee_ids=pd.Index(plain(people.index), dtype=object),
        position_ids=posts.index,
    )


def _people(frame: pd.DataFrame, positions: pd.Index, shared: Mapping[str, pd.Index], facts: Facts) -> dict[str, NDArray[Any]]:
    codes = {
        "status": _codes(frame["status"], pd.Index(EMPLOYEE_STATUSES)),
        "legal_status": _codes(frame["legal_status"], pd.Index(LEGAL_STATUSES)),
        "job_kind": _codes(frame["job_kind"], pd.Index(JOB_KINDS)),
        "position": _codes(frame["position_id"], positions),
        "discipline": _codes(frame["discipline"], pd.Index([*DISCIPLINE_SEVERITIES, "none"])),
        "rank": _codes(frame["rank"], pd.Index(RANKS)),
        **{name: _codes(frame[name], index) for name, index in shared.items()},
    }
    numbers = ("level", "retirement_age", "education_step", "rating_last", "rating_last_year", "rating_prior", "rating_prior_year")
    dates = ("birth_date", "retires_on", "since", "discipline_from", "discipline_until")
    return {
        **codes,
        **{name: frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in numbers},
        **{name: month_number(frame[name]) for name in dates},
        "discipline_open": frame["discipline_open"].fillna(False).to_numpy(dtype=bool),
        "field_unknown": _field_unknown(facts),
        "set_aside": _table_bits(frame["set_aside"]),
    }


def table_bit(name: str) -> int:
    """Return the bit of a table in the fact ``set_aside``."""
    return 1 << list(TABLES).index(name)


def _table_bits(lists: pd.Series) -> Codes:
    distinct = lists.dropna().unique()
    bits = {text: sum(table_bit(name) for name in str(text).split(";")) for text in distinct}
    return np.asarray(lists.map(bits).fillna(0).to_numpy(dtype=np.int64))


def _posts(frame: pd.DataFrame, shared: Mapping[str, pd.Index], demands: pd.Index) -> dict[str, NDArray[Any]]:
    flags = {name: frame[name].fillna(False).to_numpy(dtype=bool) for name in ("strategic", "supervisory", "announced")}
    numbers = {name: frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("level", "retirement_age", "vacant")}
    return {
        "position": np.arange(len(frame)),
        "job_kind": _codes(frame["job_kind"], pd.Index(JOB_KINDS)),
        "min_rank": _codes(frame["min_rank"], pd.Index(RANKS)),
        "min_education": frame["min_education"].map(EDUCATION_STEP).to_numpy(dtype=np.float64),
        "field_demand": _codes(frame["education_fields"], demands),
        **{name: _codes(frame[name], index) for name, index in shared.items()},
        **flags,
        **numbers,
    }


def _grids(facts: Facts, families: pd.Index, demands: pd.Index) -> dict[str, Array]:
    """Return months by family, by step or above, and the highest education step in each set of fields a post demands."""
    past, people = facts.experience, facts.employees
    who = _who(facts, past["employee_id"])
    months = past["months"].to_numpy(dtype=np.float64)
    family = _sum_grid(_codes(past["job_family"], families), who, months, (len(families) + 1, len(people)))
    step = np.nan_to_num(past["step"].to_numpy(dtype=np.float64), nan=-1).astype(np.int64)
    reached = [_sum_grid(np.where(step >= s, 0, -1), who, months, (2, len(people)))[0] for s in STEPS]
    unknown = _sum_grid(np.where(step < 0, 0, -1), who, months, (2, len(people)))[0]
    fields = [_highest_in(facts, set(str(demand).split(";"))) for demand in demands]
    nothing = np.full(len(people), np.nan)
    return {
        "family_months": family,
        "step_months": np.stack([nothing, *reached, nothing]),
        "step_unknown": np.stack([unknown]),
        "field_step": np.stack([*fields, nothing]),
    }


def _sum_grid(rows: Codes, columns: Codes, values: Array, shape: tuple[int, int]) -> Array:
    """Return sums of ``values`` by (row, person); rows of code -1 gather in the last row."""
    kept = columns >= 0
    flat = (rows[kept] % shape[0]) * shape[1] + columns[kept]
    sums = np.bincount(flat, weights=values[kept], minlength=shape[0] * shape[1])
    return sums.astype(np.float64).reshape(shape)


def _highest_in(facts: Facts, fields: set[str]) -> Array:
    """Return the highest education step each person has in ``fields``; 0 for none."""
    rows = facts.educations[facts.educations["field"].isin({field.strip() for field in fields})]
    who = _who(facts, rows["employee_id"])
    highest = np.zeros(len(facts.employees))
    np.maximum.at(highest, who[who >= 0], rows["step"].to_numpy(dtype=np.float64)[who >= 0])
    return highest


def _field_unknown(facts: Facts) -> NDArray[np.bool_]:
    """Return who has no education on record, or one whose field is not."""
    rows = facts.educations
    who = _who(facts, rows["employee_id"])
    unknown = np.ones(len(facts.employees), dtype=bool)
    unknown[who[who >= 0]] = False
    unknown[who[(who >= 0) & rows["field"].isna().to_numpy()]] = True
    return unknown


def _who(facts: Facts, ids: pd.Series) -> Codes:
    """Return the place of each person of ``ids`` among the employees; -1 for nobody in service."""
    return np.asarray(pd.Index(plain(facts.employees.index), dtype=object).get_indexer(plain(ids)), dtype=np.int64)


def _freezes(frame: pd.DataFrame | None) -> tuple[tuple[float, float, frozenset[int], bool], ...]:
    if frame is None:
        return ()
    start, end = month_number(frame["from_on"]), month_number(frame["to_on"])
    approved = frame["approval_number"].notna() & frame["approval_number"].str.strip().ne("")
    scopes = [frozenset(JOB_KINDS.index(kind.strip()) for kind in text.split(";") if kind.strip() in JOB_KINDS)
              for text in frame["scope"].fillna("")]  # fmt: skip
    return tuple(zip(start.tolist(), end.tolist(), scopes, approved.tolist(), strict=True))


def _present(facts: Facts) -> frozenset[str]:
    people = {f"employees.{name}" for name in facts.employees if facts.employees[name].notna().any()}
    posts = {f"positions.{name}" for name in facts.positions if facts.positions[name].notna().any()}
    tables = {"freezes"} if facts.freezes is not None else set()
    return frozenset(people | posts | tables)


def _index(*columns: pd.Series) -> pd.Index:
    return pd.Index(sorted({str(value) for column in columns for value in column.dropna().unique()}), dtype="str")


def _codes(column: pd.Series, index: pd.Index) -> Codes:
    return np.asarray(index.get_indexer(column.astype("str").fillna("\0")), dtype=np.int64)
