"""The life of a move as a small state machine: which step may follow, who may take it, and what it must say.

Pure: a move as it stands and a step asked for give the state after, or an `EntryError` that says what is in the way. Nothing
decides by itself: every step but the last, which matches a move with the service record, is taken by a named account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from features import bilingual
from features.bilingual import Bilingual
from features.errors import EntryError
from publication.accounts.roles import Permission
from publication.decisions.choices import ACTIONS, CHOICE_REASONS, DECLINE_REASONS, STATES
from publication.intake.choices import REFUSAL_REASONS

OPEN = ("reserved", "postponed", "rejected", "refused", "cancelled")
"""States in which nobody is on the way to the post: the pair may be decided on anew."""
UNDER_WAY = (
    "proposed", "checked", "approved", "offered", "accepted", "technically_approved", "decreed", "inaugurated", "in_post",
)  # fmt: skip
SEATED = UNDER_WAY[UNDER_WAY.index("approved") :]
"""States in which the decision maker has given somebody a seat."""
APPROVED = (*SEATED, "matched")
"""States of a move that the decision maker has signed: what tells of it is no draft any more."""
NONE = ""
"""The state of a pair that nobody has decided on."""

LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Step:
    """One step: from which states to which (None: it stays), who may take it, and what it must carry.

    ``signs``: the column that keeps whoever took it; ``signed_by_others``: columns whose accounts may not take it.
    ``own``: the employee concerned may take it too. ``document``: it carries a number and a day. ``reasons``: one of these codes.
    ``eligible``: the pair must be eligible beyond doubt in the run in force.
    """

    action: str
    froms: tuple[str, ...]
    to: str | None
    permission: Permission
    reasons: Mapping[str, Bilingual] | None = None
    text: bool = False
    document: bool = False
    signs: str = ""
    signed_by_others: tuple[str, ...] = ()
    own: bool = False
    eligible: bool = False


P = Permission
STEPS: dict[str, Step] = {
    step.action: step
    for step in (
        Step("choose", (NONE, *OPEN), "proposed", P.PREPARE, CHOICE_REASONS, signs="prepared_by"),
        Step("reserve", (NONE, *OPEN), "reserved", P.PREPARE, DECLINE_REASONS, signs="prepared_by"),
        Step("reject", (NONE, *OPEN), "rejected", P.PREPARE, DECLINE_REASONS, signs="prepared_by"),
        Step("postpone", (NONE, *OPEN), "postponed", P.PREPARE, DECLINE_REASONS, signs="prepared_by"),
        Step("check", ("proposed",), "checked", P.CHECK, signs="checked_by", signed_by_others=("prepared_by",), eligible=True),
        Step("approve", ("checked",), "approved", P.APPROVE, signs="approved_by", signed_by_others=("prepared_by", "checked_by"),
             eligible=True),
        Step("send_back", ("proposed", "checked"), "postponed", P.CHECK, DECLINE_REASONS, text=True),
        Step("offer", ("approved", "refused"), "offered", P.PREPARE),
        Step("accept", ("offered",), "accepted", P.PREPARE, own=True),
        Step("refuse", ("offered",), "refused", P.PREPARE, REFUSAL_REASONS, own=True),
        Step("record_technical_approval", ("accepted",), "technically_approved", P.PREPARE, document=True),
        Step("record_decree", ("accepted", "technically_approved"), "decreed", P.PREPARE, document=True),
        Step("record_inauguration", ("decreed",), "inaugurated", P.PREPARE, document=True),
        Step("record_start", ("decreed", "inaugurated"), "in_post", P.PREPARE),
        Step("match", ("decreed", "inaugurated", "in_post"), "matched", P.PREPARE),
        Step("cancel", UNDER_WAY, "cancelled", P.PREPARE, DECLINE_REASONS, text=True),
        Step("comment", (*OPEN, *UNDER_WAY, "matched"), None, P.COMMENT, text=True),
    )
}  # fmt: skip
"""Every step by its action. A refusal opens the way to a new offer with more support; it closes nothing against the person."""

APPROVERS_MAY = ("send_back", "cancel")
"""Steps that whoever approves may take as well."""


@dataclass(frozen=True, slots=True)
class Move:
    """A decided pair as it stands."""

    move_id: int
    position_id: str
    employee_id: str
    state: str
    run_id: str
    prepared_by: str = ""
    checked_by: str = ""
    approved_by: str = ""
    departs: bool = False
    opened_at: str = ""
    changed_at: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step asked for: what, by which account, and what it says."""

    action: str
    by: str
    permissions: frozenset[Permission]
    employee_id: str | None = None
    reason_code: str = ""
    text: str = ""
    document_number: str = ""
    document_on: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """How the run in force lists the pair: None values where it does not list it at all.

    ``best_band``: the first band on the position's list that holds somebody eligible beyond doubt.
    """

    run_id: str
    eligible: str | None
    rank: int | None
    band: int | None
    best_band: int | None
    grade: str | None
    net_value: float | None
    uplift: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of a position in the run in force: how many are empty, and who holds the others (employee ids)."""

    vacant: int
    holders: frozenset[str] = frozenset()


def require_seat(seats: Seats, given: int, leaving: int) -> None:
    """Refuse to approve somebody for a position whose seats are all given.

    Parameters
    ----------
    seats
        The position's seats.
    given
        People already approved for the position who do not hold it yet.
    leaving
        Holders of it who are approved for another one: their seats become empty with the same wave.

    Raises
    ------
    EntryError
        No seat is left. A position that is full may be decided on ahead for one person.
    """
    free = max(seats.vacant + leaving, 1)
    if given >= free:
        raise EntryError(
            f"This position has {free} seats to give and all are: {given} approved already. Cancel one of those moves first, or "
            "send this one back.",
            f"Formasi jabatan ini yang dapat diisi {free}, dan {given} orang sudah disetujui. Batalkan dahulu salah satunya, atau "
            "kembalikan usulan ini.",
        )


def listed_as(run_id: str, row: Mapping[str, Any] | None, shortlist: Sequence[Mapping[str, Any]]) -> Listed:
    """Return how run ``run_id`` lists a pair: ``row`` as published (None: not listed), ``shortlist`` its position's."""
    sure = [int(other["band"]) for other in shortlist if other["eligible"] == "yes"]
    best = min(sure, default=min((int(other["band"]) for other in shortlist), default=None))
    values = row or {}
    numbers = [values.get(name) for name in ("grade", "net_value", "uplift", "lower", "upper")]
    return Listed(run_id, values.get("eligible"), values.get("rank"), values.get("band"), best, *numbers)


def departs(action: str, listed: Listed) -> bool:
    """Return whether a decision departs from what the list recommends.

    Choosing somebody below the best band, or not listed, departs; so does turning away somebody in it. Choosing among equals of
    the best band never does: the order within a band means little.
    """
    in_best = listed.band is not None and listed.band == listed.best_band
    return (action == "choose" and not in_best) or (action == "reject" and in_best)


def may_take(step: Step, asked: Asked, move_employee: str) -> bool:
    """Return whether whoever asks holds the permission of ``step``, by role or as the employee concerned."""
    own = step.own and asked.employee_id == move_employee and Permission.ENTER_OWN in asked.permissions
    approves = step.action in APPROVERS_MAY and Permission.APPROVE in asked.permissions
    return step.permission in asked.permissions or own or approves


def state_after(move: Move | None, employee_id: str, asked: Asked, listed: Listed) -> str:
    """Return the state after the step asked for.

    Parameters
    ----------
    move
        The pair as it stands; None where nobody has decided on it.
    employee_id
        The employee of the pair.
    asked
        The step.
    listed
        How the run in force lists the pair.

    Raises
    ------
    EntryError
        The step is unknown, not open in this state, not this account's to take, or lacks what it must carry.
    """
    step = STEPS.get(asked.action)
    if step is None:
        raise EntryError(
            f"There is no such step. Steps: {', '.join(STEPS)}.", f"Langkah itu tidak ada. Langkah: {', '.join(STEPS)}."
        )
    if not may_take(step, asked, employee_id):  # first: whoever may not take it is not told how the move stands
        raise EntryError("This step is not yours to take.", "Langkah ini bukan wewenang Anda.")
    state = move.state if move else NONE
    if state not in step.froms:
        raise EntryError(*_not_open(step, state))
    _require_other_hands(step, move, asked)
    _require_content(step, asked, listed)
    if step.eligible and listed.eligible != "yes":
        raise EntryError(
            "A requirement is still unknown or not met in the run in force, so this cannot be signed. Enter the missing document "
            "as a clearance or an approval, run again, and sign then.",
            "Masih ada syarat yang belum dapat dinilai atau tidak terpenuhi pada hasil yang berlaku, sehingga belum dapat "
            "ditandatangani. Masukkan dokumen yang kurang sebagai keterangan atau persetujuan, jalankan proses lagi, lalu tanda "
            "tangani.",
        )
    return state if step.to is None else step.to


def open_steps(move: Move | None, permissions: frozenset[Permission], employee_id: str | None, account: str) -> list[str]:
    """Return the steps an account could take now; what each must carry, and eligibility, is asked when it is taken."""
    state = move.state if move else NONE
    asked = Asked("", account, permissions, employee_id)
    return [
        step.action
        for step in STEPS.values()
        if state in step.froms and may_take(step, asked, move.employee_id if move else "") and step.action != "match"
        and not (move and account in {getattr(move, column) for column in step.signed_by_others})
    ]  # fmt: skip


def _not_open(step: Step, state: str) -> tuple[str, str]:
    now = STATES[state] if state else Bilingual("undecided", "belum diputuskan")
    action = ACTIONS[step.action]
    return (
        f"'{action}' is not open: the move is {now}.",
        f"'{action.indonesian}' tidak dapat dilakukan: keadaan mutasi {now.indonesian}.",
    )


def _require_other_hands(step: Step, move: Move | None, asked: Asked) -> None:
    if move and asked.by in {getattr(move, column) for column in step.signed_by_others}:
        raise EntryError(
            "Whoever prepared or checked a move cannot sign its next step too. Somebody else must.",
            "Yang menyiapkan atau memeriksa mutasi tidak boleh menandatangani langkah berikutnya. Harus orang lain.",
        )


def _require_content(step: Step, asked: Asked, listed: Listed) -> None:
    if step.reasons is not None and asked.reason_code not in step.reasons:
        known = bilingual.listed("; ", (Bilingual(f"{words} ({code})", f"{words.indonesian} ({code})")
                                        for code, words in step.reasons.items()))  # fmt: skip
        raise EntryError(f"Give one of these reasons: {known}.", f"Pilih satu dari alasan ini: {known.indonesian}.")
    if len(asked.text) > LONGEST_TEXT:
        raise EntryError(f"The text is longer than {LONGEST_TEXT} characters.", f"Teks melebihi {LONGEST_TEXT} karakter.")
    if departs(step.action, listed) and not asked.text.strip():
        raise EntryError(
            "This departs from the recommended band. Say why in a sentence.",
            "Ini menyimpang dari kelompok yang disarankan. Jelaskan alasannya dalam satu kalimat.",
        )
    if (step.text or asked.reason_code == "other") and not asked.text.strip():
        raise EntryError("Say why in a sentence.", "Jelaskan dalam satu kalimat.")
    if step.document and not (asked.document_number.strip() and _is_day(asked.document_on)):
        raise EntryError("Give the document's number and day (YYYY-MM-DD).", "Isi nomor dan tanggal dokumen (TTTT-BB-HH).")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
