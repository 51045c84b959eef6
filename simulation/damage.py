"""Damage for testing: a copy of a source with a share of its rows spoilt in every way the checks know, and the truth about it."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from features.contract import SPANS, TABLES, Column, Kind, Table

Cells = dict[str, str]
"""One row: column to cell."""

_PARENTS = ("employees", "units", "positions")


@dataclass
class Sheet:
    """One table under damage: its rows, which of them are already spoken for, and what was done to which line."""

    table: Table
    header: list[str]
    rows: list[Cells]
    original: int
    reserved: set[int] = field(default_factory=set)
    short: set[int] = field(default_factory=set)
    truth: list[tuple[str, int, str, str]] = field(default_factory=list)

    def note(self, row: int, column: str, rule: str) -> None:
        """Record that ``row`` was spoilt so that ``rule`` must find it."""
        self.reserved.add(row)
        self.truth.append((self.table.name, row + 2, column, rule))

    def append(self, cells: Cells, column: str, rule: str) -> None:
        """Add a row that ``rule`` must find."""
        self.rows.append(cells)
        self.note(len(self.rows) - 1, column, rule)

    def columns(self, *kinds: Kind, required: bool | None = None) -> list[Column]:
        """Return the columns of ``kinds`` that the file has and that may be spoilt alone.

        Never the own key of a table others refer to: the rows that refer to it could not be told from first causes.
        """
        own = self.table.key if self.table.name in _PARENTS else ()
        found = [column for column in self.table.columns if column.name in self.header and column.kind in kinds]
        return [column for column in found if column.name not in own and required in (None, column.required)]


Damage = Callable[[Sheet, int, np.random.Generator], bool]
"""Spoil one row in one way; False if this row cannot be spoilt so."""


def damage_source(source: Path, target: Path, share: float = 0.03, seed: int = 1) -> pd.DataFrame:
    """Write a damaged copy of the contract CSVs in ``source`` to ``target`` and return the truth.

    Parameters
    ----------
    source
        Folder of contract tables as CSV with ISO dates and no fault of their own.
    target
        Folder to write; other files of ``source`` are not copied.
    share
        Share of each table's rows to spoil, 0 to 1; at least one row of every table. Each row is spoilt in one way.
    seed
        Seed of every choice.

    Returns
    -------
    pandas.DataFrame
        One row per spoilt line: table, line (header is 1), column, rule that must find it.
    """
    target.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    truth: list[tuple[str, int, str, str]] = []
    for name, table in TABLES.items():
        path = source / f"{name}.csv"
        if not path.exists():
            continue
        sheet = _load(path, table)
        _spoil(sheet, round(share * len(sheet.rows)), random)
        _save(sheet, target / path.name)
        truth += sheet.truth
    return pd.DataFrame(truth, columns=["table", "line", "column", "rule"])


def _load(path: Path, table: Table) -> Sheet:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [{str(name): cell for name, cell in row.items()} for row in reader]
    return Sheet(table, list(reader.fieldnames or ()), rows, len(rows))


def _save(sheet: Sheet, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(sheet.header)
        for number, row in enumerate(sheet.rows):
            cells = [row[name] for name in sheet.header]
            writer.writerow(cells[:-1] if number in sheet.short else cells)


def _spoil(sheet: Sheet, budget: int, random: np.random.Generator) -> None:
    """Spend ``budget`` rows in turn on every way of damage that fits the table."""
    ways = [*_OF_ONE_TABLE, *(_WAYS[place] for place in random.permutation(len(_WAYS)))]
    left = max(budget, 1)
    for row in map(int, random.permutation(sheet.original)):
        if left == 0:
            return
        if row in sheet.reserved:
            continue
        used = next((way for way in ways if way(sheet, row, random)), None)
        if used is not None:
            ways.remove(used)
            ways.append(used)
            left -= 1


def _pick(columns: list[Column], random: np.random.Generator) -> Column | None:
    return columns[int(random.integers(len(columns)))] if columns else None


def _write(sheet: Sheet, row: int, column: Column | None, cell: str, rule: str) -> bool:
    if column is None:
        return False
    sheet.rows[row][column.name] = cell
    sheet.note(row, column.name, rule)
    return True


def _date(cell: str) -> pd.Timestamp | None:
    return pd.Timestamp(cell) if cell else None


def _spaced(date: pd.Timestamp, days: int) -> str:
    return f"{date + pd.Timedelta(days=days):%Y-%m-%d}"


def _unreadable_date(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    return _write(sheet, row, _pick(sheet.columns(Kind.DATE), random), "awal tahun", "unparseable_date")


def _sentinel_date(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    sentinel = ("9999-12-31", "1900-01-01", "0000-00-00")[int(random.integers(3))]
    return _write(sheet, row, _pick(sheet.columns(Kind.DATE), random), sentinel, "date_sentinel")


def _swapped_date(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    late = [column for column in sheet.columns(Kind.DATE) if sheet.rows[row][column.name][8:10] > "12"]
    column = _pick(late, random)
    if column is None:
        return False
    year, month, day = sheet.rows[row][column.name][:10].split("-")
    return _write(sheet, row, column, f"{year}-{day}-{month}", "date_swapped")


def _far_date(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    table = sheet.table
    own = [column for column in sheet.columns(Kind.DATE) if column.name == table.dated_by and table.name != "employees"]
    ends = [end for start, end in SPANS if start == table.dated_by and end in sheet.header]
    if not own or any(sheet.rows[row][end] for end in ends):
        return False
    return _write(sheet, row, own[0], "2199-06-15", "date_in_future")


def _not_a_number(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    return _write(sheet, row, _pick(sheet.columns(Kind.NUMBER, Kind.INTEGER), random), "tiga", "not_a_number")


def _fraction(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    return _write(sheet, row, _pick(sheet.columns(Kind.INTEGER), random), "2.5", "not_whole")


def _not_a_boolean(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    return _write(sheet, row, _pick(sheet.columns(Kind.BOOLEAN), random), "mungkin", "not_a_boolean")


def _unknown_code(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    return _write(sheet, row, _pick(sheet.columns(Kind.CODE), random), "???", "unknown_code")


def _out_of_range(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    bounded = [column for column in sheet.columns(Kind.NUMBER, Kind.INTEGER) if column.maximum is not None]
    column = _pick(bounded, random)
    rule = "rating_off_scale" if sheet.table.name == "appraisals" else "out_of_range"
    return column is not None and _write(sheet, row, column, f"{(column.maximum or 0) + 4:g}", rule)


def _mixed_scale(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    if sheet.table.name != "appraisals" or not sheet.rows[row].get("score"):
        return False
    foreign = "3" if float(sheet.rows[row]["score"]) > 25 else "85"
    return _write(sheet, row, sheet.table.column("score"), foreign, "mixed_scale")


def _empty(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    kinds = (Kind.ID, Kind.PERSON, Kind.TEXT, Kind.DATE, Kind.CODE, Kind.NUMBER)
    return _write(sheet, row, _pick(sheet.columns(*kinds, required=True), random), "", "required_empty")


def _short_row(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    if len(sheet.header) < 2:
        return False
    sheet.short.add(row)
    sheet.note(row, "", "row_width")
    return True


def _excel(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    nip = [sheet.table.column("nip")] if sheet.table.name == "employees" and "nip" in sheet.header else []
    column = _pick([*sheet.columns(Kind.ID, Kind.PERSON), *nip], random)
    if column is None:
        return False
    kept = sheet.rows[row][column.name]
    rounded = column.name == "nip" and len(kept) == 18 and random.random() < 0.5
    return _write(sheet, row, column, f"{kept[:15]}000" if rounded else "1.98607E+17", "excel_damaged")


def _lost_zero(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    names = [column for column in sheet.table.columns if column.name in sheet.header and column.kind in (Kind.ID, Kind.PERSON)]
    led = [c for c in names if (c.refers_to or sheet.table.key == (c.name,)) and _zero_led(sheet.rows[row][c.name])]
    column = _pick([c for c in led if c.required or c.name not in sheet.table.key], random)
    return column is not None and _write(sheet, row, column, sheet.rows[row][column.name].lstrip("0"), "lost_leading_zero")


def _zero_led(cell: str) -> bool:
    return cell.isdigit() and cell.startswith("0") and cell.strip("0") != ""


def _orphan(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    references = [column for column in sheet.columns(Kind.ID, Kind.PERSON) if column.refers_to]
    return _write(sheet, row, _pick(references, random), "TIDAK-ADA", "orphan")


def _backwards(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    for start, end in SPANS:
        if start in sheet.header and end in sheet.header and sheet.rows[row][start]:
            early = _spaced(pd.Timestamp(sheet.rows[row][start]), -800)
            return _write(sheet, row, sheet.table.column(end), early, "ends_before_start")
    return False


def _repeat(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    if not sheet.table.key:
        return False
    sheet.reserved.add(row)
    sheet.append(dict(sheet.rows[row]), sheet.table.key[0], "duplicate_row")
    return True


def _conflict(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    """Repeat a key with one optional cell emptied: of two equally old rows the fuller one stands."""
    table = sheet.table
    bound = {*table.key, table.dated_by, "known_on", "end_on", "kind", *(name for names in table.one_of for name in names)}
    filled = [
        c
        for c in table.columns
        if c.name in sheet.header and c.name not in bound and not c.required and not c.refers_to and sheet.rows[row][c.name]
    ]
    column = _pick(filled, random)
    if column is None or not table.key:
        return False
    sheet.reserved.add(row)
    sheet.append({**sheet.rows[row], column.name: ""}, table.key[0], "conflicting_key")
    return True


def _second_post(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    """Give a person another definitive post within one they hold: an overlap, or a second current post."""
    cells = sheet.rows[row]
    if sheet.table.name != "assignments" or cells.get("kind", "") not in ("", "definitive"):
        return False
    start, end = _date(cells["start_on"]), _date(cells.get("end_on", ""))
    newest = max(other["start_on"] for number, other in enumerate(sheet.rows) if number not in sheet.reserved)
    sound = (sheet.rows[number] for number in range(sheet.original) if number not in sheet.reserved)
    others = {other["position_id"] for other in sound} - {cells["position_id"]}
    if start is None or not others or _spaced(start, 60) > newest or (end is not None and (end - start).days < 200):
        return False
    if cells.get("known_on", "") > _spaced(start, 60):
        return False  # of two current posts the later-known is set aside: the twin must be it
    post = sorted(others)[int(random.integers(len(others)))]
    twin = {**cells, "position_id": post, "start_on": _spaced(start, 60)}
    twin |= {"end_on": "" if end is None else _spaced(end, -1)}
    twin |= {name: "" for name in ("known_on", "decided_on") if name in sheet.header}
    person = cells["employee_id"]
    sheet.reserved |= {number for number, other in enumerate(sheet.rows) if other["employee_id"] == person}
    column, rule = ("end_on", "two_current_posts") if end is None else ("start_on", "overlapping_posts")
    sheet.append(twin, column, rule)
    return True


def _child_at_work(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    hired = sheet.rows[row].get("hired_on", "")
    if sheet.table.name != "employees" or not hired or "birth_date" not in sheet.header:
        return False
    return _write(sheet, row, sheet.table.column("birth_date"), _spaced(pd.Timestamp(hired), -3000), "impossible_age")


def _bad_nip(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    nip = sheet.rows[row].get("nip", "")
    if sheet.table.name != "employees" or len(nip) != 18:
        return False
    bad = (nip[:-1], nip[:4] + "1399" + nip[8:], nip[:14] + "7" + nip[15:], nip[:12] + "19" + nip[14:])[int(random.integers(4))]
    return _write(sheet, row, sheet.table.column("nip"), bad, "nip_invalid")


def _shared_nip(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    nip = sheet.rows[row].get("nip", "")
    free = [n for n in range(sheet.original) if n != row and n not in sheet.reserved and sheet.rows[n].get("nip")]
    if sheet.table.name != "employees" or len(nip) != 18 or not free:
        return False
    other = free[int(random.integers(len(free)))]
    sheet.note(other, "nip", "nip_duplicate")
    return _write(sheet, row, sheet.table.column("nip"), sheet.rows[other]["nip"], "nip_duplicate")


def _cycle(sheet: Sheet, row: int, random: np.random.Generator) -> bool:
    if sheet.table.name != "units" or not sheet.rows[row].get("parent_id"):
        return False
    unit, parent = sheet.rows[row]["unit_id"], sheet.rows[row]["parent_id"]
    free = [n for n in range(sheet.original) if n not in sheet.reserved and n != row]
    children = [n for n in free if sheet.rows[n]["parent_id"] == unit]
    parents = [n for n in free if sheet.rows[n]["unit_id"] == parent and sheet.rows[n]["parent_id"]]
    if not children and not parents:
        return False
    upper, lower = (row, children[0]) if children else (parents[0], row)
    sheet.note(lower, "parent_id", "unit_cycle")
    return _write(sheet, upper, sheet.table.column("parent_id"), sheet.rows[lower]["unit_id"], "unit_cycle")


_WAYS: tuple[Damage, ...] = (
    _unreadable_date, _sentinel_date, _swapped_date, _far_date, _not_a_number, _fraction, _not_a_boolean, _unknown_code,
    _out_of_range, _empty, _short_row, _excel, _lost_zero, _orphan, _backwards, _repeat, _conflict,
)  # fmt: skip
_OF_ONE_TABLE: tuple[Damage, ...] = (_cycle, _mixed_scale, _second_post, _child_at_work, _bad_nip, _shared_nip)
"""Ways that fit one table only come first there, so that a small budget does not miss them."""
