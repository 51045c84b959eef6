"""Whole tasks in a real browser, by keyboard and without script: from a vacancy to a signature, and an employee's voice."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from publication.read import current
from publication.workspace import Workspace

pytestmark = pytest.mark.slow
City = Any
Enter = Callable[..., Page]


def press(target: Locator, key: str = "Enter") -> None:
    """Use a control as a keyboard does: reach it, press a key."""
    target.focus()
    target.press(key)


def an_open_post(city: City, sure: int = 3) -> str:
    """Return a vacant position with at least ``sure`` candidates who are eligible beyond doubt."""
    run = current(Workspace(Path(city.request.workspace)))
    positions, lists = run.table("positions"), run.table("shortlists")
    eligible = lists[lists["eligible"] == "yes"].groupby("position_id").size()
    vacant = positions[positions["vacant"] > 0]["position_id"]
    return str(next(post for post in vacant if eligible.get(post, 0) >= sure))


def test_the_keyboard_reaches_the_content_first(enter: Enter) -> None:
    page = enter("hr")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_from_a_vacancy_to_three_signatures(enter: Enter, city: City) -> None:
    post = an_open_post(city)
    page = enter("hr")
    press(page.get_by_role("link", name=re.compile("Semua jabatan lowong")))
    expect(page.get_by_role("checkbox", name="Hanya yang lowong")).to_be_checked()
    page.goto(f"/positions/{post}?show=all&eligible=yes")
    assert "NIP" not in page.locator("table.shortlist").inner_text(), "the first look is blind"
    boxes = page.get_by_role("checkbox", name=re.compile("^Bandingkan"))
    for place in range(3):
        press(boxes.nth(place), "Space")
    press(page.get_by_role("button", name=re.compile("Bandingkan yang dipilih")))
    expect(page.get_by_role("heading", name="Apa yang akan membalik urutan")).to_be_visible()
    assert page.locator("table.compare thead th").count() == 4
    press(page.get_by_role("button", name=re.compile("Tampilkan nama")))
    expect(page.locator("table.compare thead")).to_contain_text("NIP")
    press(page.locator("table.compare thead a").first)
    press(page.get_by_role("radio", name="pilih", exact=True), "Space")
    page.get_by_label("Alasan", exact=True).select_option("experience")
    page.get_by_label("Penjelasan").fill("Pengalaman paling sesuai.")
    press(page.get_by_role("button", name="Catat keputusan"))
    expect(page.locator(".life .now")).to_have_text("diusulkan")
    where = page.url

    team = enter("appraisal-team")
    team.goto("/sign")
    press(team.get_by_role("button", name=re.compile("pemeriksa", re.IGNORECASE)))
    expect(team.locator("main")).to_contain_text("menunggu orang lain")
    head = enter("decision-maker")
    head.goto("/sign")
    press(head.get_by_role("button", name=re.compile("^setujui", re.IGNORECASE)))
    expect(head.get_by_text("Tidak ada yang menunggu tanda tangan.")).to_be_visible()
    page.goto(where)
    expect(page.locator(".life .now")).to_have_text("disetujui")


def test_turning_away_the_best_band_needs_a_sentence(enter: Enter, city: City) -> None:
    page = enter("hr")
    page.goto(f"/positions/{an_open_post(city)}?eligible=yes")
    press(page.locator("table.shortlist a.strong").last)
    press(page.get_by_role("radio", name="tidak dipilih"), "Space")
    page.get_by_label("Alasan", exact=True).select_option("timing")
    press(page.get_by_role("button", name="Catat keputusan"))
    expect(page.locator("main")).to_contain_text("Jelaskan alasannya")


def test_the_plan_is_solved_again(enter: Enter) -> None:
    page = enter("hr")
    press(page.get_by_role("link", name="Rencana", exact=True))
    for view in ("Rantai", "Peta unit"):
        press(page.get_by_role("link", name=view))
    press(page.get_by_role("link", name="Kunci, larang, dan hitung ulang"))
    before = page.locator("dl.figures dd").first.inner_text()
    press(page.get_by_role("button", name="Larang").nth(1))
    expect(page.locator("main")).to_contain_text("tidak boleh masuk rencana", ignore_case=True)
    assert page.get_by_role("heading", name="Perubahan terhadap rencana").is_visible()
    forbidden = page.locator("dl.figures dd").first.inner_text()
    assert value_of(forbidden) <= value_of(before)
    press(page.get_by_role("button", name="Cabut").first)
    assert page.locator("dl.figures dd").first.inner_text() == before


def value_of(written: str) -> float:
    return float(written.replace("−", "-").replace(".", "").replace(",", "."))


def test_the_sheet_prints_with_its_run_and_its_page_number(enter: Enter, city: City, tmp_path: Path) -> None:
    from pypdf import PdfReader

    run_id = current(Workspace(Path(city.request.workspace))).run_id
    ligated = "ff" * (len(run_id) // 2)  # which fonts draw as one letter
    page = enter("hr", script=True)

    def under_another_id(route: Route) -> None:
        route.fulfill(content_type="text/css", body=route.fetch().text().replace(run_id, ligated))

    page.route("**/paper.css*", under_another_id)
    page.goto(f"/positions/{an_open_post(city)}")
    page.pdf(path=str(tmp_path / "sheet.pdf"), prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "sheet.pdf").pages
    words = [sheet.extract_text() for sheet in sheets]
    assert "KONSEP" in words[0]
    assert all(ligated in text and f"{n} / {len(sheets)}" in text for n, text in enumerate(words, start=1))
    assert sheets[0].mediabox.width > sheets[0].mediabox.height
    assert "Saring, urutkan" not in words[0]


def test_a_pulse_is_entered_for_somebody_who_has_just_moved(enter: Enter) -> None:
    page = enter("hr")
    press(page.get_by_role("link", name="Sesudah pindah"))
    press(page.get_by_role("link", name=re.compile("Baru pindah")))
    who = page.locator("section[aria-labelledby=recent] a[href^='/employees/']").first.get_attribute("href")
    assert who is not None
    page.goto(f"/forms/pulses?employee_id={who.removeprefix('/employees/')}&days=90&next=/after%3Fview=recent")
    for row in range(6):
        press(page.locator(f"input[name=answer_{row}]").nth(1), "Space")
    press(page.get_by_role("button", name="Kirim"))
    expect(page.locator("section[aria-labelledby=recent] .pill.good").first).to_have_text("terisi")


def test_an_employee_states_a_wish_and_the_next_run_shows_it(enter: Enter, city: City) -> None:
    first = current(Workspace(Path(city.request.workspace))).table("shortlists").iloc[0]
    post, who = str(first["position_id"]), str(first["employee_id"])
    with sqlite3.connect(Path(city.request.workspace) / "tepat.db") as database:
        database.execute("update accounts set employee_id = ? where username = 'contoh-employee'", (who,))
    page = enter("employee")
    expect(page.get_by_role("heading", name="Mutasi saya")).to_be_visible()
    press(page.get_by_role("link", name=re.compile("diminati")))
    page.locator("#position_id").fill(post)
    page.get_by_label(re.compile("Kuatnya minat")).select_option("5")
    press(page.get_by_role("button", name="Kirim"))
    expect(page.get_by_role("status")).to_contain_text("tercatat")
    city.run()
    office = enter("hr")
    office.goto(f"/positions/{post}?show=all&cols=aspiration")
    row = office.locator("tbody.candidate", has=office.locator(f"input[value='{who}']"))
    expect(row).to_contain_text("minat 5 dari 5")


def test_an_objection_is_filed_and_answered(enter: Enter) -> None:
    page = enter("employee")
    page.goto("/forms/objections")
    page.get_by_label("Dasar keberatan").select_option("data_wrong")
    page.get_by_label("Uraian").fill("Masa kerja saya keliru dua tahun.")
    press(page.get_by_role("button", name="Kirim"))
    page.goto("/me")
    expect(page.locator("main")).to_contain_text("Masa kerja saya keliru dua tahun.")
    expect(page.locator("main")).to_contain_text("belum dijawab")


def test_a_question_is_answered_from_the_inbox_and_its_asker_reads_the_answer(enter: Enter) -> None:
    employee, office = enter("employee"), enter("hr")
    employee.goto("/forms/questions")
    employee.get_by_label("Pertanyaan").fill("Apakah masa kerja lama dihitung?")
    press(employee.get_by_role("button", name="Kirim"))
    employee.goto("/me")
    expect(employee.locator("main")).to_contain_text("Dijawab paling lambat")
    office.goto("/")
    press(office.get_by_role("link", name=re.compile("isian pegawai belum dijawab")))
    row = office.locator("table.inbox tr", has_text="Apakah masa kerja lama dihitung?")
    press(row.locator("summary"))
    row.get_by_label("Putusan").select_option("answered")
    row.get_by_label("Jawaban").fill("Ya, seluruhnya dihitung.")
    press(row.get_by_role("button", name="Kirim"))
    employee.goto("/me")
    expect(employee.locator("main")).to_contain_text("Ya, seluruhnya dihitung.")


def test_a_view_is_kept_and_opens_its_page(enter: Enter, city: City) -> None:
    page, post = enter("hr"), an_open_post(city)
    page.goto(f"/positions/{post}")
    press(page.locator("summary", has_text="Saring, urutkan"))
    page.get_by_label("Urutkan", exact=False).first.select_option("uplift")
    press(page.get_by_role("button", name="Terapkan"))
    press(page.locator("summary", has_text="Tampilan tersimpan"))
    page.get_by_label("Nama tampilan").fill("Rapat")
    press(page.get_by_label("pakai saat halaman dibuka"), "Space")
    press(page.get_by_role("button", name="Simpan tampilan ini"))
    page.goto(f"/positions/{post}")
    assert "sort=uplift" in page.url
    page.goto("/views")
    press(page.get_by_role("button", name="Hapus: Rapat"))
    page.goto(f"/positions/{post}")
    assert "sort=" not in page.url


def test_an_export_is_handed_in_checked_and_discarded(enter: Enter, city: City) -> None:
    page = enter("hr")
    press(page.get_by_role("link", name="Data", exact=True))
    tables = ("employees", "units", "positions", "assignments", "appraisals")
    page.get_by_label("Berkas ekspor").set_input_files([Path(city.request.source) / f"{name}.csv" for name in tables])
    press(page.get_by_role("button", name="Unggah dan periksa"))
    while page.get_by_role("link", name="Lihat lagi").count():
        page.wait_for_timeout(500)
        press(page.get_by_role("link", name="Lihat lagi"))
    expect(page.get_by_role("status")).to_contain_text("Data dapat dipakai")
    expect(page.locator("main")).to_contain_text("tepat run uploads/")
    press(page.get_by_role("button", name="Buang ekspor ini"))
    expect(page.locator("table.list .pill").first).to_contain_text("dibuang")


def test_an_account_is_given_and_taken_up(enter: Enter) -> None:
    page = enter("data-team")
    press(page.get_by_role("link", name="Akun", exact=True))
    page.get_by_label("Nama akun").fill("auditor.baru")
    page.locator("#role").select_option("auditor")
    press(page.get_by_role("button", name="Buat dan undang"))
    code = page.locator("code.shown-once").inner_text()
    press(page.get_by_role("button", name="Keluar"))
    press(page.get_by_role("link", name=re.compile("kode undangan")))
    page.get_by_label("Nama akun").fill("auditor.baru")
    page.get_by_label("Kode undangan").fill(code)
    page.get_by_label("Kata sandi baru").fill("empat kata yang berbeda")
    press(page.get_by_role("button", name="Pakai kata sandi ini"))
    expect(page.get_by_role("heading", name="Ikhtisar")).to_be_visible()


def test_an_employee_sees_nobody_elses_page(enter: Enter, city: City) -> None:
    page = enter("employee")
    lists = current(Workspace(Path(city.request.workspace))).table("shortlists")
    others = [
        f"/positions/{lists['position_id'].iloc[0]}",
        "/plan",
        f"/employees/{lists['employee_id'].iloc[-1]}",
        "/after",
        "/sign",
    ]
    statuses = [answer.status for answer in (page.goto(path) for path in others) if answer]
    assert set(statuses) == {403}


def test_somebody_ruled_out_learns_why_and_what_would_help(enter: Enter, city: City) -> None:
    run = current(Workspace(Path(city.request.workspace)))
    pair = run.table("exclusions").query("verdict == 'fail'").iloc[0]
    page: Page = enter("hr")
    page.goto(f"/positions/{pair['position_id']}/candidates/{pair['employee_id']}")
    main = page.locator("main")
    expect(main).to_contain_text("Tidak memenuhi syarat")
    expect(main).to_contain_text(pair["rule_id"])
    expect(main).to_contain_text(pair["reason"])
