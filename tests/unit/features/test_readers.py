"""Any folder becomes text cells with their lines, and what cannot be read is said at once."""

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from features.errors import SourceError
from features.source import files
from features.source.files import folder_sheets
from features.source.mapping import parse_mapping
from features.source.raw import FILE, LINE, RawTables, text_of
from features.source.readers import read_source

TABLES = {
    "employees": "employee_id,nip,name,hired_on\nE1,198501012010011001,Budi,2010-01-01\nE2,199001012015032002,Sari,2015-03-01\n",
    "units": "unit_id,name\nU1,Dinas\n",
    "positions": "position_id,unit_id\nP1,U1\n",
    "assignments": "employee_id,position_id,start_on\nE1,P1,2012-01-01\n",
    "appraisals": "employee_id,period_start,period_end,score\nE1,2020-01-01,2020-12-31,88.5\n",
}


def written(folder: Path, **changed: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TABLES, **changed}.items():
        (folder / f"{name}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def read(folder: Path, **changed: str | bytes) -> RawTables:
    return read_source(str(written(folder, **changed)))


def cells(raw: RawTables, table: str) -> list[list[object]]:
    frame = raw.frames[table].dropna(axis=1, how="all")
    return frame.drop(columns=[FILE]).to_numpy().tolist()


def test_csv_cells_stay_text_and_know_their_line(tmp_path: Path) -> None:
    raw = read(tmp_path)
    assert cells(raw, "employees") == [
        ["E1", "198501012010011001", "Budi", "2010-01-01", 2],
        ["E2", "199001012015032002", "Sari", "2015-03-01", 3],
    ]
    assert raw.frames["employees"][FILE].unique().tolist() == ["employees.csv"]


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffunit_id;name;kind\nU1;Dinas;kantor\n".encode(),
        b"unit_id,name,kind\r\nU1,Dinas,kantor\r\n",
        b'"unit_id"\t"name"\t"kind"\n"U1"\t"Dinas"\t"kantor"\n',
        "unit_id;name;kind\nU1;Dinas;kantor\n".encode("utf-16"),
        b" unit_id , name,kind,\n U1 ,Dinas , kantor,\n",
    ],
    ids=["bom-semicolon", "crlf", "tab-quoted", "utf-16", "spaces-and-trailing-comma"],
)
def test_every_dialect_of_csv_reads_the_same(tmp_path: Path, data: bytes) -> None:
    assert cells(read(tmp_path, units=data), "units") == [["U1", "Dinas", "kantor", 2]]


def test_latin_1_is_read_with_a_warning(tmp_path: Path) -> None:
    raw = read(tmp_path, units="unit_id,name\nU1,Café\n".encode("latin-1"))
    assert cells(raw, "units")[0][1] == "Café"
    assert any("not UTF-8" in note for note in raw.notes)


def test_lines_count_blank_lines_and_line_breaks_within_cells(tmp_path: Path) -> None:
    raw = read(tmp_path, units='unit_id,name\nU1,"Dinas\nKesehatan"\n\nU2,Badan\nU3\nU4,Kantor\n')
    assert [row[-1] for row in cells(raw, "units")] == [2, 5, 7]
    assert raw.broken[["table", LINE]].to_numpy().tolist() == [["units", 6]]


def test_what_spells_nothing_is_empty(tmp_path: Path) -> None:
    raw = read(tmp_path, units="unit_id,name,kind,district\nU1,NULL,-,nan\nU2,N/A,null,\n")
    assert raw.frames["units"][["name", "kind", "district"]].isna().all().all()


def test_parquet_and_excel_hold_the_same_cells_as_csv(tmp_path: Path) -> None:
    expected = cells(read(tmp_path / "csv"), "employees")
    parquet, excel = tmp_path / "parquet", tmp_path / "excel"
    parquet.mkdir()
    excel.mkdir()
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in TABLES:
        frame = pd.read_csv(tmp_path / "csv" / f"{name}.csv", dtype={"nip": "str"})
        for column in frame.columns.intersection(["hired_on", "start_on", "period_start", "period_end"]):
            frame[column] = pd.to_datetime(frame[column])
        frame.to_parquet(parquet / f"{name}.parquet", index=False)
        sheet = book.create_sheet(name)
        sheet.append(list(frame.columns))
        for row in frame.astype("object").itertuples(index=False):
            sheet.append([cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row])
    book.save(excel / "export.xlsx")
    assert [row[:-1] for row in cells(read_source(str(parquet)), "employees")] == [row[:-1] for row in expected]
    raw = read_source(str(excel))
    assert cells(raw, "employees") == expected
    assert raw.frames["employees"][FILE].unique().tolist() == ["export.xlsx[employees]"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), (float("nan"), None), (3.0, "3"), (0.1, "0.1"), (True, "true"), (date(2020, 1, 2), "2020-01-02"),
     (pd.Timestamp("2020-01-02"), "2020-01-02"), (198501012010011001, "198501012010011001"),
     (1.98501012010011e17, "1.98501012010011e+17")],
)  # fmt: skip
def test_typed_cells_become_text_without_loss(value: object, text: str | None) -> None:
    assert text_of(value) == text


def test_other_files_are_ignored_by_name(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "readme.txt").write_text("x")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    raw = read_source(str(tmp_path))
    assert {"ignored: readme.txt", "ignored: other"} <= set(raw.notes)


def test_one_error_names_every_fault(tmp_path: Path) -> None:
    written(tmp_path, positions="position_id,title\nP1,Kepala\n", appraisals="employee_id,period_start\nE1,2020-01-01\n", units=b"")
    (tmp_path / "assignments.csv").unlink()
    with pytest.raises(SourceError) as raised:
        read_source(str(tmp_path))
    message = str(raised.value)
    for part in (
        "'assignments' is missing",
        "needs a column 'unit_id'",
        "needs a column 'period_end'",
        "'score' or 'rating'",
        "units.csv: the file is empty",
    ):
        assert part in message
    assert "'units' is missing" not in message


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b'unit_id,name\nU1,"Dinas\nU2,Badan\n', "quotation mark"),
        (b"unit_id,unit_id\nU1,U1\n", "more than once"),
        (b"unit_id\x00,name\nU1,x\n", "binary zeros"),
    ],
    ids=["cut in a quote", "two equal headers", "binary"],
)
def test_a_damaged_csv_is_one_clear_error(tmp_path: Path, data: bytes, part: str) -> None:
    with pytest.raises(SourceError, match=part):
        read(tmp_path, units=data)


def test_a_parquet_larger_than_a_table_is_read_in_pieces_if_none_of_its_groups_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_CELLS", 100)
    source, scratch, other = written(tmp_path / "source"), tmp_path / "scratch", tmp_path / "other"
    scratch.mkdir()
    other.mkdir()
    (source / "units.csv").unlink()
    units = pd.DataFrame({"unit_id": [f"U{number}" for number in range(60)], "name": "Dinas"})
    units.to_parquet(source / "units.parquet", index=False, row_group_size=20)
    assert len(read_source(str(source), None, scratch).frames["units"]) == 60
    with pytest.raises(SourceError, match=r"units.parquet: unpacks to far more"):
        read_source(str(source))  # in memory it is whole
    units.to_parquet(source / "units.parquet", index=False, row_group_size=60)
    with pytest.raises(SourceError, match=r"units.parquet: unpacks to far more"):
        read_source(str(source), None, other)


def test_typed_columns_of_a_parquet_are_written_out_without_loss(tmp_path: Path) -> None:
    source = written(tmp_path)
    (source / "units.csv").unlink()
    columns = {
        "unit_id": pa.array([7, 8, 7**20]),
        "latitude": pa.array([0.1, None, 2.0]),
        "valid_from": pa.array([datetime(2020, 1, 1), datetime(2020, 1, 1, 12), None]),
        "name": pa.array([Decimal("1.50"), Decimal("2.00"), None]),
        "kind": pa.array([True, None, False]),
        "district": pa.array(["a", "b", "a"]).dictionary_encode(),
        "parent_id": pa.nulls(3),
    }
    pq.write_table(pa.table(columns), source / "units.parquet")
    found = read_source(str(source)).frames["units"]
    assert {name: found[name].astype(object).where(found[name].notna(), None).tolist() for name in columns} == {
        "unit_id": ["7", "8", str(7**20)],
        "latitude": ["0.1", None, "2"],
        "name": ["1.5", "2", None],
        "kind": ["true", None, "false"],
        "valid_from": ["2020-01-01", "2020-01-01 12:00:00", None],
        "district": ["a", "b", "a"],
        "parent_id": [None] * 3,
    }


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_a_truncated_file_is_one_clear_error(tmp_path: Path, ending: str) -> None:
    written(tmp_path)
    (tmp_path / "units.csv").unlink()
    frame = pd.DataFrame({"unit_id": ["U1"] * 100})
    path = tmp_path / f"units.{ending}"
    frame.to_parquet(path) if ending == "parquet" else frame.to_excel(path, index=False)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SourceError, match=f"units.{ending}: cannot be read"):
        read_source(str(tmp_path))


def test_a_missing_folder_and_an_empty_one_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no folder"):
        read_source(str(tmp_path / "absent"))
    with pytest.raises(SourceError, match="no table at all"):
        read_source(str(tmp_path))


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    written(tmp_path)
    pd.DataFrame({"unit_id": ["U1"]}).to_parquet(tmp_path / "units.parquet")
    with pytest.raises(SourceError, match="more than one file"):
        read_source(str(tmp_path))


def test_several_files_fill_one_table(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "appraisals.csv").rename(tmp_path / "kinerja-2020.csv")
    more = "employee_id,period_start,period_end,score\nE1,2021-01-01,2021-12-31,90\n"
    (tmp_path / "kinerja-2021.csv").write_text(more)
    raw = read_source(str(tmp_path), parse_mapping({"appraisals": {"from": "kinerja-*"}}))
    assert raw.frames["appraisals"][[FILE, LINE, "score"]].to_numpy().tolist() == [
        ["kinerja-2020.csv", 2, "88.5"],
        ["kinerja-2021.csv", 2, "90"],
    ]


TITLED = [["PETA JABATAN KOTA", None, None], [None, None, None], ["position_id", "unit_id", "title"], ["p1", "u1", "Kepala"]]


def test_a_title_above_the_column_names_is_passed_over_and_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in TITLED:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text(
        "\n".join(";".join(cell or "" for cell in row) for row in TITLED) + "\np2;u1\n", encoding="utf-8"
    )
    sheets, _ = folder_sheets(tmp_path)
    for name in ("a", "b"):
        sheet = sheets[name]()
        assert sheet.cells.to_dict("records") == [{"position_id": "p1", "unit_id": "u1", "title": "Kepala"}]
        assert sheet.lines.tolist() == [4]
        assert "line 3" in sheet.notes[0]
    assert list(sheets["b"]().broken) == [5]


def computed(path: Path, results: dict[str, str]) -> None:
    """Put the results of formulas into a workbook, as a spreadsheet that computes them would."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = archive.read(name)
            for cell, result in results.items():
                text = re.sub(rf'<c r="{cell}">(.*?)<v></v>'.encode(), f'<c r="{cell}" t="str">\\1<v>{result}</v>'.encode(), text)
            parts[name] = text
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def test_a_formula_without_its_result_is_no_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["position_id", "unit_id", "title"])
    book.active.append(["p1", "=B3", '="Kepala"'])
    book.active.append(["=A2&1", ArrayFormula("B3", "=B2"), None])
    book.active.append(["p3", "=C1", '=""'])
    path = tmp_path / "positions.xlsx"
    book.save(path)
    computed(path, {"B4": "u1", "C4": ""})
    sheets, _ = folder_sheets(tmp_path)
    read = sheets["positions"]().cells.astype("object").fillna("").to_numpy().tolist()
    assert read == [["p1", "=B3", '="Kepala"'], ["=A2&1", "=?", ""], ["p3", "u1", ""]]


def test_a_header_longer_than_is_looked_at_first_is_read_whole(tmp_path: Path) -> None:
    names = [f"column_{number}_" + "x" * 6_000 for number in range(200)]
    (tmp_path / "wide.csv").write_text(",".join(names) + "\n" + ",".join(map(str, range(200))) + "\n", encoding="utf-8")
    sheet = folder_sheets(tmp_path)[0]["wide"]()
    assert list(sheet.cells.columns) == names
    assert sheet.cells.iloc[0].tolist() == [str(number) for number in range(200)]
    assert sheet.lines.tolist() == [2]
