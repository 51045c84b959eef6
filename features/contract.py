"""The contract: every source table and column, declared once.

The readers parse by it, the checks judge by it, ``docs/data-dictionary.md`` is generated from it, the simulation writes by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from features import codes

CONTRACT_VERSION = "1"
"""Part of every snapshot's address: raise it when the meaning of a column changes."""


class Kind(StrEnum):
    """How a column's cells are read. A ``PERSON`` is an identifier that leaves the snapshot only as a keyed hash."""

    ID = "id"
    PERSON = "person"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"


class Known(StrEnum):
    """When a cell is known, given that its row is known."""

    ROW = "with the row"
    CLOSING = "from its own date"
    CONSTANT = "always (an attribute that cannot leak)"
    CURRENT = "from the extraction date (holds only today's value)"


class Privacy(StrEnum):
    """Where a column may go."""

    OPEN = "open"
    IDENTIFIER = "identity file and documents only"
    PROTECTED = "vault, opened by evaluation/fairness only"
    LEGAL = "rules and legal dates only, never a feature"
    AGGREGATE = "unit means of at least five only"
    SUPPORT = "support and ranking display only, never a feature"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind, meaning, unit, allowed values, when it is known and where it may go."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    unit: str = ""
    codes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    refers_to: str = ""
    known: Known = Known.ROW
    privacy: Privacy = Privacy.OPEN


@dataclass(frozen=True, slots=True)
class Table:
    """One table: row grain, key, the date from which a row counts, and the lag until it is known.

    An empty ``key`` means that equal rows are lawful (several peers may answer alike on one day). ``dated_by`` names the
    row's own date. ``known_on`` is read where the source has it, else it is ``dated_by`` plus ``lag_days``; rows of a table
    without ``dated_by`` are constant and always known.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    dated_by: str = ""
    lag_days: int = 0
    required: bool = False
    one_of: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> Column:
        """Return the declaration of column ``name``; ``KeyError`` if the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")

    def names(self) -> tuple[str, ...]:
        """Return the column names in their declared order."""
        return tuple(column.name for column in self.columns)


def _id(name: str, meaning: str, refers_to: str = "", *, required: bool = False) -> Column:
    return Column(name, Kind.ID, meaning, refers_to=refers_to, required=required)


def _date(name: str, meaning: str, *, required: bool = False, known: Known = Known.ROW) -> Column:
    return Column(name, Kind.DATE, meaning, required=required, known=known)


def _person(name: str, meaning: str, *, required: bool = False, employee: bool = True, privacy: Privacy = Privacy.OPEN) -> Column:
    return Column(
        name, Kind.PERSON, meaning, required=required, refers_to="employees" if employee else "", known=Known.ROW, privacy=privacy
    )


def _employee() -> Column:
    return _person("employee_id", "the person the row is about", required=True)


def _known_on() -> Column:
    return _date("known_on", "first day on which the row could have been known; default: its own date plus the table's lag")


def _period() -> tuple[Column, Column]:
    return (
        _date("period_start", "first day of the period", required=True),
        _date("period_end", "last day of the period", required=True),
    )


_OPEN_REQUIREMENTS = (
    Column("min_rank", Kind.CODE, "lowest rank (golongan) admitted", codes=codes.RANKS, known=Known.CONSTANT),
    Column("min_education", Kind.CODE, "lowest education admitted", codes=codes.EDUCATION_LEVELS, known=Known.CONSTANT),
    Column("education_fields", Kind.TEXT, "education fields admitted, separated by ';'; empty: any", known=Known.CONSTANT),
    Column("certificates", Kind.TEXT, "certificates demanded, separated by ';'", known=Known.CONSTANT),
)

_EMPLOYEES = Table(
    "employees", "one row per employee", (
        _person("employee_id", "identifier of the person in the source; where that is the NIP, outside a code takes its place "
                "(`identifiers: coded` in the mapping)", required=True, employee=False),
        Column("nip", Kind.TEXT, "NIP or NI PPPK, 18 digits, text always", privacy=Privacy.IDENTIFIER),
        Column("name", Kind.TEXT, "name with titles", privacy=Privacy.IDENTIFIER),
        Column("birth_date", Kind.DATE, "birth date", known=Known.CONSTANT, privacy=Privacy.LEGAL),
        Column("sex", Kind.CODE, "sex as recorded", codes=("F", "M"), known=Known.CONSTANT, privacy=Privacy.PROTECTED),
        Column("disability", Kind.BOOLEAN, "recorded disability", known=Known.CONSTANT, privacy=Privacy.PROTECTED),
        _date("hired_on", "start of service (TMT CPNS or contract)"),
        _date("left_on", "last day in service", known=Known.CLOSING),
        Column("status", Kind.CODE, "kind of employment today", codes=codes.EMPLOYEE_STATUSES, known=Known.CURRENT),
        Column("legal_status", Kind.CODE, "legal standing today", codes=codes.LEGAL_STATUSES, known=Known.CURRENT),
        Column("home_district", Kind.TEXT, "district of residence", known=Known.CONSTANT),
        Column("spouse_id", Kind.PERSON, "spouse in the same organisation", refers_to="employees", known=Known.CONSTANT,
               privacy=Privacy.LEGAL),
        Column("retires_on", Kind.DATE, "legal retirement date (TMT pensiun)", known=Known.CONSTANT, privacy=Privacy.LEGAL),
    ), key=("employee_id",), dated_by="hired_on", required=True,
)  # fmt: skip

_UNITS = Table(
    "units", "one row per organisational unit", (
        _id("unit_id", "identifier of the unit", required=True),
        _id("parent_id", "unit directly above", "units"),
        Column("name", Kind.TEXT, "name of the unit", known=Known.CONSTANT),
        Column("kind", Kind.TEXT, "kind of unit (secretariat, office, agency, ward, clinic, school, ...)", known=Known.CONSTANT),
        Column("district", Kind.TEXT, "district where it works", known=Known.CONSTANT),
        Column("latitude", Kind.NUMBER, "latitude", unit="degrees", minimum=-90, maximum=90, known=Known.CONSTANT),
        Column("longitude", Kind.NUMBER, "longitude", unit="degrees", minimum=-180, maximum=180, known=Known.CONSTANT),
        _date("valid_from", "first day the unit exists"),
        _date("valid_to", "last day the unit exists", known=Known.CLOSING),
    ), key=("unit_id",), required=True,
)  # fmt: skip

_POSITIONS = Table(
    "positions", "one row per position (a post, or several equal posts of one unit)", (
        _id("position_id", "identifier of the position", required=True),
        _id("unit_id", "unit it belongs to", "units", required=True),
        Column("title", Kind.TEXT, "title", known=Known.CONSTANT),
        Column("job_kind", Kind.CODE, "kind of job (JPT, administrator, pengawas, pelaksana, JF)", codes=codes.JOB_KINDS,
               known=Known.CONSTANT),
        Column("job_family", Kind.TEXT, "job family (rumpun jabatan)", known=Known.CONSTANT),
        Column("level", Kind.NUMBER, "level, higher is higher; in a city: 10 pelaksana, JF ahli pertama and keterampilan, "
               "20-21 pengawas and ahli muda, 30-31 administrator and ahli madya, 40-41 JPT pratama and ahli utama",
               known=Known.CONSTANT),
        Column("headcount", Kind.INTEGER, "number of equal posts; default 1", minimum=0, known=Known.CONSTANT),
        *_OPEN_REQUIREMENTS,
        Column("job_class", Kind.INTEGER, "job class (kelas jabatan)", minimum=1, maximum=17, known=Known.CONSTANT),
        Column("strategic", Kind.BOOLEAN, "strategic post", known=Known.CONSTANT),
        Column("supervisory", Kind.BOOLEAN, "leads or supervises people", known=Known.CONSTANT),
        Column("retirement_age", Kind.INTEGER, "retirement age (BUP) of the post", unit="years", minimum=40, maximum=75,
               known=Known.CONSTANT),
        _date("valid_from", "first day the post exists; empty: from its first trace (holder, announcement, workload analysis)"),
        _date("valid_to", "last day the post exists", known=Known.CLOSING),
    ), key=("position_id",), required=True,
)  # fmt: skip

_ASSIGNMENTS = Table(
    "assignments", "one row per spell of a person in a position", (
        _employee(), _id("position_id", "position held", "positions", required=True),
        _date("start_on", "first day in the post (TMT jabatan)", required=True),
        _date("end_on", "last day in the post; empty: current", known=Known.CLOSING),
        Column("kind", Kind.CODE, "definitive or acting (plt: post vacant, plh: holder absent); default definitive",
               codes=codes.ASSIGNMENT_KINDS),
        Column("move_type", Kind.CODE, "how the person came to the post", codes=codes.MOVE_TYPES),
        Column("decree_number", Kind.TEXT, "number of the decree", privacy=Privacy.IDENTIFIER),
        _date("decided_on", "day of the decision"), _known_on(),
    ), key=("employee_id", "position_id", "start_on"), dated_by="start_on", required=True,
)  # fmt: skip

_APPRAISALS = Table(
    "appraisals", "one row per person and appraisal period", (
        _employee(), *_period(),
        Column("score", Kind.NUMBER, "numeric score in the scale of its regime"),
        Column("rating", Kind.INTEGER, "rating (predikat): 5 Sangat Baik ... 1 Sangat Kurang", minimum=1, maximum=5),
        Column("work_result", Kind.INTEGER, "work result: 3 above, 2 meets, 1 below expectation", minimum=1, maximum=3),
        Column("behaviour", Kind.INTEGER, "behaviour: 3 above, 2 meets, 1 below expectation", minimum=1, maximum=3),
        Column("regime", Kind.TEXT, "rating regime the scale belongs to; empty: detected"),
        Column("exposure", Kind.NUMBER, "amount of work behind the score (months, appearances)", minimum=0),
        _person("rater_id", "the appraising superior; need not be an employee", employee=False),
        _id("unit_id", "unit at the time", "units"), _id("position_id", "position at the time", "positions"), _known_on(),
    ), key=("employee_id", "period_start", "period_end"), dated_by="period_end", lag_days=60, required=True,
    one_of=(("score", "rating"),),
)  # fmt: skip


def _spell(name: str, grain: str, *columns: Column, privacy: Privacy = Privacy.OPEN) -> Table:
    return Table(
        name, grain, (
            _employee(), _date("from_on", "first day", required=True),
            _date("to_on", "last day", known=Known.CLOSING), *columns, _known_on(),
        ), key=("employee_id", "from_on", columns[0].name), dated_by="from_on",
    )  # fmt: skip


_RANKS = _spell(
    "ranks", "one row per person and rank held",
    Column("value", Kind.CODE, "rank (golongan ruang)", codes=(*codes.RANKS, *codes.CONTRACT_RANKS), required=True),
)  # fmt: skip
_EDUCATIONS = _spell(
    "educations", "one row per person and education finished (from_on: graduation)",
    Column("value", Kind.CODE, "education level", codes=codes.EDUCATION_LEVELS, required=True),
    Column("field", Kind.TEXT, "education field"),
)  # fmt: skip
_LEAVES = _spell(
    "leaves", "one row per person and leave",
    Column("value", Kind.TEXT, "kind of leave", required=True),
)  # fmt: skip

_TRAININGS = Table(
    "trainings", "one row per person and course finished", (
        _employee(), Column("course", Kind.TEXT, "course", required=True),
        Column("hours", Kind.NUMBER, "length", unit="hours (JP)", minimum=0),
        _date("finished_on", "day finished", required=True), _date("valid_to", "last day valid"), _known_on(),
    ), key=("employee_id", "course", "finished_on"), dated_by="finished_on",
)  # fmt: skip
_COMPETENCIES = Table(
    "competencies", "one row per person, competency and assessment", (
        _employee(), Column("competency", Kind.TEXT, "competency assessed", required=True),
        Column("level", Kind.NUMBER, "level reached", minimum=0, maximum=5, required=True),
        _date("assessed_on", "day of the assessment", required=True), _date("valid_to", "last day valid"), _known_on(),
    ), key=("employee_id", "competency", "assessed_on"), dated_by="assessed_on", lag_days=30,
)  # fmt: skip
_COMPETENCY_STANDARDS = Table(
    "competency_standards", "one row per competency demanded of a position, or of a job kind and level", (
        _id("position_id", "position", "positions"),
        Column("job_kind", Kind.CODE, "kind of job", codes=codes.JOB_KINDS, known=Known.CONSTANT),
        Column("level", Kind.NUMBER, "level of the post", known=Known.CONSTANT),
        Column("competency", Kind.TEXT, "competency", required=True, known=Known.CONSTANT),
        Column("required_level", Kind.NUMBER, "level demanded", minimum=0, maximum=5, required=True, known=Known.CONSTANT),
    ), key=("position_id", "job_kind", "level", "competency"), one_of=(("position_id", "job_kind"),),
)  # fmt: skip
_DISCIPLINES = Table(
    "disciplines", "one row per person and disciplinary case", (
        _employee(), Column("severity", Kind.CODE, "severity", codes=codes.DISCIPLINE_SEVERITIES, required=True),
        _date("start_on", "first day of the punishment, or of the case", required=True),
        _date("end_on", "last day of the punishment (fixed by the decree)"),
        _date("annulled_on", "day of annulment", known=Known.CLOSING),
        Column("open_case", Kind.BOOLEAN, "case still open today", known=Known.CURRENT), _known_on(),
    ), key=("employee_id", "start_on", "severity"), dated_by="start_on",
)  # fmt: skip
_CLEARANCES = Table(
    "clearances", "one row per person and clearance, obligation or certificate", (
        _employee(), Column("kind", Kind.CODE, "what it is about", codes=codes.CLEARANCE_KINDS, required=True),
        Column("value", Kind.TEXT, "clear, not_clear, passed, failed, or the certificate's name", required=True),
        _date("valid_from", "first day valid", required=True), _date("valid_to", "last day valid"), _known_on(),
    ), key=("employee_id", "kind", "value", "valid_from"), dated_by="valid_from",
)  # fmt: skip


def _answers(name: str, grain: str, key: tuple[str, ...] = ("employee_id", "date", "item", "reviewer_kind")) -> Table:
    return Table(
        name, grain, (
            _employee(), _date("date", "day of the answer", required=True),
            Column("item", Kind.TEXT, "item asked", required=True),
            Column("answer", Kind.NUMBER, "answer", unit="1-5", minimum=1, maximum=5, required=True, privacy=Privacy.AGGREGATE),
            Column("reviewer_kind", Kind.TEXT, "who answered (peer, superior, subordinate, self)"), _known_on(),
        ), key=key, dated_by="date",
    )  # fmt: skip


_PEER_REVIEWS = _answers(
    "peer_reviews", "one row per answer about a person; several reviewers of one kind may answer on one day", key=()
)


def _wishes(name: str, grain: str, dated_by: str, value: Column) -> Table:
    return Table(
        name, grain, (
            _employee(), _id("position_id", "position", "positions"), _id("unit_id", "unit", "units"),
            Column("job_family", Kind.TEXT, "job family"), _date(dated_by, "day", required=True), value,
            Column("reason", Kind.TEXT, "reason", privacy=Privacy.SUPPORT), _known_on(),
        ), key=("employee_id", dated_by, "position_id", "unit_id", "job_family"), dated_by=dated_by,
        one_of=(("position_id", "unit_id", "job_family"),),
    )  # fmt: skip


_ASPIRATIONS = _wishes(
    "aspirations", "one row per person and stated wish", "stated_on",
    Column("strength", Kind.NUMBER, "strength of the wish", unit="1-5", minimum=1, maximum=5, privacy=Privacy.SUPPORT),
)  # fmt: skip
_OFFERS = _wishes(
    "offers", "one row per person and post offered", "offered_on",
    Column("response", Kind.CODE, "answer", codes=("accepted", "refused", "open"), privacy=Privacy.SUPPORT),
)  # fmt: skip


def _unit_series(name: str, grain: str, value: Column, lag_days: int) -> Table:
    return Table(
        name, grain, (
            _id("unit_id", "unit", "units", required=True), _id("position_id", "position; empty: the unit", "positions"),
            *_period(), value, _known_on(),
        ), key=("unit_id", "position_id", "period_start"), dated_by="period_end", lag_days=lag_days,
    )  # fmt: skip


_WORKLOADS = _unit_series(
    "workloads", "one row per unit (and position) and period: need by workload analysis (ABK)",
    Column("needed", Kind.NUMBER, "people needed", unit="people", minimum=0, required=True), 30,
)  # fmt: skip
_SERVICE_DEMAND = _unit_series(
    "service_demand", "one row per service unit and period",
    Column("visitors", Kind.NUMBER, "visitors served", unit="people", minimum=0, required=True), 7,
)  # fmt: skip
_SERVICE_INDEX = _unit_series(
    "service_index", "one row per service unit and period: citizens' satisfaction (IKM)",
    Column("index", Kind.NUMBER, "satisfaction index", unit="25-100", minimum=25, maximum=100, required=True), 30,
)  # fmt: skip
_VACANCIES = Table(
    "vacancies", "one row per position announced as vacant", (
        _id("position_id", "position", "positions", required=True), _date("open_from", "vacant from", required=True),
        Column("priority", Kind.NUMBER, "priority, higher is more urgent"),
        *_OPEN_REQUIREMENTS, _known_on(),
    ), key=("position_id", "open_from"), dated_by="open_from",
)  # fmt: skip
_FREEZES = Table(
    "freezes", "one row per freeze window of the city", (
        _date("from_on", "first day", required=True), _date("to_on", "last day", required=True),
        Column("scope", Kind.TEXT, "job kinds in scope, separated by ';'; empty: executive, administrator, supervisor"),
        Column("approval_number", Kind.TEXT, "number of the ministry's approval, where given"), _known_on(),
    ), key=("from_on", "to_on"),
)  # fmt: skip
_APPROVALS = Table(
    "approvals", "one row per approval on record: a rule that may be waived, for whom and until when", (
        Column("rule_id", Kind.TEXT, "rule it waives, as the rule pack calls it (R24)", required=True),
        _person("employee_id", "person it names; empty: everybody"),
        _id("position_id", "post it names; empty: every post", "positions"),
        Column("number", Kind.TEXT, "number of the document; without one nothing is approved", required=True),
        _date("from_on", "first day it covers", required=True), _date("to_on", "last day it covers; empty: open"), _known_on(),
    ), key=("rule_id", "employee_id", "position_id", "from_on"),
)  # fmt: skip
_PROGRAMMES = Table(
    "programmes", "one row per goal of a transfer programme", (
        Column("goal", Kind.TEXT, "goal", required=True), Column("indicator", Kind.TEXT, "indicator", required=True),
        Column("target", Kind.NUMBER, "target value"),
        _date("from_on", "first day", required=True), _date("to_on", "last day"), _known_on(),
    ), key=("goal", "indicator", "from_on"), dated_by="from_on",
)  # fmt: skip
_TRAININGS_CATALOGUE = Table(
    "trainings_catalogue", "one row per course on offer", (
        Column("course", Kind.TEXT, "course", required=True), Column("competency", Kind.TEXT, "competency it builds"),
        _id("unit_id", "unit whose system it teaches", "units"),
        Column("hours", Kind.NUMBER, "length", unit="hours (JP)", minimum=0), Column("seats", Kind.INTEGER, "seats", minimum=0),
        _date("start_on", "first day"), _known_on(),
    ), key=("course", "unit_id", "start_on"),
)  # fmt: skip
_UNIT_LINEAGE = Table(
    "unit_lineage", "one row per unit renamed, merged or split", (
        _id("old_unit_id", "unit before", "units", required=True), _id("new_unit_id", "unit after", "units", required=True),
        _date("on", "day of the change", required=True), _known_on(),
    ), key=("old_unit_id", "new_unit_id", "on"), dated_by="on",
)  # fmt: skip
_RELATIONS = Table(
    "relations", "one row per family tie between two employees", (
        _employee(), _person("other_employee_id", "the relative", required=True),
        Column("kind", Kind.TEXT, "spouse, parent, child, sibling", privacy=Privacy.LEGAL, known=Known.CONSTANT),
    ), key=("employee_id", "other_employee_id"),
)  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _EMPLOYEES, _UNITS, _POSITIONS, _ASSIGNMENTS, _APPRAISALS, _RANKS, _EDUCATIONS, _LEAVES, _TRAININGS, _COMPETENCIES,
        _COMPETENCY_STANDARDS, _DISCIPLINES, _CLEARANCES, _PEER_REVIEWS,
        _answers("surveys", "one row per person answering, day and item"),
        _answers("feedback", "one row per moved person answering, day and item"),
        _ASPIRATIONS, _OFFERS, _WORKLOADS, _SERVICE_DEMAND, _SERVICE_INDEX, _VACANCIES, _FREEZES, _APPROVALS, _PROGRAMMES,
        _TRAININGS_CATALOGUE, _UNIT_LINEAGE, _RELATIONS,
    )
}  # fmt: skip
"""Every table of the contract by name, the five required ones first."""

SPANS: tuple[tuple[str, str], ...] = (
    ("start_on", "end_on"), ("from_on", "to_on"), ("period_start", "period_end"), ("valid_from", "valid_to"),
    ("finished_on", "valid_to"), ("assessed_on", "valid_to"), ("start_on", "annulled_on"), ("hired_on", "left_on"),
)  # fmt: skip
"""(first, last) dates of one row, wherever a table has both: the last is never before the first."""

REQUIRED_TABLES: tuple[str, ...] = tuple(table.name for table in TABLES.values() if table.required)


def columns(kind: Kind | None = None) -> Iterator[tuple[Table, Column]]:
    """Yield every (table, column) of the contract, of one ``kind`` if given, in declared order."""
    for table in TABLES.values():
        for column in table.columns:
            if kind is None or column.kind is kind:
                yield table, column
