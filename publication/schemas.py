"""What is published: every table, its columns and its order, declared once.

The files, the application database and the readers of both are made from these declarations.
"""

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from evaluation.group_figures import AUC, ERROR, GAP, RATIO
from features.bilingual import Bilingual
from features.errors import PublicationError
from publication.columns import PublishedTable
from publication.columns import count as _count
from publication.columns import day as _day
from publication.columns import flag as _flag
from publication.columns import number as _number
from publication.columns import text as _text
from publication.plan_tables import NEED, PREPARATION, WAVE

GRADES = ("A", "B", "C", "D")
ELIGIBLE = ("yes", "no", "unknown")
VERDICTS = ("pass", "fail", "unknown", "not assessed")


def _uplift_is_a_difference(frame: pd.DataFrame) -> pd.Series:
    return (frame["expected_in_post"] - frame["stay_outlook"]).sub(frame["uplift"]).abs() <= ROUNDING


def _interval_holds_uplift(frame: pd.DataFrame) -> pd.Series:
    return (frame["lower"] <= frame["uplift"] + ROUNDING) & (frame["uplift"] <= frame["upper"] + ROUNDING)


def _realised_holds_uplift(frame: pd.DataFrame) -> pd.Series:
    return (frame["realised_lower"] <= frame["uplift"] + ROUNDING) & (frame["uplift"] <= frame["realised_upper"] + ROUNDING)


_STORED = {"string[pyarrow]": "str", "datetime64[ns]": "datetime64[us]"}
"""Declared dtype, in pandera's words, to the one dtype stored; pandera takes text and days in any of their dtypes."""

ROUNDING = 1e-9
"""Float64 sums of numbers of order one differ by less than this."""

_WHO = {"position_id": _text(), "employee_id": _text()}
_ESTIMATE = {
    "eligible": _text(values=("yes", "unknown")),
    "net_value": _number(),
    "value_in_post": _number(),
    "value_given_up": _number(),
    "net_lower": _number(),
    "net_upper": _number(),
    "uplift": _number(),
    "lower": _number(),
    "upper": _number(),
    "realised_lower": _number(),
    "realised_upper": _number(),
    "grade": _text(values=GRADES),
    "stay_outlook": _number(),
    "expected_in_post": _number(),
    "overlap": _number(null=True),
    "novelty": _number(null=True),
    "verdict_bits": pa.Column("int64"),
}
_ORDER = {"rank": pa.Column("int64", checks=pa.Check.ge(1)), "band": pa.Column("int64", checks=pa.Check.ge(1))}
_SUPPORT = {"training_gap": _number(null=True, minimum=0), "aspiration": _number(null=True), "origin_effect": _number(null=True)}
_REASONS = {"reasons_for": _text(null=True), "reasons_against": _text(null=True)}


def _schema(columns: dict[str, pa.Column], *, estimates: bool = False, open_ended: bool = False) -> pa.DataFrameSchema:
    rules = (_uplift_is_a_difference, _interval_holds_uplift, _realised_holds_uplift)
    checks = [pa.Check(rule) for rule in rules] if estimates else []
    return pa.DataFrameSchema(columns, checks=checks, strict=not open_ended, coerce=False)


_LISTED = {**_WHO, **_ORDER, **_ESTIMATE, **_SUPPORT, **_REASONS}

TABLES: dict[str, PublishedTable] = {
    table.name: table
    for table in (
        PublishedTable(
            "positions",
            _schema(
                {
                    "position_id": _text(),
                    "title": _text(null=True),
                    "unit_id": _text(),
                    "unit_name": _text(null=True),
                    "job_kind": _text(null=True),
                    "job_family": _text(null=True),
                    "level": _number(null=True),
                    "strategic": _flag(),
                    "supervisory": _flag(),
                    "headcount": _count(),
                    "filled": _count(),
                    "vacant": _count(),
                    "candidates": _count(),
                    "unknown": _count(),
                    "excluded": _count(),
                    "shown": _count(),
                    "open_since": _day(null=True),
                }
            ),
            key=("position_id",),
        ),
        PublishedTable(
            "units",
            _schema(
                {
                    "unit_id": _text(),
                    "parent_id": _text(null=True),
                    "name": _text(null=True),
                    "kind": _text(null=True),
                    "district": _text(null=True),
                    "latitude": _number(null=True),
                    "longitude": _number(null=True),
                }
            ),
            key=("unit_id",),
            lookups=(("parent_id",),),
        ),
        PublishedTable(
            "shortlists",
            _schema(_LISTED, estimates=True),
            key=("position_id", "rank"),
            lookups=(("employee_id",),),
        ),
        PublishedTable("best_positions", _schema(_LISTED, estimates=True), key=("employee_id", "rank")),
        PublishedTable("candidates", _schema({**_WHO, **_ESTIMATE}, estimates=True), key=("position_id", "employee_id")),
        PublishedTable(
            "exclusions",
            _schema(
                {
                    **_WHO,
                    "rule_id": _text(),
                    "verdict": _text(values=VERDICTS),
                    "legal_reference": _text(),
                    "values": _text(),
                    "reason": _text(),
                    "reason_en": _text(),
                    "cure": _text(null=True),
                    "cure_en": _text(null=True),
                    "cure_date": _day(null=True),
                }
            ),
            key=("position_id", "employee_id", "rule_id"),
        ),
        PublishedTable(
            "exclusion_counts",
            _schema({"position_id": _text(), "rule_id": _text(), "people": _count(), "alone": _count()}),
            key=("position_id", "rule_id"),
        ),
        PublishedTable(
            "plan",
            _schema(
                {
                    "employee_id": _text(),
                    "from_position": _text(null=True),
                    "to_position": _text(),
                    "chain": _count(),
                    "step": _count(),
                    "swap": _flag(),
                    "net_value": _number(),
                    "stability": _number(minimum=0),
                    "stability_person": _number(minimum=0),
                    "stability_post": _number(minimum=0),
                    "start_on": _day(),
                }
            ),
            key=("chain", "step"),
            lookups=(("employee_id",), ("to_position",)),
        ),
        PublishedTable(
            "evaluation",
            _schema(
                {
                    "outcome": _text(),
                    "design": _text(),
                    "dimension": _text(),
                    "cell": _text(),
                    "step": pa.Column("int64"),
                    "title": _text(),
                    "title_en": _text(),
                    "estimate": _number(null=True),
                    "lower": _number(null=True),
                    "upper": _number(null=True),
                    "standard_error": _number(null=True, minimum=0),
                    "p_value": _number(null=True, minimum=0),
                    "people": _count(),
                    "compared": _count(),
                    "detectable": _number(null=True, minimum=0),
                    "power": _number(null=True, minimum=0),
                    "measure": _text(),
                    "target": _number(null=True),
                    "reached": _text(null=True),
                    "suppressed": _flag(),
                }
            ),
            key=("outcome", "design", "dimension", "cell", "step"),
        ),
        PublishedTable(
            "promises",
            _schema(
                {
                    "dimension": _text(),
                    "cell": _text(),
                    "people": _count(),
                    "promised": _number(null=True),
                    "realised": _number(null=True),
                    "realised_lower": _number(null=True),
                    "realised_upper": _number(null=True),
                    "gap": _number(null=True),
                    "gap_lower": _number(null=True),
                    "gap_upper": _number(null=True),
                    "suppressed": _flag(),
                }
            ),
            key=("dimension", "cell"),
        ),
        PublishedTable(
            "fairness",
            _schema(
                {
                    "measure": _text(),
                    "among": _text(),
                    "dimension": _text(),
                    "cell": _text(),
                    "statistic": _text(values=(RATIO, AUC, GAP, ERROR)),
                    "people": _count(),
                    "value": _number(null=True),
                    "others": _number(null=True),
                    "ratio": _number(null=True, minimum=0),
                    "lower": _number(null=True),
                    "upper": _number(null=True),
                    "chance": _number(null=True, minimum=0),
                    "merged": _count(),
                    "suppressed": _flag(),
                    "review": _flag(),
                }
            ),
            key=("measure", "among", "dimension", "cell", "statistic"),
        ),
        PublishedTable(
            "follow_up",
            _schema(
                {
                    "employee_id": _text(),
                    "position_id": _text(),
                    "moved_on": _day(),
                    "expires_on": _day(),
                    "expected_change": _number(),
                    "signs": _text(),
                    "options": _text(),
                }
            ),
            key=("employee_id",),
        ),
        PublishedTable(
            "ratings",
            _schema(
                {
                    "employee_id": _text(),
                    "period_end": _day(),
                    "regime": _text(null=True),
                    "raw": _number(null=True),
                    "standard": _number(null=True),
                    "score": _number(null=True),
                    "reliability": _number(null=True),
                }
            ),
            key=("employee_id", "period_end"),
        ),
        PublishedTable(
            "past_moves",
            _schema(
                {
                    "precedent": _text(),
                    "year": pa.Column("int64"),
                    "from_family": _text(null=True),
                    "to_family": _text(null=True),
                    "from_kind": _text(null=True),
                    "to_kind": _text(null=True),
                    "level_step": _number(null=True),
                    "same_unit": _flag(),
                    "arrival": _text(),
                    "tenure_months": _number(null=True),
                    "before": _number(),
                    "after": _number(),
                    "change": _number(),
                }
            ),
            key=("precedent",),
            lookups=(("to_family",),),
        ),
        PublishedTable(
            "recent_moves",
            _schema(
                {
                    "employee_id": _text(),
                    "from_position": _text(),
                    "to_position": _text(),
                    "moved_on": _day(),
                    "arrival": _text(),
                }
            ),
            key=("employee_id",),
        ),
        PublishedTable(
            "rules",
            _schema({"rule_id": _text(), "place": _count(), "kind": _text(), "pack": _text(), "definition": _text()}),
            key=("rule_id",),
        ),
        PublishedTable("facts_employees", _schema({"employee_id": _text()}, open_ended=True), key=("employee_id",)),
        PublishedTable("facts_positions", _schema({"position_id": _text()}, open_ended=True), key=("position_id",)),
        *NEED,
        *PREPARATION,
        *WAVE,
    )
}
"""Every published table by name. The two tables of facts carry, beside their key, whatever columns the rule pack reads."""


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` as published table ``name``: columns in declared order, rows sorted by the key.

    Raises
    ------
    PublicationError
        A column is missing, unknown, of another type, or breaks a check; or the key is not unique. Names columns and counts only.
    """
    table = TABLES[name]
    try:
        table.schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        faults = _faults(error)
        raise PublicationError(
            f"Table {name} does not fit its published schema: {faults}. {_STAYS}",
            f"Tabel {name} tidak sesuai skema terbitannya: {faults}. {_STAYS.indonesian}",
        ) from error
    if frame.duplicated(list(table.key)).any():
        count = int(frame.duplicated(list(table.key)).sum())
        raise PublicationError(
            f"Table {name}: {count} rows repeat the key {', '.join(table.key)}. {_STAYS}",
            f"Tabel {name}: {count} baris mengulang kunci {', '.join(table.key)}. {_STAYS.indonesian}",
        )
    declared = list(table.schema.columns)
    order = [*declared, *sorted(set(frame.columns) - set(declared))]
    stored = {name: _STORED[str(column.dtype)] for name, column in table.schema.columns.items() if str(column.dtype) in _STORED}
    return frame.astype(stored).sort_values(list(table.key), kind="stable", ignore_index=True)[order]


_STAYS = Bilingual(
    "The publication in force stays as it was. This is a fault of the program: report it with the run's log.",
    "Terbitan yang berlaku tetap. Ini kesalahan program: laporkan beserta catatan prosesnya.",
)


def _faults(error: SchemaErrors) -> str:
    """Return each fault with its column and row count; never a cell, which could name a person."""
    cases = error.failure_cases.fillna({"column": "rows"})
    about_columns = cases["check"].isin(["column_in_schema", "column_in_dataframe"])
    cases["column"] = cases["column"].mask(about_columns, cases["failure_case"])
    counts = cases.groupby(["column", "check"], sort=True).size()
    return "; ".join(f"{column}: {check} ({count})" for (column, check), count in counts.items())
