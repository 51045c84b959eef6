"""Drafting a mapping file for a source never seen before, from the names and the shapes of its columns."""

import re
from dataclasses import dataclass

import pandas as pd

from features.contract import TABLES, Column, Kind
from features.errors import SourceError
from features.source.parsing import parse_column
from features.source.raw import Sheet
from features.source.readers import catalogue

SAMPLE_ROWS = 500
"""Cells looked at per column."""

_NAMES_TABLE: dict[str, str] = {
    "employees": "employees employee staff pegawai datautama data_utama asn personel people person",
    "units": "units unit unor unit_organisasi unit_kerja opd satuan_kerja organisasi departments teams",
    "positions": "positions position posts peta_jabatan jabatan daftar_jabatan formasi jobs",
    "assignments": "assignments rw_jabatan riwayat_jabatan spells penempatan mutasi job_history placements",
    "appraisals": "appraisals appraisal performance rw_skp rw_skp22 skp kinerja penilaian_kinerja predikat ratings reviews",
    "ranks": "ranks rw_golongan riwayat_golongan golongan pangkat riwayat_pangkat kepangkatan",
    "educations": "educations education rw_pendidikan riwayat_pendidikan pendidikan",
    "leaves": "leaves cuti rw_cltn cltn riwayat_cuti",
    "trainings": "trainings training rw_diklat diklat rw_kursus kursus pelatihan riwayat_diklat",
    "competencies": "competencies rw_kompetensi kompetensi asesmen assessment hasil_asesmen",
    "competency_standards": "competency_standards standar_kompetensi skj",
    "disciplines": "disciplines rw_hukdis hukdis hukuman_disiplin disiplin",
    "clearances": "clearances bebas_temuan",
    "peer_reviews": "peer_reviews penilaian_rekan umpan_balik_360 survei_360",
    "surveys": "surveys survey survei survei_kepuasan_pegawai",
    "aspirations": "aspirations aspirasi minat minat_karier",
    "workloads": "workloads abk anjab_abk beban_kerja",
    "service_demand": "service_demand kunjungan pengunjung",
    "service_index": "service_index ikm skm",
    "vacancies": "vacancies jabatan_lowong lowongan jabatan_kosong",
    "unit_lineage": "unit_lineage perubahan_unit",
    "relations": "relations data_pasangan pasangan keluarga",
}

_NAMES_COLUMN: dict[str, str] = {
    "employee_id": "pns_id pegawai_id id_pegawai staff_id emp_id person_id player_id kode_pegawai",
    "nip": "nip_baru nomor_induk_pegawai nip_pegawai",
    "name": "nama nama_lengkap nama_pegawai nama_unor nama_unit full_name",
    "birth_date": "tgl_lahir tanggal_lahir date_of_birth dob lahir",
    "sex": "jenis_kelamin kelamin gender jk",
    "disability": "disabilitas difabel",
    "hired_on": "tmt_cpns tanggal_masuk hire_date hired start_date joined_on",
    "left_on": "tanggal_berhenti tmt_berhenti leave_date termination_date left",
    "status": "status_pegawai status_kepegawaian employment_status",
    "legal_status": "kedudukan_hukum kedudukan_pns_nama kedudukan",
    "home_district": "kecamatan kecamatan_domisili domisili",
    "retires_on": "tmt_pensiun tanggal_pensiun retirement_date",
    "unit_id": "unor_id id_unor kode_unit unit_kerja_id opd_id kode_opd department_id unit",
    "parent_id": "diatasan_id unor_induk_id induk_id parent parent_unit unit_induk",
    "kind": "jenis jenis_unor jenis_penugasan type",
    "district": "kecamatan wilayah",
    "position_id": "jabatan_id id_jabatan kode_jabatan post_id job_id position jabatan",
    "title": "nama_jabatan jabatan_nama job_title",
    "job_kind": "jenis_jabatan jenis_jabatan_nama",
    "job_family": "rumpun_jabatan rumpun",
    "level": "eselon jenjang tingkat grade",
    "headcount": "kebutuhan formasi jumlah_formasi",
    "min_rank": "golongan_minimum pangkat_minimum",
    "min_education": "pendidikan_minimum",
    "job_class": "kelas_jabatan",
    "start_on": "tmt_jabatan tmt mulai tanggal_mulai start from_date hukuman_tanggal",
    "end_on": "tmt_selesai selesai tanggal_selesai end to_date akhir_hukuman_tanggal sampai",
    "move_type": "jenis_mutasi",
    "decree_number": "nomor_sk no_sk sk_nomor",
    "decided_on": "tanggal_sk tgl_sk",
    "period_start": "tahun awal_periode periode_mulai start mulai tgl_mulai year",
    "period_end": "tahun akhir_periode periode_selesai end selesai tgl_selesai year",
    "score": "nilai nilai_skp nilai_prestasi_kerja skor performance_score",
    "rating": "predikat predikat_kinerja kuadran_kinerja hasil_evaluasi",
    "work_result": "hasil_kerja hasil_kinerja_nilai hasil_kinerja",
    "behaviour": "perilaku_kerja perilaku_kerja_nilai",
    "rater_id": "nip_nrp_penilai penilai_id pejabat_penilai supervisor_id manager_id atasan",
    "from_on": "tmt_golongan tmt tgl_mulai tanggal_mulai tgl_lulus tanggal_lulus",
    "to_on": "sampai tgl_selesai tanggal_selesai",
    "value": "golongan golongan_id gol pangkat tk_pendidikan tingkat_pendidikan jenis",
    "field": "pendidikan_nama jurusan program_studi bidang",
    "course": "latihan_struktural_nama nama_kursus nama_diklat pelatihan",
    "hours": "jumlah_jam jam jp",
    "finished_on": "tanggal_selesai tanggal tgl_selesai",
    "competency": "kompetensi nama_kompetensi",
    "assessed_on": "tanggal_penilaian tanggal_asesmen",
    "severity": "tingkat_hukuman jenis_tingkat_hukuman_id tingkat",
    "needed": "kebutuhan abk",
    "index": "nilai_ikm ikm nilai_skm",
    "other_employee_id": "pasangan_pns_id",
}

_YEAR = {"period_start": "{{{}}}-01-01", "period_end": "{{{}}}-12-31"}
_RATING_WORDS = {"sangat baik": 5, "baik": 4, "butuh perbaikan": 3, "cukup": 3, "kurang": 2, "sangat kurang": 1}
_NAMED, _SHAPED, _BOTH = 0.6, 0.4, 1.0
_SURE, _LIKELY = 0.9, 0.6


@dataclass(frozen=True, slots=True)
class Guess:
    """One proposed line: the source column (or template), how sure it is (0-1), and why."""

    source: str
    confidence: float
    why: str


def draft_mapping(source: str) -> str:
    """Return a mapping file (YAML) for ``source``, every line with how sure it is and why, to be read and put right by hand.

    Tables are recognised by their names and by how many contract columns they fill; columns by Indonesian and English names,
    SIASN's field names, and what their cells look like (18-digit NIP, dates, golongan, ratings). Cells are never quoted, code
    lists excepted.

    Raises
    ------
    SourceError
        The source cannot be read, or holds no table at all.
    """
    sheets = _readable(source)
    if not sheets:
        raise SourceError(
            f"The source '{source}' holds no readable table. Give a folder of CSV, Parquet or XLSX files, or a database."
        )
    lines = [
        "# Draft by `tepat map`. Read every line; '?' marks what to check first. Then: tepat check SOURCE --mapping THIS_FILE",
        "# extracted_on: 2026-06-30      # day the data was pulled; without it the newest known date is taken",
    ]
    chosen = _chosen(sheets)
    for table in TABLES:
        if table in chosen:
            name, score = chosen[table]
            lines += ["", *_block(table, name, sheets[name], score)]
        elif TABLES[table].required:
            lines += ["", f"# {table}:   # REQUIRED, nothing in the source looks like it", "#   from: ?"]
    taken = {name for name, _ in chosen.values()}
    unused = sorted(set(sheets) - taken)
    return "\n".join([*lines, "", *(f"# not used: {name}" for name in unused)]).rstrip() + "\n"


def _chosen(sheets: dict[str, Sheet]) -> dict[str, tuple[str, float]]:
    """Return for each contract table the source table most like it, the likeliest pairs first, each used once."""
    scored = [(-_table_score(table, name, sheet), table, name) for table in TABLES for name, sheet in sheets.items()]
    chosen: dict[str, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, table, name in sorted(scored):
        if -score >= _LIKELY and table not in chosen and name not in taken:
            chosen[table] = (name, -score)
            taken.add(name)
    return chosen


def _readable(source: str) -> dict[str, Sheet]:
    sheets = {}
    for name, reader in catalogue(source)[0].items():
        try:
            sheets[name] = reader()
        except SourceError:
            continue
    return sheets


def _plain(name: str) -> str:
    """Return a name as it is compared: camelCase and separators become single underscores."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", spaced.casefold()).strip("_")


def _table_score(table: str, name: str, sheet: Sheet) -> float:
    names = {_plain(known) for known in _NAMES_TABLE.get(table, table).split()} | {table}
    plain = _plain(name)
    if plain in names:
        return _BOTH
    guesses = {column.name: _guess(table, column, sheet) for column in TABLES[table].columns}
    required = [column.name for column in TABLES[table].columns if column.required]
    filled = sum(guesses[name] is not None for name in required) / max(len(required), 1)
    explained = {guess.source for guess in guesses.values() if guess is not None and "{" not in guess.source}
    alike = any(known in plain for known in names if len(known) > 3)
    if not (alike or TABLES[table].required):
        return 0.0
    return 0.35 * alike + 0.4 * filled + 0.2 * len(explained) / max(len(sheet.cells.columns), 1)


def _block(table: str, name: str, sheet: Sheet, score: float) -> list[str]:
    guesses = {column.name: guess for column in TABLES[table].columns if (guess := _guess(table, column, sheet)) is not None}
    lines = [f"{table}:   # {_sure(score)}", f"  from: {name}"]
    renamed = {column: guess for column, guess in guesses.items() if guess.source != column}
    if renamed:
        lines.append("  columns:")
        lines += [
            f"    {column}: {_quoted(guess.source)}   # {_sure(guess.confidence)}: {guess.why}" for column, guess in renamed.items()
        ]
    lines += _value_lines(table, guesses, sheet)
    missing = [column.name for column in TABLES[table].columns if column.required and column.name not in guesses]
    lines += [f"  # {column}: ?   # REQUIRED, no column found" for column in missing]
    used = {part for guess in guesses.values() for part in re.findall(r"[^{}]+", guess.source)}
    rest = [column for column in sheet.cells.columns if column not in used]
    if rest and table in ("employees", "units", "positions"):
        return [*lines, f"  # attributes: [{', '.join(map(str, rest))}]   # not used; name here what may become a feature"]
    return [*lines, *([f"  # not used: {', '.join(map(str, rest))}"] if rest else [])]


def _sure(confidence: float) -> str:
    return "sure" if confidence >= _SURE else "likely" if confidence >= _LIKELY else "? unsure"


def _quoted(source: str) -> str:
    return f'"{source}"' if re.search(r"[^A-Za-z0-9_]", source) else source


def _guess(table: str, column: Column, sheet: Sheet) -> Guess | None:
    own = ("id", "kode") if TABLES[table].key == (column.name,) else ()
    names = [column.name, *_NAMES_COLUMN.get(column.name, "").split(), *own]
    best: Guess | None = None
    for source in map(str, sheet.cells.columns):
        plain = _plain(source)
        if plain not in names:
            shape = _shape(column, sheet.cells[source]) if column.name in ("nip", "value", "rating") else 0.0
            guess = Guess(source, _SHAPED, "by the shape of its cells") if shape > 0.8 else None
        elif column.name in _YEAR and plain in ("tahun", "year"):
            guess = Guess(_YEAR[column.name].format(source), 0.8, "a year; its first and last day")
        else:
            fits = _shape(column, sheet.cells[source])
            rank = 1 - 0.02 * names.index(plain)
            guess = Guess(
                source, rank * (_BOTH if fits > 0.9 else _NAMED), "by name" + (" and cells" if fits > 0.9 else ", cells differ")
            )
        if guess is not None and (best is None or guess.confidence > best.confidence):
            best = guess
    return best


def _shape(column: Column, cells: pd.Series) -> float:
    """Return the share of filled cells that fit the column's kind."""
    sample = cells.dropna().head(SAMPLE_ROWS)
    if sample.empty:
        return 0.0
    if column.name == "nip":
        return float(sample.str.replace(" ", "").str.fullmatch(r"(19|20)\d{16}").mean())
    if column.name == "rating" and not sample.str.fullmatch(r"[1-5]").all():
        return float(sample.str.casefold().str.replace(r"[(/].*", "", regex=True).str.strip().isin(list(_RATING_WORDS)).mean())
    if column.kind in (Kind.ID, Kind.PERSON, Kind.TEXT):
        return 1.0 if column.name != "value" else 0.0
    faults = parse_column(sample.reset_index(drop=True), column).faults
    return 1.0 - sum(int(mask.sum()) for mask in faults.values()) / len(sample)


def _value_lines(table: str, guesses: dict[str, Guess], sheet: Sheet) -> list[str]:
    """Return ``values`` for code columns whose cells are not the contract's own codes."""
    lines: list[str] = []
    for column in TABLES[table].columns:
        guess = guesses.get(column.name)
        if guess is None or guess.source not in sheet.cells or not (column.codes or column.name == "rating"):
            continue
        cells = sheet.cells[guess.source].dropna()
        parsed = parse_column(cells.reset_index(drop=True), column)
        unread = sorted({cell for mask in parsed.faults.values() for cell in cells[mask]})[:40]
        if unread:
            lines += [f"    {column.name}:   # contract codes: {', '.join(column.codes) or '5 Sangat Baik ... 1 Sangat Kurang'}"]
            lines += [f"      {_quoted(cell)}: {_code_guess(column, cell)}" for cell in unread]
    return ["  values:", *lines] if lines else []


def _code_guess(column: Column, cell: str) -> str:
    word = re.sub(r"[(/].*", "", cell.casefold()).strip()
    return (
        str(_RATING_WORDS[word])
        if column.name == "rating" and word in _RATING_WORDS
        else f"{_quoted(cell)}   # ? not a contract code"
    )
