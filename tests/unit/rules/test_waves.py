"""What the moves of a plan break together, though each may be lawful alone."""

from dataclasses import replace

import pandas as pd
import pytest

from benchmarks.rules.city import random_facts
from features.errors import UsageError
from rules.pack import load_pack
from rules.waves import judge_wave

PACK = load_pack()


@pytest.fixture
def facts():
    """Return ten people of one unit with a need of ten, two vacant posts in another, and two relatives among them."""
    city = random_facts(10, 3, seed=1)
    people = city.employees.assign(position_id="P-00000", unit_id="U-A")
    posts = city.positions.assign(unit_id=["U-A", "U-B", "U-C"], holders=[10, 0, 0], need=[10.0, 1.0, 1.0], vacant=[0, 1, 5])
    kin = pd.DataFrame({"employee_id": people.index[[0, 1]], "relative": people.index[[1, 0]]})
    return replace(city, employees=people, positions=posts, kin=kin.astype(people.index.dtype))


def moves(*pairs):
    return pd.DataFrame([(f"E-{n:06d}", f"P-{post:05d}") for n, post in pairs], columns=["employee_id", "position_id"])


def broken(facts, *pairs, pack=PACK):
    found = judge_wave(pack, facts, moves(*pairs))
    return {row.rule_id: row for row in found.itertuples()}


def test_a_single_lawful_move_breaks_nothing(facts):
    assert broken(facts, (2, 2)) == {}


def test_a_post_takes_in_no_more_than_it_has_room_for(facts):
    found = broken(facts, (2, 1), (3, 1))
    assert found["W22"].moves == [0, 1]
    assert found["W22"].gates
    assert found["W22"].reason_id.startswith("2 orang menuju jabatan yang hanya menyediakan 1 tempat")


def test_room_counts_those_who_leave_the_post_in_the_same_wave(facts):
    into_full = broken(facts, (2, 0))
    assert "W22" not in into_full, "who leaves a post and comes back leaves room"


def test_one_person_moves_once(facts):
    found = broken(facts, (2, 1), (2, 2))
    assert found["W28"].moves == [0, 1]


def test_a_unit_is_not_emptied_by_moves_lawful_one_by_one(facts):
    four = [(n, 2) for n in range(2, 6)]
    assert "W23" not in broken(facts, *four)
    found = broken(facts, *four, (6, 2))
    assert found["W23"].moves == [0, 1, 2, 3, 4]
    assert not found["W23"].gates
    assert "50 persen" in found["W23"].reason_id


def test_relatives_are_not_brought_together_unless_the_city_does_not_mind(facts):
    assert broken(facts, (0, 2), (1, 2))["W27"].moves == [0, 1]
    assert "W27" not in broken(facts, (0, 1), (1, 2))
    assert "W27" not in broken(facts, (0, 2), (1, 2), pack=load_pack(overrides={"W27": {"mode": "off"}}))


def test_a_stranger_in_a_plan_is_refused_with_a_count(facts):
    with pytest.raises(UsageError, match="1 moves name nobody in service and 0 no position"):
        judge_wave(PACK, facts, pd.DataFrame({"employee_id": ["nobody"], "position_id": ["P-00001"]}))


def test_an_empty_plan_breaks_nothing(facts):
    assert len(judge_wave(PACK, facts, moves())) == 0
