"""Pictures of every page, from a workspace of an invented city, into ``docs/screens/``: ``make screenshots``."""

import argparse
import io
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import matplotlib as mpl
import matplotlib.image
import numpy as np
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from publication.accounts.passwords import DEMO_PASSWORD
from publication.read import current
from publication.workspace import Workspace
from serving.application import create
from serving.settings import ServingSettings

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
WIDTH, HEIGHT = 1366, 900


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


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Serve ``workspace`` as a demonstration, on the day its data end, and yield the address."""
    settings = ServingSettings(workspace=workspace, demo=True, rate_per_minute=100_000, address_per_minute=100_000)
    application = create(settings)
    as_of = date.fromisoformat(current(Workspace(workspace)).run()["as_of"])
    application.state.today = lambda: as_of
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


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
        "plan-chains": "/plan?view=chains", "plan-map": "/plan?view=map", "after": "/after", "overrides": "/overrides", "programme": "/programme",
        "forms": "/forms", "form-pulse": "/forms/pulses", "form-aspiration": "/forms/aspirations", "documents": "/documents",
        "employee": f"/employees/{people[0]}", "help": "/help", "account": "/account",
    }.items():  # fmt: skip
        hr.goto(address + path)
        save(hr, out / f"{name}.png")
    hr.goto(f"{address}/plan/scenario")
    hr.get_by_role("button", name="Larang").nth(1).click()
    save(hr, out / "scenario.png")
    hr.goto(f"{address}{here}/candidates/{people[0]}")
    hr.get_by_role("radio", name="pilih", exact=True).check()
    hr.get_by_label("Alasan", exact=True).select_option("experience")
    hr.get_by_label("Penjelasan").fill("Pengalaman paling sesuai dengan kebutuhan bidang.")
    hr.get_by_role("button", name="Catat keputusan").click()
    save(hr, out / "move.png")
    hr.goto(f"{address}/moves")
    save(hr, out / "moves.png")
    team = sign_in(browser, address, "appraisal-team")
    team.goto(f"{address}/sign")
    save(team, out / "sign.png")
    employee = sign_in(browser, address, "employee")
    employee.goto(f"{address}/me")
    save(employee, out / "me.png")
    hr.goto(f"{address}{here}?lang=en")
    save(hr, out / "shortlist-english.png")


def sign_in(browser: Browser, address: str, role: str) -> Page:
    """Return a page of somebody signed in, without script."""
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, java_script_enabled=False).new_page()
    page.goto(f"{address}/login")
    page.get_by_label("Nama akun").fill(f"contoh-{role}")
    page.get_by_label("Kata sandi").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Keluar").wait_for()
    return page


def save(page: Page, path: Path) -> None:
    """Save what a laptop shows of the page, in few colours: text and flat areas need no more, and files stay small."""
    shown = matplotlib.image.imread(io.BytesIO(page.screenshot()))[..., :3]
    levels = np.round(shown * 15) / 15
    with mpl.rc_context():
        matplotlib.image.imsave(path, levels, pil_kwargs={"optimize": True})


if __name__ == "__main__":
    main()
