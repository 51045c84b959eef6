"""Drafting a mapping file for a source never seen before: what was guessed of it, written out to be read and put right by hand."""

import json
import re
from collections.abc import Iterator, Mapping

from features import plain_yaml
from features.contract import TABLES, Column
from features.errors import SourceError
from features.source.guessing import LIKELY, SURE, Guess, TableGuess, code_of, guess_tables, known_by_nip, unread_codes
from features.source.mapping import CODED
from features.source.raw import Sheet
from features.source.readers import catalogue

MOST_CODES = 40
"""Codes listed per column."""

_WORDS: dict[str, tuple[str, str]] = {
    "head": (
        "Rancangan `tepat map`. Baca tiap baris; '?': periksa lebih dahulu. Lalu: tepat check SUMBER --mapping BERKAS_INI",
        "Draft by `tepat map`. Read every line; '?' marks what to check first. Then: tepat check SOURCE --mapping THIS_FILE",
    ),
    "extracted": (
        "hari data ditarik; tanpa baris ini dipakai tanggal terbaru yang diketahui",
        "day the data was pulled; without it the newest known date is taken",
    ),
    "coded": (
        "pegawai dikenal dengan NIP, yang menyebut tanggal lahir dan jenis kelamin: di luar dipakai kode",
        "people are known by NIP, which tells birth day and sex: outside, codes stand for them",
    ),
    "sure": ("yakin", "sure"),
    "likely": ("mungkin", "likely"),
    "unsure": ("? belum pasti", "? unsure"),
    "name_cells": ("menurut nama dan isi", "by name and cells"),
    "name": ("menurut nama saja, isinya lain", "by name, cells differ"),
    "cells": ("menurut isinya", "by the shape of its cells"),
    "refers": ("isinya pengenal dari tabel yang dirujuk", "its cells are identifiers of the table referred to"),
    "year": ("tahun; hari pertama dan terakhirnya", "a year; its first and last day"),
    "rivals": ("atau mungkin: {names}", "or perhaps: {names}"),
    "no_table": (
        "WAJIB, tidak ada tabel yang mirip; ganti ? dengan nama tabel sumber",
        "REQUIRED, nothing in the source looks like it",
    ),
    "no_column": ("WAJIB, kolomnya tidak ditemukan", "REQUIRED, no column found"),
    "joined_key": ('beberapa kolom dapat digabung: "{a}/{b}"', 'several columns can be joined: "{a}/{b}"'),
    "one_of": ("WAJIB salah satu: {names}", "REQUIRED, one of: {names}"),
    "codes": ("kode kontrak: {codes}", "contract codes: {codes}"),
    "no_code": ("? bukan kode kontrak; ganti", "? not a contract code; replace"),
    "more_codes": ("dan {count} kode lain", "and {count} more codes"),
    "attributes": ("tidak dipakai; sebut di sini bila boleh menjadi fitur", "not used; name here what may become a feature"),
    "unused": ("tidak dipakai: {names}", "not used: {names}"),
    "empty": (
        "Sumber '{source}' tidak memuat tabel yang terbaca. Berikan folder berisi CSV, Parquet atau XLSX, atau basis data.",
        "The source '{source}' holds no readable table. Give a folder of CSV, Parquet or XLSX files, or a database.",
    ),
    "unreadable": ("tidak terbaca: {names}", "cannot be read: {names}"),
}


def draft_mapping(source: str, language: str = "id") -> str:
    """Return a mapping file (YAML) for ``source``, every line with how sure it is and why, to be read and put right by hand.

    Remarks are in Indonesian (``id``) or English (``en``). Cells are never quoted, code lists excepted.

    Raises
    ------
    SourceError
        The source cannot be read, or holds no table at all.
    """
    sheets, unreadable = _readable(source)
    if not sheets:
        raise SourceError(*(text.format(source=source) for text in reversed(_WORDS["empty"])))
    draft = _Draft(language)
    guessed = guess_tables(sheets)
    lines = [f"# {draft.say('head')}", f"# extracted_on: 2026-06-30   # {draft.say('extracted')}"]
    if any(known_by_nip(guess, sheets[guess.name]) for guess in guessed.get("employees", ())):
        lines.append(f"identifiers: {CODED}   # {draft.say('coded')}")
    for table in TABLES:
        if table in guessed:
            lines += ["", *draft.table(table, guessed[table], sheets)]
        elif TABLES[table].required:
            lines += ["", f"# {table}:   # {draft.say('no_table')}", "#   from: ?"]
    used = {guess.name for found in guessed.values() for guess in found}
    lines += ["", *(f"# {draft.say('unused', names=name)}" for name in sorted(set(sheets) - used))]
    lines += [f"# {draft.say('unreadable', names=name)}" for name in unreadable]
    return "\n".join(lines).rstrip() + "\n"


def _readable(source: str) -> tuple[dict[str, Sheet], list[str]]:
    sheets, unreadable = {}, []
    for name, reader in catalogue(source)[0].items():
        try:
            sheets[name] = reader()
        except SourceError:
            unreadable.append(name)
    return sheets, unreadable


class _Draft:
    """The lines of a draft in one language."""

    def __init__(self, language: str) -> None:
        self.place = ("id", "en").index(language)

    def say(self, name: str, **values: object) -> str:
        """Return text ``name`` in the draft's language."""
        return _WORDS[name][self.place].format(**values)

    def table(self, table: str, found: list[TableGuess], sheets: Mapping[str, Sheet]) -> Iterator[str]:
        """Yield the entry of one contract table; a list of parts where several source tables fill it."""
        several = len(found) > 1
        yield f"{table}:" + ("" if several else f"   # {self._table_remark(found[0])}")
        for guess in found:
            part = list(self._part(table, guess, sheets[guess.name]))
            if several:
                part = [f"  - {part[0].strip()}   # {self._table_remark(guess)}", *(f"  {line}" for line in part[1:])]
            yield from part

    def _table_remark(self, guess: TableGuess) -> str:
        return self._remark(self._sure(guess.confidence), guess.rivals)

    def _part(self, table: str, found: TableGuess, sheet: Sheet) -> Iterator[str]:
        yield f"  from: {quoted(found.name)}"
        ordered = {name: found.columns[name] for name in TABLES[table].names() if name in found.columns}
        renamed = {column: guess for column, guess in ordered.items() if guess.source != column}
        if renamed:
            yield "  columns:"
        for column, guess in renamed.items():
            why = f"{self._sure(guess.confidence)}: {self.say(guess.why)}"
            yield f"    {column}: {quoted(guess.source)}   # {self._remark(why, guess.rivals)}"
        yield from self._missing(table, ordered)
        yield from self._values(table, ordered, sheet)
        yield from self._rest(table, ordered, sheet)

    def _missing(self, table: str, guesses: Mapping[str, Guess]) -> Iterator[str]:
        for column in TABLES[table].columns:
            if column.required and column.name not in guesses:
                joined = column.name in TABLES[table].key or column.name == "position_id"
                hint = "; " + self.say("joined_key", a="{unit}", b="{jabatan}") if joined else ""
                yield f"  # {column.name}: ?   # {self.say('no_column')}{hint}"
        for group in TABLES[table].one_of:
            if not any(name in guesses for name in group):
                yield f"  # {group[0]}: ?   # {self.say('one_of', names=', '.join(group))}"

    def _values(self, table: str, guesses: Mapping[str, Guess], sheet: Sheet) -> Iterator[str]:
        """Yield ``values`` for code columns whose cells are not the contract's own codes."""
        started = False
        for column in TABLES[table].columns:
            guess = guesses.get(column.name)
            if guess is None or guess.source not in sheet.cells or not (column.codes or column.name in _CODED_NUMBERS):
                continue
            unread = unread_codes(column, sheet.cells[guess.source])
            if unread:
                yield from () if started else ("  values:",)
                started = True
                yield from self._codes(column, unread)

    def _codes(self, column: Column, unread: list[str]) -> Iterator[str]:
        contract = ", ".join(column.codes) or _CODED_NUMBERS.get(column.name, "")
        yield f"    {column.name}:   # {self.say('codes', codes=contract)}"
        for cell in unread[:MOST_CODES]:
            code = code_of(column, cell)
            yield f"      {quoted(cell)}: " + (code if code is not None else f"{quoted(cell)}   # {self.say('no_code')}")
        if len(unread) > MOST_CODES:
            yield f"      # {self.say('more_codes', count=len(unread) - MOST_CODES)}"

    def _rest(self, table: str, guesses: Mapping[str, Guess], sheet: Sheet) -> Iterator[str]:
        used = {part for guess in guesses.values() for part in re.findall(r"[^{}]+", guess.source)}
        rest = [str(column) for column in sheet.cells.columns if column not in used]
        if rest and table in ("employees", "units", "positions"):
            yield f"  # attributes: [{', '.join(map(quoted, rest))}]   # {self.say('attributes')}"
        elif rest:
            yield f"  # {self.say('unused', names=', '.join(rest))}"

    def _sure(self, confidence: float) -> str:
        return self.say("sure" if confidence >= SURE else "likely" if confidence >= LIKELY else "unsure")

    def _remark(self, text: str, rivals: tuple[str, ...]) -> str:
        return f"{text}; ? {self.say('rivals', names=', '.join(rivals))}" if rivals else text


_CODED_NUMBERS = {
    "rating": "5 Sangat Baik ... 1 Sangat Kurang",
    "work_result": "3 di atas, 2 sesuai, 1 di bawah ekspektasi",
    "behaviour": "3 di atas, 2 sesuai, 1 di bawah ekspektasi",
    "level": "10 pelaksana ... 41 Sekda",
}
"""Numeric columns that other systems fill with words."""


def quoted(text: str) -> str:
    """Return ``text`` as YAML that reads back as the same text: ``NO``, ``08`` or ``A: B`` would not by themselves."""
    plain = re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_ ./-]*[A-Za-z0-9_]|[A-Za-z0-9_]", text) and _reads_back(text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def _reads_back(text: str) -> bool:
    try:
        return plain_yaml.parse(text) == text
    except plain_yaml.NotYamlError:  # a day of no calendar
        return False
