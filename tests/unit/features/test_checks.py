"""Every rule of the checks finds what it is for, spares what is right, and costs what it says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.checking.checks import CheckedSource, check_source, require_usable
from features.checking.faults import people
from features.checking.faults.catalogue import RULES, Cause, Severity
from features.checking.report import render_html, render_text
from features.contract import TABLES
from features.errors import ContractError
from features.source.raw import FILE, LINE, RawTables
from features.tables import conform

SET_ASIDE, CELL, WARNING = Severity.SET_ASIDE, Severity.CELL, Severity.WARNING


def raw_of(**tables: list[dict[str, str]]) -> RawTables:
    """Return raw tables of whole rows of text, with lines from 2."""
    frames = {}
    for name, rows in tables.items():
        frame = pd.DataFrame(rows).reindex(columns=list(TABLES[name].names())).astype("str")
        frames[name] = frame.assign(**{FILE: f"{name}.csv", LINE: np.arange(2, 2 + len(rows))})
    return RawTables(frames, pd.DataFrame({"table": [], FILE: [], LINE: [], "cells": []}), {})


def city(**changed: list[dict[str, str]]) -> RawTables:
    """Return a faultless town of ten people in two posts each, with ``changed`` tables in place of its own."""
    numbers = range(10)
    tables = {
        "employees": [
            {"employee_id": f"E{n}", "nip": f"1980010{1 + n % 9}201001{1 + n % 2}{101 + n}", "birth_date": f"1980-01-0{1 + n % 9}",
             "sex": "MF"[n % 2], "hired_on": "2010-01-01", "status": "PNS"} for n in numbers
        ],
        "units": [{"unit_id": "U1"}, {"unit_id": "U2", "parent_id": "U1"}, {"unit_id": "U3", "parent_id": "U2"}],
        "positions": [{"position_id": f"P{n}", "unit_id": f"U{1 + n % 3}"} for n in range(6)],
        "assignments": [
            row for n in numbers for row in (
                {"employee_id": f"E{n}", "position_id": f"P{n % 5}", "start_on": "2012-01-01", "end_on": "2016-12-31"},
                {"employee_id": f"E{n}", "position_id": f"P{n % 5 + 1}", "start_on": "2017-01-01", "end_on": ""},
            )
        ],
        "appraisals": [
            {"employee_id": f"E{n}", "period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "score": f"{80 + n}",
             "rating": "4"}
            for n in numbers for year in (2018, 2019, 2020)
        ],
    }  # fmt: skip
    every = {**tables, **changed}
    return raw_of(**{name: [{k: v for k, v in row.items() if v} for row in rows] for name, rows in every.items()})


def changed(table: str, row: int, **cells: str) -> list[dict[str, str]]:
    """Return the town's ``table`` with cells of one row changed."""
    rows = city().frames[table].drop(columns=[FILE, LINE]).to_dict("records")
    filled = [{k: v for k, v in line.items() if isinstance(v, str)} for line in rows]
    filled[row] |= cells
    return filled


def added(table: str, **cells: str) -> list[dict[str, str]]:
    """Return the town's ``table`` with one more row."""
    return [*changed(table, 0), cells]


def faults(checked: CheckedSource) -> list[tuple[str, int, str, str, str]]:
    """Return table, line, column, rule and severity of every fault that is a first cause."""
    first = checked.quarantine[checked.quarantine["cause"] == Cause.FIRST]
    return list(first[["table", "line", "column", "rule", "severity"]].itertuples(index=False, name=None))


def test_a_faultless_town_has_no_fault() -> None:
    checked = check_source(city())
    assert faults(checked) == []
    assert checked.report.usable
    require_usable(checked)
    assert {name: len(frame) for name, frame in checked.tables.items()} == {
        "employees": 10, "units": 3, "positions": 6, "assignments": 20, "appraisals": 30,
    }  # fmt: skip


BATCHES: dict[str, list[tuple[str, int, dict[str, str], str, str, Severity]]] = {
    "appraisals": [
        ("appraisals", 0, {"period_end": "31 Foo"}, "period_end", "unparseable_date", SET_ASIDE),
        ("appraisals", 1, {"period_start": "2018-31-12"}, "period_start", "date_swapped", SET_ASIDE),
        ("appraisals", 2, {"employee_id": ""}, "employee_id", "required_empty", SET_ASIDE),
        ("appraisals", 3, {"score": "", "rating": ""}, "score | rating", "required_empty", SET_ASIDE),
        ("appraisals", 4, {"score": "", "rating": "7"}, "rating", "rating_off_scale", SET_ASIDE),
        ("appraisals", 5, {"rating": "7"}, "rating", "rating_off_scale", CELL),
        ("appraisals", 6, {"score": "131"}, "score", "rating_off_scale", SET_ASIDE),
        ("appraisals", 7, {"score": "4"}, "score", "mixed_scale", SET_ASIDE),
        ("appraisals", 8, {"work_result": "3", "behaviour": "3"}, "rating", "rating_off_quadrant", WARNING),
        ("appraisals", 9, {"unit_id": "U9"}, "unit_id", "orphan", CELL),
        ("appraisals", 12, {"score": "=B2*2"}, "score", "formula", CELL),
        ("appraisals", 13, {"period_end": "=TODAY()"}, "period_end", "formula", SET_ASIDE),
        ("appraisals", 14, {"rater_id": '=A1&"x"'}, "rater_id", "formula", CELL),
        ("appraisals", 10, {"period_end": "9999-12-31"}, "period_end", "date_sentinel", SET_ASIDE),
        ("appraisals", 11, {"period_end": "2011-12-31"}, "period_end", "ends_before_start", SET_ASIDE),
    ],
    "assignments": [
        ("assignments", 0, {"start_on": "2009-01-01"}, "start_on", "outside_service", WARNING),
        ("assignments", 2, {"end_on": "9999-12-31"}, "end_on", "date_sentinel", SET_ASIDE),
        ("assignments", 5, {"end_on": "9999-12-31"}, "end_on", "date_sentinel", CELL),
        ("assignments", 7, {"end_on": "segera"}, "end_on", "unparseable_date", SET_ASIDE),
        ("assignments", 9, {"start_on": "2199-01-01"}, "start_on", "date_in_future", SET_ASIDE),
        ("assignments", 10, {"end_on": "2009-12-31"}, "end_on", "ends_before_start", SET_ASIDE),
        ("assignments", 12, {"start_on": "2016-05-03", "end_on": "2016-03-12"}, "end_on", "date_swapped", SET_ASIDE),
        ("assignments", 15, {"position_id": "P77"}, "position_id", "orphan", SET_ASIDE),
        ("assignments", 17, {"position_id": "1.98E+17"}, "position_id", "excel_damaged", SET_ASIDE),
    ],
    "the rest": [
        ("positions", 0, {"level": "tinggi"}, "level", "not_a_number", CELL),
        ("positions", 1, {"headcount": "1.5"}, "headcount", "not_whole", CELL),
        ("positions", 2, {"job_class": "18"}, "job_class", "out_of_range", CELL),
        ("positions", 3, {"strategic": "mungkin"}, "strategic", "not_a_boolean", CELL),
        ("positions", 4, {"min_rank": "V/a"}, "min_rank", "unknown_code", CELL),
        ("units", 1, {"parent_id": "U2"}, "parent_id", "unit_cycle", CELL),
        ("employees", 0, {"left_on": "9999-12-31"}, "left_on", "date_sentinel", CELL),
        ("employees", 1, {"birth_date": "2005-01-01", "nip": ""}, "birth_date", "impossible_age", CELL),
        ("employees", 2, {"birth_date": "1955-01-01", "nip": ""}, "birth_date", "unusual_age", WARNING),
    ],
}  # fmt: skip


@pytest.mark.parametrize("batch", BATCHES)
def test_each_fault_is_found_once_where_it_is(batch: str) -> None:
    tables: dict[str, list[dict[str, str]]] = {}
    for table, row, cells, *_ in BATCHES[batch]:
        tables.setdefault(table, changed(table, 0))[row] |= cells
    checked = check_source(city(**tables))
    expected = [(table, row + 2, column, rule, severity) for table, row, _, column, rule, severity in BATCHES[batch]]
    assert sorted(faults(checked)) == sorted(expected)
    for table in tables:
        lost = sum(case[0] == table and case[-1] is SET_ASIDE for case in BATCHES[batch])
        assert len(checked.tables[table]) == len(city().frames[table]) - lost
    struck = [(table, column) for table, _, _, column, _, severity in BATCHES[batch] if severity is CELL and table != "assignments"]
    assert all(checked.tables[table][column].isna().any() for table, column in struck)


SOUND = "198001012010011101"


@pytest.mark.parametrize(
    ("nip", "column", "rule", "severity"),
    [
        ("19800101201001110", "nip", "nip_invalid", CELL),
        ("198013012010011101", "nip", "nip_invalid", CELL),
        ("198002302010011101", "nip", "nip_invalid", CELL),
        ("198001012010131101", "nip", "nip_invalid", CELL),
        ("198001012010013101", "nip", "nip_invalid", CELL),
        ("178001012010011101", "nip", "nip_invalid", CELL),
        ("198001012010011000", "nip", "excel_damaged", CELL),
        ("198001052010011101", "nip", "nip_disagrees", WARNING),
        ("198001012010021101", "nip", "nip_disagrees", WARNING),
        ("198001012010012101", "nip", "nip_disagrees", WARNING),
        ("198001012010211101", "nip", "nip_disagrees", WARNING),
    ],
)
def test_a_faulty_nip_is_named_and_the_person_stays(nip: str, column: str, rule: str, severity: Severity) -> None:
    row = {"employee_id": "E0", "nip": nip, "birth_date": "1980-01-01", "sex": "M", "hired_on": "2010-01-01", "status": "PNS"}
    found = people.nips(conform("employees", pd.DataFrame([row, {"employee_id": "E1"}])))
    assert found[["row", "column", "rule", "severity"]].to_numpy().tolist() == [[0, column, rule, severity]]
    assert people.nips(conform("employees", pd.DataFrame([{**row, "nip": SOUND}]))).empty


def test_a_birth_date_that_the_nip_shows_to_be_exchanged_is_struck() -> None:
    row = {"employee_id": "E0", "nip": "198002012010011101", "birth_date": "1980-01-02"}
    found = people.nips(conform("employees", pd.DataFrame([row])))
    assert found[["column", "rule", "severity"]].to_numpy().tolist() == [["birth_date", "date_swapped", CELL]]


@pytest.mark.parametrize(
    ("table", "cells", "rule", "line"),
    [
        ("appraisals", {"employee_id": "E0", "period_start": "2018-01-01", "period_end": "2018-12-31", "score": "80",
                        "rating": "4"},
         "duplicate_row", 32),
        ("appraisals", {"employee_id": "E0", "period_start": "2018-01-01", "period_end": "2018-12-31", "score": "99", "rating": "4",
                        "known_on": "2020-01-01"}, "conflicting_key", 32),
        ("appraisals", {"employee_id": "E0", "period_start": "2018-01-01", "period_end": "2018-12-31", "score": "99", "rating": "4",
                        "known_on": "2019-01-01"}, "conflicting_key", 2),
        ("assignments", {"employee_id": "E0", "position_id": "P5", "start_on": "2014-01-01", "end_on": "2016-06-30"},
         "overlapping_posts", 22),
        ("assignments", {"employee_id": "E0", "position_id": "P5", "start_on": "2018-01-01"}, "two_current_posts", 22),
        ("employees", {"employee_id": "E0", "sex": "M"}, "conflicting_key", 12),
    ],
)  # fmt: skip
def test_of_two_rows_the_later_known_is_set_aside(table: str, cells: dict[str, str], rule: str, line: int) -> None:
    checked = check_source(city(**{table: added(table, **cells)}))
    assert [(fault[1], fault[3], fault[4]) for fault in faults(checked)] == [(line, rule, SET_ASIDE)]


def test_the_order_of_rows_decides_nothing() -> None:
    twin = {"employee_id": "E0", "period_start": "2018-01-01", "period_end": "2018-12-31", "score": "99", "rating": "4"}
    rows = added("appraisals", **twin)
    forward, backward = (check_source(city(appraisals=order)).tables["appraisals"] for order in (rows, rows[::-1]))
    key = ["employee_id", "period_start"]
    pd.testing.assert_frame_equal(*(t.sort_values(key).reset_index(drop=True) for t in (forward, backward)))


def test_what_becomes_known_later_never_removes_what_stood() -> None:
    later = added("assignments", employee_id="E0", position_id="P5", start_on="2018-01-01", end_on="2019-12-31")
    before, after = check_source(city()), check_source(city(assignments=later))
    pd.testing.assert_frame_equal(before.tables["assignments"], after.tables["assignments"])


def test_a_hand_over_and_an_acting_post_are_no_overlap() -> None:
    rows = changed("assignments", 0, end_on="2017-01-20")
    rows.append({"employee_id": "E1", "position_id": "P5", "start_on": "2018-01-01", "kind": "plt"})
    assert [fault[3:] for fault in faults(check_source(city(assignments=rows)))] == [("short_overlap", WARNING)]


def test_posts_held_together_by_many_are_a_practice_and_only_said() -> None:
    rows = changed("assignments", 0)
    rows += [{"employee_id": f"E{n}", "position_id": "P5", "start_on": "2018-01-01", "end_on": "2019-12-31"} for n in range(4)]
    checked = check_source(city(assignments=rows))
    assert {fault[3:] for fault in faults(checked)} == {("concurrent_posts", WARNING)}
    assert len(checked.tables["assignments"]) == 24


def test_a_history_without_last_days_is_closed_by_the_next_post_and_said() -> None:
    rows = [{k: v for k, v in row.items() if k != "end_on"} for row in changed("assignments", 0)]
    checked = check_source(city(assignments=rows))
    assert faults(checked) == []
    assert checked.tables["assignments"]["end_on"].iloc[0] == pd.Timestamp("2016-12-31")
    assert checked.tables["assignments"]["end_on"].isna().sum() == 10
    assert any("end_on" in note for note in checked.report.notes)


def test_a_row_that_refers_to_a_row_set_aside_is_a_cascade() -> None:
    checked = check_source(city(positions=changed("positions", 0, unit_id="U9")))
    assert faults(checked) == [("positions", 2, "unit_id", "orphan", SET_ASIDE)]
    cascades = checked.quarantine[checked.quarantine["cause"] == Cause.CASCADE]
    assert set(cascades["table"]) == {"assignments"}
    assert set(cascades["position_id"]) == {"P0"}


def test_a_table_whose_identifiers_are_all_empty_leaves_what_refers_to_it_an_orphan() -> None:
    checked = check_source(city(positions=[{"unit_id": "U1"}, {"unit_id": "U2"}]))
    assert len(checked.tables["positions"]) == 0
    orphans = checked.quarantine[checked.quarantine["rule"] == "orphan"]
    assert set(orphans["table"]) == {"assignments"}
    assert len(orphans) == len(city().frames["assignments"])


def test_lost_zeros_are_told_from_orphans_and_traced() -> None:
    def zeros(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [{**row, "employee_id": row["employee_id"].replace("E", "000")} for row in rows]

    staff, posts, scores = (zeros(changed(name, 0)) for name in ("employees", "assignments", "appraisals"))
    staff[7]["employee_id"], scores[3]["employee_id"] = "7", "1"
    checked = check_source(city(employees=staff, assignments=posts, appraisals=scores))
    assert [fault[:4] for fault in faults(checked)] == [
        ("employees", 9, "employee_id", "lost_leading_zero"), ("appraisals", 5, "employee_id", "lost_leading_zero"),
    ]  # fmt: skip
    assert set(checked.quarantine.loc[checked.quarantine["cause"] == Cause.CASCADE, "employee_id"]) == {"0007"}


def test_a_cycle_of_any_length_is_found_with_every_unit_on_it() -> None:
    units = [{"unit_id": f"U{n}", "parent_id": f"U{1 + n % 5}"} for n in range(1, 6)] + [{"unit_id": "U6", "parent_id": "U1"}]
    checked = check_source(city(units=units))
    assert sorted(fault[1] for fault in faults(checked) if fault[3] == "unit_cycle") == [2, 3, 4, 5, 6]
    assert checked.tables["units"]["parent_id"].tolist()[5] == "U1"


def test_one_nip_for_two_people_is_struck_from_both() -> None:
    checked = check_source(city(employees=changed("employees", 0, nip="198001022010012102")))
    assert [fault[1:] for fault in faults(checked)] == [(2, "nip", "nip_duplicate", CELL), (3, "nip", "nip_duplicate", CELL)]


def test_a_contract_number_is_told_from_a_nip() -> None:
    rows = changed("employees", 0, nip="198001012010211101", status="PPPK")
    assert faults(check_source(city(employees=rows))) == []


def test_people_known_by_their_nip_are_said() -> None:
    assert not any("by their NIP" in note for note in check_source(city()).report.notes)
    nip = city().frames["employees"]["nip"].iloc[3]
    told = check_source(city(employees=changed("employees", 3, employee_id=nip))).report.notes
    assert any("knows 1 people by their NIP" in note and "identifiers: coded" in note for note in told)


def test_a_nip_people_are_known_by_is_their_nip_where_the_column_is_empty_and_codes_need_no_warning() -> None:
    nip = city().frames["employees"]["nip"].iloc[3]
    raw = city(employees=changed("employees", 3, employee_id=nip, nip=""))
    for coded in (False, True):
        checked = check_source(replace(raw, coded=coded))
        assert checked.tables["employees"]["nip"].iloc[3] == nip
        assert any("1 people have no NIP" in note for note in checked.report.notes)
        assert any("by their NIP" in note for note in checked.report.notes) != coded
        assert not (checked.quarantine["table"] == "employees").any()


@pytest.mark.parametrize("strange", ["198013012010012104", "E77", "198001012010019104", "1980010120100121044"])
def test_what_is_no_nip_is_taken_for_none(strange: str) -> None:
    checked = check_source(city(employees=changed("employees", 3, employee_id=strange, nip="")))
    assert checked.tables["employees"]["nip"].isna().iloc[3]
    assert not any("NIP" in note or "nip" in note for note in checked.report.notes)


def test_a_rater_named_by_nip_is_the_employee() -> None:
    rows = changed("appraisals", 0, rater_id="198001022010012102")
    checked = check_source(city(appraisals=rows))
    assert checked.tables["appraisals"]["rater_id"].iloc[0] == "E1"
    assert any("rater_id" in note for note in checked.report.notes)


@pytest.mark.parametrize(
    ("scores", "regime"),
    [
        (["88", "91.5"], "score-100"),
        (["4", "3"], "score-5"),
        (["-0.5", "1.2"], "standard"),
        ([None, None], "predikat"),
        (["500", "900"], "score"),
    ],
)
def test_the_regime_is_detected_where_the_source_is_silent(scores: list[str | None], regime: str) -> None:
    rows = changed("appraisals", 0)
    for number, row in enumerate(rows):
        score = scores[number % 2]
        row.pop("score")
        row |= {"score": score} if score else {}
    checked = check_source(city(appraisals=rows))
    assert checked.tables["appraisals"]["regime"].unique().tolist() == [regime]
    assert faults(checked) == []


def test_one_mistyped_year_does_not_move_the_extraction_date() -> None:
    rows = [row for year in range(2010, 2020) for row in (changed("appraisals", 0))]
    rows = [{**row, "period_start": f"{2000 + n // 30}-0{1 + n % 3}-01", "period_end": f"{2000 + n // 30}-0{1 + n % 3}-28"}
            for n, row in enumerate(rows)]  # fmt: skip
    rows[0]["known_on"] = "2191-01-01"
    assert check_source(city(appraisals=rows)).extracted_on < pd.Timestamp("2020-01-01")


def test_the_mapping_may_state_the_extraction_date() -> None:
    raw = city()
    stated = RawTables(raw.frames, raw.broken, raw.digests, extracted_on="2021-06-30")
    assert check_source(stated).extracted_on == pd.Timestamp("2021-06-30")
    with pytest.raises(ContractError, match="extracted_on"):
        check_source(RawTables(raw.frames, raw.broken, raw.digests, extracted_on="kemarin"))


def test_too_broken_a_source_is_refused_with_every_fault() -> None:
    rows = changed("appraisals", 0)
    for row in rows[:9]:
        row["period_end"] = "rusak"
    checked = check_source(city(appraisals=rows, units=changed("units", 1, parent_id="U9")))
    assert not checked.report.usable
    with pytest.raises(ContractError) as raised:
        require_usable(checked)
    for part in (
        "appraisals: 9 of 30",
        "(unparseable_date) in 9 row(s)",
        "units.parent_id: refers to an identifier that does not exist (orphan) in 1 row(s)",
    ):
        assert part in str(raised.value)
    assert "E0" not in str(raised.value)


def test_the_report_ranks_by_decisions_blocked() -> None:
    rows = [*changed("appraisals", 3, unit_id="U9")]
    rows[0]["unit_id"] = rows[6]["unit_id"] = rows[9]["unit_id"] = "U9"
    rows[12]["period_end"] = "rusak"
    report = check_source(city(appraisals=rows, positions=changed("positions", 5, level="x"))).report
    assert report.faults["rule"].tolist() == ["not_a_number", "unparseable_date", "orphan"]
    assert report.faults["decisions"].tolist() == [10, 6, 0]


@pytest.mark.parametrize(("language", "word"), [("id", "keputusan terhalang"), ("en", "decisions blocked")])
def test_the_report_reads_in_two_languages_and_names_no_person(language: str, word: str) -> None:
    checked = check_source(city(employees=changed("employees", 0, name="Budi Santoso", nip="1980")))
    text, page = render_text(checked.report, language), render_html(checked.report, language)
    for shown in (text, page):
        assert word in shown
        assert "Budi" not in shown
        assert "E0" not in shown
        assert "1980" not in shown
    assert "http" not in page


def test_the_quarantine_hides_personal_cells_and_gives_both_reasons() -> None:
    checked = check_source(city(employees=changed("employees", 0, nip="1980"), positions=changed("positions", 3, level="tinggi")))
    quarantine = checked.quarantine.set_index("rule")
    assert pd.isna(quarantine.loc["nip_invalid", "value"])
    assert quarantine.loc["not_a_number", "value"] == "tinggi"
    assert quarantine.loc["not_a_number", "reason_id"] == RULES["not_a_number"].indonesian
    assert quarantine.loc["nip_invalid", "employee_id"] == "E0"


def test_clean_tables_are_well_formed() -> None:
    for name, frame in check_source(city(assignments=changed("assignments", 1, known_on="rusak"))).tables.items():
        pd.testing.assert_frame_equal(frame, conform(name, frame))
        if "known_on" in frame:
            assert frame["known_on"].notna().all()
