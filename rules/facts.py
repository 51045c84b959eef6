"""What rules and explanations may know of people and posts: plain, pseudonymised columns as of a day."""

import json
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.tables import Tables
from rules import person_facts, post_facts
from rules.identifiers import places_of, plain


@dataclass(frozen=True)
class Facts:
    """The facts of one city on one day.

    Attributes
    ----------
    employees
        One row per person in service, indexed by employee_id (ordered categorical); see `rules.person_facts`.
    positions
        One row per position, indexed by position_id; see `rules.post_facts`.
    experience
        One row per person, job family and level step (``level // 10``): ``months`` in definitive posts already left.
    educations
        One row per person and education finished: ``step`` (legal standing, 1-10) and ``field``.
    competencies, standards
        One row per person and competency (``level``), by the latest assessment that still holds on ``effective_on``; one per post
        and competency its standard demands (``required``).
    certificates
        One row per person and certificate (``until``: last day, missing: open), courses finished among them; None where the city
        records neither.
    kin
        One row per person and relative in service; None where the city records no family ties.
    freezes
        One row per freeze window known (from_on, to_on, scope, approval_number); None where the city keeps no such table.
    approvals
        One row per approval known (rule_id, employee_id, position_id, number, from_on, to_on).
    as_of, effective_on
        What is known at the end of ``as_of``; a move would start on ``effective_on``.
    """

    employees: pd.DataFrame
    positions: pd.DataFrame
    experience: pd.DataFrame
    educations: pd.DataFrame
    competencies: pd.DataFrame
    standards: pd.DataFrame
    certificates: pd.DataFrame | None
    kin: pd.DataFrame | None
    freezes: pd.DataFrame | None
    approvals: pd.DataFrame
    as_of: pd.Timestamp
    effective_on: pd.Timestamp


LONG_TABLES = ("experience", "educations", "competencies", "standards", "certificates", "kin", "freezes", "approvals")
"""The facts that are tables of their own."""


def collect_facts(known: Tables, as_of: pd.Timestamp, effective_on: pd.Timestamp) -> Facts:
    """Return the facts of ``known`` (already through `features.as_of.known_at`) for moves that start on ``effective_on``.

    A column is missing throughout where the source lacks its table: rules on it are then not assessed. Where the table is
    there, a missing cell means unknown for that person or post.
    """
    agencies = post_facts.agencies(known["units"])
    employees = person_facts.person_facts(known, as_of, effective_on, agencies)
    return Facts(
        employees=employees,
        positions=post_facts.post_facts(known, employees, effective_on, agencies),
        experience=person_facts.experience(known, employees, as_of),
        educations=person_facts.educations(known),
        competencies=person_facts.competencies(known, effective_on),
        standards=post_facts.standards(known),
        certificates=person_facts.certificates(known),
        kin=person_facts.kin(known),
        freezes=known.frames.get("freezes"),
        approvals=known.get("approvals")[_APPROVAL],
        as_of=as_of,
        effective_on=effective_on,
    )


def of_posts(facts: Facts, position_ids: pd.Index) -> Facts:
    """Return ``facts`` of these posts alone; every post that somebody holds must be among them."""
    approvals = facts.approvals
    return replace(
        facts,
        positions=facts.positions[facts.positions.index.isin(position_ids)],
        standards=facts.standards[facts.standards["position_id"].isin(position_ids)].reset_index(drop=True),
        approvals=approvals[approvals["position_id"].isna() | approvals["position_id"].isin(position_ids)].reset_index(drop=True),
    )


_OF_PEOPLE = {
    "experience": ["job_family", "step", "months"],
    "educations": ["step", "field"],
    "competencies": ["competency", "level"],
    "certificates": ["certificate", "until"],
    "kin": ["relative"],
}
_STANDARD = ["competency", "required"]
_WINDOW = ["from_on", "to_on", "scope", "approval_number"]
_APPROVAL = ["rule_id", "employee_id", "position_id", "number", "from_on", "to_on"]
_OPTIONAL = ("certificates", "kin", "freezes")
_TYPES = {
    "step": "float64", "months": "float64", "level": "float64", "required": "float64", "until": "datetime64[us]",
    "from_on": "datetime64[us]", "to_on": "datetime64[us]",
}  # fmt: skip
"""Types of the columns of long tables; the others are text."""
_OPEN, _CLOSE, _COMMA, _NOTHING = (pa.scalar(text, pa.large_string()) for text in ("[", "]", ", ", ""))


def packed(facts: Facts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facts as two flat frames to publish: one row per employee, one per position, long tables as JSON text.

    ``unpacked(*packed(facts))`` gives the same verdicts on every pair. People named inside a long table (relatives, approvals) are
    written as their place among the employees, so that no identifier is published but in ``employee_id``.
    """
    people = plain(facts.employees.index)
    tables = {name: _placed(facts, getattr(facts, name)) for name in LONG_TABLES}
    lists = {name: _lists(table, columns).reindex(people).to_numpy() for name, columns in _OF_PEOPLE.items()
             if (table := tables[name]) is not None}  # fmt: skip
    every = {name: _every(table, columns) for name, columns in (("freezes", _WINDOW), ("approvals", _APPROVAL))
             if (table := tables[name]) is not None}  # fmt: skip
    standards = _lists(facts.standards, _STANDARD, "position_id").reindex(facts.positions.index).to_numpy()
    told = {
        **{name: pd.Series(every.get(name), index=facts.positions.index, dtype="str") for name in ("freezes", "approvals")},
        "recorded": ";".join(name for name in _OPTIONAL if tables[name] is not None),
    }
    employees = facts.employees.assign(**{name: lists.get(name) for name in _OF_PEOPLE})
    dates = {"as_of": facts.as_of, "effective_on": facts.effective_on}
    positions = facts.positions.assign(standards=standards, **told, **dates)
    return employees.reset_index(), positions.reset_index()


def unpacked(employees: pd.DataFrame, positions: pd.DataFrame) -> Facts:
    """Return the facts published by `packed`; people keep the order of ``employees``."""
    ids = pd.CategoricalDtype(employees["employee_id"], ordered=True)
    people = employees.assign(employee_id=employees["employee_id"].astype(ids)).set_index("employee_id")
    posts = positions.set_index("position_id")
    recorded = str(posts["recorded"].iloc[0]).split(";")
    long = {name: _long(people[name], columns, "employee_id") for name, columns in _OF_PEOPLE.items()}
    long["standards"] = _long(posts["standards"], _STANDARD, "position_id")
    long |= {name: _rows(posts[name], columns) for name, columns in (("freezes", _WINDOW), ("approvals", _APPROVAL))}
    kept = {name: _named(people.index, long[name]) if name in recorded or name not in _OPTIONAL else None for name in LONG_TABLES}
    return Facts(
        employees=people.drop(columns=list(_OF_PEOPLE)),
        positions=posts.drop(columns=["standards", "freezes", "approvals", "recorded", "as_of", "effective_on"]),
        **kept,
        as_of=pd.Timestamp(posts["as_of"].iloc[0]),
        effective_on=pd.Timestamp(posts["effective_on"].iloc[0]),
    )


def _placed(facts: Facts, table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return a long table with people inside it as their place among the employees."""
    name = {"relative", "rule_id"} & set(() if table is None else table)
    if table is None or not name:
        return table
    column = "relative" if "relative" in name else "employee_id"
    place = pd.Series(places_of(table[column], facts.employees.index), index=table.index, dtype="object")
    return table[place.ge(0) | table[column].isna()].assign(**{column: place.where(table[column].notna(), None)})


def _named(people: pd.Index, table: pd.DataFrame) -> pd.DataFrame:
    column = "relative" if "relative" in table else "employee_id" if "rule_id" in table else None
    if column is None:
        return table
    place = table[column].astype("float64").fillna(-1).astype("int64")
    return table.assign(**{column: pd.Categorical.from_codes(place, dtype=people.dtype)})


def _text(rows: list[list[object]]) -> str:
    return json.dumps([[None if pd.isna(cell) else cell for cell in row] for row in rows], ensure_ascii=False, default=str)


def _every(table: pd.DataFrame, columns: list[str]) -> str:
    return _text(table[columns].astype("str").to_numpy(dtype=object).tolist())


def _lists(long: pd.DataFrame, columns: list[str], owner: str = "employee_id") -> pd.Series:
    """Return per owner the rows of ``long`` as JSON text; every distinct cell is put into words once."""
    row = _bracketed(pc.binary_join_element_wise(*(_cells(long[name]) for name in columns), _COMMA))
    place, owners = pd.factorize(plain(long[owner]), sort=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(owners) + 1))
    lists = pa.LargeListArray.from_arrays(starts, row.take(order))
    return _bracketed(pc.binary_join(lists, _COMMA)).to_pandas().astype("str").set_axis(owners)


def _bracketed(texts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(_OPEN, texts, _CLOSE, _NOTHING)


def _cells(column: pd.Series) -> pa.Array:
    """Return every cell as JSON text."""
    place, values = pd.factorize(column.astype(object))
    texts = [json.dumps(value, ensure_ascii=False, default=str) for value in values.tolist()]
    return pa.array([*texts, "null"], pa.large_string()).take(pa.array(np.where(place < 0, len(texts), place)))


def _long(texts: pd.Series, columns: list[str], owner: str) -> pd.DataFrame:
    lists = texts.dropna().map(json.loads).explode().dropna()
    return _typed(pd.DataFrame(lists.tolist(), columns=columns).assign(**{owner: lists.index}))


def _rows(texts: pd.Series, columns: list[str]) -> pd.DataFrame:
    said = texts.dropna().unique()
    return _typed(pd.DataFrame(json.loads(said[0]) if len(said) else [], columns=columns))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: _TYPES.get(name, "str") for name in frame if name not in ("employee_id", "relative")}
    dates = {name: pd.to_datetime(frame[name]) for name, kind in kinds.items() if kind == "datetime64[us]"}
    return frame.assign(**dates).astype(kinds)
