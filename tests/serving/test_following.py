"""What cases of one's own say of an option, beside what earlier movers say."""

from evaluation.follow_up import ANSWER_TO
from publication.intake.choices import OPTIONS
from serving.pages.following import FEWEST_CLOSED, TAKEN_AS, solved


def case(option: str, status: str) -> dict[str, str]:
    return {"option": option, "status": status}


def test_closed_cases_tell_how_often_an_option_helped() -> None:
    cases = [*[case("training", "solved")] * 4, case("training", "not_solved"), *[case("training", "open")] * 9]
    assert solved(cases) == {"training": (4, 5)}


def test_fewer_cases_than_hide_a_person_tell_nothing() -> None:
    assert solved([case("coaching", "solved")] * (FEWEST_CLOSED - 1)) == {}


def test_every_option_of_a_warning_can_be_chosen_in_a_case() -> None:
    offered = {option for options in ANSWER_TO.values() for option in options}
    assert {TAKEN_AS.get(option, option) for option in offered} <= set(OPTIONS)
