"""The life of a move: each step in its order, by other hands, with its reason; and in the ledger, which the table follows."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from threading import Barrier

import pandas as pd
import pytest

from features.errors import EntryError
from publication.accounts.roles import GRANTS, Permission, Role
from publication.decisions.choices import ACTIONS, STATES
from publication.decisions.life import (
    NONE,
    OPEN,
    STEPS,
    UNDER_WAY,
    Asked,
    Listed,
    Move,
    Seats,
    departs,
    listed_as,
    open_steps,
    state_after,
)
from publication.records import Records

NOW = datetime(2026, 3, 4, 9, tzinfo=timezone(timedelta(hours=7)))
BEST = Listed("run1", "yes", 2, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
BELOW = replace(BEST, rank=9, band=3)
NOT_LISTED = Listed("run1", None, None, None, 1, None, None, None, None, None)
UNKNOWN = replace(BEST, eligible="unknown")


def asked(action: str, by: str = "hr", role: Role = Role.HR, **said: str) -> Asked:
    return Asked(action, by, GRANTS[role].permissions, **said)


CHOOSE = asked("choose", reason_code="evidence")
CHECK = asked("check", "ketua", Role.APPRAISAL_TEAM)
APPROVE = asked("approve", "walikota", Role.DECISION_MAKER)
PAPER: Mapping[str, str] = {"document_number": "SK 1/2026", "document_on": "2026-03-10"}
WHOLE_LIFE = [
    (CHOOSE, "proposed"), (CHECK, "checked"), (APPROVE, "approved"), (asked("offer"), "offered"),
    (asked("accept", "pegawai", Role.EMPLOYEE, employee_id="E1"), "accepted"),
    (asked("record_technical_approval", **PAPER), "technically_approved"), (asked("record_decree", **PAPER), "decreed"),
    (asked("record_inauguration", **PAPER), "inaugurated"), (asked("record_start"), "in_post"),
]  # fmt: skip


def live(records: Records, steps: list[Asked]) -> Move:
    move = None
    for step in steps:
        move = records.moves.take("P1", "E1", step, BEST, NOW)
    assert move is not None
    return move


def test_a_move_lives_from_proposal_to_the_service_record(records: Records) -> None:
    for step, state in WHOLE_LIFE:
        assert records.moves.take("P1", "E1", step, BEST, NOW).state == state
    days = pd.to_datetime(["2020-01-01", "2026-04-01"])
    record = pd.DataFrame({"employee_id": ["E1", "E1"], "position_id": ["P1", "P1"], "start_on": days})
    assert records.moves.match(record.iloc[:1], "run2", NOW) == 0
    assert records.moves.match(record, "run2", NOW) == 1
    move = records.moves.move(1)
    assert move is not None
    assert (move.state, move.prepared_by, move.checked_by, move.approved_by) == ("matched", "hr", "ketua", "walikota")
    history = records.moves.history(1)
    assert [entry["kind"] for entry in history] == [step.action for step, _ in WHOLE_LIFE] + ["match"]
    assert history[-1]["public"]["start_on"] == "2026-04-01"
    assert records.verify().faults == ()
    assert records.moves.of_pair("P1", "E1") is None


def test_the_wrong_next_step_is_refused_and_nothing_is_written(records: Records) -> None:
    records.moves.take("P1", "E1", CHOOSE, BEST, NOW)
    with pytest.raises(EntryError, match="not open"):
        records.moves.take("P1", "E1", APPROVE, BEST, NOW)
    assert len(records.moves.history(1)) == 1


def test_three_signatures_are_three_people() -> None:
    everything = frozenset(Permission)
    proposed = Move(1, "P1", "E1", "proposed", "run1", prepared_by="a")
    with pytest.raises(EntryError, match="Somebody else"):
        state_after(proposed, "E1", Asked("check", "a", everything), BEST)
    checked = replace(proposed, state="checked", checked_by="b")
    for same in ("a", "b"):
        with pytest.raises(EntryError, match="Somebody else"):
            state_after(checked, "E1", Asked("approve", same, everything), BEST)
    assert state_after(checked, "E1", Asked("approve", "c", everything), BEST) == "approved"


def test_unknown_eligibility_may_be_proposed_but_not_signed() -> None:
    assert state_after(None, "E1", CHOOSE, UNKNOWN) == "proposed"
    proposed = Move(1, "P1", "E1", "proposed", "run1", prepared_by="hr")
    for unsure in (UNKNOWN, replace(BEST, eligible="no"), NOT_LISTED):
        with pytest.raises(EntryError, match="cannot be signed"):
            state_after(proposed, "E1", CHECK, unsure)
    assert state_after(proposed, "E1", CHECK, BEST) == "checked"


def test_a_departure_from_the_band_needs_words() -> None:
    assert [departs("choose", one) for one in (BEST, BELOW, NOT_LISTED)] == [False, True, True]
    assert [departs("reject", one) for one in (BEST, BELOW)] == [True, False]
    for listed in (BELOW, NOT_LISTED):
        with pytest.raises(EntryError, match="departs"):
            state_after(None, "E1", CHOOSE, listed)
        assert state_after(None, "E1", replace(CHOOSE, text="Dibutuhkan untuk penataan arsip."), listed) == "proposed"


def test_the_best_band_is_the_first_with_somebody_eligible_beyond_doubt() -> None:
    shortlist = [{"eligible": "unknown", "band": 1}, {"eligible": "yes", "band": 2}, {"eligible": "yes", "band": 3}]
    row = {"eligible": "yes", "rank": 2, "band": 2, "grade": "B", "net_value": 0.1, "uplift": 0.1, "lower": 0.0, "upper": 0.2}
    listed = listed_as("run1", row, shortlist)
    assert (listed.band, listed.best_band) == (2, 2)
    assert listed_as("run1", None, shortlist[:1]).best_band == 1
    assert listed_as("run1", None, []).best_band is None


@pytest.mark.parametrize("action", ["choose", "reserve", "reject", "postpone", "refuse", "cancel", "send_back"])
def test_a_decision_carries_a_reason_of_its_own_list(action: str) -> None:
    step = STEPS[action]
    move = None if NONE in step.froms else Move(1, "P1", "E1", step.froms[0], "run1")
    wanted = Asked(action, "x", frozenset(Permission), text="Alasan lengkap.")
    with pytest.raises(EntryError, match="reason"):
        state_after(move, "E1", replace(wanted, reason_code="because"), BEST)
    assert step.reasons
    assert state_after(move, "E1", replace(wanted, reason_code=next(iter(step.reasons))), BEST) == step.to
    with pytest.raises(EntryError):
        state_after(move, "E1", replace(wanted, reason_code="other", text=" "), BEST)


@pytest.mark.parametrize("paper", [{}, {"document_number": "1"}, {"document_number": "1", "document_on": "kemarin"}])
def test_a_decree_has_a_number_and_a_day(paper: dict[str, str]) -> None:
    with pytest.raises(EntryError, match="number and day"):
        state_after(Move(1, "P1", "E1", "accepted", "run1"), "E1", asked("record_decree", **paper), BEST)


def test_nobody_is_on_the_way_to_two_posts(records: Records) -> None:
    records.moves.take("P1", "E1", CHOOSE, BEST, NOW)
    with pytest.raises(EntryError, match="another post"):
        records.moves.take("P2", "E1", CHOOSE, BEST, NOW)
    records.moves.take("P1", "E1", asked("cancel", reason_code="timing", text="Ditunda."), BEST, NOW)
    assert records.moves.take("P2", "E1", CHOOSE, BEST, NOW).state == "proposed"


def test_nobody_is_sent_two_ways_by_two_officers_at_the_same_moment(records: Records) -> None:
    ready = Barrier(6)

    def choose(number: int) -> bool:
        ready.wait()
        try:
            records.moves.take(f"J{number}", "E1", CHOOSE, BEST, NOW)
        except EntryError:
            return False
        return True

    with ThreadPoolExecutor(6) as officers:
        assert sum(officers.map(choose, range(6))) == 1
    assert len(records.moves.moves(states=UNDER_WAY)) == 1
    assert records.verify().faults == ()


def test_a_refusal_counts_for_nothing_and_a_new_offer_may_follow(records: Records) -> None:
    live(records, [step for step, _ in WHOLE_LIFE[:4]])
    refused = asked("refuse", "pegawai", Role.EMPLOYEE, employee_id="E1", reason_code="fears_expectations")
    assert records.moves.take("P1", "E1", refused, BEST, NOW).state == "refused"
    assert records.moves.take("P1", "E1", asked("offer"), BEST, NOW).state == "offered"


def test_only_the_employee_concerned_answers_their_offer() -> None:
    offered = Move(1, "P1", "E1", "offered", "run1")
    other = asked("accept", "lain", Role.EMPLOYEE, employee_id="E2")
    with pytest.raises(EntryError, match="not yours"):
        state_after(offered, "E1", other, BEST)
    with pytest.raises(EntryError, match="not yours"):
        state_after(offered, "E1", replace(other, employee_id=None), BEST)


def test_a_pair_decided_on_anew_sheds_its_signatures(records: Records) -> None:
    live(records, [CHOOSE, CHECK, asked("cancel", reason_code="timing", text="Ditunda.")])
    again = records.moves.take("P1", "E1", replace(CHOOSE, by="hr2"), BEST, NOW)
    assert (again.move_id, again.prepared_by, again.checked_by) == (1, "hr2", "")


def test_comments_change_no_state(records: Records) -> None:
    live(records, [CHOOSE])
    assert records.moves.take("P1", "E1", asked("comment", text="Perlu wawancara."), BEST, NOW).state == "proposed"
    assert records.moves.history(1)[-1]["private"]["text"] == "Perlu wawancara."


def test_an_edited_table_of_moves_is_found(records: Records) -> None:
    live(records, [CHOOSE])
    with records.database.writing() as connection:
        connection.exec_driver_sql("UPDATE moves SET state = 'approved'")
    assert "move 1" in records.verify().faults[0]


def test_moves_are_found_by_what_is_asked(records: Records) -> None:
    records.moves.take("P1", "E1", CHOOSE, BEST, NOW)
    records.moves.take("P1", "E2", asked("reserve", reason_code="better_candidate"), BEST, NOW)
    assert {move.employee_id for move in records.moves.moves(position_id="P1")} == {"E1", "E2"}
    assert [move.employee_id for move in records.moves.moves(states=UNDER_WAY)] == ["E1"]
    assert records.moves.move(99) is None


def test_the_open_steps_are_those_that_succeed() -> None:
    proposed = Move(1, "P1", "E1", "proposed", "run1", prepared_by="ketua")
    assert "check" not in open_steps(proposed, GRANTS[Role.APPRAISAL_TEAM].permissions, None, "ketua")
    assert "check" in open_steps(proposed, GRANTS[Role.APPRAISAL_TEAM].permissions, None, "lain")
    assert open_steps(None, GRANTS[Role.AUDITOR].permissions, None, "auditor") == []
    assert {"choose", "reserve", "reject", "postpone"} == set(open_steps(None, GRANTS[Role.HR].permissions, None, "hr"))


def test_every_state_is_reached_and_every_word_is_there() -> None:
    reached = {step.to for step in STEPS.values() if step.to}
    assert reached == set(STATES)
    assert set(ACTIONS) == set(STEPS)
    assert set(OPEN) | set(UNDER_WAY) | {"matched"} == reached


def approved(records: Records, position_id: str, employee_id: str, seats: Seats) -> str:
    for step in (CHOOSE, CHECK):
        records.moves.take(position_id, employee_id, step, BEST, NOW, seats)
    return records.moves.take(position_id, employee_id, APPROVE, BEST, NOW, seats).state


def test_no_more_people_are_approved_than_there_are_seats(records: Records) -> None:
    two = Seats(2, frozenset({"H1"}))
    assert [approved(records, "P1", who, two) for who in ("E1", "E2")] == ["approved", "approved"]
    with pytest.raises(EntryError, match="2 seats to give and all are: 2 approved"):
        approved(records, "P1", "E3", two)
    records.moves.take("P1", "E2", asked("cancel", reason_code="timing", text="Ditunda."), BEST, NOW)
    assert records.moves.take("P1", "E3", APPROVE, BEST, NOW, two).state == "approved"


def test_a_holder_approved_for_another_post_leaves_a_seat_and_a_full_post_is_decided_ahead_for_one(records: Records) -> None:
    full = Seats(0, frozenset({"H1", "H2"}))
    assert approved(records, "P1", "E1", full) == "approved"
    with pytest.raises(EntryError, match="1 seats"):
        approved(records, "P1", "E2", full)
    assert [approved(records, "P2", who, Seats(2)) for who in ("H1", "H2")] == ["approved", "approved"]
    assert records.moves.take("P1", "E2", APPROVE, BEST, NOW, full).state == "approved"


def test_whoever_holds_the_post_by_now_takes_no_second_seat(records: Records) -> None:
    assert approved(records, "P1", "E1", Seats(1)) == "approved"
    assert approved(records, "P1", "E2", Seats(1, frozenset({"E1"}))) == "approved"
