"""A mapping file says how an export becomes the contract; a wrong one is refused with every fault."""

from pathlib import Path

import pandas as pd
import pytest

from features.checking.checks import check_source
from features.codes import RATING_OF_QUADRANT, RATINGS
from features.errors import SourceError
from features.source.mapping import Block, apply_block, load_mapping, parse_mapping, shipped_mapping
from features.source.readers import read_source


def applied(block: Block, table: str, **columns: list[str | None]) -> pd.DataFrame:
    return apply_block(block, table, pd.DataFrame(columns).astype("str")).dropna(axis=1, how="all")


def test_columns_are_renamed_filled_in_turn_and_put_together() -> None:
    block = Block("x", columns={"name": ("{front} {nama}",), "hired_on": ("tmtCpns", "tmtPns"), "left_on": ("{tahun}-12-31",)})
    out = applied(block, "employees", id=["1", "2"], front=["Dr.", None], nama=["A", "B"], TMTCPNS=["2010-01-01", None],
                  tmtPns=["2011-01-01", "2012-01-01"], tahun=["2020", None], status=["PNS", "PNS"])  # fmt: skip
    assert out["name"].tolist() == ["Dr. A", "B"]
    assert out["hired_on"].tolist() == ["2010-01-01", "2012-01-01"]
    assert out["left_on"].tolist()[0] == "2020-12-31"
    assert pd.isna(out["left_on"].iloc[1])
    assert out["status"].tolist() == ["PNS", "PNS"]


def test_values_are_translated_whatever_their_case_and_the_rest_is_left() -> None:
    mapping = parse_mapping({"appraisals": {"values": {"rating": {"Sangat Baik": 5, "A": 4}}, "constants": {"regime": "N5"}}})
    out = applied(mapping.blocks["appraisals"][0], "appraisals", rating=["SANGAT  BAIK", "a", "3", None])
    assert out["rating"].tolist()[:3] == ["5", "4", "3"]
    assert out["regime"].tolist() == ["N5"] * 4


def test_attributes_keep_their_cells_under_a_prefix() -> None:
    assert applied(Block("x", attributes=("height_cm",)), "employees", height_cm=["180"])["attr_height_cm"].tolist() == ["180"]


def test_a_wrong_mapping_is_refused_with_every_fault() -> None:
    document = {
        "employes": {"from": "x"}, "units": {"form": "x"}, "positions": {"columns": {"titel": "x"}}, "ranks": "golongan",
        "appraisals": [{"from": "a", "attributes": ["b"]}, {"values": {"rating": 5}}],
    }  # fmt: skip
    with pytest.raises(SourceError) as raised:
        parse_mapping(document)
    message = str(raised.value)
    for part in ("6 fault(s)", "'employes'", "'form'", "'titel'", "ranks: expected", "attributes", "appraisals[2].values.rating"):
        assert part in message


def test_identifiers_are_the_sources_own_or_coded(tmp_path: Path) -> None:
    assert not parse_mapping({}).coded
    assert not parse_mapping({"identifiers": "own"}).coded
    assert parse_mapping({"identifiers": "coded"}).coded
    with pytest.raises(SourceError, match="identifiers: expected own or coded"):
        parse_mapping({"identifiers": ["coded"]})


def test_a_missing_or_malformed_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="tepat map"):
        load_mapping(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(SourceError, match="not YAML"):
        load_mapping(tmp_path / "bad.yaml")
    (tmp_path / "list.yaml").write_text("- a")
    with pytest.raises(SourceError, match="top-level"):
        load_mapping(tmp_path / "list.yaml")


def test_the_siasn_mapping_holds_the_quadrant_of_the_law() -> None:
    block = load_mapping(Path("siasn")).blocks["appraisals"][0]
    codes = block.values["rating"]
    for (result, behaviour), rating in RATING_OF_QUADRANT.items():
        assert codes[f"{4 - result}/{4 - behaviour}"] == str(rating)
    for rating, name in RATINGS.items():
        assert codes[name] == str(rating)
    assert [block.values["work_result"][str(code)] for code in (1, 2, 3)] == ["3", "2", "1"]


SIASN = {
    "data-utama": "id;nipBaru;gelarDepan;nama;gelarBelakang;tglLahir;jenisKelamin;tmtCpns;statusPegawai;kedudukanPnsNama\n"
    "a1;198501012010011001;Dr.;Budi;M.Si;01-01-1985;Pria;01-01-2010;PNS Daerah;Aktif\n"
    "a2;199001012015032002;;Sari;;01-01-1990;2;01-03-2015;PPPK Paruh Waktu;CLTN\n",
    "unor": "id;diatasanId;namaUnor\nu1;;Kota\nu2;u1;Dinas\n",
    "peta-jabatan": "unorId;jabatanFungsionalId;jabatanFungsionalUmumId;namaJabatan;jenisJabatan;eselon;jenjang;golonganMinimum\n"
    "u2;;;Kepala Dinas;JPT Pratama;II.b;;IV-b\nu2;f1;;Analis;JF Keahlian;;Ahli Muda;33\n",
    "rw-jabatan": "pnsId;unorId;jabatanFungsionalId;jabatanFungsionalUmumId;jenisPenugasan;jenisMutasi;tmtJabatan;nomorSk\n"
    "a1;u2;f1;;Definitif;Rotasi;01-02-2012;800/1\na1;u2;;;Definitif;Promosi;01-02-2018;800/2\na2;u2;f1;;Plt.;;01-03-2019;800/3\n",
    "rw-skp22": "pnsId;tahun;kuadranKinerja;hasilKinerjaNilai;perilakuKerjaNilai;nipNrpPenilai\n"
    "a1;2022;SANGAT BAIK;1;1;198001012005011001\n"
    "a2;2022;Kurang (misconduct);1;3;198501012010011001\na2;2023;;3;2;198501012010011001\n",
    "rw-skp": "pnsId;tahun;nilaiSkp\na1;2019;88,5\n",
    "rw-golongan": "pnsId;golonganId;tmtGolongan\na1;33;01-04-2014\na1;IIId;01-04-2018\n",
    "rw-pendidikan": "pnsId;tkPendidikan;pendidikanNama;tahunLulus\na1;S-2;Kesehatan;2012\n",
    "rw-hukdis": "pnsId;jenisTingkatHukumanId;hukumanTanggal;akhirHukumanTanggal\na2;S;01-01-2020;01-07-2020\n",
}


def test_a_siasn_export_reads_through_the_shipped_mapping(tmp_path: Path) -> None:
    for name, text in SIASN.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    checked = check_source(read_source(str(tmp_path), load_mapping(shipped_mapping("siasn"))))
    assert checked.quarantine.loc[checked.quarantine["severity"] != "warning"].empty
    tables = checked.tables
    assert tables["employees"][["name", "sex", "status", "legal_status"]].to_numpy().tolist() == [
        ["Dr. Budi M.Si", "M", "PNS", "active"], ["Sari", "F", "PPPK paruh waktu", "unpaid_leave"],
    ]  # fmt: skip
    assert tables["positions"][["position_id", "job_kind", "level", "min_rank"]].to_numpy().tolist() == [
        ["u2/", "executive", 40.0, "IV/b"], ["u2/f1", "functional_expert", 20.0, "III/c"],
    ]  # fmt: skip
    posts = tables["assignments"]
    assert posts["kind"].tolist() == ["definitive", "definitive", "plt"]
    assert posts["move_type"].tolist()[:2] == ["rotation", "promotion"]
    assert posts["end_on"].iloc[0] == pd.Timestamp("2018-01-31")
    scores = tables["appraisals"].sort_values(["employee_id", "period_end"])
    assert scores["rating"].tolist()[1:] == [5, 2, 3]
    assert scores["score"].iloc[0] == 88.5
    assert scores["work_result"].tolist()[1:] == [3, 3, 1]
    assert scores["rater_id"].tolist()[1:] == ["198001012005011001", "a1", "a1"]
    assert scores["period_start"].iloc[0] == pd.Timestamp("2019-01-01")
    assert tables["ranks"]["value"].tolist() == ["III/c", "III/d"]
    assert tables["educations"][["value", "field"]].to_numpy().tolist() == [["S-2", "Kesehatan"]]
    assert tables["disciplines"]["severity"].tolist() == ["moderate"]
    assert any("no table 'rw-diklat'" in note for note in checked.report.notes)
