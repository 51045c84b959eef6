"""The office: its letterhead, its officials and its own templates, in the folder ``templates/`` of the workspace."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from features import plain_yaml
from features.errors import UsageError

BLANK = "............................"
FILE = "office.yaml"


class Official(BaseModel):
    """Who signs; whatever is not filled in is a dotted line to write on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    post: str
    name: str = BLANK
    rank: str = ""
    nip: str = ""

    def fields(self) -> dict[str, str]:
        """Return what a template names."""
        return {"post": self.post, "name": self.name, "rank": self.rank or f"Pangkat {BLANK}", "nip": f"NIP {self.nip or BLANK}"}


class Office(BaseModel):
    """The office as its letters show it (``templates/office.yaml``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    government: str = "Pemerintah Kota ................"
    province: str = ""
    """Stands below the mayor's title on decrees."""
    city: str = "................"
    name: str = "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"
    short_name: str = "BKPSDM"
    address: str = ""
    contact: str = ""
    classification: str = "800.1.3.1"
    """Classification code of personnel letters, first part of every number."""
    mayor: Official = Official(post="Wali Kota")
    secretary: Official = Official(post="Sekretaris Daerah")
    head: Official = Official(post="Kepala BKPSDM")
    team: tuple[Official, ...] = (
        Official(post="Ketua (Sekretaris Daerah)"),
        Official(post="Sekretaris (Kepala BKPSDM)"),
        Official(post="Anggota (Inspektur)"),
        Official(post="Anggota (Asisten Administrasi Umum)"),
        Official(post="Anggota (Kepala Bagian Organisasi)"),
    )
    copies: tuple[str, ...] = ("Inspektur Kota", "Kepala Badan Keuangan dan Aset Daerah", "Pegawai yang bersangkutan")
    """Tembusan of decrees and letters."""
    rights: tuple[str, ...] = (
        "Melihat data tentang Saudara yang dipakai dan meminta perbaikan bila keliru (UU 27/2022).",
        "Menyampaikan aspirasi, pertanyaan, dan pendapat, dan memperoleh jawaban dari atasan.",
        "Menyatakan belum bersedia disertai alasan; alasan dijawab dengan dukungan.",
        "Meminta penjelasan dan peninjauan oleh pejabat atas prakiraan yang dibuat dengan bantuan sistem.",
        "Mengajukan keberatan atas keputusan paling lambat 21 hari kerja sejak diumumkan atau diterima, lalu banding"
        " administratif (UU 30/2014 Pasal 77 dan 78).",
    )
    """Rights said in every letter to a mover."""

    def fields(self) -> dict[str, Any]:
        """Return what a template names under ``office``."""
        officials = {name: getattr(self, name).fields() for name in ("mayor", "secretary", "head")}
        told = self.model_dump(include={"government", "city", "name", "short_name", "classification"})
        return {
            **told,
            **officials,
            "team": [member.fields() for member in self.team],
            "rights": [{"text": right} for right in self.rights],
            "copies": [{"text": copy} for copy in self.copies],
            "number": f"{self.classification}/........./{self.short_name}/..........",
        }

    def letterhead(self, head: str) -> list[str]:
        """Return the lines of a letterhead: ``office``, ``mayor`` or ``none``."""
        if head == "office":
            return [line for line in (self.government, self.name, self.address, self.contact) if line]
        return [line for line in (self.mayor.post, self.province) if line] if head == "mayor" else []


def load_office(folder: Path) -> Office:
    """Return the office described in ``folder``; one of dotted lines where nothing is.

    Raises
    ------
    UsageError
        The file is not valid.
    """
    path = folder / FILE
    if not path.is_file():
        return Office()
    try:
        return Office.model_validate(plain_yaml.read(path) or {})
    except (ValidationError, OSError, ValueError) as error:
        where = (
            ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors()) if isinstance(error, ValidationError) else ""
        )
        raise UsageError(
            f"The office's file templates/{FILE} is not valid{f' at: {where}' if where else ''}. Its keys are in docs/documents.md",
            f"Berkas kantor templates/{FILE} tidak sah{f' pada: {where}' if where else ''}. Kuncinya ada di docs/documents.md.",
        ) from error
