"""A snapshot is addressed by content, holds no identity, and is written once."""

import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.checking.checks import CheckedSource, check_source
from features.errors import ContractError, SourceError
from features.parts import part_of
from features.person_codes import person_code
from features.pseudonyms import pseudonym
from features.snapshot import (
    _numbers_written,
    load_decrees,
    load_identity,
    load_lineage,
    load_tables,
    load_vault,
    open_snapshot,
    write_snapshot,
)
from features.source.mapping import Mapping
from features.source.readers import read_source

KEY = b"test key"
TABLES = {
    "employees": "employee_id,nip,name,sex,disability,birth_date,hired_on\n"
    "E2,199001012015032002,Sari,F,tidak,1990-01-01,2015-03-01\nE1,198501012010011001,Budi,M,ya,1985-01-01,2010-01-01\n",
    "units": "unit_id,parent_id,name\nU1,,Kota\nU2,U1,Dinas\n",
    "positions": "position_id,unit_id,title\nP1,U2,Kepala\nP2,U2,Staf\n",
    "assignments": "employee_id,position_id,start_on,end_on,decree_number\nE1,P1,2012-01-01,,800/1\nE2,P2,2015-03-01,,\n",
    "appraisals": "employee_id,period_start,period_end,rating,rater_id\n"
    "E1,2020-01-01,2020-12-31,4,X9\nE2,2020-01-01,2020-12-31,5,E1\nE2,2021-01-01,2021-12-31,4,E1\n",
}


def written(folder: Path, tables: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def checked(folder: Path, tables: dict[str, str] = TABLES) -> CheckedSource:
    return check_source(read_source(str(written(folder, tables))))


def test_numbers_are_told_to_the_address_as_python_writes_them() -> None:
    drawn = np.random.default_rng(1)
    odd = [0.0, -0.0, 3.0, 0.1, 1e-4, 1e-5, 5e-324, 999_999.5, 1e6 + 0.5, 1e15, 1e16, 1.7e308, np.inf, -np.inf]
    values = np.concatenate(
        [odd, 10 ** drawn.uniform(-12, 20, 5_000), -drawn.uniform(0, 1_000, 5_000), drawn.integers(0, 999, 500) / 10]
    )
    assert _numbers_written(values).to_pylist() == list(map(str, values.tolist()))


def test_row_order_column_order_and_format_do_not_change_the_address(tmp_path: Path) -> None:
    first = write_snapshot(checked(tmp_path / "csv"), tmp_path / "a", KEY)
    other = tmp_path / "parquet"
    other.mkdir()
    for name in TABLES:
        frame = pd.read_csv(tmp_path / "csv" / f"{name}.csv", dtype="str")
        frame.iloc[::-1, ::-1].to_parquet(other / f"{name}.parquet", index=False)
    assert write_snapshot(check_source(read_source(str(other))), tmp_path / "b", KEY) == first


def test_one_changed_cell_changes_the_address(tmp_path: Path) -> None:
    first = write_snapshot(checked(tmp_path / "one"), tmp_path / "a", KEY)
    changed = {**TABLES, "appraisals": TABLES["appraisals"].replace("2021-12-31,4", "2021-12-31,5")}
    assert write_snapshot(checked(tmp_path / "two", changed), tmp_path / "a", KEY) != first


def test_writing_again_adds_nothing(tmp_path: Path) -> None:
    source = checked(tmp_path / "csv")
    snapshot = write_snapshot(source, tmp_path / "a", KEY)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")}
    assert write_snapshot(source, tmp_path / "a", KEY) == snapshot
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")} == before


def test_no_identity_in_the_tables_and_private_files_are_private(tmp_path: Path) -> None:
    snapshot = write_snapshot(checked(tmp_path / "csv"), tmp_path / "a", KEY)
    for path in (tmp_path / "a" / snapshot).iterdir():
        private = stat.S_IMODE(path.stat().st_mode) == 0o600
        if path.name in ("identity.parquet", "vault.parquet", "decrees.parquet"):
            assert private, path.name
        else:
            content = path.read_bytes()
            assert not any(secret in content for secret in (b"Sari", b"Budi", b"199001012015032002", b"800/1", b"E1", b"X9")), (
                path.name
            )
    tables = load_tables(tmp_path / "a", snapshot)
    for name, column in (("employees", "nip"), ("employees", "sex"), ("employees", "name"), ("assignments", "decree_number")):
        assert tables[name][column].isna().all()


def test_people_keep_the_order_of_the_source_under_any_key(tmp_path: Path) -> None:
    source = checked(tmp_path / "csv")
    for key in (b"one", b"two", b"three"):
        folder = tmp_path / key.decode()
        tables = load_tables(folder, write_snapshot(source, folder, key))
        assert list(tables.employee_ids.categories) == [pseudonym(key, "E1"), pseudonym(key, "E2")]
        assert list(tables["appraisals"]["rater_id"].cat.categories) == [pseudonym(key, "E1"), pseudonym(key, "X9")]


def test_identity_vault_and_decrees_join_by_the_hash(tmp_path: Path) -> None:
    snapshot = write_snapshot(checked(tmp_path / "csv"), tmp_path / "a", KEY)
    identity = load_identity(tmp_path / "a", snapshot).set_index("employee_id")
    assert identity.loc[pseudonym(KEY, "E2"), ["source_id", "name"]].tolist() == ["E2", "Sari"]
    vault = load_vault(tmp_path / "a", snapshot).set_index("employee_id")
    assert vault.loc[pseudonym(KEY, "E1"), ["sex", "disability"]].tolist() == ["M", True]
    assert load_decrees(tmp_path / "a", snapshot)["decree_number"].tolist() == ["800/1"]


def test_another_key_is_refused_and_an_empty_one_too(tmp_path: Path) -> None:
    source = checked(tmp_path / "csv")
    write_snapshot(source, tmp_path / "a", KEY)
    with pytest.raises(ContractError, match="another key"):
        write_snapshot(source, tmp_path / "a", b"other")
    with pytest.raises(ContractError, match="empty"):
        write_snapshot(source, tmp_path / "a", b"")


def coded(folder: Path, tables: dict[str, str] = TABLES) -> CheckedSource:
    return check_source(read_source(str(written(folder, tables)), Mapping(coded=True)))


def test_coded_people_are_known_by_their_code_and_stand_in_its_order(tmp_path: Path) -> None:
    source = coded(tmp_path / "csv")
    for key in (b"one", b"two", b"three"):
        snapshot = write_snapshot(source, tmp_path / key.decode(), key)
        identity = load_identity(tmp_path / key.decode(), snapshot)
        codes = {pseudonym(key, who): person_code(key, who) for who in ("E1", "E2")}
        assert dict(zip(identity["employee_id"], identity["source_id"], strict=True)) == codes
        assert identity["source_id"].is_monotonic_increasing
        assert set(identity["nip"]) == {"199001012015032002", "198501012010011001"}
        tables = load_tables(tmp_path / key.decode(), snapshot)
        assert list(tables.employee_ids.categories) == sorted(codes, key=lambda hashed: codes[hashed])
        raters = [pseudonym(key, who) for who in sorted(("E1", "X9"), key=lambda who: person_code(key, who))]
        assert list(tables["appraisals"]["rater_id"].cat.categories) == raters


def test_coded_or_not_the_tables_say_the_same_of_everybody(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    own, other = (load_tables(folder, write_snapshot(of(tmp_path / "csv"), folder, KEY)) for of in (checked, coded))
    for name in own.frames:
        one, two = (_by_pseudonym(tables[name]) for tables in (own, other))
        pd.testing.assert_frame_equal(one, two, obj=name)


def _by_pseudonym(frame: pd.DataFrame) -> pd.DataFrame:
    plain = frame.assign(
        **{name: frame[name].astype("str") for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)}
    )
    return plain.sort_values(list(plain.columns), ignore_index=True)


def test_the_address_of_coded_people_follows_the_key_and_nothing_else(tmp_path: Path) -> None:
    first = write_snapshot(coded(tmp_path / "csv"), tmp_path / "a", KEY)
    assert write_snapshot(coded(tmp_path / "csv"), tmp_path / "b", KEY) == first
    assert write_snapshot(coded(tmp_path / "csv"), tmp_path / "a", b"other") != first
    assert write_snapshot(checked(tmp_path / "csv"), tmp_path / "a", KEY) != first


def test_a_crash_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(place: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("features.snapshot.flush", crash)
    with pytest.raises(OSError, match="disk full"):
        write_snapshot(checked(tmp_path / "csv"), tmp_path / "a", KEY)
    assert list((tmp_path / "a").iterdir()) == []


def test_lineage_names_the_files_and_an_unknown_snapshot_is_an_error(tmp_path: Path) -> None:
    snapshot = write_snapshot(checked(tmp_path / "csv"), tmp_path / "a", KEY)
    lineage = load_lineage(tmp_path / "a", snapshot)
    assert sorted(lineage["files"]) == sorted(f"{name}.csv" for name in TABLES)
    assert lineage["extracted_on"] == "2022-03-01"
    with pytest.raises(SourceError, match="no snapshot"):
        load_tables(tmp_path / "a", "s0")


def test_a_snapshot_in_parts_is_the_same_snapshot(tmp_path: Path) -> None:
    source = checked(tmp_path / "csv")
    whole, parted = write_snapshot(source, tmp_path / "a", KEY), write_snapshot(source, tmp_path / "b", KEY, people_a_part=1)
    assert parted == whole
    tables, again = load_tables(tmp_path / "a", whole), load_tables(tmp_path / "b", parted)
    assert list(again.frames) == list(tables.frames)
    for name, frame in tables.frames.items():
        pd.testing.assert_frame_equal(again[name], frame)


def test_one_part_of_a_snapshot_is_read_alone(tmp_path: Path) -> None:
    snapshot = write_snapshot(checked(tmp_path / "csv"), tmp_path / "a", KEY, people_a_part=1)
    kept, tables = open_snapshot(tmp_path / "a", snapshot), load_tables(tmp_path / "a", snapshot)
    assert kept.parts == 2
    for number in range(kept.parts):
        part, expected = kept.part(number, TABLES), part_of(tables, number, kept.parts)
        for name in TABLES:
            pd.testing.assert_frame_equal(part[name], expected[name])
