"""Roles, what each may do, over whom, and what stays hidden from it: declared here, once, as data.

Routes name a permission, never a role; pages and the JSON mask the fields a role may not see. A test walks every route as
every role.
"""

from dataclasses import dataclass
from enum import StrEnum

from features.bilingual import Bilingual


class Permission(StrEnum):
    """One thing an account may do."""

    READ_LISTS = "read_lists"
    READ_PLAN = "read_plan"
    READ_PEOPLE = "read_people"
    READ_EVALUATION = "read_evaluation"
    READ_CASES = "read_cases"
    READ_OWN = "read_own"
    READ_LEDGER = "read_ledger"
    READ_ACCESS_LOG = "read_access_log"
    REVEAL = "reveal"
    PREPARE = "prepare"
    CHECK = "check"
    APPROVE = "approve"
    COMMENT = "comment"
    MAKE_SCENARIOS = "make_scenarios"
    ENTER_OWN = "enter_own"
    ENTER_FOR_OTHERS = "enter_for_others"
    REPLY = "reply"
    HANDLE_CASES = "handle_cases"
    UPLOAD = "upload"
    TAKE_IN = "take_in"
    EXPORT = "export"
    MANAGE_ACCOUNTS = "manage_accounts"


class Scope(StrEnum):
    """Over whom a role's permissions reach."""

    CITY = "city"
    UNITS = "units"
    SELF = "self"


class Field(StrEnum):
    """What can be hidden of a person."""

    NAME = "name"
    NIP = "nip"
    RATINGS = "ratings"
    ASPIRATION = "aspiration"
    RULINGS = "rulings"
    REASONS = "reasons"
    ANSWERS = "answers"


MEANINGS: dict[Field, Bilingual] = {
    Field.NAME: Bilingual("name with titles", "nama dan gelar"),
    Field.NIP: Bilingual("NIP", "NIP"),
    Field.RATINGS: Bilingual("ratings and forecasts of one person's performance", "nilai dan prakiraan kinerja perorangan"),
    Field.ASPIRATION: Bilingual("stated wishes and answers to offers", "minat dan jawaban atas tawaran"),
    Field.RULINGS: Bilingual("values behind a rule's verdict (discipline, court, health)",
                             "nilai di balik putusan aturan (disiplin, perkara, kesehatan)"),
    Field.REASONS: Bilingual("reasons for and against, with their records", "alasan mendukung dan menimbang beserta catatannya"),
    Field.ANSWERS: Bilingual("single answers to surveys, reviews, pulses", "jawaban perorangan atas survei dan penilaian"),
}  # fmt: skip


class Role(StrEnum):
    """Who somebody is to the application."""

    DATA_TEAM = "data_team"
    ANALYST = "analyst"
    HR = "hr"
    HEAD_OF_UNIT = "head_of_unit"
    APPRAISAL_TEAM = "appraisal_team"
    DECISION_MAKER = "decision_maker"
    AUDITOR = "auditor"
    EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role is called, may do, over whom, and what stays hidden from it.

    ``hidden`` are the fields hidden always; ``hidden_elsewhere`` those hidden of people outside one's own units (for a scope of
    ``UNITS``) or of everybody but oneself (``SELF``).
    """

    title: Bilingual
    scope: Scope
    permissions: frozenset[Permission]
    hidden: frozenset[Field] = frozenset()
    hidden_elsewhere: frozenset[Field] = frozenset()


P, F = Permission, Field
_READS = frozenset({P.READ_LISTS, P.READ_PLAN, P.READ_EVALUATION})
_OWN = frozenset({P.READ_OWN, P.ENTER_OWN})
_EVERY_FIELD = frozenset(Field)

GRANTS: dict[Role, Grant] = {
    Role.DATA_TEAM: Grant(
        Bilingual("Data team", "Tim data"), Scope.CITY,
        _READS | _OWN | {P.UPLOAD, P.TAKE_IN, P.MANAGE_ACCOUNTS, P.READ_ACCESS_LOG, P.READ_LEDGER},
        hidden=frozenset({F.NAME, F.NIP, F.ANSWERS, F.ASPIRATION}),
    ),
    Role.ANALYST: Grant(
        Bilingual("Analyst", "Analis"), Scope.CITY,
        _READS | _OWN | {P.MAKE_SCENARIOS, P.EXPORT},
        hidden=frozenset({F.NAME, F.NIP, F.ANSWERS, F.ASPIRATION}),
    ),
    Role.HR: Grant(
        Bilingual("Human resources (BKPSDM)", "Kepegawaian (BKPSDM)"), Scope.CITY,
        _READS | _OWN | {
            P.READ_PEOPLE, P.READ_CASES, P.REVEAL, P.PREPARE, P.COMMENT, P.MAKE_SCENARIOS, P.ENTER_FOR_OTHERS, P.REPLY,
            P.HANDLE_CASES, P.UPLOAD, P.EXPORT, P.READ_LEDGER,
        },
    ),
    Role.HEAD_OF_UNIT: Grant(
        Bilingual("Head of unit", "Kepala unit kerja"), Scope.UNITS,
        _OWN | {P.READ_PEOPLE, P.READ_CASES, P.COMMENT, P.REPLY, P.HANDLE_CASES, P.ENTER_FOR_OTHERS},
        hidden=frozenset({F.ANSWERS}),
        hidden_elsewhere=frozenset({F.NIP, F.RATINGS, F.ASPIRATION, F.RULINGS, F.REASONS}),
    ),
    Role.APPRAISAL_TEAM: Grant(
        Bilingual("Appraisal team (Tim Penilai Kinerja)", "Tim Penilai Kinerja"), Scope.CITY,
        _READS | _OWN | {P.READ_PEOPLE, P.REVEAL, P.CHECK, P.COMMENT, P.MAKE_SCENARIOS, P.EXPORT, P.READ_LEDGER},
        hidden=frozenset({F.ANSWERS}),
    ),
    Role.DECISION_MAKER: Grant(
        Bilingual("Decision maker (PPK/PyB)", "Pejabat pemutus (PPK/PyB)"), Scope.CITY,
        _READS | _OWN | {P.READ_PEOPLE, P.REVEAL, P.APPROVE, P.COMMENT, P.EXPORT, P.READ_LEDGER},
        hidden=frozenset({F.ANSWERS}),
    ),
    Role.AUDITOR: Grant(
        Bilingual("Auditor (Inspectorate)", "Auditor (Inspektorat)"), Scope.CITY,
        _READS | _OWN | {P.READ_PEOPLE, P.READ_CASES, P.REVEAL, P.READ_LEDGER, P.READ_ACCESS_LOG, P.EXPORT},
        hidden=frozenset({F.ANSWERS}),
    ),
    Role.EMPLOYEE: Grant(
        Bilingual("Employee", "Pegawai"), Scope.SELF, _OWN,
        hidden_elsewhere=_EVERY_FIELD,
    ),
}  # fmt: skip
"""Every role's grant. Lists are drafts that leak easily, so heads of units and employees see none. Nobody both
prepares, checks and approves; whoever manages accounts takes no part in a decision."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account as its session sees it: who, in which role, which employee they are, which units they head."""

    username: str
    role: Role
    employee_id: str | None = None
    units: tuple[str, ...] = ()
    demo: bool = False

    @property
    def grant(self) -> Grant:
        """What the account's role may do."""
        return GRANTS[self.role]

    def may(self, permission: Permission) -> bool:
        """Return whether the role has ``permission``; over whom is for `hidden_of` and `reaches` to say."""
        return permission in self.grant.permissions

    def reaches(self, employee_id: str | None, unit_id: str | None, units_below: frozenset[str]) -> bool:
        """Return whether a person in ``unit_id`` is within the account's scope; ``units_below``: its units and all below them."""
        if self.grant.scope is Scope.CITY:
            return True
        own = employee_id is not None and employee_id == self.employee_id
        return own or (self.grant.scope is Scope.UNITS and unit_id in units_below)

    def hidden_of(self, employee_id: str | None, unit_id: str | None, units_below: frozenset[str]) -> frozenset[Field]:
        """Return the fields of a person that the account may not see; nothing is hidden of oneself."""
        if employee_id is not None and employee_id == self.employee_id:
            return frozenset()
        if self.reaches(employee_id, unit_id, units_below):
            return self.grant.hidden
        return self.grant.hidden | self.grant.hidden_elsewhere
