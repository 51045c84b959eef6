"""What a document is asked about, and where its content comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from features.errors import UsageError
from publication.answers import Answers
from serving.documents.content import Content, day
from serving.documents.office import Office

Reasons = Callable[[dict[str, Any]], dict[str, Any]]
"""A published row to the same row with its reasons, where they can be had."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks a document about; each kind needs its own part of it."""

    position_id: str = ""
    employee_ids: tuple[str, ...] = ()
    unit_id: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a content comes from: the answers of one run, the office, and who can explain a pair."""

    answers: Answers
    office: Office
    reasons: Reasons
    run: Mapping[str, Any] = field(default_factory=dict)


def content(source: Source, kind: str, title: str, fields: Mapping[str, Any], *, draft: bool = True) -> Content:
    """Return the content of a document with what every kind may name: the office, the run and what it says of its evidence."""
    run = source.run
    supported = bool(run.get("ranking_supported", True)) and run.get("label_health", {}).get("verdict", "layak") == "layak"
    shared = {
        "office": source.office.fields(),
        "run": {"id": str(run["run_id"]), "as_of": day(run.get("as_of")), "effective_on": day(run.get("effective_on"))},
        "caution": "" if supported else CAUTION,
    }
    return Content(kind, str(run["run_id"]), title, draft, {**shared, **fields})


CAUTION = (
    "Pada data kota ini model belum terbukti dapat membedakan kandidat menurut peningkatan kinerja. Urutan hanya berdasarkan"
    " kebutuhan, syarat, dan rekam jejak; angka peningkatan adalah rata-rata (bukti D, belum cukup bukti)."
)


def unknown(what: str, kind: str) -> UsageError:
    """Return the fault of a document asked about what the run in force does not hold."""
    english = {"jabatan": "a position", "pegawai": "a candidate of this position", "unit": "a unit", "usulan": "a planned move"}
    return UsageError(
        f"Document '{kind}' needs {english[what]} that is in the run in force. Open the list of documents and choose one there.",
        f"Dokumen '{kind}' memerlukan {what} yang ada pada terbitan yang berlaku. Buka daftar dokumen dan pilih dari sana.",
    )
