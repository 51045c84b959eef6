"""Ways of rating known to come: from the day the regulation is public until people here have been rated by it."""

import pandas as pd
import pytest

from features.harmoniser.announced import FEWEST, WAYS, Announced, unseen_way


def rated(*ends: str, each: int = FEWEST) -> pd.DataFrame:
    """Return ratings of periods that end on these days, so many each."""
    return pd.DataFrame({"period_end": pd.to_datetime([end for end in ends for _ in range(each)])})


OLD, SCORES, GRADES = "2020-12-31", "2021-12-31", "2022-12-31"
CASES = [
    ("nothing announced for that year", [OLD], "2019-07-01", "2020-07-15", None),
    ("announced, and in force then", [OLD], "2021-07-01", "2022-07-15", "PP 30/2019"),
    ("in force then, and not public yet", [OLD, SCORES], "2022-01-01", "2023-01-15", None),
    ("public, and nobody rated by it", [OLD, SCORES], "2022-07-01", "2023-07-15", "PermenPANRB 6/2022"),
    ("people rated by it", [OLD, SCORES, GRADES], "2023-07-01", "2024-07-15", None),
    ("no rating known", [], "2023-07-01", "2024-07-15", "PermenPANRB 6/2022"),
]


@pytest.mark.parametrize(("ends", "today", "then", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_way_is_unseen_from_its_announcement_to_its_first_ratings(
    ends: list[str], today: str, then: str, expected: str | None
) -> None:
    assert unseen_way(WAYS, rated(*ends), pd.Timestamp(today), pd.Timestamp(then)) == expected


def test_a_few_ratings_are_none() -> None:
    ways = {"new": Announced("2022-01-01", "2021-06-01")}
    few = pd.concat([rated(SCORES), rated(GRADES, each=FEWEST - 1)])
    assert unseen_way(ways, few, pd.Timestamp(2023, 7, 1), pd.Timestamp(2024, 7, 1)) == "new"
    assert unseen_way({}, few, pd.Timestamp(2023, 7, 1), pd.Timestamp(2024, 7, 1)) is None


def test_what_is_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        Announced("2021-13-01", "2021-06-01")
