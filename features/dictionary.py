"""The data dictionary: every source table, column and feature as declared, rendered to docs/data-dictionary.md by ``make docs``."""

import sys
from pathlib import Path

from features.codes import RATINGS
from features.contract import CONTRACT_VERSION, TABLES, Column, Kind, Known, Privacy, Table
from features.definitions import FEATURES

_HEAD = f"""# Data dictionary

Generated from `features/contract.py` and `features/definitions.py` by `make docs`;
a test fails when they differ. Contract version {CONTRACT_VERSION}.

Only the tables marked *required* must be there, with the columns marked `*`. Dates are ISO, `DD-MM-YYYY` or Excel serials;
numbers may have a decimal comma; codes are matched whatever their case. A row counts from its `known_on`; where the source
has none, from the row's own date plus the table's lag. *Known* says when a cell is known although its row is: closing dates
from their own date, today's-value columns only from the extraction date. *Goes to* says where a column may go; open columns
may become features.

Ratings: {", ".join(f"{code} {name}" for code, name in RATINGS.items())}.

# Source tables
"""

_FEATURES = """# Features

Declared in `features/definitions.py`. Each is computed as of a day from what was known then, and exists where every one of its
source tables exists. Side: of the employee, of the position (with its unit), or of the pair.
"""

_KIND = {
    Kind.ID: "identifier", Kind.PERSON: "person", Kind.TEXT: "text", Kind.CODE: "code", Kind.DATE: "date", Kind.NUMBER: "number",
    Kind.INTEGER: "whole number", Kind.BOOLEAN: "yes/no",
}  # fmt: skip


def render_dictionary() -> str:
    """Return the data dictionary as Markdown: the source tables, then the features by family."""
    tables = "\n".join(_table(table) for table in TABLES.values())
    families = "\n".join(_family(family) for family in dict.fromkeys(feature.family for feature in FEATURES))
    return f"{_HEAD}\n{tables}\n{_FEATURES}\n{families}"


def _family(family: str) -> str:
    rows = "\n".join(
        f"| `{feature.name}` | {feature.side} | {feature.unit} | {feature.meaning_en} | {feature.meaning_id} "
        f"| {', '.join(f'`{table}`' for table in feature.sources)} |"
        for feature in FEATURES
        if feature.family == family
    )
    return f"## {family}\n\n| feature | side | unit | meaning | arti | from |\n|---|---|---|---|---|---|\n{rows}\n"


def _table(table: Table) -> str:
    required = ", **required**" if table.required else ""
    key = f"Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else "No key: equal rows are lawful."
    dated = f" Dated by `{table.dated_by}`; known {_lag(table.lag_days)}." if table.dated_by else " Not dated: always known."
    one_of = "".join(f" One of {' or '.join(f'`{name}`' for name in names)} is required." for names in table.one_of)
    rows = "\n".join(_row(column) for column in table.columns)
    return (
        f"## {table.name}\n\n{table.grain[0].upper()}{table.grain[1:]}{required}. {key}{dated}{one_of}\n\n"
        f"| column | kind | meaning | values | known | goes to |\n|---|---|---|---|---|---|\n{rows}\n"
    )


def _lag(days: int) -> str:
    return "on that day" if days == 0 else f"{days} days later"


def _row(column: Column) -> str:
    star = "*" if column.required else ""
    refers = f" -> `{column.refers_to}`" if column.refers_to else ""
    known = "" if column.known is Known.ROW else str(column.known)
    privacy = "" if column.privacy is Privacy.OPEN else str(column.privacy)
    return f"| `{column.name}`{star} | {_KIND[column.kind]}{refers} | {column.meaning} | {_values(column)} | {known} | {privacy} |"


def _values(column: Column) -> str:
    if column.codes:
        return ", ".join(column.codes)
    low, high = column.minimum, column.maximum
    bounds = "" if low is None and high is None else f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}"
    return " ".join(part for part in (bounds.strip(), column.unit) if part)


def main(arguments: list[str]) -> None:
    """Write the dictionary to the path given as the only argument."""
    Path(arguments[0]).write_text(render_dictionary(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
