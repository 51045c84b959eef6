"""The page of the programme: for whom moves helped, what held them back and whom it touches, what could not be measured."""

import re

from fastapi.testclient import TestClient


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_effect_is_told_group_by_group_and_small_ones_are_counted_only(client: TestClient) -> None:
    told = section(client.get("/programme?lang=en").text, "groups")
    assert "job family: the same" in told
    assert "+0.29" in told
    assert "level of the post: lower" not in told
    assert "2 groups were looked at" in told
    assert "1 of fewer than five people are not shown" in told


def test_a_cause_is_told_with_its_interval_and_whom_it_touches(client: TestClient) -> None:
    told = section(client.get("/programme").text, "causes")
    assert "penempatan tidak cocok" in told
    assert "mengenai 58 dari 214" in told
    assert "+0,19" in told


def test_named_causes_stand_first_and_those_that_cannot_be_judged_are_named(client: TestClient) -> None:
    told = section(client.get("/programme?lang=en").text, "causes")
    assert told.index("wrong match") < told.index("no training")
    assert re.search(r"wrong match</td><td>shown<", told)
    assert re.search(r"no training</td><td>not shown<", told)
    assert "Cannot be judged" in told
    assert "rating quota" in told


def test_a_goal_stands_with_its_unit_its_indicator_and_what_the_wave_is_expected_to_bring(client: TestClient) -> None:
    told = section(client.get("/programme?lang=id").text, "goals")
    assert "Program 1 Januari 2025 – 31 Desember 2027" in told
    assert "rata-rata jawaban" in told
    for said in ("3,50 dari 5", "3,62 dari 5", "3,60 dari 5", "belum terbukti"):
        assert said in told
    row = next(row for row in told.split("<tr>") if "kota menjadi percontohan" in row)
    assert "tidak terukur" in row
    assert "dari 5" not in row


def test_a_change_of_visitors_is_told_in_per_cent(client: TestClient) -> None:
    told = section(client.get("/programme?lang=en").text, "effects")
    assert "+10.52" in told
    assert " %</span>" in told
    assert "log" not in told


def test_an_effect_on_units_counts_units_and_one_on_people_counts_people(client: TestClient) -> None:
    rows = section(client.get("/programme").text, "effects").split("<tr>")
    assert ">30 unit-tahun</td>" in next(row for row in rows if "unit penerima" in row)
    assert ">119</td>" in next(row for row in rows if "kepuasan kerja" in row)


def test_promises_stand_beside_what_came_of_them_everybody_first_and_waves_by_their_month(client: TestClient) -> None:
    told = section(client.get("/programme").text, "promises")
    assert told.index("semua mutasi") < told.index("diputuskan Juli 2021") < told.index("bukti B")
    row = next(row for row in told.split("<tr") if "diputuskan Juli 2021" in row)
    for said in ("−0,04", "−0,34", "−0,59 … −0,09", "−0,30", "−0,55 … −0,05", ">51<"):
        assert said in row
    assert "Januari 2022" not in told


def test_the_power_stands_before_the_verdict(client: TestClient) -> None:
    told = section(client.get("/programme?lang=en").text, "verdict")
    assert told.index("Power: with 214 moves") < told.index("pill")


def test_a_pretended_date_that_speaks_is_read_for_the_reader(client: TestClient) -> None:
    told = section(client.get("/programme?lang=en").text, "effects")
    assert "Seen: −0.25 SD" in told
    assert "the effect looks smaller than it is" in told


def test_what_was_not_measured_is_named(client: TestClient) -> None:
    told = section(client.get("/programme?lang=en").text, "effects")
    assert "Not measured" in told
    assert "citizens&#39; satisfaction (IKM)" in told
    assert "job satisfaction;" not in told
    assert "cross-unit network;" not in told


def test_mean_answers_are_no_effects_and_performance_stands_first(client: TestClient) -> None:
    page = client.get("/programme?lang=en").text
    effects, answers = section(page, "effects"), section(page, "answers")
    assert effects.index("performance") < effects.index("job satisfaction")
    assert "cross-unit network" in answers
    assert "3.62" in answers
    assert "+3.62" not in page
