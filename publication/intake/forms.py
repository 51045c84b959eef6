"""The forms people fill in, declared once: tables, checks, who may enter what, and which contract table an entry joins."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

from features import codes
from features.bilingual import Bilingual
from publication.accounts.roles import Permission
from publication.intake.choices import (
    CASE_STATUSES,
    CLEARANCE_RESULTS,
    OBJECTION_GROUNDS,
    OPTIONS,
    OUTCOMES,
    PROBLEMS,
    PULSE_DAYS,
    PULSE_ITEMS,
    REFUSAL_REASONS,
    REVIEWERS,
    SCENARIO_WISHES,
)  # fmt: skip


class Kind(StrEnum):
    """What a field holds. Days are ISO text; ``EMPLOYEE``, ``POSITION`` and ``UNIT`` are the source's own ids.

    ``ACCOUNT`` is the name of an account; whether there is one is for the caller to ask.
    """

    EMPLOYEE = "employee"
    POSITION = "position"
    UNIT = "unit"
    ACCOUNT = "account"
    TEXT = "text"
    CODE = "code"
    DAY = "day"
    NUMBER = "number"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its kind, whether it must be filled, its codes or bounds, its longest text.

    ``words``: texts that stand for a code, by code; any other text is kept as it is. ``not_before``: the field whose day this one
    does not precede; such a day lies ahead, so nobody fills in today's beforehand.
    """

    name: str
    kind: Kind
    title: Bilingual
    required: bool = False
    codes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    longest: int = 200
    words: Mapping[str, Bilingual] = dataclass_field(default_factory=dict)
    not_before: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form and the append-only table behind it.

    ``own``: what somebody needs to enter it about themselves (None: nobody does). ``others``: about anybody in their scope.
    ``one_of``: at least one of these is filled. ``contract``: the source table its rows join in the next run. ``chained``: an
    entry is written to the ledger too, since rights hang on it.
    """

    name: str
    title: Bilingual
    fields: tuple[Field, ...]
    own: Permission | None = Permission.ENTER_OWN
    others: Permission | None = Permission.ENTER_FOR_OTHERS
    one_of: tuple[str, ...] = ()
    contract: str = ""
    chained: bool = False

    def field(self, name: str) -> Field:
        """Return the declaration of field ``name``; ``KeyError`` if the form has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name}.{name}")


def _employee() -> Field:
    return Field("employee_id", Kind.EMPLOYEE, Bilingual("employee", "pegawai"), required=True)


def _position(*, required: bool = False) -> Field:
    return Field("position_id", Kind.POSITION, Bilingual("position", "jabatan"), required=required)


def _unit() -> Field:
    return Field("unit_id", Kind.UNIT, Bilingual("unit", "unit kerja"))


def _day(name: str, english: str, indonesian: str, *, required: bool = True, not_before: str = "") -> Field:
    return Field(name, Kind.DAY, Bilingual(english, indonesian), required=required, not_before=not_before)


def _owner(*, required: bool = False) -> Field:
    return Field("owner", Kind.ACCOUNT, Bilingual("owner (account)", "penanggung jawab (akun)"), required=required)


def _code(name: str, english: str, indonesian: str, known: tuple[str, ...], *, required: bool = True) -> Field:
    return Field(name, Kind.CODE, Bilingual(english, indonesian), required=required, codes=known)


def _text(name: str, english: str, indonesian: str, longest: int = 2000, *, required: bool = False) -> Field:
    return Field(name, Kind.TEXT, Bilingual(english, indonesian), required=required, longest=longest)


def _whole(name: str, english: str, indonesian: str, *, required: bool = False, least: float = 1) -> Field:
    return Field(name, Kind.INTEGER, Bilingual(english, indonesian), required=required, minimum=least, maximum=2**53)


def _answer() -> tuple[Field, ...]:
    return (
        _day("date", "day of the answer", "tanggal jawaban"),
        _text("item", "item asked", "butir pertanyaan", 100, required=True),
        Field("answer", Kind.INTEGER, Bilingual("answer, 1-5", "jawaban, 1-5"), required=True, minimum=1, maximum=5),
    )


_WISHED = ("position_id", "unit_id", "job_family")

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("aspirations", Bilingual("Aspiration", "Minat penempatan"), (
            _employee(), _position(), _unit(), _text("job_family", "job family", "rumpun jabatan", 100),
            _day("stated_on", "stated on", "dinyatakan tanggal"),
            Field("strength", Kind.INTEGER, Bilingual("strength, 1-5", "kuatnya minat, 1-5"), minimum=1, maximum=5),
            _text("reason", "reason", "alasan"),
        ), one_of=_WISHED, contract="aspirations"),
        Form("offers", Bilingual("Offer and answer", "Tawaran dan jawaban"), (
            _employee(), _position(required=True), _day("offered_on", "offered on", "ditawarkan tanggal"),
            _code("response", "answer", "jawaban", ("accepted", "refused", "open")),
            _code("reason_code", "reason of a refusal", "alasan penolakan", tuple(REFUSAL_REASONS), required=False),
            _text("reason", "in one's own words", "penjelasan"), _whole("move_id", "move", "nomor mutasi"),
        ), contract="offers"),
        Form("surveys", Bilingual("Survey of satisfaction and motivation", "Survei kepuasan dan motivasi kerja"),
             (_employee(), *_answer()), contract="surveys"),
        Form("peer_reviews", Bilingual("Review by others", "Penilaian 360 derajat"),
             (_employee(), *_answer(), _code("reviewer_kind", "who answers", "penilai", REVIEWERS)), own=None,
             others=Permission.ENTER_OWN, contract="peer_reviews"),
        Form("feedback", Bilingual("Feedback after a move", "Umpan balik setelah mutasi"),
             (_employee(), *_answer(), _code("reviewer_kind", "who answers", "pengisi", REVIEWERS)), contract="feedback"),
        Form("pulses", Bilingual("Pulse after 30, 60 or 90 days", "Survei singkat 30, 60, dan 90 hari"), (
            _employee(), _whole("move_id", "move", "nomor mutasi"), _day("date", "day of the answer", "tanggal jawaban"),
            _code("days", "days in the post", "hari di jabatan", tuple(map(str, PULSE_DAYS))),
            _code("item", "item", "butir", tuple(PULSE_ITEMS)),
            Field("answer", Kind.INTEGER, Bilingual("answer, 1-5", "jawaban, 1-5"), required=True, minimum=1, maximum=5),
            _text("note", "note", "catatan"),
        ), contract="feedback"),
        Form("cases", Bilingual("Somebody who struggles", "Pegawai yang mengalami kesulitan"), (
            _employee(), _whole("move_id", "move", "nomor mutasi"), _day("opened_on", "opened on", "dibuka tanggal"),
            _code("problem", "problem", "masalah", tuple(PROBLEMS)), _text("text", "description", "uraian"),
            _owner(required=True), _code("option", "option chosen", "tindakan", tuple(OPTIONS)),
            _day("due_on", "due on", "tenggat", not_before="opened_on"),
        ), own=None, others=Permission.HANDLE_CASES),
        Form("case_steps", Bilingual("Step of a case", "Perkembangan kasus"), (
            _employee(), _whole("case_id", "case", "nomor kasus", required=True),
            _code("status", "status", "keadaan", tuple(CASE_STATUSES)),
            _owner(), _code("option", "option chosen", "tindakan", tuple(OPTIONS), required=False),
            _day("due_on", "due on", "tenggat", required=False), _text("text", "note", "catatan"),
        ), own=None, others=Permission.HANDLE_CASES),
        Form("trainings", Bilingual("Course attended", "Pelatihan yang diikuti"), (
            _employee(), _text("course", "course", "nama pelatihan", 200, required=True),
            Field("hours", Kind.NUMBER, Bilingual("hours", "jam pelajaran (JP)"), minimum=1, maximum=2000),
            _day("finished_on", "finished on", "selesai tanggal"),
            _text("proof", "certificate or other proof", "sertifikat atau bukti"),
        ), own=None, others=Permission.HANDLE_CASES, contract="trainings", chained=True),
        Form("mentor_meetings", Bilingual("Meeting with the mentor", "Pertemuan dengan pendamping"), (
            _employee(), _day("met_on", "met on", "tanggal bertemu"), _text("mentor", "mentor", "pendamping", 200, required=True),
            _text("text", "what was agreed", "yang disepakati"),
        ), own=None, others=Permission.HANDLE_CASES, chained=True),
        Form("corrections", Bilingual("Correction of data", "Perbaikan data"), (
            _employee(), _text("table_name", "kind of record", "jenis data", 100, required=True),
            _text("column_name", "which part", "bagian data", 100),
            _text("stated", "what it should say", "isi yang benar", required=True),
            _text("proof", "proof", "bukti pendukung"),
        ), chained=True),
        Form("objections", Bilingual("Objection", "Keberatan"), (
            _employee(), _position(), _text("run_id", "run", "nomor proses", 64), _whole("move_id", "move", "nomor mutasi"),
            _code("ground", "ground", "dasar keberatan", tuple(OBJECTION_GROUNDS)),
            _text("text", "statement", "uraian", 4000, required=True),
        ), chained=True),
        Form("questions", Bilingual("Question", "Pertanyaan"), (
            _employee(), _whole("move_id", "move", "nomor mutasi"), _unit(),
            _text("text", "question", "pertanyaan", required=True),
        )),
        Form("replies", Bilingual("Reply", "Jawaban"), (
            _employee(), _code("form", "about", "perihal", ("questions", "objections", "corrections", "aspirations")),
            _whole("about_id", "entry", "nomor isian", required=True), _code("outcome", "outcome", "putusan", tuple(OUTCOMES)),
            _text("text", "reply", "jawaban", 4000, required=True),
        ), own=None, others=Permission.REPLY, chained=True),
        Form("acknowledgements", Bilingual("Briefing acknowledged", "Penjelasan diterima"), (
            _employee(), _whole("move_id", "move", "nomor mutasi"), _text("briefing", "briefing", "penjelasan", 100, required=True),
            _day("acknowledged_on", "on", "tanggal"),
        ), chained=True),
        Form("clearances", Bilingual("Clearance or certificate", "Keterangan bersih atau sertifikat"), (
            _employee(), _code("kind", "kind", "jenis", codes.CLEARANCE_KINDS),
            Field("value", Kind.TEXT, Bilingual("clear, not clear, passed, failed, or the certificate's name",
                                                "bersih, tidak bersih, lulus, tidak lulus, atau nama sertifikat"),
                  required=True, words=CLEARANCE_RESULTS),
            _day("valid_from", "valid from", "berlaku sejak"), _day("valid_to", "valid to", "berlaku sampai", required=False),
        ), own=None, contract="clearances", chained=True),
        Form("approvals", Bilingual("Approval that waives a rule", "Persetujuan pengecualian aturan"), (
            _employee(), _text("rule_id", "rule", "aturan", 20, required=True), _position(),
            _text("number", "number of the document", "nomor surat", 100, required=True),
            _day("from_on", "from", "sejak"), _day("to_on", "to", "sampai", required=False),
        ), own=None, contract="approvals", chained=True),
        Form("scenarios", Bilingual("Wish for a plan", "Permintaan pada rencana"), (
            _text("scenario", "scenario", "skenario", 100, required=True),
            _text("run_id", "run", "nomor proses", 64, required=True),
            _code("wish", "wish", "permintaan", tuple(SCENARIO_WISHES)),
            Field("employee_id", Kind.EMPLOYEE, Bilingual("employee", "pegawai")), _position(),
            _text("limit_name", "limit", "batas", 50), Field("value", Kind.NUMBER, Bilingual("value", "nilai")),
            _text("reason", "reason", "alasan"),
        ), own=None, others=Permission.MAKE_SCENARIOS),
    )
}  # fmt: skip
"""Every form by name. A wrong entry is never changed: it is withdrawn, with a reason, and entered anew."""

WITHDRAWALS = "withdrawals"
