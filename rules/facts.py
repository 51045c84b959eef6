"""What rules and explanations may know of people and posts: plain, pseudonymised columns as of a day."""

import json
from dataclasses import dataclass

import pandas as pd

from features.tables import Tables
from rules import person_facts, post_facts
from rules.identifiers import plain


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
    freezes
        One row per freeze window known (from_on, to_on, scope, approval_number); None where the city keeps no such table.
    as_of, effective_on
        What is known at the end of ``as_of``; a move would start on ``effective_on``.
    """

    employees: pd.DataFrame
    positions: pd.DataFrame
    experience: pd.DataFrame
    educations: pd.DataFrame
    freezes: pd.DataFrame | None
    as_of: pd.Timestamp
    effective_on: pd.Timestamp


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
        freezes=known.frames.get("freezes"),
        as_of=as_of,
        effective_on=effective_on,
    )


def packed(facts: Facts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facts as two flat frames to publish: one row per employee, one per position, long tables as JSON text.

    ``unpacked(*packed(facts))`` gives the same verdicts on every pair.
    """
    people = plain(facts.employees.index)
    employees = facts.employees.assign(
        experience=_lists(facts.experience, ["job_family", "step", "months"]).reindex(people).to_numpy(),
        educations=_lists(facts.educations, ["step", "field"]).reindex(people).to_numpy(),
    )
    windows = None if facts.freezes is None else _text(facts.freezes[_WINDOW].astype("str").to_numpy(dtype=object).tolist())
    dates = {"as_of": facts.as_of, "effective_on": facts.effective_on}
    positions = facts.positions.assign(freezes=pd.Series(windows, index=facts.positions.index, dtype="str"), **dates)
    return employees.reset_index(), positions.reset_index()


def unpacked(employees: pd.DataFrame, positions: pd.DataFrame) -> Facts:
    """Return the facts published by `packed`; people keep the order of ``employees``."""
    ids = pd.CategoricalDtype(employees["employee_id"], ordered=True)
    people = employees.assign(employee_id=employees["employee_id"].astype(ids)).set_index("employee_id")
    posts = positions.set_index("position_id")
    windows = posts["freezes"].dropna().unique()
    return Facts(
        employees=people.drop(columns=["experience", "educations"]),
        positions=posts.drop(columns=["freezes", "as_of", "effective_on"]),
        experience=_long(people["experience"], ["job_family", "step", "months"]),
        educations=_long(people["educations"], ["step", "field"]),
        freezes=_windows(json.loads(windows[0])) if len(windows) else None,
        as_of=pd.Timestamp(posts["as_of"].iloc[0]),
        effective_on=pd.Timestamp(posts["effective_on"].iloc[0]),
    )


_WINDOW = ["from_on", "to_on", "scope", "approval_number"]


def _text(rows: list[list[object]]) -> str:
    return json.dumps([[None if pd.isna(cell) else cell for cell in row] for row in rows], ensure_ascii=False)


def _lists(long: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return per person the rows of ``long`` as JSON text."""
    cells = long[columns].astype(object).to_numpy().tolist()
    rows = pd.Series(cells, index=pd.Index(plain(long["employee_id"]), dtype=object), dtype=object)
    return rows.groupby(level=0).agg(lambda group: _text(list(group))).astype("str")


def _long(texts: pd.Series, columns: list[str]) -> pd.DataFrame:
    lists = texts.dropna().map(json.loads).explode().dropna()
    frame = pd.DataFrame(lists.tolist(), columns=columns).assign(employee_id=lists.index)
    kinds = {"job_family": "str", "field": "str", "step": "float64", "months": "float64"}
    return frame.astype({name: kinds[name] for name in columns})


def _windows(rows: list[list[object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=_WINDOW)
    dates = {name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in ("from_on", "to_on")}
    return frame.assign(**dates, scope=frame["scope"].astype("str"), approval_number=frame["approval_number"].astype("str"))
