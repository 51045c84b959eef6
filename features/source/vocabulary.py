"""Names under which other systems keep the contract's tables and columns, and how like one of them a name is."""

import re
from functools import cache

from features.contract import TABLES

TABLE_WORDS: dict[str, str] = {
    "employees": "employee | staff | pegawai | biodata pegawai | data utama | asn | pns | personel | people | person | sdm"
    " | karyawan",
    "units": "unit | unor | unit organisasi | unit kerja | opd | skpd | perangkat daerah | satuan kerja | organisasi | department"
    " | team | instansi | bidang | struktur organisasi",
    "positions": "position | post | peta jabatan | jabatan | formasi | job | master jabatan | nomenklatur jabatan",
    "assignments": "assignment | riwayat jabatan | riwayat mutasi | spell | penempatan | mutasi | job history | placement"
    " | pelantikan | pindah tugas | perpindahan | penugasan | posisi pegawai | career history",
    "appraisals": "appraisal | performance | skp | skp22 | kinerja | penilaian kinerja | predikat kinerja | prestasi kerja | rating"
    " | review | nilai prestasi | penilaian prestasi | evaluasi kinerja | rapor",
    "ranks": "rank | golongan | riwayat golongan | pangkat | riwayat pangkat | kepangkatan | kenaikan pangkat",
    "educations": "education | pendidikan | riwayat pendidikan | ijazah | sekolah | degree",
    "leaves": "leave | cuti | cltn | riwayat cuti | absence",
    "trainings": "training | diklat | riwayat diklat | kursus | pelatihan | sertifikat pelatihan | bimtek | course",
    "competencies": "competency | kompetensi | riwayat kompetensi | asesmen | assessment | hasil asesmen | penilaian kompetensi",
    "competency_standards": "competency standard | standar kompetensi | skj | standar kompetensi jabatan",
    "disciplines": "discipline | hukdis | hukuman disiplin | hukuman | disiplin | sanksi | pelanggaran",
    "clearances": "clearance | bebas temuan",
    "peer_reviews": "peer review | penilaian rekan | umpan balik 360 | survei 360",
    "surveys": "survey | survei | survei kepuasan pegawai",
    "aspirations": "aspiration | aspirasi | minat | minat karier | peminatan",
    "workloads": "workload | abk | anjab abk | beban kerja | analisis beban kerja",
    "service_demand": "service demand | kunjungan | pengunjung | jumlah kunjungan",
    "service_index": "service index | ikm | skm | indeks kepuasan masyarakat",
    "vacancies": "vacancy | vacancies | jabatan lowong | lowongan | jabatan kosong",
    "unit_lineage": "unit lineage | perubahan unit | perubahan opd",
    "relations": "relation | data pasangan | pasangan | keluarga",
}
"""Contract table to its other names, the commonest first."""

COLUMN_WORDS: dict[str, str] = {
    "employee_id": "pns id | id pegawai | pegawai id | staff id | employee number | emp id | person id | player id | kode pegawai"
    " | nomor pegawai | nrp | pegawai | nip",
    "nip": "nip | nomor induk pegawai | nip pegawai",
    "name": "nama | nama lengkap | nama pegawai | nama unor | nama unit | full name",
    "birth_date": "tanggal lahir | date of birth | dob | lahir",
    "sex": "jenis kelamin | kelamin | gender | jk | l p",
    "disability": "disabilitas | difabel",
    "hired_on": "tmt cpns | tmt pns | tanggal masuk | hire date | hired | start date | joined on | mulai kerja | masuk kerja",
    "left_on": "tanggal berhenti | tmt berhenti | leave date | termination date | left | berhenti | keluar",
    "status": "status pegawai | status kepegawaian | employment status | status asn | jenis pegawai | jenis asn",
    "legal_status": "kedudukan hukum | kedudukan pns nama | kedudukan | status aktif | keaktifan",
    "home_district": "kecamatan | kecamatan domisili | domisili | kecamatan rumah | alamat kecamatan",
    "retires_on": "tmt pensiun | tanggal pensiun | retirement date | pensiun | bup tanggal",
    "unit_id": "unor id | id unor | kode unit | id unit | unit kerja id | opd id | kode opd | kode skpd | department id"
    " | unit | opd"
    " | skpd | kode unor | unit kerja | perangkat daerah",
    "parent_id": "diatasan id | unor induk id | induk id | kode atasan | parent | parent unit | unit induk | kode induk"
    " | induk | atasan unit",
    "kind": "jenis | jenis unor | jenis penugasan | type | status penugasan | jenis unit | jenis opd",
    "district": "kecamatan | wilayah | lokasi",
    "latitude": "lintang | lat",
    "longitude": "bujur | lon | lng | long",
    "position_id": "jabatan id | id jabatan | kode jabatan | post id | job id | position | jabatan | posisi id | kode posisi"
    " | formasi id",
    "title": "nama jabatan | jabatan nama | job title | nomenklatur | sebutan jabatan",
    "job_kind": "jenis jabatan | jenis jabatan nama | kelompok jabatan",
    "job_family": "rumpun jabatan | rumpun | keluarga jabatan",
    "level": "eselon | jenjang | tingkat | grade | jenjang jabatan | tingkat jabatan",
    "headcount": "formasi | jumlah formasi | kebutuhan | kuota | jumlah kebutuhan",
    "min_rank": "golongan minimum | pangkat minimum | golongan minimal | syarat golongan",
    "min_education": "pendidikan minimum | pendidikan minimal | syarat pendidikan",
    "education_fields": "bidang pendidikan | jurusan | syarat jurusan",
    "job_class": "kelas jabatan | kelas",
    "valid_from": "tmt jabatan dibentuk | dibentuk | berlaku sejak | berlaku mulai",
    "valid_to": "tmt jabatan dihapus | dihapus | berlaku sampai | dibubarkan",
    "retirement_age": "bup | batas usia pensiun | usia pensiun",
    "start_on": "tmt jabatan | tmt | mulai | tanggal mulai | start | from date | hukuman tanggal | tanggal pelantikan"
    " | terhitung mulai",
    "end_on": "tmt selesai | selesai | tanggal selesai | end | to date | akhir hukuman tanggal | sampai | sampai dengan"
    " | tanggal akhir"
    " | berakhir",
    "move_type": "jenis mutasi | jenis perpindahan | alasan mutasi",
    "decree_number": "nomor sk | sk nomor | nomor surat keputusan",
    "decided_on": "tanggal sk | tanggal surat keputusan",
    "period_start": "tahun | awal periode | periode mulai | start | mulai | tanggal mulai | year | tahun penilaian | periode",
    "period_end": "tahun | akhir periode | periode selesai | end | selesai | tanggal selesai | year | tahun penilaian | periode",
    "score": "nilai | nilai skp | nilai prestasi kerja | skor | performance score | nilai akhir | nilai kinerja | angka",
    "rating": "predikat | predikat kinerja | kuadran kinerja | hasil evaluasi | rating | sebutan",
    "work_result": "hasil kerja | hasil kinerja nilai | hasil kinerja | rating hasil kerja",
    "behaviour": "perilaku kerja | perilaku kerja nilai | perilaku | rating perilaku",
    "rater_id": "nip nrp penilai | penilai id | pejabat penilai | penilai | supervisor id | manager id | atasan | nip penilai"
    " | atasan langsung",
    "from_on": "tmt golongan | tmt | tanggal mulai | mulai | tanggal lulus | tanggal ijazah | tmt pangkat | lulus",
    "to_on": "sampai | tanggal selesai | selesai | tanggal akhir",
    "value": "golongan | golongan id | golongan ruang | pangkat | tingkat pendidikan | jenjang pendidikan | jenis | jenis cuti",
    "field": "pendidikan nama | jurusan | program studi | prodi | bidang",
    "course": "latihan struktural nama | nama kursus | nama diklat | pelatihan | diklat | nama pelatihan",
    "hours": "jumlah jam | jam | jp | jam pelajaran",
    "finished_on": "tanggal selesai | tanggal | tanggal sertifikat",
    "competency": "kompetensi | nama kompetensi | jenis kompetensi",
    "required_level": "level kompetensi | level | standar level",
    "assessed_on": "tanggal penilaian | tanggal asesmen | tanggal",
    "severity": "tingkat hukuman | jenis tingkat hukuman id | tingkat | jenis hukuman",
    "annulled_on": "sk pembatalan tanggal | tanggal pembatalan",
    "needed": "kebutuhan | abk | kebutuhan pegawai",
    "visitors": "jumlah pengunjung | pengunjung | kunjungan",
    "index": "nilai ikm | ikm | nilai skm | skm | indeks",
    "other_employee_id": "pasangan pns id | id pasangan | nip pasangan",
    "known_on": "tanggal dicatat | tanggal penilaian",
}
"""Contract column to its other names, the commonest first."""

_SHORT = {
    "tgl": "tanggal", "tg": "tanggal", "jab": "jabatan", "gol": "golongan", "thn": "tahun", "th": "tahun", "peg": "pegawai",
    "pend": "pendidikan", "jml": "jumlah", "jmlh": "jumlah", "kls": "kelas", "kec": "kecamatan", "no": "nomor", "kd": "kode",
    "min": "minimum", "sd": "sampai", "rw": "riwayat", "rwyt": "riwayat", "nm": "nama", "jns": "jenis", "stat": "status",
    "org": "organisasi", "unker": "unit kerja", "esl": "eselon", "hist": "riwayat", "thist": "riwayat", "n": "nama",
    "tk": "tingkat",
}  # fmt: skip
"""Abbreviations as exports use them."""

_EMPTY_WORDS = frozenset(
    {
        "data",
        "daftar",
        "tabel",
        "table",
        "dan",
        "dari",
        "lengkap",
        "terakhir",
        "rekap",
        "master",
        "list",
        "of",
        "ref",
        "tref",
        "tbl",
        "mst",
    }
)
"""Words that tell nothing of what a table or a column holds."""

_LONG_ENOUGH = 6
"""Letters a name needs to be recognised within a word that runs on (``ekinerja``)."""


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: camelCase and separators split, abbreviations written out, years left out."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    spaced = re.sub(r"(?i)\bs\s*[./]\s*d\b\.?", "sd", spaced)
    found = [word for word in re.split(r"[^a-z0-9]+", spaced.casefold()) if word and not re.fullmatch(r"(19|20)\d\d", word)]
    full = [part for word in found for piece in _pieces(word) for part in _SHORT.get(piece, piece).split()]
    return tuple(word for word in full if word not in _EMPTY_WORDS) or tuple(full)


def _pieces(word: str) -> tuple[str, ...]:
    """Return the known words a word is made of (``kdunker``: kd, unker), the longest first; the word itself where it is not."""
    if word in _known():
        return (word,)
    for end in range(len(word) - 2, 0, -1):
        if word[:end] in _known():
            rest = _pieces(word[end:])
            if all(piece in _known() for piece in rest):
                return (word[:end], *rest)
    return (word,)


@cache
def _known() -> frozenset[str]:
    phrases = " ".join([*TABLE_WORDS.values(), *COLUMN_WORDS.values()]).replace("|", " ").split()
    return frozenset({*phrases, *_SHORT} - {"l", "p"})


def table_likeness(table: str, name: str) -> float:
    """Return how like a name of contract table ``table`` the source's ``name`` is, 0-1."""
    return _likeness(name, (table, *_phrases(TABLE_WORDS.get(table, ""))))


def column_likeness(table: str, column: str, name: str) -> float:
    """Return how like a name of ``column`` of ``table`` the source's ``name`` is, 0-1."""
    own = ("id", "kode") if TABLES[table].key == (column,) else ()
    return _likeness(name, (column, *_phrases(COLUMN_WORDS.get(column, "")), *own))


def _phrases(listed: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in listed.split("|")) if listed else ()


def _likeness(name: str, phrases: tuple[str, ...]) -> float:
    return max(_alike(words(name), words(phrase)) - 0.005 * place for place, phrase in enumerate(phrases))


def _alike(name: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    """Return 1 for equal words; less where one holds the other, by the share of words they have in common; else 0."""
    joined, wanted = "".join(name), "".join(phrase)
    if joined in (wanted, wanted + "s"):
        return 1.0
    common = set(name) & set(phrase)
    if common == set(phrase):
        return 0.6 + 0.3 * len(phrase) / len(name)
    if common == set(name):
        return 0.3 + 0.3 * len(name) / len(phrase)
    return 0.6 if len(wanted) >= _LONG_ENOUGH and wanted in joined else 0.0
