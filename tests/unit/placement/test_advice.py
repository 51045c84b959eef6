"""The verdict on a position: a move only where it is worth more than none."""

from types import SimpleNamespace

import pandas as pd
import pytest

from placement.advice import VERDICTS, AdviceParams, advice

POSTS = pd.DataFrame({"vacant": [1, 1, 1, 1, 0, 0, 0]}, index=[f"P{n}" for n in range(7)])


def candidate(position, who, net, there=0.5, half=0.3, eligible="yes"):
    return {"position_id": position, "employee_id": who, "eligible": eligible, "uplift": 0.2, "lower": 0.2 - half,
            "promised_uplift": 0.2, "promised_in_post": there, "promised_net_value": net}  # fmt: skip


ROWS = [
    candidate("P0", "A", 0.4), candidate("P0", "B", 0.9), candidate("P0", "C", 2.0, eligible="unknown"),
    candidate("P1", "A", 0.05), candidate("P2", "C", 1.0, eligible="unknown"),
    candidate("P4", "A", 0.5, there=0.9, half=0.2), candidate("P5", "A", 0.5, there=0.9, half=0.6),
]  # fmt: skip


PARAMS = AdviceParams()


def verdicts(*, supported=True, params=PARAMS):
    case = SimpleNamespace(facts=SimpleNamespace(positions=POSTS), supported=supported)
    return advice(case, pd.DataFrame(ROWS), pd.Series({"P4": 0.5, "P5": 0.5}), params).set_index("position_id")


def test_every_verdict_where_it_belongs() -> None:
    found = verdicts()["verdict"].to_dict()
    assert found == {
        "P0": "fill", "P1": "leave", "P2": "unresolved", "P3": "nobody", "P4": "stronger", "P5": "keep", "P6": "abolished",
    }  # fmt: skip


def test_the_best_who_may_be_signed_is_named() -> None:
    assert verdicts().loc["P0", ["employee_id", "promised_net_value"]].tolist() == ["B", 0.9]


def test_only_fill_and_stronger_speak_for_a_move() -> None:
    assert set(VERDICTS) == set(verdicts()["verdict"])
    assert {kind for kind, said in VERDICTS.items() if not said["do_nothing"]} == {"fill", "stronger"}
    assert verdicts().groupby("verdict")["do_nothing"].first().to_dict() == {k: v["do_nothing"] for k, v in VERDICTS.items()}


def test_without_supported_ranking_nobody_is_said_to_beat_the_holder() -> None:
    assert verdicts(supported=False).loc["P4", "verdict"] == "keep"


def test_a_city_may_ask_for_more() -> None:
    assert verdicts(params=AdviceParams(least_gain=1.0)).loc["P0", "verdict"] == "leave"
    assert verdicts(params=AdviceParams(least_lead=0.3)).loc["P4", "verdict"] == "keep"


@pytest.mark.parametrize(("language", "number"), [("text_id", "0,90"), ("text_en", "0.90")])
def test_sentences_carry_numbers_as_the_language_writes_them(language, number) -> None:
    assert number in verdicts().loc["P0", language]
