"""The mapping file: how a real export's tables, columns and codes become the contract's."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pandas as pd

from features import plain_yaml
from features.bilingual import Bilingual, listed
from features.contract import TABLES
from features.errors import SourceError
from features.source.protected import tells_who
from features.tables import ATTRIBUTE_PREFIX

_PLACE = re.compile(r"\{([^{}]+)\}")
OWN, CODED = "own", "coded"
"""What stands for people outside: the source's own identifiers, or codes in their place (`features.person_codes`)."""
_BESIDE = ("extracted_on", "identifiers", "lists")
"""Keys of a mapping beside its tables; under ``lists`` stands what others repeat."""
_BLOCK_KEYS = ("from", "columns", "values", "constants", "attributes")


@dataclass(frozen=True, slots=True)
class Block:
    """One source table's share of a contract table.

    ``source`` is a table name or a pattern (``rw-skp-*``). ``columns`` gives for a contract column the source columns to try in
    turn (first filled cell wins); one that holds braces is a template over source columns (``"{tahun}-01-01"``).
    """

    source: str
    columns: MappingOf[str, tuple[str, ...]] = field(default_factory=dict)
    values: MappingOf[str, MappingOf[str, str]] = field(default_factory=dict)
    constants: MappingOf[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()

    def sources_of(self, column: str) -> tuple[str, ...]:
        """Return the source columns or templates that may fill contract column ``column``."""
        return self.columns.get(column, (column,))

    def matches(self, name: str) -> bool:
        """Return whether source table ``name`` belongs to this block."""
        return name == self.source or fnmatchcase(name.casefold(), self.source.casefold())


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping file. Contract tables it does not name are read from a source table of the same name.

    ``coded``: outside, people are known by codes, not by the source's own identifiers.
    """

    blocks: MappingOf[str, tuple[Block, ...]] = field(default_factory=dict)
    extracted_on: str | None = None
    coded: bool = False
    digest: str = ""

    def blocks_of(self, table: str) -> tuple[Block, ...]:
        """Return the blocks that fill contract table ``table``."""
        return self.blocks.get(table, (Block(source=table),))


def shipped_mapping(name: str) -> Path:
    """Return the path of a mapping that ships with the project (``siasn``)."""
    return Path(__file__).parent / "mappings" / f"{name}.yaml"


def shipped_mappings() -> list[Path]:
    """Return the paths of every mapping that ships with the project, by name."""
    return sorted((Path(__file__).parent / "mappings").glob("*.yaml"))


def load_mapping(path: Path) -> Mapping:
    """Return the mapping file at ``path``; a bare name that is no file (``siasn``) is a shipped one.

    Raises
    ------
    SourceError
        The file is missing or not YAML, or it names tables, columns or keys that do not exist (all are listed at once).
    """
    shipped = shipped_mapping(path.name)
    path = shipped if not path.exists() and shipped.exists() else path
    try:
        document = plain_yaml.read(path) or {}
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise SourceError(
            f"The mapping file {path} cannot be read: {error.strerror}. Draft one with `tepat map SOURCE`.",
            f"Berkas pemetaan {path} tidak terbaca: {error.strerror}. Buat rancangannya dengan `tepat map SUMBER`.",
        ) from None
    except plain_yaml.NotYamlError as error:
        raise SourceError(
            f"The mapping file {path.name} is not YAML: {error}", f"Berkas pemetaan {path.name} bukan YAML: {error}"
        ) from None
    return parse_mapping(document, path.name, digest)


def parse_mapping(document: object, name: str = "mapping", digest: str = "") -> Mapping:
    """Return the mapping stated by a parsed YAML ``document``; raises `SourceError` naming every fault."""
    if not isinstance(document, dict):
        raise SourceError(
            f"{name}: expected contract tables as top-level keys, found {type(document).__name__}.",
            f"{name}: kunci teratas harus nama tabel kontrak, yang ada {type(document).__name__}.",
        )
    faults = list(_faults(document))
    if faults:
        faulty = listed("\n  - ", faults)
        raise SourceError(
            f"{name} has {len(faults)} fault(s):\n  - {faulty}",
            f"{name} memiliki {len(faults)} kesalahan:\n  - {faulty.indonesian}",
        )
    blocks = {table: tuple(_block(table, entry) for entry in _entries(document[table])) for table in document if table in TABLES}
    extracted_on = document.get("extracted_on")
    coded = document.get("identifiers") == CODED
    return Mapping(blocks, None if extracted_on is None else str(extracted_on), coded, digest)


def apply_block(block: Block, table: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Return source ``cells`` under contract names and as ``attr_*``; what ``block`` cannot fill is empty."""
    found = _found(cells.columns)
    out = {column: _fill(block, column, cells, found) for column in TABLES[table].names()}
    for attribute in block.attributes:
        if attribute.casefold() in found:
            out[ATTRIBUTE_PREFIX + attribute] = cells[found[attribute.casefold()]]
    return pd.DataFrame(out, index=cells.index)


def can_fill(block: Block, column: str, there: Iterable[str]) -> bool:
    """Return whether ``block`` can fill contract column ``column`` from the source columns ``there``."""
    found = _found(there)
    return column in block.constants or any(_available(source, found) for source in block.sources_of(column))


def absent_columns(block: Block, there: Iterable[str]) -> list[str]:
    """Return what ``block`` names and the source lacks: columns none of whose sources is ``there``, and attributes."""
    names = list(there)
    absent = [" or ".join(sources) for column, sources in block.columns.items() if not can_fill(block, column, names)]
    return [*absent, *(attribute for attribute in block.attributes if attribute.casefold() not in _found(names))]


def used_columns(block: Block, table: str) -> set[str]:
    """Return the source columns ``block`` may read, case folded."""
    sources = [source for column in TABLES[table].names() for source in block.sources_of(column)]
    return {place.casefold() for source in sources for place in _places(source)} | {name.casefold() for name in block.attributes}


def _found(columns: Iterable[str]) -> dict[str, str]:
    return {column.casefold(): column for column in columns}


def _available(source: str, found: MappingOf[str, str]) -> bool:
    return any(place.casefold() in found for place in _places(source))


def _fill(block: Block, column: str, cells: pd.DataFrame, found: MappingOf[str, str]) -> pd.Series:
    if column in block.constants:
        return pd.Series(block.constants[column], index=cells.index, dtype="str")
    given = [source for source in block.sources_of(column) if _available(source, found)]
    if not given:
        return pd.Series(index=cells.index, dtype="str")
    filled = _rendered(given[0], cells, found)
    for source in given[1:]:
        filled = filled.astype("str").fillna(_rendered(source, cells, found).astype("str"))
    return _translated(filled, block.values.get(column, {}))


def _rendered(source: str, cells: pd.DataFrame, found: MappingOf[str, str]) -> pd.Series:
    if not _PLACE.search(source):
        return cells[found[source.casefold()]]
    pieces = _PLACE.split(source)
    text = pd.Series(pieces[0], index=cells.index, dtype="str")
    anything = pd.Series(False, index=cells.index)
    for place, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        if place.casefold() in found:
            cell = cells[found[place.casefold()]].astype("str")
            anything |= cell.notna()
            text = text + cell.fillna("")
        text = text + literal
    return text.str.strip().where(anything)


def _translated(cells: pd.Series, values: MappingOf[str, str]) -> pd.Series:
    if not values or cells.isna().all():
        return cells
    codes, uniques = pd.factorize(cells.astype("str"))
    known = {_normal(key): code for key, code in values.items()}
    translated = [known.get(_normal(value), value) for value in uniques]
    return pd.Series(pd.array([*translated, None], dtype="str").take(codes), index=cells.index, dtype="str")


def _normal(value: str) -> str:
    return " ".join(str(value).casefold().split())


def _places(source: str) -> list[str]:
    return _PLACE.findall(source) or [source]


def _entries(entry: object) -> list[Any]:
    return entry if isinstance(entry, list) else [{} if entry is None else entry]


def _block(table: str, entry: dict[str, Any]) -> Block:
    columns = entry.get("columns") or {}
    return Block(
        source=str(entry.get("from", table)),
        columns={name: tuple(map(str, source if isinstance(source, list) else [source])) for name, source in columns.items()},
        values={name: {_code(k): _code(v) for k, v in codes.items()} for name, codes in (entry.get("values") or {}).items()},
        constants={name: _code(value) for name, value in (entry.get("constants") or {}).items()},
        attributes=tuple(map(str, entry.get("attributes") or ())),
    )


def _code(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _faults(document: dict[str, Any]) -> Iterator[Bilingual]:
    for key, entry in document.items():
        if key == "extracted_on" and not _plain(entry):
            yield _not_plain(key)
        if key == "identifiers" and entry not in (OWN, CODED):
            yield Bilingual(f"identifiers: expected {OWN} or {CODED}", f"identifiers: pilihannya {OWN} atau {CODED}")
        if key in _BESIDE:
            continue
        if key not in TABLES:
            yield Bilingual(
                f"'{key}' is not a contract table (expected one of: {', '.join(TABLES)}; or {', '.join(_BESIDE)})",
                f"'{key}' bukan tabel kontrak (pilihannya: {', '.join(TABLES)}; atau {', '.join(_BESIDE)})",
            )
            continue
        for number, part in enumerate(_entries(entry), start=1):
            yield from _block_faults(key, f"{key}[{number}]" if isinstance(entry, list) else key, part)


def _block_faults(table: str, where: str, part: object) -> Iterator[Bilingual]:
    if not isinstance(part, dict):
        yield Bilingual(f"{where}: expected the keys {', '.join(_BLOCK_KEYS)}", f"{where}: kuncinya {', '.join(_BLOCK_KEYS)}")
        return
    names = TABLES[table].names()
    for key, content in part.items():
        if key not in _BLOCK_KEYS:
            yield Bilingual(
                f"{where}: unknown key '{key}' (expected {', '.join(_BLOCK_KEYS)})",
                f"{where}: kunci '{key}' tidak dikenal (pilihannya {', '.join(_BLOCK_KEYS)})",
            )
        elif key in ("columns", "values", "constants"):
            if not isinstance(content, dict):
                yield Bilingual(f"{where}.{key}: expected contract columns as keys", f"{where}.{key}: kuncinya kolom kontrak")
                continue
            yield from (
                Bilingual(f"{where}.{key}: '{name}' is not a column of {table}", f"{where}.{key}: '{name}' bukan kolom {table}")
                for name in content
                if name not in names
            )
            if key == "values":
                yield from _code_faults(where, content)
            yield from (_not_plain(f"{where}.{key}.{name}") for name, given in content.items() if not _says_only_words(key, given))
        elif (key == "from" and not _plain(content)) or (key == "attributes" and not _all_plain(content or [])):
            yield _not_plain(f"{where}.{key}")
        elif key == "attributes" and table not in ("employees", "units", "positions"):
            yield Bilingual(
                f"{where}.attributes: only employees, units and positions may have attributes",
                f"{where}.attributes: hanya employees, units dan positions yang boleh memiliki attributes",
            )
        elif key == "attributes" and table == "employees":
            yield from (
                Bilingual(
                    f"{where}.attributes: '{name}' tells who somebody is (a protected trait, an identity, an age) and may be no "
                    "feature; sex and disability go to their own contract columns, for the fairness report only",
                    f"{where}.attributes: '{name}' menunjukkan siapa seseorang (ciri terlindungi, identitas, usia) dan tidak boleh "
                    "menjadi fitur; jenis kelamin dan disabilitas masuk kolom kontraknya sendiri, hanya untuk laporan keadilan",
                )
                for name in map(str, content or ())
                if tells_who(name)
            )


def _says_only_words(key: str, given: object) -> bool:
    """Return whether what a column is filled from, or with, is words: nothing nested stands where a name, code or value does."""
    if key == "values":
        return not isinstance(given, dict) or _all_plain([*given.keys(), *given.values()])
    return _plain(given) or (key == "columns" and _all_plain(given))


def _all_plain(given: object) -> bool:
    return isinstance(given, list) and all(map(_plain, given))


def _plain(given: object) -> bool:
    return not isinstance(given, list | dict | tuple | set)


def _not_plain(where: str) -> Bilingual:
    return Bilingual(f"{where}: expected words or numbers, nothing nested", f"{where}: isinya kata atau angka, bukan bersusun")


def _code_faults(where: str, content: dict[str, Any]) -> Iterator[Bilingual]:
    for name, codes in content.items():
        if not isinstance(codes, dict):
            yield Bilingual(
                f"{where}.values.{name}: expected 'source value: contract value' pairs",
                f"{where}.values.{name}: diharapkan pasangan 'nilai sumber: nilai kontrak'",
            )
