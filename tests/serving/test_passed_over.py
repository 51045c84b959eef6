"""Who stands higher on a list than whom the plan takes."""

from serving.passed_over import PassedOver, passed_over

FIRSTS = [
    {"position_id": post, "employee_id": who, "rank": rank, "eligible": "unknown" if who == "x" else "yes"}
    for post, people in {"P": "abxc", "Q": "de", "R": "fg"}.items()
    for rank, who in enumerate(people, start=1)
]


def test_those_above_the_one_taken_are_named_with_where_they_go() -> None:
    moves = [{"employee_id": "c", "to_position": "P"}, {"employee_id": "a", "to_position": "Q"}]
    assert passed_over(moves, FIRSTS, ["R", "Q"]) == [
        PassedOver("P", "a", 1, "c", "Q"), PassedOver("P", "b", 2, "c", None),
        PassedOver("Q", "d", 1, "a", None), PassedOver("Q", "e", 2, "a", None), PassedOver("R", "f", 1, None, None),
    ]  # fmt: skip


def test_a_plan_that_takes_the_first_passes_nobody_over() -> None:
    assert passed_over([{"employee_id": "a", "to_position": "P"}], FIRSTS, []) == []


def test_a_post_for_two_names_those_above_the_second() -> None:
    moves = [{"employee_id": who, "to_position": "P"} for who in "ac"]
    assert [row.employee_id for row in passed_over(moves, FIRSTS, [])] == ["b"]
