"""How groups fared, in words: what is worth a look, and what is only chance."""

from evaluation.group_figures import cell_name
from serving.groups import by_score, by_step


def row(cell: str, ratio: float | None, lower: float | None, upper: float | None, **more: object) -> dict[str, object]:
    usual = {"measure": "planned", "among": "in service", "dimension": "sex", "statistic": "impact ratio", "people": 40}
    usual |= {"value": 0.2, "others": 0.3, "suppressed": False, "merged": 0, "review": False}
    return {**usual, "cell": cell, "ratio": ratio, "lower": lower, "upper": upper, **more}


def test_a_share_is_marked_where_the_run_says_so_and_has_no_bar_where_nothing_can_be_compared() -> None:
    rows = [row("F", 0.7, 0.5, 0.95, review=True), row("M", 1.43, 1.05, 2.0), row("none", None, None, None)]
    ((_, groups),) = by_step(rows)
    assert {group.row["cell"]: (group.marked, group.bar is None) for group in groups} == {
        "F": (True, False), "M": (False, False), "none": (False, True),
    }  # fmt: skip


def test_steps_stand_in_their_order_and_what_is_too_small_is_left_out() -> None:
    rows = [row("F", 1.0, 0.9, 1.1), row("M", 1.0, 0.9, 1.1, measure="eligible"), row("all", None, None, None, suppressed=True)]
    told = by_step(rows)
    assert [[str(group.name) for group in groups] for _, groups in told] == [["men"], ["women"]]


def test_a_bar_lies_left_of_one_where_a_group_got_less() -> None:
    ((_, groups),) = by_step([row("F", 0.5, 0.0, 0.8), row("M", 2.0, 1.25, None)])
    fewer, more = (group.bar for group in groups)
    assert fewer is not None
    assert more is not None
    assert fewer.dot < fewer.zero < more.dot


def test_a_score_that_tells_a_group_apart_is_named() -> None:
    auc = {"statistic": "auc", "measure": "uplift", "among": "candidates"}
    ((_, groups),) = by_score([row("F", None, 0.51, 0.6, **auc, value=0.55), row("M", None, 0.4, 0.6, **auc, value=0.5)])
    assert [group.marked for group in groups] == [True, False]


def test_a_trait_the_city_named_itself_is_told_after_those_of_the_source() -> None:
    rows = [row("north", 1.0, 0.9, 1.1, dimension="origin"), row("F, north", 1.0, 0.9, 1.1, dimension="sex x origin"),
            row("F", 1.0, 0.9, 1.1)]  # fmt: skip
    ((_, groups),) = by_step(rows)
    assert [(str(group.trait), str(group.name)) for group in groups] == [
        ("sex", "women"), ("origin", "north"), ("sex and origin", "women, north"),
    ]  # fmt: skip
    assert groups[2].trait.indonesian == "jenis kelamin dan origin"


def test_groups_have_names_in_both_languages() -> None:
    assert cell_name("F, 35-44").indonesian == "perempuan, 35-44"
    assert str(cell_name("45-54+55+")) == "45-54+55+"
