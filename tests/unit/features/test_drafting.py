"""A drafted mapping reads folders never seen before, whatever their names and codes, and says where it is unsure."""

from pathlib import Path

import pytest
import yaml

from features.checking.checks import check_source
from features.errors import SourceError
from features.source.drafting import draft_mapping, quoted
from features.source.mapping import load_mapping
from features.source.readers import read_source

EXPORT = {
    "Data Pegawai": "ID Pegawai,NIP,Nama Lengkap,Tanggal Lahir,Jenis Kelamin,tmtCpns,Hobi\n"
    "1,198501012010011001,Budi,01-01-1985,L,01-01-2010,catur\n2,199001012015032002,Sari,01-01-1990,P,01-03-2015,\n",
    "unit_kerja": "id,induk_id,nama_unit\nu1,,Kota\nu2,u1,Dinas\n",
    "Peta Jabatan": "kode_jabatan,kode_unit,nama_jabatan\nj1,u2,Kepala\nj2,u2,Staf\n",
    "RiwayatJabatan": "id_pegawai,kode_jabatan,tmt,sampai,nomorSk\n1,j1,01-02-2012,,800/1\n2,j2,01-03-2015,,800/2\n",
    "kinerja pegawai": "id_pegawai,tahun,hasil_evaluasi\n1,2022,Sangat Baik\n2,2022,BAIK\n2,2023,Butuh Perbaikan (Cukup)\n",
    "anggaran": "pos,jumlah\n1,2\n",
}

CODED = {
    "Biodata": "Nip;Nama;JK\n198501012010011001;Budi;L\n199001012015032002;Sari;P\n",
    "tref_unker": "kdunker;nunker;kdatasan\n01;Kota;\n02;Dinas;01\n",
    "tref_jab": "kdjab;kdunker;njab;esl\n02.1;02;Kepala;II.b\n02.2;02;Staf;Pelaksana\n",
    "thist_jab": "nip;kdjab;tmtjab;tgakhir\n198501012010011001;02.1;01-02-2012;\n199001012015032002;02.2;01-03-2015;\n",
    "Nilai Prestasi 2020": "Nip;Thn;Nilai Akhir;Atasan\n198501012010011001;2020;87,5;\n"
    "199001012015032002;2020;80,25;198501012010011001\n",
    "ekinerja": "Nip;Tahun Penilaian;Predikat;Hasil Kerja\n198501012010011001;2022;Sangat Baik;Di Atas Ekspektasi\n",
    "kenaikan_pkt": "nip;tmtgol;gol_ruang\n198501012010011001;01-04-2014;III.c\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in EXPORT.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_drafted_mapping_reads_a_folder_never_seen(folder: Path) -> None:
    path = folder / "mapping.yaml"
    path.write_text(draft_mapping(str(folder), "en"), encoding="utf-8")
    checked = check_source(read_source(str(folder), load_mapping(path)))
    assert checked.quarantine.empty
    assert checked.tables["employees"]["nip"].tolist() == ["198501012010011001", "199001012015032002"]
    assert checked.tables["appraisals"]["rating"].tolist() == [5, 4, 3]
    assert checked.tables["units"]["parent_id"].tolist()[1] == "u1"


def test_every_line_says_how_sure_it_is_and_no_personal_cell_is_quoted(folder: Path) -> None:
    text = draft_mapping(str(folder), "en")
    lines = [
        line
        for line in text.splitlines()
        if line.startswith("    ") and not line.startswith("      ") and "contract codes" not in line
    ]
    assert lines
    assert all("# sure" in line or "# likely" in line or "# ? unsure" in line for line in lines)
    assert "# not used: anggaran" in text
    assert "Hobi" in text
    assert not any(secret in text for secret in ("Budi", "Sari", "198501012010011001", "01-01-1985"))


def test_what_is_required_and_not_found_is_said(tmp_path: Path) -> None:
    (tmp_path / "pegawai.csv").write_text("nama\nBudi\n", encoding="utf-8")
    text = draft_mapping(str(tmp_path), "en")
    assert "# employee_id: ?   # REQUIRED" in text
    assert "# assignments:   # REQUIRED" in text
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SourceError, match="no readable table"):
        draft_mapping(str(empty))


def test_abbreviated_names_codes_and_a_nip_as_the_only_identifier_are_understood(tmp_path: Path) -> None:
    for name, text in CODED.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="latin-1")
    path = tmp_path / "mapping.yaml"
    path.write_text(draft_mapping(str(tmp_path)), encoding="utf-8")
    checked = check_source(read_source(str(tmp_path), load_mapping(path)))
    tables = checked.tables
    assert checked.coded
    assert checked.quarantine.empty
    assert tables["employees"]["employee_id"].tolist() == tables["employees"]["nip"].tolist()
    assert tables["units"]["parent_id"].tolist()[1] == "01"
    assert tables["positions"]["level"].tolist() == [40, 10]
    assert f"{tables['assignments']['start_on'][0]:%Y-%m-%d}" == "2012-02-01"
    appraisals = tables["appraisals"].sort_values(["period_start", "score"])
    assert appraisals["score"].dropna().tolist() == [80.25, 87.5]
    assert appraisals["rating"].dropna().tolist() == [5]
    assert appraisals["work_result"].dropna().tolist() == [3]
    assert tables["ranks"]["value"].tolist() == ["III/c"]


def test_two_columns_that_may_be_meant_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "riwayat jabatan.csv").write_text("id_pegawai,kode_jabatan,tmt,tanggal mulai\n1,j1,01-02-2012,01-02-2012\n")
    line = next(line for line in draft_mapping(str(tmp_path)).splitlines() if "start_on:" in line)
    assert "atau mungkin" in line
    assert {"tmt", "tanggal mulai"} <= {word.strip(" ;?#,") for part in line.split(":") for word in part.split("   ")}


@pytest.mark.parametrize("name", ["NO", "08", "A: B", "# x", "Tgl. Lahir", "[a]", "ya", "null", "1e5"])
def test_whatever_a_column_is_called_the_draft_reads_back_as_that(name: str) -> None:
    assert yaml.safe_load(f"key: {quoted(name)}   # remark") == {"key": name}


def test_a_column_is_drafted_whose_cells_refer_to_a_table_though_its_name_says_nothing(tmp_path: Path) -> None:
    for name, text in EXPORT.items():
        (tmp_path / f"{name}.csv").write_text(text.replace("kode_unit", "xyz"), encoding="utf-8")
    assert "unit_id: xyz   # likely: its cells are identifiers" in draft_mapping(str(tmp_path), "en")
