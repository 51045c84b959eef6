"""Facts as arrays: what predicates read, for one block of posts x all people and for a plain list of pairs alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import (
    CLEARANCE_KINDS,
    DISCIPLINE_SEVERITIES,
    EDUCATION_STEP,
    EMPLOYEE_STATUSES,
    JOB_KINDS,
    LEGAL_STATUSES,
    RANKS,
)
from features.contract import TABLES
from rules import grids
from rules.approvals import Approval, encode_approvals
from rules.facts import LONG_TABLES, Facts
from rules.identifiers import codes_of, index_of, places_of, plain
from rules.months import month_number

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

Asked = NDArray[np.bool_] | np.bool_
NOBODY_ASKED = np.False_


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
        (from, to, scope kinds) of each freeze window without a recorded approval, dates as month numbers.
    present
        Facts that are known for at least one person or post, as ``employees.NAME`` and ``positions.NAME``, and the names of the
        long tables there are.
    names
        What codes stand for, by kind of code: education ``fields`` and ``certificates`` demanded, ``competencies``.
    standards, levels
        Per competency int8 tenths of a level: demanded by each distinct standard (0: not; a post's is its fact ``standard``),
        reached by each person (-1: not assessed).
    ties
        Name to sorted numbers ``unit * people + person``: which people have relatives in which units.
    approvals
        Rule id to the approvals recorded for it.
    kin
        Person and relative, each way, as places among the employees.
    as_of, effective_on
        The day of knowledge; the day on which a move would start.
    """

    people: Mapping[str, NDArray[Any]]
    posts: Mapping[str, NDArray[Any]]
    grids: Mapping[str, Array]
    ties: Mapping[str, Codes]
    freezes: tuple[tuple[float, float, frozenset[int]], ...]
    present: frozenset[str]
    names: Mapping[str, tuple[str, ...]]
    standards: tuple[NDArray[np.int8], ...]
    levels: tuple[NDArray[np.int8], ...]
    approvals: Mapping[str, tuple[Approval, ...]]
    kin: tuple[Codes, Codes]
    as_of: pd.Timestamp
    effective_on: pd.Timestamp
    employee_ids: pd.Index
    position_ids: pd.Index


@dataclass(frozen=True)
class View:
    """Pairs of a person and a post: index arrays that broadcast against each other.

    Of shape (posts, 1) and (1, people) they are a block, of shape (n,) each a plain list; predicates cannot tell and need
    not: what depends on the person alone is then computed once per person. ``on`` is the day judged, one or one per pair;
    ``own_request`` tells which moves the person has asked for.
    """

    facts: Encoded
    people: Codes
    posts: Codes
    on: float | Array
    own_request: Asked = NOBODY_ASKED

    def person(self, name: str) -> NDArray[Any]:
        """Return a fact of the people of the pairs."""
        return self.facts.people[name][self.people]

    def post(self, name: str) -> NDArray[Any]:
        """Return a fact of the posts of the pairs."""
        return self.facts.posts[name][self.posts]

    def grid(self, name: str, rows: Codes) -> Array:
        """Return a grid's cells for the people of the pairs, its row chosen by ``rows`` (usually a code of the post)."""
        return self.facts.grids[name][rows, self.people]

    def tied(self, name: str, rows: Codes) -> NDArray[np.bool_]:
        """Return whether the people of the pairs have ties of this name to ``rows``, codes of the post (-1: to none)."""
        keys, count = self.facts.ties[name], len(self.facts.employee_ids)
        if rows.shape == self.people.shape:
            wanted = np.where(rows >= 0, rows * count + self.people, -1)
            return np.asarray(keys.searchsorted(wanted, side="right") > keys.searchsorted(wanted))
        out = np.zeros((rows.size, count), dtype=bool)  # a block: few have ties, everybody else has none
        first, last = keys.searchsorted(rows.ravel() * count), keys.searchsorted((rows.ravel() + 1) * count)
        for row, start, end in zip(out, first, last, strict=True):
            row[keys[start:end] % count] = True
        return out[:, self.people.ravel()]

    def known(self, name: str) -> bool:
        """Return whether the source has the fact at all (``employees.status``)."""
        return name in self.facts.present


def block(facts: Encoded, posts: Codes, on: float) -> View:
    """Return the view of ``posts`` (codes) x all people, of shape (posts, people)."""
    return View(facts, np.arange(len(facts.employee_ids))[None, :], posts[:, None], on)


def listed(facts: Encoded, people: Codes, posts: Codes, on: float | Array, own_request: Asked = NOBODY_ASKED) -> View:
    """Return the view of a list of pairs, given as codes."""
    return View(facts, people, posts, on, own_request)


def encode(facts: Facts) -> Encoded:
    """Return ``facts`` as arrays."""
    people, posts = facts.employees, facts.positions
    families = index_of(people["job_family"], posts["job_family"], facts.experience["job_family"])
    units = index_of(people["unit_id"], posts["unit_id"], posts["parent_unit_id"])
    agencies = index_of(people["agency_id"], posts["agency_id"])
    fields, certificates = index_of(posts["education_fields"]), index_of(posts["certificates"])
    competencies = index_of(facts.standards["competency"], facts.competencies["competency"])
    shared = {"job_family": families, "unit_id": units, "agency_id": agencies}
    standard, standards = grids.standards(facts, competencies)
    return Encoded(
        people=_people(facts, shared),
        posts={**_posts(facts, shared, fields, certificates), "standard": standard},
        grids={
            **grids.months_worked(facts, families),
            **grids.field_steps(facts, fields),
            **grids.certificates_until(facts, certificates),
        },
        ties=grids.relatives_in(facts, units),
        freezes=_freezes(facts.freezes),
        present=_present(facts),
        names={"fields": tuple(fields), "certificates": tuple(certificates), "competencies": tuple(competencies)},
        standards=standards,
        levels=grids.levels(facts, competencies),
        approvals=encode_approvals(facts.approvals, people.index, posts.index),
        kin=grids.kin_pairs(facts),
        as_of=facts.as_of,
        effective_on=facts.effective_on,
        employee_ids=pd.Index(plain(people.index), dtype=object),
        position_ids=posts.index,
    )


def _people(facts: Facts, shared: Mapping[str, pd.Index]) -> dict[str, NDArray[Any]]:
    frame = facts.employees
    codes = {
        "status": codes_of(frame["status"], pd.Index(EMPLOYEE_STATUSES)),
        "legal_status": codes_of(frame["legal_status"], pd.Index(LEGAL_STATUSES)),
        "position": codes_of(frame["position_id"], facts.positions.index),
        **{name: codes_of(frame[name], pd.Index(JOB_KINDS)) for name in ("job_kind", "second_job_kind")},
        **{name: codes_of(frame[name], pd.Index([*DISCIPLINE_SEVERITIES, "none"])) for name in ("discipline", "sanction")},
        "rank": codes_of(frame["rank"], pd.Index(RANKS)),
        **{name: codes_of(frame[name], index) for name, index in shared.items()},
    }
    return {
        **codes,
        **{name: frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in _PERSON_NUMBERS},
        **{name: month_number(frame[name]) for name in _PERSON_DATES},
        **{name: frame[name].fillna(False).to_numpy(dtype=bool) for name in ("discipline_open", "second_post")},
        **_statements(frame),
        **_unit_of(facts),
        "field_unknown": _field_unknown(facts),
        "set_aside": _table_bits(frame["set_aside"]),
    }


_PERSON_NUMBERS = (
    "level", "retirement_age", "education_step", "rating_last", "rating_last_year", "rating_prior", "rating_prior_year",
)  # fmt: skip
_PERSON_DATES = (
    "birth_date", "hired_on", "retires_on", "since", "post_ends_on", "discipline_from", "discipline_until", "sanction_from",
    "sanction_until", "assessed_on",
)  # fmt: skip
STATEMENTS = tuple(kind for kind in CLEARANCE_KINDS if kind != "certificate")
"""Kinds of clearance that state one thing of a person, newest first."""
_STATED = {"clear": 1, "passed": 1, "not_clear": 0, "failed": 0}


def _statements(frame: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """Return per statement whether it is clear (1), not (0) or unknown (-1), and until when it holds."""
    said = {f"{kind}_clear": frame[f"clearance_{kind}"].map(_STATED).fillna(-1).to_numpy(dtype=np.int64) for kind in STATEMENTS}
    return {**said, **{f"{kind}_until": month_number(frame[f"clearance_{kind}_until"]) for kind in STATEMENTS}}


def _unit_of(facts: Facts) -> dict[str, Array]:
    """Return need and definitive staff of each person's unit; the need is unknown where no workload analysis covers the unit."""
    posts = facts.positions
    analysed = posts["need"].notna().groupby(posts["unit_id"]).any()
    need = posts["need"].fillna(posts["headcount"]).astype("float64").groupby(posts["unit_id"]).sum().where(analysed)
    staff = posts["holders"].groupby(posts["unit_id"]).sum()
    unit = facts.employees["unit_id"]
    return {
        "unit_need": unit.map(need).to_numpy(dtype=np.float64, na_value=np.nan),
        "unit_staff": unit.map(staff).to_numpy(dtype=np.float64, na_value=np.nan),
    }


def table_bit(name: str) -> int:
    """Return the bit of a table in the fact ``set_aside``."""
    return 1 << list(TABLES).index(name)


def _table_bits(lists: pd.Series) -> Codes:
    distinct = lists.dropna().unique()
    bits = {text: sum(table_bit(name) for name in str(text).split(";")) for text in distinct}
    return np.asarray(lists.map(bits).fillna(0).to_numpy(dtype=np.int64))


def _posts(facts: Facts, shared: Mapping[str, pd.Index], fields: pd.Index, certificates: pd.Index) -> dict[str, NDArray[Any]]:
    frame = facts.positions
    numbers = ("level", "retirement_age", "vacant", "needed")
    demand = codes_of(frame["certificates"], certificates)
    return {
        "position": np.arange(len(frame)),
        "job_kind": codes_of(frame["job_kind"], pd.Index(JOB_KINDS)),
        "min_rank": codes_of(frame["min_rank"], pd.Index(RANKS)),
        "min_education": frame["min_education"].map(EDUCATION_STEP).to_numpy(dtype=np.float64),
        "field_demand": codes_of(frame["education_fields"], fields),
        "certificate_demand": demand,
        "certificates_covered": grids.certificates_covered(facts, certificates)[demand],
        "has_standard": frame.index.isin(facts.standards["position_id"]),
        "parent_unit_id": codes_of(frame["parent_unit_id"], shared["unit_id"]),
        "staying": (frame["holders"] - frame["leaving"]).to_numpy(dtype=np.float64, na_value=np.nan),
        **{name: codes_of(frame[name], index) for name, index in shared.items()},
        **{name: frame[name].fillna(False).to_numpy(dtype=bool) for name in ("strategic", "supervisory", "announced")},
        **{name: frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in numbers},
    }


def _field_unknown(facts: Facts) -> NDArray[np.bool_]:
    """Return who has no education on record, or one whose field is not."""
    rows = facts.educations
    who = places_of(rows["employee_id"], facts.employees.index)
    unknown = np.ones(len(facts.employees), dtype=bool)
    unknown[who[who >= 0]] = False
    unknown[who[(who >= 0) & rows["field"].isna().to_numpy()]] = True
    return unknown


def _freezes(frame: pd.DataFrame | None) -> tuple[tuple[float, float, frozenset[int]], ...]:
    """Return the freeze windows that no approval with a number lifts."""
    if frame is None:
        return ()
    frozen = frame[frame["approval_number"].isna() | frame["approval_number"].fillna("").str.strip().eq("")]
    scopes = [frozenset(JOB_KINDS.index(kind.strip()) for kind in text.split(";") if kind.strip() in JOB_KINDS)
              for text in frozen["scope"].fillna("")]  # fmt: skip
    return tuple(zip(month_number(frozen["from_on"]).tolist(), month_number(frozen["to_on"]).tolist(), scopes, strict=True))


def _present(facts: Facts) -> frozenset[str]:
    people = {f"employees.{name}" for name in facts.employees if facts.employees[name].notna().any()}
    posts = {f"positions.{name}" for name in facts.positions if facts.positions[name].notna().any()}
    kept = {name for name in LONG_TABLES if (table := getattr(facts, name)) is not None and (len(table) or name in _EMPTY_SAYS)}
    return frozenset(people | posts | kept)


_EMPTY_SAYS = ("freezes", "kin", "certificates")
"""Long tables of which an empty one says that there is nothing, not that nothing is known."""
