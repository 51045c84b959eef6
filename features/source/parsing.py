"""Text to typed cells: vectorised, and what cannot be read becomes a named fault, never a silent NaN."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import codes
from features.coded import coded_texts, is_coded, with_texts
from features.contract import Column, Kind
from features.tables import DTYPES

SENTINEL_DATES = ("1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1753-01-01", "2999-12-31")
"""Dates that systems write for "none"; any year below 1000 or from 9000 up and any zero part is one too."""

SERIAL_RANGE = (10_000, 80_000)
"""Excel serials taken for dates: 1927-05-18 to 2119-01-10. Other bare numbers are not dates."""

_PLAIN_YEARS = (1902, 2900)
"""ISO dates within these years hold no sentinel and need no second look."""

_LARGEST_WHOLE = 2**53
"""Whole numbers beyond it are no longer told apart."""

_PLAIN_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_FORMULA = r"(?s)=[^=\s].*"
"""What a spreadsheet runs; a line of equals signs is not."""

_TRUE = ("true", "t", "1", "yes", "y", "ya", "benar")
_FALSE = ("false", "f", "0", "no", "n", "tidak", "bukan", "salah")
_MONTHS = {
    name: f"{number:02d}"
    for number, names in enumerate(
        ("jan januari january", "feb februari february", "mar maret march", "apr april", "mei may", "jun juni june",
         "jul juli july", "agu agt ags agustus aug august", "sep sept september", "okt oktober oct october",
         "nov november nop nopember", "des desember dec december"), start=1)
    for name in names.split()
}  # fmt: skip


_CLOCK = ("now", "today")
"""What pandas reads as the present moment, whatever the format: in a source it is no date."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column's typed values and, per fault rule, the mask of cells it struck (those values are NA)."""

    values: pd.Series
    faults: dict[str, NDArray[np.bool_]]


def parse_column(cells: pd.Series, column: Column) -> Parsed:
    """Return ``cells`` (text, NA for empty) in the dtype of ``column``'s kind; texts that come as categories stay categories.

    Fault rules: ``unparseable_date``, ``date_swapped``, ``date_sentinel``, ``not_a_number``, ``not_whole``, ``not_a_boolean``,
    ``unknown_code``, ``out_of_range``, ``excel_damaged``, ``formula`` (of any kind of column: what stands there is no value). Only
    distinct cells are parsed.
    """
    coded = is_coded(cells)
    as_coded = coded and DTYPES[column.kind] == "str"
    if cells.isna().all():
        empty = pd.Series(None, index=cells.index, dtype=DTYPES[column.kind])
        return Parsed(pd.Series(coded_texts(np.full(len(cells), -1), pd.Index([])), index=cells.index) if as_coded else empty, {})
    places, uniques = (cells.cat.codes.to_numpy(), cells.cat.categories) if coded else pd.factorize(cells)
    distinct = pd.Series(uniques, dtype="str")
    values, faults = _PARSERS[column.kind](distinct, column)
    formulas = distinct.str.startswith("=").to_numpy(dtype=bool, copy=True)
    formulas[formulas] = distinct[formulas].str.fullmatch(_FORMULA).to_numpy(dtype=bool)
    if formulas.any():
        faults = {"formula": formulas, **{rule: mask & ~formulas for rule, mask in faults.items()}}
    missing = places < 0
    spread = {rule: np.where(missing, False, np.append(mask, False)[places]) for rule, mask in faults.items() if mask.any()}
    bad = np.logical_or.reduce([np.zeros(len(distinct), dtype=bool), *faults.values()])
    if values is distinct and not bad.any():  # texts as they were
        return Parsed(cells, spread)
    clean = values.mask(pd.Series(bad), pd.NA) if bad.any() else values
    if as_coded:
        return Parsed(with_texts(cells, clean), spread)
    return Parsed(pd.Series(clean.array.take(places, allow_fill=True), index=cells.index), spread)


_Result = tuple[pd.Series, dict[str, NDArray[np.bool_]]]


def parse_dates(cells: pd.Series) -> _Result:
    """Return dates from ISO, ``DD-MM-YYYY`` (``-``, ``/``, ``.`` or a month's name), ``YYYYMMDD`` or Excel serials.

    A time of day is read over. ``date_swapped`` marks a cell whose month is above 12 and whose day would be a month: the two are
    evidently exchanged, but nothing is exchanged back.
    """
    written = cells.mask(cells.isin(_CLOCK))
    direct = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    certain = direct.dt.year.between(_PLAIN_YEARS[0], _PLAIN_YEARS[1]).to_numpy(dtype=bool)
    if certain.all():
        return direct, {}
    others, faults = _parse_other_dates(cells[~certain].reset_index(drop=True))
    dates = direct.where(certain)
    dates[~certain] = others.to_numpy()
    return dates, {rule: _placed(mask, ~certain) for rule, mask in faults.items()}


def _placed(mask: NDArray[np.bool_], where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    placed = np.zeros(len(where), dtype=bool)
    placed[where] = mask
    return placed


def _parse_other_dates(cells: pd.Series) -> _Result:
    text = _with_month_numbers(cells)
    iso = text.str.extract(r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:[T ].*)?$")
    local = text.str.extract(r"^(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})[-/. ](?P<year>\d{4})(?:[T ].*)?$")
    packed = text.str.extract(r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$")
    parts = iso.fillna(local[iso.columns]).fillna(packed)
    numbers = parts.apply(pd.to_numeric, errors="coerce").fillna(-1).astype("int64")  # other scripts have digits of their own
    year, month, day = (numbers[name].to_numpy() for name in ("year", "month", "day"))
    written = year >= 0
    bare = text.str.fullmatch(r"[0-9]{5}(?:[.,]0+)?").astype(bool)
    serial = pd.to_numeric(text.where(bare).str.slice(0, 5)).to_numpy(dtype=float)
    is_serial = (serial >= SERIAL_RANGE[0]) & (serial <= SERIAL_RANGE[1])
    plain = np.where(written, [f"{y:04d}-{m:02d}-{d:02d}" for y, m, d in zip(year, month, day, strict=True)], "")
    sentinel = written & ((year < 1000) | (year >= 9000) | (month == 0) | (day == 0) | np.isin(plain, SENTINEL_DATES))
    swapped = written & ~sentinel & (month > 12) & (month <= 31) & (day >= 1) & (day <= 12)
    dates = pd.Series(pd.to_datetime(pd.Series(plain), format="%Y-%m-%d", errors="coerce")).astype("datetime64[us]")
    epoch = pd.Timestamp("1899-12-30")
    dates = dates.mask(is_serial, (epoch + pd.to_timedelta(np.where(is_serial, serial, 0), unit="D")).to_series(index=dates.index))
    unread = dates.isna().to_numpy() & ~sentinel & ~swapped
    return dates.astype("datetime64[us]"), {"date_sentinel": sentinel, "date_swapped": swapped, "unparseable_date": unread}


def parse_numbers(cells: pd.Series) -> _Result:
    """Return floats; a decimal comma and thousands separators (``1.234,5`` or ``1,234.5``) are understood."""
    text = cells.str.replace(" ", "")
    plain = text.str.fullmatch(_PLAIN_NUMBER).astype(bool)
    if plain.all():
        values = pd.to_numeric(text, errors="coerce").astype("float64")
        return values, {"not_a_number": ~np.isfinite(values.to_numpy())}
    european = text.str.fullmatch(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+").astype(bool)
    grouped = text.str.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d+").astype(bool)
    text = text.mask(european, text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False))
    text = text.mask(grouped, text.str.replace(",", "", regex=False))
    plain = text.str.fullmatch(_PLAIN_NUMBER).astype(bool)
    values = pd.to_numeric(text.where(plain), errors="coerce").astype("float64")
    return values, {"not_a_number": ~np.isfinite(values.to_numpy())}


def _number(cells: pd.Series, column: Column) -> _Result:
    values, faults = parse_numbers(cells)
    return values, {**faults, "out_of_range": _outside(values, column)}


def _integer(cells: pd.Series, column: Column) -> _Result:
    values, faults = parse_numbers(cells)
    numbers = values.to_numpy()
    fraction = np.isfinite(numbers) & (np.mod(np.nan_to_num(numbers), 1) != 0)
    outside = _outside(values, column) | (np.isfinite(numbers) & (np.abs(numbers) > _LARGEST_WHOLE))
    whole = values.mask(fraction | outside | faults["not_a_number"]).astype("Int64")
    return whole, {**faults, "not_whole": fraction, "out_of_range": outside & ~fraction & ~faults["not_a_number"]}


def _outside(values: pd.Series, column: Column) -> NDArray[np.bool_]:
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return np.asarray((values < low) | (values > high), dtype=bool)


def _date(cells: pd.Series, column: Column) -> _Result:
    return parse_dates(cells)


def _boolean(cells: pd.Series, column: Column) -> _Result:
    lower = cells.str.casefold()
    true, false = lower.isin(_TRUE).to_numpy(), lower.isin(_FALSE).to_numpy()
    values = pd.Series(pd.array(true, dtype="boolean"), index=cells.index).mask(~(true | false))
    return values, {"not_a_boolean": ~(true | false)}


def _code(cells: pd.Series, column: Column) -> _Result:
    known = {_bare(code): code for code in column.codes}
    for listed, spellings in codes.SPELLINGS.items():
        if set(column.codes) <= set(listed):
            known = {**{spelling: code for spelling, code in spellings.items() if code in column.codes}, **known}
    values = pd.Series([known.get(_bare(cell)) for cell in cells], index=cells.index, dtype="str")
    return values, {"unknown_code": values.isna().to_numpy()}


def _identifier(cells: pd.Series, column: Column) -> _Result:
    damaged = cells.str.fullmatch(r"\d([.,]\d+)?[eE]\+?\d+").astype(bool).to_numpy()
    return cells, {"excel_damaged": damaged}


def _text(cells: pd.Series, column: Column) -> _Result:
    return _identifier(cells.str.replace(" ", ""), column) if column.name == "nip" else (cells, {})


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _with_month_numbers(cells: pd.Series) -> pd.Series:
    named = cells.str.contains(r"[A-Za-z]{3}", regex=True).to_numpy(dtype=bool)
    if not named.any():
        return cells
    pieces = cells[named].str.extract(r"^(\d{1,2})[- ]([A-Za-z]+)[- ](\d{4})$")
    number = pieces[1].str.casefold().map(_MONTHS)
    return cells.mask(pd.Series(named), (pieces[0] + "-" + number + "-" + pieces[2]).reindex(cells.index)).fillna(cells)


_PARSERS: dict[Kind, Callable[[pd.Series, Column], _Result]] = {
    Kind.ID: _identifier,
    Kind.PERSON: _identifier,
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
}
