"""Pictures of every page, from a workspace of an invented city, into ``docs/screens/``: ``make screenshots``."""

import argparse
import io
import os
import shutil
import tempfile
from pathlib import Path

import matplotlib as mpl
import matplotlib.image
import numpy as np
from playwright.sync_api import Browser, FilePayload, Locator, Page, sync_playwright

from benchmarks.screens.served import served
from publication.accounts.passwords import DEMO_PASSWORD
from publication.read import current
from publication.workspace import Workspace

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
WIDTH, HEIGHT = 1366, 900
PATIENCE = 180_000
"""Milliseconds a page may take: a busy machine that solves the plan of a large city again."""
ENTERED = {
    "questions": {"Pertanyaan": "Apakah masa kerja di jabatan lama tetap dihitung untuk kenaikan pangkat?"},
    "objections": {"Dasar keberatan": "data_wrong", "Uraian": "Diklat kepemimpinan saya tahun 2023 belum tercatat."},
    "corrections": {"Jenis data": "pendidikan", "Isi yang benar": "S-2 Administrasi Publik, lulus 2024"},
}
"""What the invented employee enters, by form: the answer to each question of the form."""
SUPPORTED = {
    "trainings": {"Nama pelatihan": "Manajemen Risiko", "Jam pelajaran": "24", "Selesai tanggal": "2026-03-06"},
    "mentor_meetings": {"Tanggal bertemu": "2026-03-12", "Pendamping": "Made Wirawan, S.E.",
                        "Yang disepakati": "Target bulan pertama; bertemu lagi setiap Senin."},
}  # fmt: skip
"""What HR enters of that employee."""
EXPORT = {
    "pegawai": "NIP;NAMA;TGL_LAHIR\n" + "".join(f"1985010120100110{n:02d};Pegawai {n};1985-01-01\n" for n in range(20)),
    "unit_kerja": "KODE_UNIT;NAMA_UNIT\nU1;Dinas Kesehatan\nU2;Dinas Pendidikan\n",
    "jabatan": "KODE_JABATAN;KODE_UNIT;NAMA_JABATAN\nJ1;U1;Analis Kesehatan\nJ2;U2;Guru Ahli Muda\n",
    "riwayat_jabatan": "NIP;KODE_JABATAN;TMT\n" + "".join(
        f"1985010120100110{n:02d};J{1 + n % 2};{'2021-13-01' if n == 3 else '2021-03-01'}\n" for n in range(20)),
    "skp": "NIP;AWAL;AKHIR;NILAI\n" + "".join(f"1985010120100110{n:02d};2024-01-01;2024-12-31;{80 + n % 9}\n" for n in range(20)),
}  # fmt: skip
"""A small export in an office's own words, with one impossible day."""


def main() -> None:
    """Copy the workspace, serve the copy, and picture its pages as the roles of the demonstration see them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("workspace", type=Path)
    asked.add_argument("--out", type=Path, default=Path("docs/screens"))
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "workspace"
        shutil.copytree(given.workspace, copy, ignore=shutil.ignore_patterns("mlflow.db", "runs", "prefect", "cache"))
        with served(copy) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", shutil.which("chromium")), args=ARGUMENTS
            )
            picture(browser, address, copy, given.out)
            browser.close()


def picture(browser: Browser, address: str, workspace: Path, out: Path) -> None:
    """Picture every page; the decision shown is made on the way."""
    run = current(Workspace(workspace))
    lists, positions = run.table("shortlists"), run.table("positions")
    leading = positions[(positions["vacant"] > 0) & positions["job_kind"].isin(["supervisor", "administrator"])]
    sure = lists[lists["eligible"] == "yes"].groupby("position_id").size()
    post = max(leading["position_id"], key=lambda one: int(sure.get(one, 0)))
    chosen = lists[(lists["position_id"] == post) & (lists["eligible"] == "yes")].sort_values("rank").head(3)
    people = list(chosen["employee_id"])
    ruled_out = run.table("exclusions").query("position_id == @post and verdict == 'fail'")["employee_id"].iloc[0]
    here = f"/positions/{post}"
    hr = sign_in(browser, address, "hr")
    for name, path in {
        "overview": "/", "positions": "/positions", "shortlist": here,
        "shortlist-by-uplift": f"{here}?sort=uplift&cols=tenure&cols=gaps",
        "compare": f"{here}/compare?who={people[0]}&who={people[1]}&who={people[2]}", "why": f"{here}/candidates/{people[0]}",
        "why-not": f"{here}/candidates/{ruled_out}", "exclusions": f"{here}/exclusions", "plan": "/plan",
        "plan-chains": "/plan?view=chains", "plan-map": "/plan?view=map", "swaps": "/plan/swaps",
        "preparation": "/plan/preparation", "after": "/after", "after-recent": "/after?view=recent",
        "after-support": "/after?view=support", "plan-passed": "/plan?view=passed",
        "programme": "/programme", "fairness": "/fairness", "monitoring": "/monitoring",
        "forms": "/forms", "form-pulse": "/forms/pulses",
        "form-aspiration": "/forms/aspirations", "documents": "/documents",
        "employee": f"/employees/{people[0]}", "help": "/help", "account": "/account",
    }.items():  # fmt: skip
        hr.goto(address + path)
        save(hr, out / f"{name}.png")
    hr.goto(f"{address}/plan/scenario")
    follow(hr.get_by_role("button", name="Larang").nth(1))
    save(hr, out / "scenario.png")
    hr.goto(f"{address}{here}/candidates/{people[0]}")
    hr.get_by_role("radio", name="pilih", exact=True).check()
    hr.get_by_label("Alasan", exact=True).select_option("experience")
    hr.get_by_label("Penjelasan").fill("Pengalaman paling sesuai dengan kebutuhan bidang.")
    follow(hr.get_by_role("button", name="Catat keputusan"))
    save(hr, out / "move.png")
    hr.goto(f"{address}/moves")
    save(hr, out / "moves.png")
    team = sign_in(browser, address, "appraisal-team")
    team.goto(f"{address}/sign")
    save(team, out / "sign.png")
    employee = sign_in(browser, address, "employee")
    hr.goto(f"{address}{here}?lang=en")
    save(hr, out / "shortlist-english.png")
    hr.goto(f"{address}/help?lang=id")
    picture_office(hr, employee, sign_in(browser, address, "data-team"), address, here, out)


def picture_office(hr: Page, employee: Page, data_team: Page, address: str, here: str, out: Path) -> None:
    """Picture what the office keeps in order: views, scenarios beside each other, inbox, an export handed in, accounts."""
    for name, query in {"Rapat tim penilai": "sort=uplift&cols=gaps&cols=record", "Siap dilantik": "eligible=yes&grade=A"}.items():
        hr.goto(f"{address}{here}?{query}")
        hr.locator("details.views > summary").click()
        hr.get_by_label("Nama tampilan").fill(name)
        follow(hr.get_by_role("button", name="Simpan tampilan ini"))
    hr.goto(f"{address}/views")
    save(hr, out / "views.png")
    hr.goto(f"{address}/plan/scenario?name=Tanpa+perpindahan+pertama")
    follow(hr.get_by_role("button", name="Larang").first)
    hr.goto(f"{address}/plan/compare")
    save(hr, out / "scenarios.png")
    hr.goto(f"{address}/overrides")
    save(hr, out / "overrides.png")
    for form, filled in ENTERED.items():
        employee.goto(f"{address}/forms/{form}")
        for label, said in filled.items():
            field = employee.get_by_label(label, exact=True)
            field.select_option(said) if label == "Dasar keberatan" else field.fill(said)
        follow(employee.get_by_role("button", name="Kirim"))
    employee.goto(f"{address}/me")
    own = (employee.locator("main a[href^='/employees/']").first.get_attribute("href") or "").removeprefix("/employees/")
    for form, filled in SUPPORTED.items():
        hr.goto(f"{address}/forms/{form}?employee_id={own}")
        for label, said in filled.items():
            hr.get_by_label(label).fill(said)
        follow(hr.get_by_role("button", name="Kirim"))
    employee.goto(f"{address}/me")
    save(employee, out / "me.png")
    hr.goto(f"{address}/inbox")
    save(hr, out / "inbox.png")
    hr.goto(f"{address}/uploads")
    files = [FilePayload(name=f"{name}.csv", mimeType="text/csv", buffer=text.encode()) for name, text in EXPORT.items()]
    hr.get_by_label("Berkas ekspor").set_input_files(files)
    hr.get_by_label("Keterangan").fill("Ekspor triwulan pertama")
    follow(hr.get_by_role("button", name="Unggah dan periksa"))
    while hr.get_by_role("link", name="Lihat lagi").count():
        follow(hr.get_by_role("link", name="Lihat lagi"))
    save(hr, out / "upload.png")
    hr.goto(f"{address}/uploads")
    save(hr, out / "uploads.png")
    data_team.goto(f"{address}/accounts")
    save(data_team, out / "accounts.png")
    data_team.get_by_label("Nama akun").fill("kepala.dinas")
    data_team.locator("#role").select_option("auditor")
    follow(data_team.get_by_role("button", name="Buat dan undang"))
    save(data_team, out / "account-made.png")
    data_team.goto(f"{address}/access-log")
    save(data_team, out / "access-log.png")
    hr.goto(f"{address}/account")
    follow(hr.get_by_role("button", name="Keluar"))
    hr.goto(f"{address}/join")
    save(hr, out / "join.png")


def sign_in(browser: Browser, address: str, role: str) -> Page:
    """Return a page of somebody signed in, without script."""
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, java_script_enabled=False).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/login")
    page.get_by_label("Nama akun").fill(f"contoh-{role}")
    page.get_by_label("Kata sandi").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Keluar").wait_for()
    return page


def follow(button: Locator) -> None:
    """Press a button or link and wait for the page it leads to: one opened meanwhile would cut the first short."""
    with button.page.expect_navigation():
        button.click()


def save(page: Page, path: Path) -> None:
    """Save what a laptop shows of the page, in few colours: text and flat areas need no more, and files stay small."""
    shown = matplotlib.image.imread(io.BytesIO(page.screenshot()))[..., :3]
    levels = np.round(shown * 15) / 15
    with mpl.rc_context():
        matplotlib.image.imsave(path, levels, pil_kwargs={"optimize": True})


if __name__ == "__main__":
    main()
