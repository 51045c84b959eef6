"""Every word on the pages, Indonesian first. A page asks by key; a missing key fails the tests, not the reader."""

from serving.accounts.words import ACCOUNT_TEXTS

LANGUAGES: tuple[str, ...] = ("id", "en")
"""Languages of the pages; the first is the default."""

MONTHS: dict[str, tuple[str, ...]] = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

TEXTS: dict[str, tuple[str, str]] = {
    **ACCOUNT_TEXTS,
    "tagline": ("Orang yang tepat di jabatan yang tepat, dengan bukti", "The right person in the right post, with evidence"),
    "skip": ("Langsung ke isi", "Skip to content"),
    "positions": ("Jabatan", "Positions"),
    "sign_out": ("Keluar", "Sign out"),
    "other_language": ("English", "Bahasa Indonesia"),
    "login_title": ("Masuk", "Sign in"),
    "login_username": ("Nama akun", "Account"),
    "login_password": ("Kata sandi", "Password"),
    "login_button": ("Masuk", "Sign in"),
    "login_hint": (
        "Akun pertama dibuat saat Tepat pertama kali dijalankan; kata sandinya ditampilkan sekali di terminal.",
        "The first account is made when Tepat first starts; its password is shown once on the terminal.",
    ),
    "login_wrong": ("Nama akun atau kata sandi salah.", "The account or the password is wrong."),
    "login_locked": (
        "Terlalu banyak percobaan. Coba lagi dalam 15 menit.",
        "Too many attempts. Try again in 15 minutes.",
    ),
    "login_stale": (
        "Halaman ini sudah terlalu lama terbuka. Silakan isi kembali.",
        "This page was open too long. Please try again.",
    ),
    "overview_intro": (
        "Pilih jabatan untuk melihat daftar pendek. Jabatan lowong ditampilkan lebih dahulu.",
        "Choose a position to see its candidates. Vacant positions come first.",
    ),
    "search": ("Cari jabatan, unit, atau rumpun", "Search position, unit or job family"),
    "search_button": ("Cari", "Search"),
    "search_clear": ("Hapus pencarian", "Clear search"),
    "nothing_found": ("Tidak ada jabatan yang cocok dengan “{query}”.", "No position matches “{query}”."),
    "nothing_published": (
        "Belum ada hasil yang diterbitkan. Tim data menjalankan `tepat run SUMBER` terlebih dahulu.",
        "Nothing is published yet. The data team first runs `tepat run SOURCE`.",
    ),
    "title": ("Jabatan", "Position"),
    "unit": ("Unit organisasi", "Unit"),
    "kind": ("Jenis", "Kind"),
    "family": ("Rumpun", "Job family"),
    "filled_of": ("Terisi", "Filled"),
    "candidates": ("Kandidat", "Candidates"),
    "vacant": ("Lowong", "Vacant"),
    "occupied": ("Terisi", "Filled"),
    "strategic": ("Strategis", "Strategic"),
    "supervisory": ("Memimpin pegawai", "Supervisory"),
    "previous": ("Sebelumnya", "Previous"),
    "next": ("Berikutnya", "Next"),
    "shortlist": ("Daftar pendek", "Shortlist"),
    "as_of": ("Data sampai", "Data until"),
    "effective_on": ("Rencana berlaku", "Effective from"),
    "run": ("Nomor proses", "Run"),
    "draft": ("KONSEP – bahan pertimbangan, bukan keputusan", "DRAFT – for consideration, not a decision"),
    "confidential": ("Rahasia jabatan: memuat data pribadi pegawai.", "Confidential: holds personal data of employees."),
    "rank": ("No.", "No."),
    "candidate": ("Kandidat dan jabatan kini", "Candidate and current post"),
    "eligibility": ("Syarat", "Eligibility"),
    "uplift": ("Peningkatan kinerja", "Performance uplift"),
    "uplift_hint": ("bila pindah, dengan selang 80 %; sumbu ±{reach} SB", "if moved, with its 80 % interval; axis ±{reach} SD"),
    "grade": ("Bukti", "Evidence"),
    "realised": ("Perubahan yang akan tercatat bagi satu orang", "Change that will be recorded for one person"),
    "stay_outlook": ("Bila tetap", "If staying"),
    "expected": ("Di jabatan ini", "In this post"),
    "net_value": ("Nilai bersih", "Net value"),
    "origin_effect": ("Keterisian unit asal", "Fill of unit left"),
    "sd": ("SB", "SD"),
    "training_gap": ("Kesenjangan kompetensi", "Competency gap"),
    "aspiration_stated": ("menyatakan minat", "stated a wish"),
    "band": ("Kelompok setara {band}", "Band {band}"),
    "band_hint": (
        "perbedaan di dalam kelompok ini lebih kecil daripada ketidakpastiannya",
        "differences within this band are smaller than their uncertainty",
    ),
    "reasons_for": ("Mendukung", "For"),
    "reasons_against": ("Perlu dipertimbangkan", "Against"),
    "show_reasons": ("Lihat alasan", "See the reasons"),
    "reasons_waiting": (
        "Alasan sedang disiapkan: data kota dibuka sekali setelah halaman dijalankan, sekitar setengah menit. Halaman ini memuat "
        "ulang sendiri.",
        "The reasons are being made ready: the city's data are opened once after the pages start, in about half a minute. This "
        "page loads itself again.",
    ),
    "reasons_on_demand": (
        "Alasan rinci hanya dihitung untuk kandidat teratas tiap jabatan.",
        "Detailed reasons are worked out for the first candidates of each position only.",
    ),
    "record_of": ("Catatan: {record}", "Record: {record}"),
    "levels_short": ("{gap} tingkat di bawah standar", "{gap} levels below the standard"),
    "standard_met": ("memenuhi standar", "standard met"),
    "staffing": ("Keterisian jabatan", "Staffing"),
    "filled_of_headcount": ("terisi {filled} dari {headcount}", "{filled} of {headcount} filled"),
    "needed_here": ("kebutuhan menurut ABK {needed}", "{needed} needed by workload analysis"),
    "unit_need": ("Kebutuhan rumpun di unit", "Need of the family in the unit"),
    "need_against_filled": ("kebutuhan {need}, terisi {filled}", "need {need}, filled {filled}"),
    "workload": ("beban kerja {need}", "workload {need}"),
    "short_by": ("kurang {gap}", "short by {gap}"),
    "over_by": ("lebih {gap}", "over by {gap}"),
    "why_open": ("Mengapa lowong", "Why it is open"),
    "not_open": ("Tidak lowong; daftar disiapkan bila diperlukan", "Not open; the list stands ready"),
    "open_empty": ("{empty} dari {headcount} formasi belum terisi", "{empty} of {headcount} seats not filled"),
    "open_leaving": ("{leaving} pemegang jabatan mencapai batas usia pensiun", "{leaving} holders reach retirement age"),
    "open_announced": ("Lowongan sudah diumumkan", "The vacancy has been announced"),
    "requirements": ("Persyaratan", "Requirements"),
    "demand_rank": ("Golongan paling rendah {value}", "Rank {value} or above"),
    "demand_education": ("Pendidikan paling rendah {value}", "Education {value} or above"),
    "demand_fields": ("Bidang: {value}", "Field: {value}"),
    "demand_certificates": ("Sertifikat: {value}", "Certificates: {value}"),
    "no_demands": ("Tidak ada syarat khusus yang tercatat", "No particular demand is on record"),
    "no_reasons": ("Tidak ada yang menonjol.", "Nothing stands out."),
    "show_all": ("Tampilkan semua {count} kandidat", "Show all {count} candidates"),
    "show_first": ("Tampilkan {count} kandidat pertama saja", "Show the first {count} candidates only"),
    "showing": ("{shown} dari {count} kandidat dalam daftar", "{shown} of {count} candidates on the list"),
    "no_candidates": (
        "Tidak ada kandidat yang memenuhi syarat untuk jabatan ini. Lihat daftar yang tidak memenuhi syarat dan perbaikannya.",
        "No candidate is eligible for this position. See who was ruled out, and the cures.",
    ),
    "how_to_read": ("Cara membaca daftar ini", "How to read this list"),
    "read_uplift": (
        "Peningkatan kinerja: perkiraan kinerja di jabatan ini dikurangi perkiraan bila tetap, dalam simpangan baku (SB) kinerja "
        "seluruh pegawai dengan penilai netral. Garis tebal memuat nilai sebenarnya pada 80 dari 100 kasus; bila garis itu "
        "melewati nol, arahnya pun belum pasti (nilai negatif berarti penurunan).",
        "Performance uplift: expected performance in this post minus that if staying, in standard deviations (SD) of the "
        "performance of all employees under a neutral rater. The bar holds the true value in 80 of 100 cases; if it crosses "
        "zero, even the direction is uncertain (below zero is a loss).",
    ),
    "read_band": (
        "Kelompok setara: urutan di dalam satu kelompok tidak bermakna; pilih dengan pertimbangan lain.",
        "Band: the order within a band means little; choose by other considerations.",
    ),
    "read_grade": (
        "Bukti: A kuat, B cukup, C lemah, D belum cukup bukti (hanya syarat, kebutuhan, dan rekam jejak yang berlaku).",
        "Evidence: A strong, B fair, C weak, D not enough (only eligibility, need and record count).",
    ),
    "read_unknown": (
        "Perlu dilengkapi: data untuk menilai suatu syarat kurang. Kandidat tidak digugurkan, tetapi belum dapat ditandatangani.",
        "To be completed: data to judge a requirement are missing. The candidate is not ruled out, but cannot be signed yet.",
    ),
    "read_net_value": (
        "Urutan: menurut kelompok setara, lalu syarat (yang perlu dilengkapi di bawah), lalu bukti, lalu nilai bersih, yaitu "
        "manfaat bagi kota setelah menimbang jabatan yang ditinggalkan.",
        "Order: by band, then eligibility (to be completed below), then evidence, then net value, the gain to the city after "
        "counting the post left behind.",
    ),
    "ruled_out": ("Tidak memenuhi syarat", "Ruled out"),
    "ruled_out_count": (
        "{count} pegawai tidak memenuhi syarat untuk jabatan ini.",
        "{count} employees are not eligible for this position.",
    ),
    "ruled_out_link": ("Siapa, karena aturan apa, dan perbaikannya", "Who, by which rule, and the cure"),
    "nearest_rows": (
        "Ditampilkan {count} pegawai yang paling dekat memenuhi syarat.",
        "Shown are the {count} employees who came nearest to being eligible.",
    ),
    "nearest": ("Paling dekat memenuhi syarat", "Nearest to being eligible"),
    "per_rule": ("Menurut aturan", "By rule"),
    "ruled_out_alone": ("Hanya karena aturan ini", "By this rule alone"),
    "rule": ("Aturan", "Rule"),
    "legal_reference": ("Dasar hukum", "Legal reference"),
    "reason": ("Alasan", "Reason"),
    "cure": ("Perbaikan", "Cure"),
    "cure_date": ("Dapat sejak", "Possible from"),
    "employee": ("Pegawai", "Employee"),
    "back_to_shortlist": ("Kembali ke daftar pendek", "Back to the shortlist"),
    "explanation_of": ("Penjelasan kandidat", "Candidate explained"),
    "for_position": ("untuk jabatan", "for the position"),
    "current_post": ("Jabatan kini", "Current post"),
    "no_post": ("tanpa jabatan definitif", "no definitive post"),
    "contribution": ("Sumbangan (SB)", "Contribution (SD)"),
    "record": ("Catatan yang mendasari", "Record it rests on"),
    "rules_open": ("Syarat yang belum terpenuhi atau belum dapat dinilai", "Requirements not met or not yet judged"),
    "best_positions": ("Jabatan lain yang paling sesuai", "Other positions that fit best"),
    "place": ("Urutan", "Rank"),
    "unsupported": ("Urutan menurut peningkatan kinerja belum didukung bukti", "Ranking by performance uplift is not supported"),
    "unsupported_detail": (
        "Model belum lolos uji pada data kota ini. Urutan memakai kebutuhan, syarat, dan kinerja yang diharapkan; peningkatan "
        "kinerja ditampilkan sebagai rata-rata dengan bukti D.",
        "The model has not passed validation on this city's data. The order uses need, eligibility and expected performance; the "
        "uplift shown is an average with evidence D.",
    ),
    "unhealthy": ("Penilaian kinerja belum layak untuk pembelajaran", "The ratings cannot support learning yet"),
    "not_found": ("Tidak ditemukan", "Not found"),
    "not_found_detail": (
        "Halaman, jabatan, atau kandidat ini tidak ada dalam hasil yang berlaku.",
        "This page, position or candidate is not in the run in force.",
    ),
    "fault": ("Terjadi kesalahan", "Something went wrong"),
    "fault_detail": ("Kesalahan sudah dicatat. Silakan coba lagi.", "The fault was logged. Please try again."),
    "to_overview": ("Kembali ke daftar jabatan", "Back to the positions"),
    "print_hint": ("Cetak: Ctrl+P (A4 mendatar)", "Print: Ctrl+P (A4 landscape)"),
    "page_of": ("{first}–{last}", "{first}–{last}"),
}

CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "eligible": {
        "yes": ("Memenuhi syarat", "Eligible"),
        "unknown": ("Perlu dilengkapi", "To be completed"),
        "no": ("Tidak memenuhi", "Not eligible"),
    },
    "verdict": {
        "pass": ("terpenuhi", "met"),
        "fail": ("tidak terpenuhi", "not met"),
        "unknown": ("belum dapat dinilai", "not yet judged"),
        "not assessed": ("tidak dinilai", "not assessed"),
    },
    "grade": {
        "A": ("bukti kuat", "strong evidence"),
        "B": ("bukti cukup", "fair evidence"),
        "C": ("bukti lemah", "weak evidence"),
        "D": ("belum cukup bukti", "not enough evidence"),
    },
    "job_kind": {
        "executive": ("JPT Pratama", "Senior executive (JPT)"),
        "administrator": ("Administrator", "Administrator"),
        "supervisor": ("Pengawas", "Supervisor"),
        "staff": ("Pelaksana", "Staff"),
        "functional_expert": ("Fungsional keahlian", "Functional, expert"),
        "functional_skilled": ("Fungsional keterampilan", "Functional, skilled"),
    },
}
"""Words for coded values, by the column they stand in."""


def text(lang: str, key: str, **values: object) -> str:
    """Return the words of ``key`` in ``lang``, with ``values`` filled in; ``KeyError`` for an unknown key."""
    return TEXTS[key][LANGUAGES.index(lang)].format(**values)


def choice(lang: str, column: str, value: str | None) -> str:
    """Return the words for a coded value; the value itself where it has none, a dash where it is missing."""
    if not value:
        return "–"
    words = CHOICES[column].get(value)
    return words[LANGUAGES.index(lang)] if words else value
