"""The same city as a SIASN-shaped export: tables, field names (as in public clients of its API), code values and dates.

What SIASN does not keep (peer reviews, surveys, wishes, visitors, ...) stays under contract names, as a city would add it. Two
things differ from the contract tables by the nature of SIASN: a section head heads a unit of its own (`siasn_positions` tells
which), and competency standards are by kind and grade of post, not by post.
"""

import hashlib
from pathlib import Path

import pandas as pd

from features.codes import RATINGS
from simulation.catalogue import LEADERSHIP_COURSES
from simulation.city import City, written
from simulation.ratings import GRADED

_JOB_KINDS = {
    "executive": "JPT Pratama", "administrator": "Administrator", "supervisor": "Pengawas", "staff": "Pelaksana",
    "functional_expert": "JF Keahlian", "functional_skilled": "JF Keterampilan",
}  # fmt: skip
_STRUCTURAL = ("executive", "administrator", "supervisor")
_ESELON = {41: "II.a", 40: "II.b", 31: "III.a", 30: "III.b", 21: "IV.a", 20: "IV.b"}
_JENJANG = {10: "Ahli Pertama", 20: "Ahli Muda", 30: "Ahli Madya", 40: "Ahli Utama"}
_STATUS = {"PNS": "PNS Daerah", "CPNS": "Calon PNS", "PPPK": "PPPK Penuh Waktu", "PPPK paruh waktu": "PPPK Paruh Waktu"}
_LEGAL = {"active": "Aktif", "unpaid_leave": "CLTN", "suspended": "Pemberhentian Sementara", "study": "Tugas Belajar",
          "dismissed": "Diberhentikan", "retired": "Pensiun", "deceased": "Meninggal Dunia"}  # fmt: skip
_KIND = {"definitive": "Definitif", "plt": "Plt.", "plh": "Plh."}
_MOVE = {"own_request": "Permintaan Sendiri", "selected": "Selter", "promotion": "Promosi", "rotation": "Rotasi",
         "functional": "Perpindahan JF", "disciplinary": "Hukuman Disiplin", "renaming": "Penyetaraan",
         "reinauguration": "Pengukuhan", "entry": "Pengangkatan Pertama"}  # fmt: skip
_SEVERITY = {"light": "R", "moderate": "S", "heavy": "B"}
_EXPECTATION = {3: "1", 2: "2", 1: "3"}
"""SIASN counts 1 = di atas ekspektasi; the contract counts upwards."""

PASSED_ON = ("clearances", "peer_reviews", "surveys", "feedback", "aspirations", "offers", "service_demand", "vacancies", "freezes",
             "approvals", "programmes", "trainings_catalogue", "unit_lineage")  # fmt: skip
"""Tables SIASN has no service for: written under contract names, with SIASN's identifiers."""


def siasn_positions(city: City) -> pd.DataFrame:
    """Return the SIASN key of every position: position_id, unorId, jabatanFungsionalId, jabatanFungsionalUmumId, petaJabatanId.

    Heads have neither jabatan id; section heads, who share a unit in the contract tables, get a unor of their own.
    """
    positions = city.tables["positions"]
    structural = positions["job_kind"].isin(_STRUCTURAL)
    section = structural & ~positions["supervisory"].astype(bool)
    unor = positions["unit_id"].where(~section, positions["unit_id"] + "S" + positions["position_id"].str[3:])
    code = positions["title"].map(lambda title: hashlib.md5(title.encode(), usedforsecurity=False).hexdigest()[:12])
    again = positions.groupby(["unit_id", "title"]).cumcount().astype(str)
    code = code + again.where(again != "0", "")
    staff = positions["job_kind"] == "staff"
    functional = code.where(~structural & ~staff, "")
    general = code.where(staff, "")
    return pd.DataFrame({"position_id": positions["position_id"], "unorId": unor, "jabatanFungsionalId": functional,
                         "jabatanFungsionalUmumId": general, "petaJabatanId": unor + "/" + functional + general})  # fmt: skip


def siasn_tables(city: City) -> dict[str, pd.DataFrame]:
    """Return the city under SIASN's table and field names, every cell as text (dates DD-MM-YYYY)."""
    keys = siasn_positions(city)
    tables = {
        **_people(city), **_organisation(city, keys), **_appraisals(city, keys), **_histories(city),
        "rw-jabatan": _rw_jabatan(city, keys), "anjab-abk": _workloads(city, keys), "skm": _service_index(city),
        **{name: _with_keys(city.tables[name], keys) for name in PASSED_ON},
    }  # fmt: skip
    return {name: _as_text(frame) for name, frame in tables.items()}


def write_siasn(city: City, folder: Path) -> None:
    """Write the SIASN-shaped export of ``city`` to ``folder/TABLE.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in siasn_tables(city).items():
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    out = written(frame.reset_index(drop=True))
    dates = [name for name in out if pd.api.types.is_datetime64_any_dtype(out[name])]
    out = out.assign(**{name: out[name].dt.strftime("%d-%m-%Y") for name in dates})
    return out.astype(object).where(out.notna(), None)


def _with_keys(frame: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    if "position_id" not in frame:
        return frame
    return frame.assign(position_id=frame["position_id"].map(keys.set_index("position_id")["petaJabatanId"]))


def _people(city: City) -> dict[str, pd.DataFrame]:
    people, ties = city.tables["employees"], city.tables["relations"]
    name = people["name"].str.split(", ", n=1)
    contract = people["status"].str.startswith("PPPK")
    main = pd.DataFrame({
        "id": people["employee_id"], "nipBaru": people["nip"], "nama": name.str[0], "gelarDepan": None,
        "gelarBelakang": name.str[1], "tglLahir": people["birth_date"], "jenisKelamin": people["sex"].map({"M": "1", "F": "2"}),
        "tmtCpns": people["hired_on"], "tmtPns": (people["hired_on"] + pd.DateOffset(years=1)).where(~contract),
        "tmtPensiun": people["retires_on"], "tanggalBerhenti": people["left_on"], "statusPegawai": people["status"].map(_STATUS),
        "kedudukanPnsNama": people["legal_status"].map(_LEGAL), "kecamatan": people["home_district"],
        "disabilitas": people["disability"].map({True: "ya", False: "tidak"}),
    })  # fmt: skip
    spouses = ties.loc[ties["kind"] == "spouse", ["employee_id", "other_employee_id"]]
    return {"data-utama": main, "data-pasangan": spouses.set_axis(["pnsId", "pasanganPnsId"], axis=1)}


def _organisation(city: City, keys: pd.DataFrame) -> dict[str, pd.DataFrame]:
    units, positions = city.tables["units"], city.tables["positions"]
    unor = units.set_axis(
        ["id", "diatasanId", "namaUnor", "jenisUnor", "kecamatan", "lintang", "bujur", "tmtMulai", "tmtSelesai"], axis=1
    )
    own = (keys["unorId"] != positions["unit_id"]).to_numpy()
    parents = unor.set_index("id").reindex(positions.loc[own, "unit_id"])
    sections = parents.reset_index(drop=True).assign(
        id=keys.loc[own, "unorId"].to_numpy(), diatasanId=positions.loc[own, "unit_id"].to_numpy(),
        namaUnor=positions.loc[own, "title"].str.removeprefix("Kepala ").to_numpy(), jenisUnor="section",
    )  # fmt: skip
    structural = positions["job_kind"].isin(_STRUCTURAL)
    expert = positions["job_kind"] == "functional_expert"
    grade = positions["level"].map(_JENJANG).where(expert, "Pelaksana").mask(structural, None)
    grade = grade.mask(positions["job_kind"] == "functional_skilled", "Terampil")
    peta = keys.drop(columns=["position_id", "petaJabatanId"]).assign(
        namaJabatan=positions["title"], jenisJabatan=positions["job_kind"].map(_JOB_KINDS), jenjang=grade,
        eselon=positions["level"].map(_ESELON).where(structural), rumpunJabatan=positions["job_family"],
        kebutuhan=positions["headcount"], golonganMinimum=positions["min_rank"], pendidikanMinimum=positions["min_education"],
        bidangPendidikan=positions["education_fields"], sertifikat=positions["certificates"], kelasJabatan=positions["job_class"],
        strategis=positions["strategic"], memimpin=positions["supervisory"], bup=positions["retirement_age"],
    )  # fmt: skip
    return {"unor": pd.concat([unor, sections[unor.columns]], ignore_index=True), "peta-jabatan": peta,
            "standar-kompetensi": _standards(city, peta)}  # fmt: skip


def _standards(city: City, peta: pd.DataFrame) -> pd.DataFrame:
    """Return the median standard by kind and grade of post: what SIASN's reference tables hold."""
    demanded = city.tables["competency_standards"].merge(
        city.tables["positions"][["position_id"]].join(peta[["jenisJabatan", "eselon", "jenjang"]]), on="position_id"
    )
    groups = demanded.groupby(["jenisJabatan", "eselon", "jenjang", "competency"], dropna=False)["required_level"].median()
    return groups.reset_index().rename(columns={"competency": "kompetensi", "required_level": "levelKompetensi"})


def _rw_jabatan(city: City, keys: pd.DataFrame) -> pd.DataFrame:
    spells = city.tables["assignments"].merge(keys, on="position_id", how="left", validate="many_to_one")
    return pd.DataFrame({
        "pnsId": spells["employee_id"], "unorId": spells["unorId"], "jabatanFungsionalId": spells["jabatanFungsionalId"],
        "jabatanFungsionalUmumId": spells["jabatanFungsionalUmumId"], "jenisPenugasan": spells["kind"].map(_KIND),
        "jenisMutasi": spells["move_type"].map(_MOVE), "tmtJabatan": spells["start_on"], "tmtSelesai": spells["end_on"],
        "tmtPelantikan": spells["known_on"], "tanggalSk": spells["decided_on"], "nomorSk": spells["decree_number"],
    })  # fmt: skip


def _appraisals(city: City, keys: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return rw-skp22 and rw-skp. SIASN rates whole years and names no post: period starts and position ids are not carried."""
    rows = city.tables["appraisals"].merge(keys[["position_id", "unorId"]], on="position_id", how="left", validate="many_to_one")
    shared = pd.DataFrame({"pnsId": rows["employee_id"], "tahun": rows["period_end"].dt.year, "penilaiId": rows["rater_id"],
                           "unorId": rows["unorId"], "tanggalPenilaian": rows["known_on"]})  # fmt: skip
    graded = (rows["regime"] == GRADED).to_numpy()
    new = shared[graded].assign(
        kuadranKinerja=rows["rating"].map(RATINGS), hasilKinerjaNilai=rows["work_result"].map(_EXPECTATION),
        perilakuKerjaNilai=rows["behaviour"].map(_EXPECTATION),
    )  # fmt: skip
    return {"rw-skp22": new, "rw-skp": shared[~graded].assign(nilaiPrestasiKerja=rows["score"])}


def _histories(city: City) -> dict[str, pd.DataFrame]:
    tables = city.tables
    leading = tables["trainings"]["course"].isin(LEADERSHIP_COURSES.values())
    courses = tables["trainings"][["employee_id", "course", "hours", "finished_on"]]
    short = tables["educations"][["employee_id", "from_on", "value", "field"]]
    cases = tables["disciplines"]
    return {
        "rw-golongan": tables["ranks"][["employee_id", "from_on", "value", "known_on"]].set_axis(
            ["pnsId", "tmtGolongan", "golongan", "skTanggal"], axis=1),
        "rw-pendidikan": short.set_axis(["pnsId", "tglLulus", "tkPendidikan", "pendidikanNama"], axis=1),
        "rw-cltn": tables["leaves"][["employee_id", "from_on", "to_on", "value"]].set_axis(
            ["pnsId", "tglMulai", "tglSelesai", "jenis"], axis=1),
        "rw-diklat": courses[leading].set_axis(["pnsId", "latihanStrukturalNama", "jumlahJam", "tanggalSelesai"], axis=1),
        "rw-kursus": courses[~leading].set_axis(["pnsId", "namaKursus", "jumlahJam", "tanggalSelesai"], axis=1),
        "rw-kompetensi": tables["competencies"][["employee_id", "competency", "level", "assessed_on", "valid_to"]].set_axis(
            ["pnsId", "kompetensi", "level", "tanggalPenilaian", "berlakuSampai"], axis=1),
        "rw-hukdis": pd.DataFrame({
            "pnsId": cases["employee_id"], "tingkatHukuman": cases["severity"].map(_SEVERITY), "hukumanTanggal": cases["start_on"],
            "akhirHukumanTanggal": cases["end_on"], "skPembatalanTanggal": cases["annulled_on"],
            "dalamProses": cases["open_case"], "skTanggal": cases["known_on"]}),
    }  # fmt: skip


def _workloads(city: City, keys: pd.DataFrame) -> pd.DataFrame:
    rows = city.tables["workloads"].merge(keys, on="position_id", how="left", validate="many_to_one")
    return pd.DataFrame({"unorId": rows["unorId"], "petaJabatanId": rows["petaJabatanId"], "tahun": rows["period_end"].dt.year,
                         "kebutuhan": rows["needed"]})  # fmt: skip


def _service_index(city: City) -> pd.DataFrame:
    rows = city.tables["service_index"][["unit_id", "period_start", "period_end", "index"]]
    return rows.set_axis(["unorId", "tglMulai", "tglSelesai", "nilaiIkm"], axis=1)
