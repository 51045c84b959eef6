"""A draw: turns in time, and what came of each."""

import numpy as np
import pandas as pd

from placement.wave.draws import in_time, outcomes
from placement.wave.wishes import Granted


def test_a_turn_begun_is_finished_and_none_begins_after_the_time() -> None:
    now = [0.0]
    served = []
    for who in in_time(["E1", "E2", "E3"], 10.0, lambda: now[0]):
        served.append(who)
        now[0] += 6.0
    assert served == ["E1", "E2"]


def test_every_turn_has_its_outcome() -> None:
    tried = pd.DataFrame({
        "employee_id": ["E1", "E2", "E2", "E3"], "position_id": ["A", "B", "C", "D"], "value": [9.0, 5.0, 6.0, -np.inf],
    })  # fmt: skip
    result = Granted({"E1": "A"}, tried, free=10.0, floor=8.0, value=9.0, turns=["E1", "E2", "E3", "E4"])
    rows = outcomes(["E1", "E2", "E3", "E4", "E5"], result)
    assert list(rows["outcome"]) == ["granted", "below", "impossible", "no_move", "not_reached"]
    assert list(rows["share"][:2]) == [0.9, 0.6]
    assert rows["share"][2:].isna().all()
    assert list(rows["tried"]) == [1, 2, 1, 0, 0]
    assert rows["position_id"][0] == "A"
    assert rows["position_id"][1:].isna().all()
