"""A drafted mapping reads a folder never seen before, and says where it is unsure."""

from pathlib import Path

import pytest

from features.checking.checks import check_source
from features.errors import SourceError
from features.source.drafting import draft_mapping
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in EXPORT.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_drafted_mapping_reads_a_folder_never_seen(folder: Path) -> None:
    path = folder / "mapping.yaml"
    path.write_text(draft_mapping(str(folder)), encoding="utf-8")
    checked = check_source(read_source(str(folder), load_mapping(path)))
    assert checked.quarantine.empty
    assert checked.tables["employees"]["nip"].tolist() == ["198501012010011001", "199001012015032002"]
    assert checked.tables["appraisals"]["rating"].tolist() == [5, 4, 3]
    assert checked.tables["units"]["parent_id"].tolist()[1] == "u1"


def test_every_line_says_how_sure_it_is_and_no_personal_cell_is_quoted(folder: Path) -> None:
    text = draft_mapping(str(folder))
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
    text = draft_mapping(str(tmp_path))
    assert "# employee_id: ?   # REQUIRED" in text
    assert "# assignments:   # REQUIRED" in text
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SourceError, match="no readable table"):
        draft_mapping(str(empty))
