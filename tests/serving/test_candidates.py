"""Why and why not, and candidates side by side."""

import re

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from placement.turning import turn
from publication.answers import Answers
from serving.figures.need_map import OTHERS, Cell, agencies, need_map


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_names_are_hidden_until_they_are_shown(client: TestClient) -> None:
    for path in ("/positions/P001", "/positions/P001/candidates/E01", "/positions/P001/compare?who=E01&who=E02"):
        page = client.get(path).text
        assert "Budi Santoso" not in page
        assert re.search(r"Kandidat [A-Z2-7]{5}", words(page))
    page = client.get("/positions/P001").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    form = {"scope": "P001", "csrf": token[1], "next": "/positions/P001"}
    assert client.post("/reveal", data=form | {"csrf": "x"}, follow_redirects=False).status_code == 403
    assert "Budi Santoso" not in client.get("/positions/P001").text
    assert client.post("/reveal", data=form, follow_redirects=False).headers["location"] == "/positions/P001"
    assert "Budi Santoso" in client.get("/positions/P001").text
    assert "Budi Santoso" not in client.get("/positions/P002").text, "another list is blind still"
    away = client.post("/reveal", data=form | {"next": "https://elsewhere.example"}, follow_redirects=False)
    assert away.headers["location"] == "/"


def test_what_will_be_recorded_says_when_its_interval_holds(client: TestClient) -> None:
    page = words(client.get("/positions/P001/candidates/E01").text)
    assert "Berlaku bila tahun itu dinilai dengan cara yang sudah dipakai" in page


def test_a_candidate_nobody_listed_is_found_by_name_and_explained(client: TestClient) -> None:
    found = client.get("/positions/P001/candidates?q=Kusuma", follow_redirects=False)
    assert found.headers["location"] == "/positions/P001/candidates/E13"
    page = words(client.get("/positions/P001/candidates/E13").text)
    assert "belum dihitung" in page
    assert "Golongan, pendidikan III/c" in page
    several = words(client.get("/positions/P001/candidates?q=a").text)
    assert "Siapa yang dimaksud?" in several
    assert "Tidak ada pegawai" in words(client.get("/positions/P001/candidates?q=zzz").text)


def test_three_candidates_stand_side_by_side_with_precedents_and_what_turns_them(client: TestClient) -> None:
    page = words(client.get("/positions/P002/compare?who=E05&who=E00&who=E03").text)
    assert page.index("1 · Kelompok setara 1") < page.index("4 · Kelompok setara 1") < page.index("6 · Kelompok setara 2")
    for shown in ("Apa yang akan membalik urutan", "keuangan → pelayanan publik", "48 bl di jabatan lama", "belum dinilai",
                  "Keduanya setara", "beda"):  # fmt: skip
        assert shown in page


@pytest.mark.parametrize("query", ["who=E00", "who=E00&who=none", "who=E00&who=E01&who=E02&who=E03&who=E04&who=E05"])
def test_fewer_than_two_or_more_than_five_are_not_compared(client: TestClient, query: str) -> None:
    answer = client.get(f"/positions/P002/compare?{query}")
    assert answer.status_code == 422
    assert "Pilih 2 sampai 5" in words(answer.text)


def test_the_list_is_filtered_and_columns_are_chosen(client: TestClient) -> None:
    page = words(client.get("/positions/P002?eligible=unknown&cols=tenure&cols=record").text)
    assert "2 dari 12 kandidat" in page
    assert "4 th 11 bl" in page
    assert "III/c S-1 hukum" in page
    assert "Tidak ada kandidat yang cocok" in words(client.get("/positions/P002?q=zzz").text)
    assert "12 dari 12 kandidat" in words(client.get("/positions/P002?sort=uplift").text)
    assert client.get("/positions/P002?sort=nonsense&grade=Z&cols=x").status_code == 200


def test_ratings_and_gaps_missing_are_said_to_be_missing(client: TestClient) -> None:
    page = words(client.get("/positions/P001?show=all").text)
    assert "tidak tercatat" in page
    assert re.search(r"2025 3 −0,60 2024 4", page)
    assert "komunikasi −1" in words(client.get("/positions/P002").text)


def test_two_of_one_band_are_a_tie_whatever_puts_one_first() -> None:
    row = {"band": 1, "eligible": "yes", "grade": "B", "net_value": 0.4, "net_upper": 0.9}
    assert turn(row, row | {"net_value": 0.3}).ground == "value"
    assert turn(row, row | {"grade": "C"}).ground == "evidence"
    assert turn(row, row | {"eligible": "unknown"}).ground == "eligibility"
    assert turn(row, row).ground == "nothing"
    assert all(turn(row, row | other).tied for other in ({}, {"grade": "C"}))


def test_between_bands_the_missing_value_is_told_and_whether_the_interval_reaches_it() -> None:
    row = {"band": 1, "eligible": "yes", "grade": "B", "net_value": 0.9, "net_upper": 1.2}
    near, far = (row | {"band": 2, "net_value": 0.2, "net_upper": upper} for upper in (1.0, 0.5))
    assert (turn(row, near).tied, turn(row, near).within, turn(row, far).within) == (False, True, False)
    assert turn(row, near).needed == pytest.approx(0.7)


def test_agencies_stand_below_the_root_and_a_cycle_ends() -> None:
    units = [{"unit_id": a, "parent_id": b} for a, b in (("R", None), ("A", "R"), ("B", "A"), ("C", "B"), ("X", "Y"), ("Y", "X"))]
    found = agencies(units)
    assert [found[name] for name in "RABC"] == ["R", "A", "A", "A"]


def test_the_need_map_counts_whole_people_and_puts_the_shortest_agency_first() -> None:
    units = [{"unit_id": a, "parent_id": b, "name": a} for a, b in (("R", None), ("A", "R"), ("B", "R"), ("B1", "B"))]
    needs = [{"unit_id": u, "job_family": f, "need": n, "filled": h}
             for u, f, n, h in (("A", "x", 2.2, 2), ("B", "x", 3, 3), ("B1", "y", 9.5, 4), ("A", "y", 1, 2))]  # fmt: skip
    found = need_map(needs, units)
    assert [row[1] for row in found.rows] == ["B", "A"]
    assert found.families == ("y", "x")
    by_family = dict(zip(found.families, found.rows[1][3], strict=True))
    assert (by_family["x"].short, by_family["y"].short) == (1, -1)
    assert [Cell(4, held).shade for held in (4, 3, 2, 1, 0)] == [0, 2, 3, 4, 4]
    many = [{"unit_id": "A", "job_family": f"f{n:02d}", "need": 20.0 - n, "filled": 0.0} for n in range(15)]
    assert need_map(many, units).families[-1] == OTHERS


def test_totals_of_positions_are_counted_in_the_database(client: TestClient) -> None:
    with client.app.state.store.reading() as answers:  # type: ignore[attr-defined]
        assert isinstance(answers, Answers)
        totals = answers.position_totals()
        assert (totals["positions"], totals["vacant"], totals["vacant_seats"], totals["vacant_leading"]) == (4, 3, 4, 2)
        assert [row["unit_id"] for row in answers.rows("units", parent_id="U")] == ["U0", "U1", "U2", "U3", "U9"]
        assert pd.DataFrame(answers.many("ratings", "employee_id", ["E00", "E02"])).shape[0] == 6
