"""A draw that nobody can steer and anybody can check."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.trials.draw import Commitment, commit, draw, faults
from evaluation.trials.entrants import phased, tied
from evaluation.trials.protocol import LOTTERY, PHASED, LotteryParams, Protocol, digest, labels, parsed, protocol, sides

ROOT = Path(__file__).resolve().parents[4]
SECRET = bytes(range(32))
PLACES = {"P1": (("drawn", 2), ("waiting", 4)), "P2": (("drawn", 1), ("waiting", 3))}


def small() -> Protocol:
    entrants = pd.DataFrame({"block": ["P1"] * 6 + ["P2"] * 4, "label": [f"label{n:02d}" for n in range(10)]})
    return protocol("2026-1", LOTTERY, "run0", "2026-05-01", entrants, PLACES, 0, LotteryParams())


def drawn(number: str = "7 13 21", secret: bytes = SECRET) -> tuple[dict[str, Any], Commitment]:
    commitment = commit(small(), secret, "closing number of 1 April 2026")
    return json.loads(json.dumps(draw(small(), commitment, secret, number))), commitment


def test_an_untouched_record_has_no_fault() -> None:
    record, commitment = drawn()
    assert faults(record, commitment.digest) == []
    assert faults(record) == []


def test_every_arm_is_filled_exactly() -> None:
    rows = pd.DataFrame(drawn()[0]["assignments"])
    assert rows.groupby(["block", "arm"]).size().to_dict() == {
        ("P1", "drawn"): 2,
        ("P1", "waiting"): 4,
        ("P2", "drawn"): 1,
        ("P2", "waiting"): 3,
    }
    assert sorted(rows["label"]) == [f"label{n:02d}" for n in range(10)]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in _places(part, (*path, key))]
    if isinstance(value, list):
        return [found for place, part in enumerate(value) for found in _places(part, (*path, place))]
    return [path]


LEAVES = _places(drawn()[0])


@given(st.sampled_from(LEAVES))
@settings(max_examples=len(LEAVES), deadline=None)
def test_any_value_changed_is_found(path: tuple[Any, ...]) -> None:
    record, commitment = drawn()
    changed = copy.deepcopy(record)
    place = changed
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    place[path[-1]] = old + 1 if isinstance(old, int | float) else ("0" if old[:1] != "0" else "1") + old[1:]
    assert faults(changed, commitment.digest) != [], path


def test_a_draw_made_again_with_another_secret_is_not_the_one_published() -> None:
    _, commitment = drawn()
    again, _ = drawn(secret=bytes(32))
    assert faults(again) == []
    assert faults(again, commitment.digest) == ["published"]


def test_people_swapped_are_found() -> None:
    record, commitment = drawn()
    rows = record["assignments"]
    rows[0]["label"], rows[5]["label"] = rows[5]["label"], rows[0]["label"]
    assert faults(record, commitment.digest) == ["assignments"]


def test_what_is_no_record_is_malformed() -> None:
    for broken in ({}, {"protocol": 1}, {**drawn()[0], "secret": "zz"}, {**drawn()[0], "commitment": {"x": 1}}):
        assert faults(broken) == ["malformed"]


def test_the_number_changes_the_draw_and_spaces_around_it_do_not() -> None:
    first, _ = drawn("7 13 21")
    assert first["assignments"] == drawn(" 7 13 21\n")[0]["assignments"]
    assert any(drawn(str(n))[0]["assignments"] != first["assignments"] for n in range(5))


def test_everybody_has_the_same_chance() -> None:
    """900 draws; every place of every block equally often, by chi-square at one in ten thousand."""
    counts: dict[str, int] = {}
    for n in range(900):
        for row in draw(small(), commit(small(), SECRET, "b"), SECRET, str(n))["assignments"]:
            counts[row["label"]] = counts.get(row["label"], 0) + (row["arm"] == "drawn")
    share = np.array([counts[f"label{n:02d}"] for n in range(10)])
    expected = np.array([300.0] * 6 + [225.0] * 4)
    assert float(((share - expected) ** 2 / (expected * (1 - expected / 900))).sum()) < 35.6


def test_the_protocol_survives_being_written_down() -> None:
    assert parsed(json.loads(json.dumps(small().document()))) == parsed(small().document())
    assert digest(parsed(small().document()).document()) == digest(small().document())


def test_labels_need_the_key_and_differ_by_trial() -> None:
    people = pd.DataFrame({"employee_id": ["E1", "E2"], "position_id": "P1", "baseline": [0.1, 0.1]})
    first = labels(people, "a", b"k" * 32)
    assert first.is_unique
    for changed in ({"baseline": 0.2}, {"position_id": "P2"}):
        assert set(first) & set(labels(people.assign(**changed), "a", b"k" * 32)) == set()
    assert set(first) & set(labels(people, "b", b"k" * 32)) == set()
    assert set(first) & set(labels(people, "a", b"j" * 32)) == set()


def test_the_script_on_the_page_checks_a_draw_without_our_code(tmp_path: Path) -> None:
    """docs/trials.md carries a checker of its own; it agrees on a sound record and on a changed one."""
    page = (ROOT / "docs" / "trials.md").read_text(encoding="utf-8")
    script = re.search(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert script is not None
    (tmp_path / "check.py").write_text(script[1], encoding="utf-8")
    record, commitment = drawn()
    for name, told, sound in (("good", record, True), ("bad", {**record, "number": "8"}, False)):
        (tmp_path / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-I", "check.py", f"{name}.json", commitment.digest], cwd=tmp_path, capture_output=True
        )
        assert (run.returncode == 0) is sound, run.stderr.decode()


def shortlists() -> pd.DataFrame:
    rows = [("P1", who, rank, 1, "yes") for rank, who in enumerate("abcd", start=1)] + [("P1", "e", 5, 2, "yes")]
    rows += [
        ("P2", "a", 2, 1, "yes"),
        ("P2", "f", 1, 1, "yes"),
        ("P2", "g", 3, 1, "unknown"),
        ("P3", "h", 1, 1, "yes"),
        ("P4", "i", 1, 1, "yes"),
        ("P4", "j", 2, 1, "yes"),
    ]
    frame = pd.DataFrame(rows, columns=["position_id", "employee_id", "rank", "band", "eligible"])
    return frame.assign(stay_outlook=0.1)


def test_only_ties_that_are_contested_are_drawn_and_everybody_enters_once() -> None:
    positions = pd.DataFrame({"position_id": ["P1", "P2", "P3", "P4"], "vacant": [2, 1, 1, 0]})
    frame, places = tied(shortlists(), positions)
    assert frame.groupby("block")["employee_id"].apply(list).to_dict() == {"P1": ["a", "b", "c", "d"]}
    assert places == {"P1": (("drawn", 2), ("waiting", 2))}


def test_a_phased_start_fills_waves_by_seats() -> None:
    movers = pd.DataFrame({"block": ["K"] * 7 + ["L"] * 2, "position_id": "P", "employee_id": list("abcdefghi"), "baseline": 0.0})
    frame, places = phased(movers, 3)
    assert places == {"K": (("wave 1", 3), ("wave 2", 3), ("wave 3", 1))}
    assert set(frame["block"]) == {"K"}


def test_of_a_phased_start_only_those_are_compared_with_who_wait_beyond_the_window() -> None:
    places = {"K": tuple((f"wave {n}", 2) for n in range(1, 6)), "L": (("wave 1", 2), ("wave 2", 1))}
    assert sides(PHASED, places, every=6, last_month=18) == (("wave 1",), ("wave 4", "wave 5"))
    assert sides(PHASED, places, every=3, last_month=18) == (("wave 1",), ())
    assert sides(PHASED, places, every=24, last_month=18) == (("wave 1",), ("wave 2", "wave 3", "wave 4", "wave 5"))
    assert sides(LOTTERY, PLACES, every=6, last_month=18) == (("drawn",), ("waiting",))


def test_a_protocol_is_read_back_as_it_was_written() -> None:
    entrants = pd.DataFrame({"block": "K", "label": [f"label{n}" for n in range(6)]})
    planned = protocol("t", PHASED, "r", "2026-05-01", entrants, {"K": (("wave 1", 3), ("wave 2", 3))}, 18, LotteryParams())
    assert parsed(planned.document()) == planned
    assert planned.every == 18
    assert "having started" in planned.analysis["estimand"]
