"""The minutes of a hand-over list what the run drew up for the unit left, and leave lines for the rest."""

import json
from types import SimpleNamespace

from serving.documents.contents.moves import LEAST_LINES, _hand_over


def lines(*items):
    rows = [{"hand_over_left": json.dumps([{"code": "x", "id": item, "en": item} for item in items])}] if items else []
    answers = SimpleNamespace(rows=lambda *_, **__: rows)
    return [row["item"] for row in _hand_over(answers, "E1", "P1")]


def test_the_checklist_comes_first_and_lines_to_write_on_follow():
    assert lines("Tugas berjalan", "Berkas") == ["Tugas berjalan", "Berkas", *[" "] * (LEAST_LINES - 2)]


def test_a_long_checklist_leaves_two_lines():
    assert lines(*"abcdefgh")[-3:] == ["h", " ", " "]


def test_without_a_checklist_all_lines_are_blank():
    assert lines() == [" "] * LEAST_LINES
