"""What a document is asked about, and where its content comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from features.errors import UsageError
from publication.accounts.roles import Field
from publication.answers import Answers
from publication.decisions.life import Move
from publication.records import Records
from rules.facts import Facts
from rules.pack import RulePack
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


Law = Callable[[], tuple[RulePack, Facts]]
"""The rules and the facts of the run, opened when a document asks for them."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a content comes from.

    Attributes
    ----------
    answers, run
        The answers of one run, and its ``run.json``.
    office
        Letterhead and officials.
    reasons
        Who can explain a pair.
    hidden
        What the account that asked may not see of a person; it is masked in every document.
    records
        Decisions and their ledger; None where nothing is decided yet.
    law
        The rules and facts of the run, for what judges anew.
    """

    answers: Answers
    office: Office
    reasons: Reasons
    run: Mapping[str, Any] = dataclass_field(default_factory=dict)
    hidden: frozenset[Field] = frozenset()
    records: Records | None = None
    law: Law | None = None

    def hides(self, field: Field) -> bool:
        """Return whether ``field`` of a person is masked."""
        return field in self.hidden

    def decided(self, position_id: str, employee_id: str) -> Move | None:
        """Return the decision on a pair, None where nobody has decided."""
        return self.records.moves.of_pair(position_id, employee_id) if self.records else None


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
