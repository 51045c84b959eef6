"""What a person's standing allows: status, contract, punishments, statements, other posts held."""

import numpy as np

from features.codes import DISCIPLINE_SEVERITIES, EMPLOYEE_STATUSES, LEGAL_STATUSES
from rules.encoding import Codes, View
from rules.months import TOLERANCE
from rules.predicates.finding import EXECUTIVE, EXPERT, ONE_DAY, STAFF, Finding, Truth, among, at_least, entering, judged, step_of


def active_civil_servant(view: View, *, statuses: list[str], standings: list[str]) -> Finding:
    """Pass who is of an admitted employment status and legal standing (a fact the source lacks throughout is left out)."""
    status, standing = view.person("status"), view.person("legal_status")
    asked = view.known("employees.status"), view.known("employees.legal_status")
    fails = _outside(status, statuses, EMPLOYEE_STATUSES, asked[0]) | _outside(standing, standings, LEGAL_STATUSES, asked[1])
    unknown = ((status < 0) & asked[0]) | ((standing < 0) & asked[1])
    return Finding(judged(~fails, unknown & ~fails), lambda: {"status": status, "legal_status": standing})


def not_contract(view: View, *, allow_internal_unit_move: bool) -> Finding:
    """Fail contract employees (PPPK), except, where the city allows it, into an equal post of their own agency."""
    status = view.person("status")
    contract = (status == EMPLOYEE_STATUSES.index("PPPK")) | (status == EMPLOYEE_STATUSES.index("PPPK paruh waktu"))
    passes = ~contract
    if allow_internal_unit_move:
        equal = (view.person("agency_id") == view.post("agency_id")) & (view.person("job_family") == view.post("job_family"))
        passes = passes | (equal & (view.person("agency_id") >= 0) & (view.person("level") == view.post("level")))
    return Finding(judged(passes, status < 0), lambda: {"status": status})


def no_active_discipline(view: View, *, assumed_months: int) -> Finding:
    """Pass who is under no punishment and in no open case when the move starts.

    A moderate or heavy punishment without a recorded end is taken to last ``assumed_months`` at most: unknown until then.
    """
    severity, start, end = view.person("discipline"), view.person("discipline_from"), view.person("discipline_until")
    none = severity == len(DISCIPLINE_SEVERITIES)
    open_case = view.person("discipline_open")
    running = (start <= view.on + TOLERANCE) & (end >= view.on - TOLERANCE)
    endless = np.isnan(end) & (severity >= 1) & ~none & (view.on < start + assumed_months - TOLERANCE)
    fails = ~none & (open_case | running)
    return Finding(
        judged(~fails, ~fails & (endless | (severity < 0))),
        lambda: {"severity": severity, "punished_from": start, "punished_until": end, "open_case": open_case},
        lambda: np.where(open_case, np.nan, end + ONE_DAY),
    )


def no_recent_discipline(view: View, *, months: int, assumed_months: int) -> Finding:
    """Pass whose last moderate or heavy punishment ended at least ``months`` ago.

    One without a recorded end is taken to have lasted ``assumed_months`` at most: unknown until ``months`` after that.
    """
    severity, start, end = view.person("sanction"), view.person("sanction_from"), view.person("sanction_until")
    none = severity == len(DISCIPLINE_SEVERITIES)
    endless = ~none & np.isnan(end) & ~at_least(view.on, start + assumed_months + months)
    recent = ~none & (view.on < end + months - TOLERANCE)
    return Finding(
        judged(~recent, endless | (severity < 0)),
        lambda: {"severity": severity, "punished_until": end, "months_needed": np.array(months)},
        lambda: end + months,
    )


def statements_clear(view: View, *, statements: list[str], standings: list[str], kinds: list[str], strategic: bool) -> Finding:
    """Pass whose statements (court, audit, study, ...) are all clear and valid on the day; one not clear fails.

    Asked for posts of ``kinds`` (none named: every post), and with ``strategic`` for strategic posts whatever their kind. A
    statement that is missing or no longer valid is unknown. A legal standing of ``standings`` fails outright.
    """
    kind, strategically = view.post("job_kind"), view.post("strategic") & strategic
    asked = among(kind, kinds) | strategically | (not kinds and not strategic)
    unsure = (kind < 0) & ~strategically & bool(kinds)
    valid = {name: _valid(view, name) for name in statements}
    clear = {name: view.person(f"{name}_clear") for name in statements}
    fails = _standing_in(view, standings)
    missing = np.array(False)
    for name in statements:
        fails = fails | ((clear[name] == 0) & valid[name])
        missing = missing | ~(valid[name] & (clear[name] == 1))
    verdict = judged(~asked | ~fails, (asked & ~fails & missing) | (unsure & (fails | missing)))
    return Finding(verdict, lambda: {
        **{f"{name}_clear": clear[name] for name in statements},
        **{f"{name}_until": view.person(f"{name}_until") for name in statements},
    })  # fmt: skip


def competency_test_passed(view: View) -> Finding:
    """Pass who has passed a competency test that still holds, where one is asked; one failed fails, none is unknown.

    Asked of whoever enters a functional post or rises in it, and of executives who move to another executive post.
    """
    target, present = view.post("job_kind"), view.person("job_kind")
    enters, unsure = entering(view)
    functional = target >= EXPERT
    levels = view.post("level"), view.person("level")
    rises = step_of(levels[0]) > step_of(levels[1])
    asked = (functional & (enters | rises)) | ((target == EXECUTIVE) & (present == EXECUTIVE))
    maybe = ~asked & ((target < 0) | ((functional | (target == EXECUTIVE)) & unsure))
    result, valid = view.person("competency_test_clear"), _valid(view, "competency_test")
    passed, failed = (result == 1) & valid, (result == 0) & valid
    return Finding(
        judged((~asked & ~maybe) | passed, ~passed & (maybe | (asked & ~failed))),
        lambda: {"competency_test_clear": result, "competency_test_until": view.person("competency_test_until")},
    )


def single_track(view: View) -> Finding:
    """Pass where the person would not hold a structural and a functional post together after the move.

    What counts is another definitive post still open on record, beside the one the move leaves.
    """
    other, target = view.person("second_job_kind"), view.post("job_kind")
    both = (_structural(other) & (target >= EXPERT)) | ((other >= EXPERT) & _structural(target))
    unclear = view.person("second_post") & ((other < 0) | (target < 0))
    return Finding(judged(~both, unclear), lambda: {"second_job_kind": other})


def _structural(kind: Codes) -> Truth:
    return np.asarray((kind >= 0) & (kind < STAFF))


def _valid(view: View, name: str) -> Truth:
    until = view.person(f"{name}_until")
    return np.asarray(np.isnan(until) | (view.on <= until + TOLERANCE))


def _standing_in(view: View, names: list[str]) -> Truth:
    table = np.array([*(name in names for name in LEGAL_STATUSES), False])
    return np.asarray(table[view.person("legal_status")])


def _outside(codes: Codes, admitted: list[str], names: tuple[str, ...], asked: bool) -> Truth:
    table = np.array([*(name not in admitted for name in names), False])
    return np.asarray(table[codes] & asked)
