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
    "stage_recommend": ("Menyusun daftar calon", "Drawing up the shortlists"),
    "stage_publish": ("Menerbitkan", "Publishing"),
    "stage_engine": ("Menyiapkan Prefect", "Starting Prefect"),
    "reused": ("tidak berubah, dipakai ulang", "unchanged, used again"),
}
