"""Cards are filled from the run, in both languages and forms, also where nothing was tried out; what is text stays text."""

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest

from publication.cards.cards import KINDS, NAMES, render_cards

FINDING = {"blocks": False, "review": True, "text_id": "rasio dampak < 0,80", "text_en": "impact ratio < 0.80"}
RUN: dict[str, Any] = {
    "cities_heard": 0,
    "as_of": "2026-03-22", "effective_on": "2026-05-01", "data_cutoff": "2026-03-22", "ranking_supported": True,
    "hashes": dict.fromkeys(("model", "params", "code", "snapshot", "rule_pack"), "ab12"),
    "source_rows": {"read": 100, "set_aside": 3, "faults": 4}, "label_health": {"verdict": "layak"},
    "funnel": [{"step": "excluded:frozen", "rows": 12}, {"step": "risk_rows", "rows": 1900}],
    "evaluation": {"verdict": "belum terbukti"},
    "release": {"decision": "champion", "reasons": [{"text_id": "Lolos", "text_en": "Passed"}]},
    "validation": {
        "slope": {"value": 0.913, "lower": 0.6, "upper": 1.2}, "mean_effect": {"value": None, "lower": None, "upper": None},
    },
    "fairness": {"decision": "warned", "findings": [FINDING], "because": ""},
}  # fmt: skip


def tables() -> dict[str, pd.DataFrame]:
    row = {"among": "eligible", "people": 40, "others": 0.5, "merged": 0, "suppressed": False}
    shown = {"measure": "shortlisted", "cell": "F", "statistic": "impact ratio", "value": 0.437, "ratio": 0.87}
    missed = {"measure": "uplift", "among": "moved", "cell": "M", "statistic": "gap", "value": -0.321, "ratio": np.nan}
    ends = {"dimension": "sex", "lower": -0.5, "upper": -0.1}
    fairness = pd.DataFrame([row | ends | shown, row | ends | missed])
    return {"fairness": fairness, "plan": pd.DataFrame(index=range(7)), "positions": pd.DataFrame(index=range(31)),
            "facts_employees": pd.DataFrame(index=range(211))}  # fmt: skip


def test_every_card_is_there_and_says_what_the_run_found() -> None:
    cards = render_cards("0f3a", RUN, tables())
    assert set(cards) == set(NAMES)
    assert "0,91" in cards["model-card.id.md"]
    assert "0.91" in cards["model-card.en.md"]
    assert "-0.32" in cards["model-card.en.md"]
    assert "| Shown first on at least one list | sex: women | 40 | 0.44 |" in cards["model-card.en.md"]
    assert "| Tampil teratas pada sedikitnya satu daftar | jenis kelamin: perempuan | 40 | 0,44 |" in cards["model-card.id.md"]
    assert "211 employees, 31 posts, 7 moves planned" in cards["algorithm-record.en.md"]
    assert "211 pegawai, 31 jabatan, 7 usulan mutasi" in cards["algorithm-record.id.md"]
    assert "lolos dengan catatan; temuannya: 1" in cards["impact-assessment.id.md"]
    assert "- perlu ditelaah: rasio dampak" in cards["model-card.id.md"]
    assert "- to be reviewed: impact ratio" in cards["model-card.en.md"]
    assert "| − frozen by an election | 12 | 0 |\n| Learned from | 1,900 | 0 |" in cards["model-card.en.md"]
    assert "| Dipelajari | 1.900 | 0 |" in cards["model-card.id.md"]
    assert "Ratings: fit for learning." in cards["model-card.en.md"]
    assert "| not proven (belum terbukti) |" in cards["algorithm-record.en.md"]
    for kind in KINDS:
        page = cards[f"{kind}.en.html"]
        assert page.startswith("<!doctype html>")
        assert "<table>" in page


def test_two_traits_together_are_told_where_they_differ_beyond_chance_and_all_is_counted() -> None:
    shown = {"measure": "net_value", "among": "candidates", "dimension": "sex x age_band", "statistic": "auc", "people": 31}
    shown |= {"others": np.nan, "ratio": np.nan, "merged": 1, "suppressed": False}
    rows = [
        {**shown, "cell": "F, <35", "value": 0.31, "lower": 0.22, "upper": 0.4},
        {**shown, "cell": "M, 55+", "value": 0.52, "lower": 0.44, "upper": 0.6},
        {**shown, "cell": "all", "value": np.nan, "lower": np.nan, "upper": np.nan, "dimension": "disability", "suppressed": True},
    ]
    given = tables()
    given["fairness"] = pd.concat([given["fairness"], pd.DataFrame(rows)], ignore_index=True)
    card = render_cards("0f3a", RUN, given)["model-card.en.md"]
    assert "| net value | sex and age: women, <35 | 31 | 0.31 | 0.22 to 0.40 |" in card
    assert "men, 55+" not in card
    assert "4 figures compared, 3 differ beyond chance" in card
    assert "1 comparisons are withheld" in card
    assert "2 figures rest on groups that were joined" in card


def test_a_model_that_listened_to_other_cities_says_so() -> None:
    alone, heard = (render_cards("0f3a", RUN | {"cities_heard": cities}, tables()) for cities in (0, 3))
    for name, words in (("model-card.en.md", "that 3 other cities told"), ("model-card.id.md", "dari 3 kota lain")):
        assert words in heard[name]
        assert "--pool" not in alone[name]


def test_what_other_cities_told_reaches_effects_only_where_ranking_is_supported() -> None:
    small = render_cards("0f3a", RUN | {"cities_heard": 2, "ranking_supported": False}, tables())
    for name, words in (("model-card.en.md", "shown on this city's own moves"), ("model-card.id.md", "mutasi kota ini sendiri")):
        assert words in small[name]


def test_a_run_that_trained_nothing_counts_no_rows_learned_from() -> None:
    cards = render_cards("0f3a", RUN | {"funnel": []}, tables())
    for name, words, learned in (
        ("model-card.en.md", "trained nothing", "Learned from"),
        ("model-card.id.md", "tidak melatih", "Dipelajari"),
    ):
        assert words in cards[name]
        assert f"| {learned} |" not in cards[name]


def test_no_figure_is_less_than_nothing_by_rounding() -> None:
    run = RUN | {"validation": {"mean_effect": {"value": -0.002, "lower": -0.21, "upper": 0.2}}}
    assert "| 0.00 | -0.21 to 0.20 |" in render_cards("0f3a", run, tables())["model-card.en.md"]


def test_what_a_person_wrote_is_no_markup() -> None:
    run = copy.deepcopy(RUN)
    run["fairness"] |= {"decision": "overridden", "because": "<script>alert(1)</script>"}
    page = render_cards("0f3a", run, tables())["model-card.en.html"]
    assert "overridden" in page
    assert "<script>" not in page


@pytest.mark.parametrize("missing", ["validation", "evaluation"])
def test_a_run_without_trial_or_evaluation_says_so(missing: str) -> None:
    cards = render_cards("0f3a", RUN | {missing: None}, tables())
    said = {"validation": ("model-card.en.md", "nothing was tried out"), "evaluation": ("algorithm-record.en.md", "not evaluated")}
    name, words = said[missing]
    assert words in cards[name]


def test_sizes_are_written_as_the_reader_writes_them() -> None:
    given = tables()
    given["facts_employees"] = pd.DataFrame({"employee_id": [f"E{n}" for n in range(1191)]})
    cards = render_cards("0f3a", RUN, given)
    assert "1.191 pegawai" in cards["algorithm-record.id.md"]
    assert "1,191 employees" in cards["impact-assessment.en.md"]
