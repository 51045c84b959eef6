"""However a source is damaged, it ends in a documented error or in an account of every row and cell; `benchmarks/fuzz` at large."""

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.fuzz.cases import outcome, unaccounted
from benchmarks.fuzz.damage import DAMAGES, write_csv
from benchmarks.fuzz.sources import drawn
from features.checking.checks import check_source
from features.checking.quarantine import FAULTS_FILE, write_quarantine
from features.contract import TABLES
from features.errors import SourceError
from features.source.parsing import parse_column
from features.source.readers import read_source

pytestmark = pytest.mark.filterwarnings("ignore")  # openpyxl and NumPy remark on what was damaged on purpose


@pytest.mark.parametrize("damage", [kind for kind in DAMAGES if kind != "bombs"])
@pytest.mark.parametrize("seed", [11, 12])
def test_a_damaged_source_is_refused_or_accounted_for(damage: str, seed: int) -> None:
    ended = outcome(seed, damage)
    assert ended.ending != "FAULT", ended


@pytest.mark.parametrize("seed", [5634, 6466, 10172, 18090])
def test_what_once_ended_in_a_traceback_no_longer_does(seed: int) -> None:
    ended = outcome(seed)
    assert ended.ending != "FAULT", ended


@pytest.mark.slow
@pytest.mark.parametrize("damage", [*DAMAGES])
def test_many_damaged_sources_are_refused_or_accounted_for(damage: str) -> None:
    assert [ended for seed in range(100, 103) if (ended := outcome(seed, damage)).ending == "FAULT"] == []


def test_a_row_or_cell_lost_without_a_word_would_be_seen(tmp_path: Path) -> None:
    write_csv(tmp_path, drawn(0))
    raw = read_source(str(tmp_path))
    checked = check_source(raw)
    assert unaccounted(raw, checked) == []
    checked.tables["units"].loc[0, "name"] = pd.NA
    assert unaccounted(raw, checked) == ["units.name: a cell lost unnamed"]


def test_digits_of_other_scripts_and_numbers_beyond_machines_are_named() -> None:
    born, seats = TABLES["employees"].column("birth_date"), TABLES["positions"].column("headcount")
    dates = parse_column(pd.Series(["٢٠٢٠-٠١-٠١", "2020-٠١-01", "99999-01-01", "0000-01-01"], dtype="str"), born)
    assert {rule: mask.tolist() for rule, mask in dates.faults.items()} == {
        "unparseable_date": [True, True, True, False],
        "date_sentinel": [False, False, False, True],
    }
    numbers = parse_column(pd.Series(["1e999", "1e308", "9" * 40, "3"], dtype="str"), seats)
    assert {rule: mask.tolist() for rule, mask in numbers.faults.items()} == {
        "not_a_number": [True, False, False, False],
        "out_of_range": [False, True, True, False],
    }
    assert numbers.values.tolist()[3] == 3


@pytest.mark.parametrize("row", [0, 1, 30])
def test_a_cell_of_millions_of_characters_is_one_clear_error(tmp_path: Path, row: int) -> None:
    lines = ["unit_id,name", *(f"U{number},Dinas" for number in range(40))]
    lines[row] += "x" * 10_000_000
    write_csv(tmp_path, drawn(0))
    (tmp_path / "units.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SourceError, match="a cell of more than 131,072 characters"):
        read_source(str(tmp_path))


def test_the_line_ends_of_an_old_mac_are_read_and_half_a_utf_16_character_is_not(tmp_path: Path) -> None:
    source = drawn(0)
    write_csv(tmp_path, source)
    path = tmp_path / "units.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\r").encode())
    assert read_source(str(tmp_path)).frames["units"]["unit_id"].tolist() == source["units"]["unit_id"].tolist()
    path.write_bytes(text.encode("utf-16")[:-1])
    with pytest.raises(SourceError, match=r"units.csv: cannot be read, the file is damaged or cut short \(UTF-16\)"):
        read_source(str(tmp_path))


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_two_columns_of_one_name_are_refused_in_every_format(tmp_path: Path, ending: str) -> None:
    write_csv(tmp_path, drawn(0))
    (tmp_path / "units.csv").unlink()
    if ending == "parquet":
        pq.write_table(
            pa.Table.from_arrays([pa.array(["U000"])] * 3, names=["unit_id", "name", "name "]), tmp_path / "units.parquet"
        )
    else:
        book = openpyxl.Workbook()
        book.active.append(["unit_id", "name", "name"])
        book.active.append(["U000", "a", "b"])
        book.save(tmp_path / "units.xlsx")
    with pytest.raises(SourceError, match="the header names 'name' more than once"):
        read_source(str(tmp_path))


def test_a_small_file_that_unpacks_into_a_huge_one_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, drawn(0))
    (tmp_path / "units.csv").unlink()
    book = openpyxl.Workbook()
    book.save(tmp_path / "units.xlsx")
    with zipfile.ZipFile(tmp_path / "units.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"\0" * 60_000_000)
    with pytest.raises(SourceError, match=r"units.xlsx: unpacks to far more than a table can hold"):
        read_source(str(tmp_path))


ENTITIES = {
    "a file of this machine": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "laughs by the million": b'<!DOCTYPE x [<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 30) for level in range(7))
    + b'<!ENTITY e "&h;">]>',
}


@pytest.mark.parametrize("declared", ENTITIES)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_a_workbook_that_declares_entities_is_refused_and_none_is_read(tmp_path: Path, declared: str, part: str) -> None:
    source = drawn(0)
    write_csv(tmp_path, source)
    (tmp_path / "units.csv").unlink()
    path = tmp_path / "units.xlsx"
    source["units"].to_excel(path, index=False)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    head, mark, rest = parts[part].partition(b"?>") if parts[part].startswith(b"<?xml") else (b"", b"", parts[part])
    parts[part] = head + mark + ENTITIES[declared] + rest.replace(b"U000", b"&e;").replace(b"units", b"&e;", 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(SourceError, match=r"units.xlsx: declares entities"):
        read_source(str(tmp_path))


def test_a_sheet_is_as_wide_as_it_is_filled_whatever_it_declares(tmp_path: Path) -> None:
    source = drawn(0)
    write_csv(tmp_path, source)
    (tmp_path / "units.csv").unlink()
    path = tmp_path / "units.xlsx"
    source["units"].to_excel(path, index=False)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'<dimension ref="A1:I5"', b'<dimension ref="A1:XFD1048576"')
    assert parts["xl/worksheets/sheet1.xml"] != sheet
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert read_source(str(tmp_path)).frames["units"]["unit_id"].tolist() == source["units"]["unit_id"].tolist()


def test_the_quarantine_holds_no_formula(tmp_path: Path) -> None:
    source = drawn(0)
    units = source["units"].copy()
    units["latitude"] = ["=1+1", "-91", "@SUM(A1)", "+cmd|' /C calc'!A0"]
    units["unit_id"] = ["=U0", "", "U002", "U003"]
    write_csv(tmp_path, {**source, "units": units})
    checked = check_source(read_source(str(tmp_path)))
    write_quarantine(checked.quarantine, checked.set_aside, tmp_path / "quarantine")
    faults = pd.read_csv(tmp_path / "quarantine" / FAULTS_FILE, dtype="str")
    assert {"'=1+1", "-91", "'@SUM(A1)", "'+cmd|' /C calc'!A0"} <= set(faults["value"].dropna())
    for path in (tmp_path / "quarantine").glob("*.csv"):
        cells = pd.read_csv(path, dtype="str").stack().dropna()
        assert not cells.str.startswith(("=", "@", "+")).any()
