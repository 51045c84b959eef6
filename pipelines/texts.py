"""What the command line says, in Indonesian and English."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """Languages of the terminal."""

    ID = "id"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in one language: ``texts("stage")``, with values for the places in braces."""

    language: Language = Language.ID

    def __call__(self, name: str, **values: object) -> str:
        """Return text ``name``; KeyError where it does not exist."""
        indonesian, english = _TEXTS[name]
        return (indonesian if self.language is Language.ID else english).format(**values)


_TEXTS: dict[str, tuple[str, str]] = {
    "stage": ("Tahap", "Stage"),
    "stage_times": ("Waktu per tahap", "Time per stage"),
    "seconds": ("Detik", "Seconds"),
    "peak_memory": ("Memori puncak", "Peak memory"),
    "total": ("Jumlah", "Total"),
    "stage_ingest": ("Membaca dan memeriksa sumber", "Reading and checking the source"),
    "stage_learn": ("Melatih dan menguji model", "Training and testing the model"),
    "stage_release": ("Memutuskan pemakaian model", "Deciding on the model's release"),
    "stage_recommend": ("Menyusun daftar pendek", "Drawing up the shortlists"),
    "stage_publish": ("Menerbitkan", "Publishing"),
    "stage_engine": ("Menyiapkan Prefect", "Starting Prefect"),
    "simulated": (
        "Kota rekaan dengan {employees} pegawai selama {years} tahun ada di {out}; kebenarannya di {out}/truth.",
        "An invented city of {employees} employees over {years} years is in {out}; the truth behind it in {out}/truth.",
    ),
    "checked": ("Baris yang disisihkan dan laporan lengkap: {folder}", "Rows set aside and the full report: {folder}"),
    "scored": ("{count} pasangan ditulis ke {out}.", "{count} pairs written to {out}."),
    "verdict": ("Keputusan model: {release}; {ranking}.", "Decision on the model: {release}; {ranking}."),
    "ranking_True": ("urutan menurut perkiraan pengaruh didukung data", "the data support ranking by uplift"),
    "ranking_False": (
        "belum cukup bukti: urutan menurut kebutuhan, kelayakan dan perkiraan kinerja",
        "not enough evidence: ordered by need, eligibility and expected performance",
    ),
    "one_shortlist": ("Satu daftar pendek", "One shortlist"),
    "position_line": ("{title} · {unit_name} ({position_id})", "{title} · {unit_name} ({position_id})"),
    "counts_line": (
        "lowong {vacant}; memenuhi syarat {candidates}, belum pasti {unknown}, tidak memenuhi {excluded}",
        "vacant {vacant}; eligible {candidates}, unknown {unknown}, ruled out {excluded}",
    ),
    "rank": ("No", "No"),
    "candidate": ("Kandidat", "Candidate"),
    "present_post": ("Jabatan kini", "Present post"),
    "uplift": ("Pengaruh", "Uplift"),
    "interval": ("Rentang 80 %", "80 % interval"),
    "grade": ("Bukti", "Evidence"),
    "expected": ("Kinerja di jabatan", "Expected in post"),
    "eligible": ("Syarat", "Eligible"),
    "eligible_yes": ("terpenuhi", "yes"),
    "eligible_unknown": ("belum pasti", "unknown"),
    "reasons_for": ("+", "+"),
    "reasons_against": ("-", "-"),
    "published_in": ("Semua daftar: {folder}", "All lists: {folder}"),
    "serving": (
        "Halaman HR terbuka di {address}; berhenti dengan Ctrl+C.",
        "The HR pages are open at {address}; stop with Ctrl+C.",
    ),
    "open_pages": ("Buka halaman: {command}", "Open the pages: {command}"),
    "reused": ("tidak berubah, dipakai ulang", "unchanged, used again"),
}
