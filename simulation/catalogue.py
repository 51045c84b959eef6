"""What an invented city is made of: job families, education fields, offices, functional jobs, courses, districts."""

import numpy as np
from numpy.typing import NDArray

FAMILIES: tuple[str, ...] = (
    "pendidikan", "kesehatan", "keuangan", "perencanaan", "kepegawaian", "hukum", "pekerjaan umum", "perhubungan", "sosial",
    "kependudukan", "perizinan", "informatika", "pengawasan", "lingkungan", "ekonomi", "ketertiban", "pemerintahan", "umum",
)  # fmt: skip
FAMILY: dict[str, int] = {name: k for k, name in enumerate(FAMILIES)}

_FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pendidikan guru": (("pendidikan",), ("kepegawaian", "umum")),
    "matematika": (("pendidikan", "perencanaan"), ("informatika", "keuangan")),
    "bahasa": (("pendidikan",), ("umum", "sosial")),
    "kedokteran": (("kesehatan",), ()),
    "keperawatan": (("kesehatan",), ("sosial",)),
    "kebidanan": (("kesehatan",), ("sosial",)),
    "farmasi": (("kesehatan",), ("perizinan",)),
    "kesehatan masyarakat": (("kesehatan",), ("lingkungan", "sosial", "perencanaan")),
    "akuntansi": (("keuangan", "pengawasan"), ("perencanaan", "umum")),
    "manajemen": (("kepegawaian", "umum"), ("keuangan", "ekonomi", "perizinan")),
    "ekonomi pembangunan": (("ekonomi", "perencanaan"), ("keuangan", "perizinan")),
    "administrasi publik": (("pemerintahan", "umum", "kepegawaian"), ("perencanaan", "kependudukan", "perizinan", "sosial")),
    "ilmu pemerintahan": (("pemerintahan", "kependudukan"), ("ketertiban", "umum", "kepegawaian")),
    "hukum": (("hukum", "ketertiban"), ("pengawasan", "perizinan", "pemerintahan")),
    "teknik sipil": (("pekerjaan umum",), ("perhubungan", "lingkungan", "perencanaan")),
    "planologi": (("perencanaan", "pekerjaan umum"), ("lingkungan", "perizinan")),
    "teknik lingkungan": (("lingkungan",), ("pekerjaan umum", "kesehatan")),
    "transportasi": (("perhubungan",), ("pekerjaan umum", "ketertiban")),
    "kesejahteraan sosial": (("sosial",), ("kependudukan", "kesehatan", "pemerintahan")),
    "informatika": (("informatika",), ("kependudukan", "perencanaan", "umum")),
    "pertanian": (("ekonomi",), ("lingkungan",)),
    "psikologi": (("kepegawaian", "sosial"), ("pendidikan", "kesehatan")),
    "komunikasi": (("informatika", "umum"), ("sosial", "pemerintahan")),
    "statistika": (("perencanaan", "pengawasan"), ("informatika", "keuangan")),
    "administrasi perkantoran": (("umum",), ("keuangan", "kependudukan", "kepegawaian", "pemerintahan")),
    "IPA": ((), ("kesehatan", "lingkungan", "pekerjaan umum", "ekonomi")),
    "IPS": ((), ("umum", "sosial", "pemerintahan", "ketertiban", "kependudukan")),
}
FIELDS: tuple[str, ...] = tuple(_FIELDS)
SCHOOL_FIELDS: tuple[str, ...] = ("administrasi perkantoran", "IPA", "IPS")

MAIN_FIT, NEAR_FIT = 1.0, 0.5


def _fit_table() -> NDArray[np.float64]:
    table = np.zeros((len(FIELDS), len(FAMILIES)))
    for k, (main, near) in enumerate(_FIELDS.values()):
        table[k, [FAMILY[name] for name in main]] = MAIN_FIT
        table[k, [FAMILY[name] for name in near]] = NEAR_FIT
    return table


FIT: NDArray[np.float64] = _fit_table()
"""Education field x job family: 1 the field of the job, 0.5 a near one, 0 another."""

OFFICES: tuple[tuple[str, str], ...] = (
    ("Dinas Pendidikan", "pendidikan"),
    ("Dinas Kesehatan", "kesehatan"),
    ("Badan Keuangan dan Aset Daerah", "keuangan"),
    ("Dinas Kependudukan dan Pencatatan Sipil", "kependudukan"),
    ("Badan Kepegawaian dan Pengembangan SDM", "kepegawaian"),
    ("Dinas Sosial", "sosial"),
    ("Dinas Pekerjaan Umum", "pekerjaan umum"),
    ("Dinas Penanaman Modal dan Pelayanan Terpadu", "perizinan"),
    ("Badan Perencanaan Pembangunan Daerah", "perencanaan"),
    ("Inspektorat", "pengawasan"),
    ("Dinas Perhubungan", "perhubungan"),
    ("Dinas Lingkungan Hidup", "lingkungan"),
    ("Dinas Komunikasi dan Informatika", "informatika"),
    ("Satuan Polisi Pamong Praja", "ketertiban"),
    ("Badan Pendapatan Daerah", "keuangan"),
    ("Dinas Perdagangan", "ekonomi"),
    ("Sekretariat DPRD", "umum"),
    ("Dinas Perumahan dan Permukiman", "pekerjaan umum"),
    ("Dinas Pemberdayaan Perempuan dan Anak", "sosial"),
    ("Dinas Tenaga Kerja", "ekonomi"),
    ("Dinas Pariwisata", "ekonomi"),
    ("Dinas Koperasi dan Usaha Kecil", "ekonomi"),
    ("Dinas Ketahanan Pangan dan Pertanian", "ekonomi"),
    ("Badan Kesatuan Bangsa dan Politik", "pemerintahan"),
    ("Badan Penanggulangan Bencana", "ketertiban"),
    ("Dinas Perpustakaan dan Kearsipan", "umum"),
    ("Dinas Pemuda dan Olahraga", "pendidikan"),
    ("Dinas Pengendalian Penduduk", "kesehatan"),
    ("Dinas Pemadam Kebakaran", "ketertiban"),
    ("Badan Riset dan Inovasi Daerah", "perencanaan"),
    ("Dinas Perikanan", "ekonomi"),
    ("Dinas Perindustrian", "ekonomi"),
)

BUREAUS: tuple[tuple[str, str], ...] = (
    ("Bagian Pemerintahan", "pemerintahan"), ("Bagian Hukum", "hukum"), ("Bagian Umum", "umum"),
    ("Bagian Organisasi", "kepegawaian"), ("Bagian Perekonomian", "ekonomi"), ("Bagian Kesejahteraan Rakyat", "sosial"),
    ("Bagian Pengadaan", "hukum"), ("Bagian Protokol", "umum"), ("Bagian Perencanaan dan Keuangan", "keuangan"),
)  # fmt: skip

FUNCTIONAL_JOBS: dict[str, str] = {
    "pendidikan": "Pengembang Teknologi Pembelajaran", "kesehatan": "Administrator Kesehatan",
    "keuangan": "Analis Keuangan Pusat dan Daerah", "perencanaan": "Perencana", "kepegawaian": "Analis SDM Aparatur",
    "hukum": "Perancang Peraturan", "pekerjaan umum": "Teknik Jalan dan Jembatan", "perhubungan": "Penguji Kendaraan Bermotor",
    "sosial": "Pekerja Sosial", "kependudukan": "Administrator Database Kependudukan", "perizinan": "Penata Perizinan",
    "informatika": "Pranata Komputer", "pengawasan": "Auditor", "lingkungan": "Pengendali Dampak Lingkungan",
    "ekonomi": "Pengawas Perdagangan", "ketertiban": "Polisi Pamong Praja", "pemerintahan": "Analis Kebijakan",
    "umum": "Arsiparis",
}  # fmt: skip

HEALTH_JOBS: tuple[tuple[str, str, float], ...] = (
    ("Dokter", "expert", 0.8), ("Perawat", "expert", 1.2), ("Perawat", "skilled", 2.2), ("Bidan", "skilled", 2.0),
    ("Apoteker", "expert", 0.4), ("Sanitarian", "skilled", 0.4),
)  # fmt: skip
"""Health jobs: title, expert or skilled, share of a clinic's staff."""

LICENSED: dict[str, str] = {
    "Dokter": "kedokteran", "Perawat": "keperawatan", "Bidan": "kebidanan", "Apoteker": "farmasi",
    "Sanitarian": "kesehatan masyarakat",
}  # fmt: skip
"""Professions nobody enters from another: first word of their posts' titles, and the field of study the law asks for."""


def registration(profession: str) -> str:
    """Return the certificate of a licensed profession: each keeps a register of its own."""
    return f"Surat Tanda Registrasi {profession}"


DISTRICTS: tuple[str, ...] = (
    "Melati", "Cendana", "Kenanga", "Flamboyan", "Cempaka", "Anggrek", "Seroja", "Bougenvil", "Dahlia", "Teratai", "Mawar",
    "Kemuning", "Angsana", "Mahoni", "Ketapang", "Pinang",
)  # fmt: skip
WARDS: tuple[str, ...] = ("Indah", "Jaya", "Makmur", "Sejahtera", "Damai", "Lestari", "Sentosa")

CITY_CENTRE = (-4.2, 113.4)
"""Latitude and longitude of the invented city: open water in the Java Sea, so that no real place is meant."""

LEADERSHIP_COURSES: dict[str, str] = {
    "supervisor": "Pelatihan Kepemimpinan Pengawas",
    "administrator": "Pelatihan Kepemimpinan Administrator",
    "executive": "Pelatihan Kepemimpinan Nasional II",
}


def technical_course(family: str) -> str:
    """Return the name of the technical course of a job family."""
    return f"Bimbingan Teknis {family.title()}"
