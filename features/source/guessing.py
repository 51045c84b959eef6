"""Which source table and column is which of the contract's: by their names, by their cells, and by what refers to what."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from features import codes
from features.contract import TABLES, Column, Kind
from features.source.mapping import load_mapping, shipped_mapping
from features.source.parsing import parse_column
from features.source.raw import Sheet
from features.source.vocabulary import column_likeness, table_likeness

SAMPLE = 300
"""Distinct cells looked at per column."""

LIKELY, SURE = 0.5, 0.85
"""Confidence from which a guess is taken for likely, for sure; a table less than likely is not drafted."""

CLOSE = 0.12
"""Guesses nearer than this to the best are named beside it."""

_BY_CELLS, _REFERS = 0.4, 0.5
_FIT, _MISFIT = 0.9, 0.5
_REFERRED_SHARE = 0.9
_HOLDS_MANY = ("employees", "units", "positions")
"""Tables of things, which are one list as a rule; histories often lie in a table a year."""

_SHAPES = (codes.RANKS + codes.CONTRACT_RANKS, codes.EDUCATION_LEVELS)
_YEARS = r"(19|20)\d\d"
_YEAR = {"period_start": "{{{}}}-01-01", "period_end": "{{{}}}-12-31"}

_SHAPED = ("ranks", "educations")
"""Optional tables that their cells alone can show."""

Keys = Mapping[str, frozenset[str]]
"""Contract table to the identifiers its source table holds."""

Cells = tuple[str, ...]
Columns = Mapping[str, Cells]
"""A source table as it is looked at: column to some of its distinct cells."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One proposed column: the source column (or template), how sure it is (0-1), why (key of a text), what else may be."""

    source: str
    confidence: float
    why: str
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableGuess:
    """One source table taken for a contract table: how sure that is, which columns are which, and what else it may be."""

    name: str
    confidence: float
    columns: Mapping[str, Guess]
    rivals: tuple[str, ...] = ()


def guess_tables(sheets: Mapping[str, Sheet]) -> dict[str, list[TableGuess]]:
    """Return for each contract table the source tables taken for it, the surest first.

    What refers to what is known only once the tables of things are found, so the guess is made twice.
    """
    seen = {name: _seen(sheet.cells) for name, sheet in sheets.items()}
    first = _by_table(seen, {})
    keys = {table: _identifiers(table, sheets, first[table]) for table in _HOLDS_MANY if table in first}
    return _by_table(seen, keys)


def _seen(cells: pd.DataFrame) -> Columns:
    return {str(name): tuple(cells[name].dropna().drop_duplicates().head(SAMPLE)) for name in cells.columns}


def _by_table(seen: Mapping[str, Columns], keys: Keys) -> dict[str, list[TableGuess]]:
    chosen: dict[str, list[TableGuess]] = {}
    for name, columns in seen.items():
        guesses = {table: _table_guess(table, name, columns, keys) for table in TABLES}
        best = max(guesses, key=lambda table: guesses[table].confidence)
        if guesses[best].confidence >= LIKELY:
            near = tuple(
                table
                for table, guess in guesses.items()
                if table != best and guess.confidence > max(LIKELY, guesses[best].confidence - CLOSE)
            )
            found = guesses[best]
            chosen.setdefault(best, []).append(TableGuess(name, found.confidence, found.columns, near))
    return {table: sorted(found, key=lambda guess: -guess.confidence) for table, found in chosen.items()}


def _table_guess(table: str, name: str, seen: Columns, keys: Keys) -> TableGuess:
    named = table_likeness(table, name)
    unlike = named < _MISFIT and not TABLES[table].required
    if unlike and table not in _SHAPED:
        return TableGuess(name, 0.0, {})
    columns = guess_columns(table, seen, keys)
    if unlike and not _telling(columns):
        return TableGuess(name, 0.0, columns)
    needed = [(column.name,) for column in TABLES[table].columns if column.required]
    groups = [*needed, *TABLES[table].one_of]
    filled = [max((columns[one].confidence for one in group if one in columns), default=0.0) for group in groups]
    required = sum(filled) / max(len(groups), 1)
    explained = len({guess.source for guess in columns.values()}) / max(len(seen), 1)
    score = 0.4 * named + 0.45 * required + 0.15 * min(explained, 1.0)
    return TableGuess(name, max(score, LIKELY if named > SURE else 0.0), columns)


def _telling(columns: Mapping[str, Guess]) -> bool:
    """Return whether the cells alone show an optional table: codes of golongan or of education."""
    return "value" in columns and columns["value"].why in ("cells", "name_cells")


def guess_columns(table: str, seen: Columns, keys: Keys) -> dict[str, Guess]:
    """Return the guessed source of each contract column; a source column fills one of them, save years and the NIP as key."""
    scored = sorted(
        (
            (guess.confidence, -place, column.name, guess)
            for place, column in enumerate(TABLES[table].columns)
            for guess in _guesses(table, column, seen, keys)
        ),
        key=lambda entry: (-entry[0], -entry[1], entry[2], entry[3].source),
    )
    chosen: dict[str, Guess] = {}
    taken: set[str] = set()
    for confidence, _, column, guess in scored:
        free = guess.source not in taken or _both_are(guess.source, column, chosen)
        if column in chosen or not free:
            continue
        rivals = [other.source for near, _, name, other in scored if name == column and near > confidence - CLOSE]
        chosen[column] = Guess(
            guess.source, confidence, guess.why, tuple(name for name in rivals if name not in {*taken, guess.source})
        )
        taken.add(guess.source)
    given = {guess.source for guess in chosen.values()}
    return {
        column: Guess(guess.source, guess.confidence, guess.why, tuple(name for name in guess.rivals if name not in given))
        for column, guess in chosen.items()
    }


def _both_are(source: str, column: str, chosen: Mapping[str, Guess]) -> bool:
    """Return whether ``source`` is a NIP that people are also known by: many a city has no other identifier."""
    other = {"nip": "employee_id", "employee_id": "nip"}.get(column, "")
    return other in chosen and chosen[other].source == source


def known_by_nip(employees: TableGuess, sheet: Sheet) -> bool:
    """Return whether the source's table of employees knows most of them by NIP."""
    guess = employees.columns.get("employee_id")
    if guess is None or guess.source not in sheet.cells:
        return False
    cells = sheet.cells[guess.source].dropna().drop_duplicates().head(SAMPLE)
    return fitness(TABLES["employees"].column("nip"), tuple(cells)) > _MISFIT


def _guesses(table: str, column: Column, seen: Columns, keys: Keys) -> Iterator[Guess]:
    for source, cells in seen.items():
        named = column_likeness(table, column.name, source)
        if column.name in _YEAR and named > _MISFIT and _share(cells, _YEARS) > _FIT:
            yield Guess(_YEAR[column.name].format(source), 0.9 * named, "year")
        elif named > 0:
            fits = fitness(column, cells)
            known = keys.get(column.refers_to)
            if known and column.name != "rater_id":
                fits = _referring(cells, known)
            sure = named if fits > _FIT else named * (0.7 if fits > _MISFIT else 0.4)
            if sure > 0.2:
                yield Guess(source, sure, "name_cells" if fits > _FIT else "name")
        elif column.name in ("nip", "value", "rating") and fitness(column, cells) > _FIT:
            yield Guess(source, _BY_CELLS, "cells")
        elif column.required and (known := keys.get(column.refers_to)) and _referring(cells, known) > _REFERRED_SHARE:
            yield Guess(source, _REFERS, "refers")


@cache
def fitness(column: Column, cells: Cells) -> float:
    """Return the share of (filled, distinct) ``cells`` that fit the column's kind; text and identifiers fit always."""
    if not cells:
        return 0.0
    if column.name == "nip":
        return _share(cells, r"(19|20)[ \d]{16,}")
    if column.name == "rating" and _share(cells, "[1-5]") < 1:
        return sum(code_of(column, cell) is not None for cell in cells) / len(cells)
    if column.name == "value":
        return max(_read(replace(column, kind=Kind.CODE, codes=listed), cells) for listed in _SHAPES)
    if column.kind in (Kind.ID, Kind.PERSON, Kind.TEXT):
        return 1.0
    if column.kind is Kind.NUMBER and _share(cells, _YEARS) > _FIT:
        return 0.0
    return _read(column, cells)


def _read(column: Column, cells: Cells) -> float:
    """Return the share of ``cells`` that the readers understand, or would with the code lists of the shipped mapping."""
    strange = [cell for cell in unread_codes(column, pd.Series(cells, dtype="str")) if code_of(column, cell) is None]
    return 1.0 - len(strange) / len(cells)


def code_of(column: Column, cell: str) -> str | None:
    """Return the contract's code for a spelling other cities use, as the shipped SIASN mapping knows it; None: not known."""
    return _spellings(column.name).get(_plain(cell))


def unread_codes(column: Column, cells: pd.Series) -> list[str]:
    """Return the distinct cells of a code column that the readers would not understand without a code list."""
    distinct = cells.dropna().drop_duplicates().reset_index(drop=True)
    faults = parse_column(distinct, column).faults
    return sorted({cell for mask in faults.values() for cell in distinct[mask]})


@cache
def _spellings(column: str) -> dict[str, str]:
    blocks = load_mapping(shipped_mapping("siasn")).blocks.values()
    return {_plain(key): code for entry in blocks for block in entry for key, code in block.values.get(column, {}).items()}


def _plain(cell: str) -> str:
    return "".join(letter for letter in cell.casefold() if letter.isalnum())


def _share(cells: Cells, pattern: str) -> float:
    return sum(re.fullmatch(pattern, cell) is not None for cell in cells) / len(cells) if cells else 0.0


def _referring(cells: Cells, known: frozenset[str]) -> float:
    return sum(cell in known for cell in cells) / len(cells) if cells else 0.0


def _identifiers(table: str, sheets: Mapping[str, Sheet], found: list[TableGuess]) -> frozenset[str]:
    """Return what the rows of a table of things are referred to by: the cells of the column guessed as its key."""
    key = TABLES[table].key[0]
    cells = [sheets[guess.name].cells[guess.columns[key].source] for guess in found if key in guess.columns]
    return frozenset(pd.concat(cells).dropna()) if cells else frozenset()
