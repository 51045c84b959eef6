"""How many changes turn an order."""

from placement.turning import enough_to_turn, turn


def test_the_fewest_changes_that_make_up_what_is_lacking() -> None:
    uplift = [0.1, 0.3, 0.4]
    assert enough_to_turn(uplift, needed=0.0, weight=1.0) == 0
    assert enough_to_turn(uplift, needed=0.25, weight=1.0) == 2
    assert enough_to_turn(uplift, needed=0.25, weight=1.5) == 1
    assert enough_to_turn(uplift, needed=0.5, weight=1.0) is None


def test_what_is_needed_is_the_net_value_between_the_two() -> None:
    row = {"band": 1, "eligible": "yes", "grade": "B", "net_value": 0.5, "net_upper": 0.6}
    found = turn(row, row | {"net_value": 0.2, "net_upper": 0.4})
    assert (found.ground, round(found.needed, 9), found.within) == ("value", 0.3, False)
