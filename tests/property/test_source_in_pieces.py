"""A source read and checked piece by piece, part by part, is what it is in memory: the same snapshot, faults, rows, words."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine

from benchmarks.fuzz.damage import hostile_cells, write_csv
from benchmarks.fuzz.same import assert_same
from benchmarks.fuzz.sources import Source, drawn
from features.checking.checks import Parting, check_source
from features.checking.shelf import Shelf
from features.contract import TABLES
from features.errors import SourceError
from features.person_codes import as_code
from features.snapshot import load_decrees, load_identity, load_tables, load_vault, write_snapshot
from features.source.files import folder_sheets
from features.source.mapping import Mapping
from features.source.raw import FILE, RawTables, as_text
from features.source.readers import read_source

pytestmark = pytest.mark.filterwarnings("ignore")  # NumPy remarks on cells that were damaged on purpose
KEY = b"k" * 32
PIECES = [(700, 7), *(pytest.param(*of, marks=pytest.mark.slow) for of in ((1, 50_000), (2**26, 4), (3_000, 30)))]
"""Bytes at a time, people a part."""


def hostile(source: Source, rng: np.random.Generator) -> Source:
    return hostile_cells(source, str(rng.choice(sorted(source))), rng)


def sources(seed: int) -> dict[str, Source]:
    clean = drawn(seed, optional=12)
    bare = dict(clean)
    bare["assignments"] = clean["assignments"].drop(columns="end_on")  # closed by the next post
    bare["appraisals"] = clean["appraisals"].drop(columns="regime", errors="ignore")  # regimes detected
    return {"clean": clean, "hostile": hostile(clean, np.random.default_rng([seed, 7])), "bare": bare}


@pytest.mark.parametrize(("kind", "coded"), [("clean", False), ("hostile", False), ("bare", False), ("hostile", True)])
@pytest.mark.parametrize(("at_once", "people_a_part"), PIECES)
def test_pieces_and_parts_change_nothing(kind: str, coded: bool, at_once: int, people_a_part: int, tmp_path: Path) -> None:
    source, scratch = tmp_path / "source", tmp_path / "scratch"
    source.mkdir()
    scratch.mkdir()
    write_csv(source, sources(people_a_part)[kind])
    mapping = Mapping(coded=coded)
    whole = check_source(read_source(str(source), mapping))
    raw = read_source(str(source), mapping, scratch, at_once)
    pieces = check_source(raw, Parting(scratch, KEY, people_a_part))
    assert_same(whole, pieces)
    ids = [write_snapshot(found, tmp_path / name, KEY, people_a_part) for name, found in (("a", whole), ("b", pieces))]
    assert ids[0] == ids[1]
    one, other = (load_tables(tmp_path / name, ids[0]) for name in ("a", "b"))
    for name in one.frames:
        pd.testing.assert_frame_equal(one[name], other[name], obj=name)
    for private in (load_decrees, load_identity, load_vault):
        pd.testing.assert_frame_equal(private(tmp_path / "a", ids[0]), private(tmp_path / "b", ids[0]))
    assert load_identity(tmp_path / "a", ids[0])["source_id"].map(as_code, na_action="ignore").notna().all() == coded
    lineage = [(tmp_path / name / ids[0] / "lineage.json").read_text() for name in ("a", "b")]
    assert lineage[0] == lineage[1]


def same_cells(one: RawTables, other: RawTables) -> None:
    for name, frame in one.frames.items():
        pd.testing.assert_frame_equal(as_text(other.frames[name]).astype({FILE: "str"}), frame.astype({FILE: "str"}), obj=name)


ROWS = [
    "u1,Dinas", 'u2,"Dinas ""A"" di\nJalan, 1"', "u3", "u4,a,b", "", 'u5," x\n\n y "', "u6,5\" pipa", "u7,-", 'u8,"a\nb",c', "u9,é",
    'u10,"mulai\n' + "panjang " * 400 + '"', ",", "u11,akhir", "u12", 'u13,"dua\nbaris",lebih',
]  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 7, 60, 1_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_lines_and_broken_rows_do_not_depend_on_the_piece(at_once: int, encoding: str, tmp_path: Path) -> None:
    text = "\n".join(["Daftar unit", "unit_id,name", *ROWS]) + "\n"
    (tmp_path / "units.csv").write_bytes(text.replace('5" pipa', "5 pipa").encode(encoding))
    reader = folder_sheets(tmp_path)[0]["units"]
    sheet, stream = reader(), reader.stream(at_once)
    pieces = list(stream.pieces)
    assert len(pieces) > 1
    pd.testing.assert_frame_equal(pd.concat([as_text(cells) for cells, _ in pieces], ignore_index=True), sheet.cells)
    assert np.concatenate([lines for _, lines in pieces]).tolist() == sheet.lines.tolist()
    assert (stream.broken, stream.digest, stream.notes) == (sheet.broken, sheet.digest, sheet.notes)
    assert list(sheet.broken)
    assert sheet.broken.keys().isdisjoint(sheet.lines.tolist())


def test_parquet_and_databases_are_read_in_pieces_too(tmp_path: Path) -> None:
    source = drawn(1, optional=4)
    folder, scratch, other = (tmp_path / name for name in ("parquet", "scratch", "other"))
    for place in (folder, scratch, other):
        place.mkdir()
    engine = create_engine(f"sqlite:///{tmp_path / 'city.db'}")
    for name, cells in source.items():
        filled = cells.replace("", None)
        pq.write_table(pa.Table.from_pandas(filled, preserve_index=False), folder / f"{name}.parquet")
        filled.to_sql(name, engine, index=False)
    engine.dispose()
    for url, place in ((str(folder), scratch), (f"sqlite:///{tmp_path / 'city.db'}", other)):
        whole, pieces = read_source(url), read_source(url, None, place, 2_000)
        same_cells(whole, pieces)
        assert dict(pieces.digests) == dict(whole.digests)


def test_a_fault_far_down_a_file_is_the_same_clear_error(tmp_path: Path) -> None:
    write_csv(tmp_path, drawn(0))
    lines = ["unit_id,name", *(f"U{number},Dinas" for number in range(40)), "U99," + "x" * 200_000]
    (tmp_path / "units.csv").write_text("\n".join(lines), encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.raises(SourceError, match="a cell of more than 131,072 characters"):
        read_source(str(tmp_path), None, scratch, 100)


def test_every_table_about_people_leads_with_the_person() -> None:
    shelf = Shelf(parts=2)
    leading = {name: TABLES[name].names()[0] for name in TABLES if shelf.parted(name)}
    assert set(leading.values()) == {"employee_id"}  # the order of everybody's rows is made from that of the parts
