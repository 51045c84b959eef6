"""What HR sees, read as they would."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from features.written import MONTHS
from publication.store import Store
from serving import rendering
from serving.figures.interval_bars import BAR_WIDTH, interval_bars
from serving.pages import positions
from serving.rendering import day, percent, plain, signed
from serving.settings import ServingSettings
from serving.texts.coded import CHOICES
from serving.texts.words import FAMILIES, LANGUAGES, TEXTS

ROOT = Path(rendering.__file__).parent
RUN_ID = "0f3a" * 8
ALL_PAGES = ["/", "/help", "/positions?q=perizinan", "/positions/P001", "/positions/P002?sort=uplift&cols=tenure&cols=record",
             "/positions/P002/compare?who=E00&who=E05&who=E07", "/positions/P002/candidates?q=a", "/positions/P001/candidates/E13",
             "/positions/P002?show=all", "/positions/P002/candidates/E03",
             "/positions/P002/exclusions", "/positions/P%2F4%20a"]  # fmt: skip


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def words(page: str) -> str:
    """Return the visible text of a page with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def reveal(client: TestClient, scope: str) -> None:
    """Show the names of a list, as its button does."""
    page = client.get(f"/positions/{scope}").text
    form = {"scope": scope, "csrf": csrf_of(page), "next": f"/positions/{scope}"}
    assert client.post("/reveal", data=form, follow_redirects=False).status_code == 303


def test_vacant_positions_come_first_and_every_position_is_linked(client: TestClient) -> None:
    page = client.get("/positions").text
    order = [page.index(title) for title in ("Kepala Dinas Kesehatan", "Analis Kebijakan", "Pengelola Keuangan")]
    assert order == sorted(order)
    assert 'href="/positions/P/4%20a"' in page


def test_search_finds_by_title_and_says_when_nothing_fits(client: TestClient) -> None:
    found = words(client.get("/positions?q=perizinan").text)
    assert "Kepala Seksi Pelayanan Perizinan" in found
    assert "Kepala Dinas Kesehatan" not in found
    assert "Tidak ada jabatan yang cocok dengan “xyz”." in words(client.get("/positions?q=xyz").text)


def test_what_was_searched_is_escaped(client: TestClient) -> None:
    assert "<script>" not in client.get("/positions?q=<script>alert(1)</script>").text


def test_pages_of_the_overview_follow_each_other(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "PER_PAGE", 3)
    first, second = client.get("/positions").text, client.get("/positions?page=2").text
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert "Pengelola Keuangan" in second
    assert 'rel="next"' not in second
    assert "4–4" in words(second)


def test_ten_candidates_are_shown_first_and_three_for_a_senior_post(client: TestClient) -> None:
    assert "10 dari 12 kandidat" in words(client.get("/positions/P002").text)
    senior = client.get("/positions/P001").text
    assert "3 dari 5 kandidat" in words(senior)
    assert "Tampilkan semua 5 kandidat" in words(senior)
    assert "5 dari 5 kandidat" in words(client.get("/positions/P001?show=all").text)


def test_a_candidate_stands_with_post_eligibility_estimates_and_reasons(client: TestClient) -> None:
    reveal(client, "P002")
    page = words(client.get("/positions/P002").text)
    for shown in ("Siti Rahmawati, S.Sos.", "Penata Perizinan, Sekretariat Daerah", "Memenuhi syarat", "Lima tahun mengelola",
                  "Baru 14 bulan di jabatan kini", "menyatakan minat", "Kelompok setara 1", "Kelompok setara 3"):  # fmt: skip
        assert shown in page


def test_an_open_requirement_is_named_beside_perhaps_eligible(client: TestClient) -> None:
    reveal(client, "P002")
    page = words(client.get("/positions/P002").text)
    assert re.search(r"Nur Hidayah.{0,120}Perlu dilengkapi\s+Uji belum tercatat", page)


def test_numbers_are_written_as_the_reader_writes_them(client: TestClient) -> None:
    assert re.search(r"\+0,\d\d", client.get("/positions/P002").text)
    assert re.search(r"\+0\.\d\d", client.get("/positions/P002?lang=en").text)


def test_a_candidate_without_reasons_says_why(client: TestClient) -> None:
    assert "Alasan rinci hanya dihitung untuk kandidat teratas" in words(client.get("/positions/P002/candidates/E11").text)


def test_the_explanation_shows_the_sum_the_records_and_the_rules(client: TestClient) -> None:
    page = words(client.get("/positions/P002/candidates/E03").text)
    for shown in (
        "Di jabatan ini",
        "Bila tetap",
        "assignments 2019-2024",
        "R07",
        "PermenPANRB 38/2017",
        "Jabatan lain yang paling sesuai",
    ):
        assert shown in page


def test_who_was_ruled_out_stands_with_rule_and_cure(client: TestClient) -> None:
    page = words(client.get("/positions/P002/exclusions").text)
    assert "2 pegawai tidak memenuhi syarat" in page
    assert "Golongan III/a di bawah III/c" in page
    assert "1 April 2028" in page
    assert "Uji belum tercatat" not in page
    assert "R04 Pangkat untuk jabatan 3.100 20 R07 12 1" in page


def test_a_position_without_candidates_says_so(client: TestClient) -> None:
    assert "Tidak ada kandidat yang memenuhi syarat" in words(client.get("/positions/P%2F4%20a").text)


@pytest.mark.parametrize("path", ["/positions/none", "/positions/P002/candidates/none", "/positions/none/exclusions", "/none"])
def test_what_is_not_in_the_run_is_a_plain_404(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Tidak ditemukan" in answer.text


def test_a_list_names_its_run_and_is_a_draft(client: TestClient) -> None:
    page = client.get("/positions/P002").text
    assert RUN_ID in page
    assert "KONSEP – bahan pertimbangan, bukan keputusan" in page


def test_every_printed_page_carries_run_data_date_and_number_in_its_margin(client: TestClient) -> None:
    link = re.search(r'href="(/paper\.css[^"]+)" media="print"', client.get("/positions/P002").text)
    assert link is not None
    sheet = client.get(link[1].replace("&amp;", "&"))
    assert sheet.headers["content-type"].startswith("text/css")
    assert RUN_ID in sheet.text
    assert "31 Desember 2025" in sheet.text
    assert "counter(page)" in sheet.text


def test_the_language_is_switched_and_remembered(client: TestClient) -> None:
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert "Shortlist" in client.get("/positions/P002").text
    assert '<html lang="id">' in client.get("/?lang=id").text
    assert '<html lang="id">' in client.get("/?lang=xx").text


@pytest.mark.parametrize("path", ALL_PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_hold_no_script_no_inline_style_and_nothing_from_elsewhere(client: TestClient, path: str, lang: str) -> None:
    page = client.get(path + ("&" if "?" in path else "?") + f"lang={lang}").text
    assert "<script" not in page
    assert not re.search(r"\s(on\w+|style)=", page)
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert "None" not in words(page)


def test_without_a_publication_the_overview_says_what_to_do(own: TestClient, settings: ServingSettings) -> None:
    with Store(settings.store_url())._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM in_force")
    answer = own.get("/")
    assert answer.status_code == 503
    assert "tepat run" in answer.text


def test_unsupported_ranking_is_said_on_top_of_every_list(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"run_id": RUN_ID, "as_of": "2025-12-31", "effective_on": None, "ranking_supported": False}
    monkeypatch.setattr("publication.answers.Answers.run", lambda _: said)
    assert "belum didukung bukti" in own.get("/positions/P002").text
    monkeypatch.setattr("publication.answers.Answers.run", lambda _: said | {"label_health": {"verdict": "tidak layak"}})
    assert "belum layak untuk pembelajaran" in own.get("/").text


def test_the_overview_says_what_rests_on_other_cities(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"run_id": RUN_ID, "as_of": "2025-12-31", "effective_on": None, "ranking_supported": True, "cities_heard": 2}
    monkeypatch.setattr("publication.answers.Answers.run", lambda _: said)
    assert "dengan statistik dari 2 kota lain<" in own.get("/").text
    monkeypatch.setattr("publication.answers.Answers.run", lambda _: said | {"ranking_supported": False})
    assert "dengan statistik dari 2 kota lain, baru untuk prakiraan kinerja" in own.get("/").text


def test_a_fault_shows_a_page_and_no_trace(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("publication.answers.Answers.positions", broken)
    for path, kind in (("/", "text/html; charset=utf-8"), ("/api/v1/positions?q=unkept", "application/problem+json")):
        answer = client.get(path)
        assert answer.status_code == 500
        assert answer.headers["content-type"] == kind
        assert "secret detail" not in answer.text


def test_every_word_has_both_languages() -> None:
    for key, pair in [
        *TEXTS.items(),
        *((f"{name}.{value}", pair) for name, words in CHOICES.items() for value, pair in words.items()),
    ]:
        assert len(pair) == len(LANGUAGES), key
        assert all(pair), key
    assert len(TEXTS) == sum(len(family.TEXTS) for family in FAMILIES)
    assert {len(months) for months in MONTHS.values()} == {12}


def test_every_word_asked_for_exists_and_none_is_left_over() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in [*ROOT.rglob("*.html"), *ROOT.rglob("*.py")])
    code = re.sub(r"TEXTS: dict.*?^}", "", sources, flags=re.DOTALL | re.MULTILINE)
    begun = (*re.findall(r"""t\("(\w+_)" ~""", code), "turn_")
    asked = {key for key in TEXTS if f'"{key}"' in code or f"'{key}'" in code or key.startswith(begun)}
    assert sorted(set(TEXTS) - asked) == []
    assert [key for key in re.findall(r"""\bt\(["'](\w+)["'][,)]""", code) if key not in TEXTS] == []


def test_signed_numbers_have_a_true_minus_and_no_sign_on_zero() -> None:
    assert [signed("id", value) for value in (0.214, -0.5, 0.001, -0.001, None, float("nan"))] == [
        "+0,21",
        "−0,50",
        "0,00",
        "0,00",
        "–",
        "–",
    ]
    assert plain("en", 1.5) == "1.5"
    assert [plain("id", value, 2) for value in (-1.24, -0.001, 0.0, 82.0)] == ["−1,24", "0,00", "0,00", "82,00"]
    assert [percent("id", share) for share in (-0.123, None)] == ["−12 %", "–"]
    assert day("id", "2025-08-17") == "17 Agustus 2025"
    assert day("en", None) == "–"


def test_bars_share_one_scale_that_holds_every_interval() -> None:
    rows = [{"lower": -0.2, "uplift": 0.1, "upper": 0.4}, {"lower": 0.1, "uplift": 0.6, "upper": 1.2}]
    bars, end = interval_bars(rows)
    assert end == 1.5
    assert {bar.zero for bar in bars} == {BAR_WIDTH / 2}
    assert all(0 <= bar.left <= bar.dot <= bar.left + bar.width <= BAR_WIDTH for bar in bars)
    assert [bar.clear for bar in bars] == [False, True]
    assert interval_bars([]) == ([], 0.5)


def test_a_position_says_need_against_filled_why_it_is_open_and_what_it_demands(client: TestClient) -> None:
    page = words(client.get("/positions/P002").text)
    assert "terisi 0 dari 1" in page
    assert "kebutuhan 30, terisi 26 (beban kerja 29,7) kurang 4" in page
    assert "1 dari 1 formasi belum terisi sejak 1 Juni 2025 Lowongan sudah diumumkan" in page
    assert re.search(r"Golongan paling rendah III/c \(PP 13/2002[^)]*\)", page)
    assert re.search(r"Pendidikan paling rendah S-1 \(.{5,80}\) Bidang: hukum, administrasi publik", page)
    assert "Sertifikat" not in page
    assert "Tidak lowong" in words(client.get("/positions/P/4%20a").text)


def test_each_reason_on_the_list_names_its_record(client: TestClient) -> None:
    page = words(client.get("/positions/P002").text)
    assert "Lima tahun mengelola layanan perizinan Catatan: assignments 2019-2024" in page


def test_rules_are_named_and_people_counted_as_the_reader_writes_it(client: TestClient) -> None:
    page = words(client.get("/positions/P002/exclusions").text)
    assert "R04 Pangkat untuk jabatan 3.100 20" in page
    assert "R04 Rank for the post 3,100 20" in words(client.get("/positions/P002/exclusions?lang=en").text)
