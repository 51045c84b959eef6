"""The sheet for the national channel holds every field, and names only if they are given."""

import pandas as pd
import pytest

from benchmarks.rules.city import ON, random_facts
from rules.pack import load_pack
from rules.submission import LAYOUT, STATES, submission
from rules.verdicts import judge

PACK = load_pack()


@pytest.fixture(scope="module")
def facts():
    city = random_facts(30, 6, seed=2)
    people = city.employees.assign(rank_since=pd.Timestamp("2020-04-01"), education="S-1")
    positions = city.positions.assign(title=[f"Jabatan {n}" for n in range(6)])
    return type(city)(**{**city.__dict__, "employees": people, "positions": positions})


@pytest.fixture(scope="module")
def moves():
    return pd.DataFrame({"employee_id": ["E-000003", "E-000004"], "position_id": ["P-00001", "P-00002"],
                         "own_request": [True, False], "reason": ["Pengalaman di bidang ini.", None]})  # fmt: skip


@pytest.fixture(scope="module")
def sheet(facts, moves):
    return submission(PACK, facts, moves, ON)


def test_every_field_is_there_for_every_move(sheet):
    fields = [entry["field"] for section in LAYOUT.values() for entry in section]
    assert sheet[sheet["move"] == 0]["field"].tolist() == fields
    assert set(sheet["state"]) <= set(STATES)


def test_the_own_application_is_asked_only_of_who_asked(sheet):
    assert sheet.loc[sheet["field"] == "own_application", "move"].tolist() == [0]


def test_names_are_missing_unless_given(facts, moves, sheet):
    assert set(sheet.loc[sheet["field"].isin(["name", "nip"]), "state"]) == {"missing"}
    named = submission(PACK, facts, moves.assign(name="Orang Rekaan", nip="1"), ON)
    assert set(named.loc[named["field"] == "name", "value"]) == {"Orang Rekaan"}


def test_a_reason_not_given_is_marked_missing(sheet):
    assert sheet.loc[sheet["field"] == "reason", "state"].tolist() == ["filled", "missing"]


def test_papers_follow_the_verdicts_of_their_rules(facts, moves, sheet):
    codes = pd.DataFrame(judge(PACK, facts, moves, ON).codes, columns=list(PACK.rule_ids))
    for entry in LAYOUT["papers"]:
        rows = sheet[sheet["field"] == entry["field"]].set_index("move")
        for n in rows.index:
            of_rules = codes.loc[n, entry.get("rules", [])]
            assert (rows.loc[n, "state"] == "refused") == bool((of_rules == -1).any())
            if rows.loc[n, "state"] == "in order":
                assert (of_rules == 1).all()


def test_every_rule_named_by_the_layout_exists():
    assert {rule for entry in LAYOUT["papers"] for rule in entry.get("rules", [])} <= set(PACK.rule_ids)


def test_a_move_starts_on_its_own_day_where_that_is_known(facts, moves):
    start = pd.DataFrame({"start_on": [pd.Timestamp("2031-08-01"), pd.NaT]})
    told = submission(PACK, facts, moves.join(start), ON)
    said = told[told["field"] == "effective_on"].set_index("move")["value"]
    assert said[0] == "1 Agustus 2031"
    assert said[1] == submission(PACK, facts, moves, ON).query("field == 'effective_on'").set_index("move")["value"][1]


def test_an_article_is_named_once(sheet):
    for references in sheet["legal_reference"].dropna():
        parts = references.split("; ")
        assert len(parts) == len(set(parts))
