"""A tiny invented city, run and served, and a real Chromium to use its pages as people do: by keyboard, without script."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines import stages
from pipelines.job import open_job
from pipelines.modelling import Trained
from pipelines.request import Request
from publication.accounts.passwords import DEMO_PASSWORD
from publication.publish import Publication
from serving.application import create
from serving.settings import ServingSettings
from simulation.city import invent_city, write_city
from simulation.knobs import Knobs

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LAPTOP = {"width": 1366, "height": 768}


@dataclass(frozen=True)
class City:
    """A served city: where its source and its workspace lie, how to run it again, and where the pages are."""

    request: Request
    address: str

    def run(self) -> Publication:
        """Run every stage once more; what people entered since joins the source."""
        return run(self.request)


def run(request: Request) -> Publication:
    job = open_job(request)
    opened = stages.take_in(job)
    learned = stages.learn(job, opened)
    released = stages.decide(job, opened, learned)
    lists = stages.draw_up(job, opened, released)
    return stages.publish(job, opened, Trained.load(learned.folder), released, lists, stages.measure(job, opened))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the browser; without one the tests are skipped, but not where everything must be tested."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed: apt-get install chromium")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def city(chromium: Browser, quick: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Return an invented city of 400 people, run and served for one module: what one decides another would find decided."""
    folder = tmp_path_factory.mktemp("browsed")
    write_city(invent_city(Knobs(employees=400, years=6), seed=3), folder / "source")
    request = Request(str(folder / "source"), str(folder / "workspace"), params=str(quick))
    run(request)
    settings = ServingSettings(
        workspace=folder / "workspace", demo=True, rate_per_minute=100_000, address_per_minute=100_000, session_hours=1
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create(settings), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield City(replace(request), f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join(timeout=10)


Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, city: City) -> Iterator[Enter]:
    """Return a way to sign in as one role of the demonstration; the page has no script unless asked for."""
    opened = []

    def sign_in(role: str, *, script: bool = False) -> Page:
        context = chromium.new_context(
            base_url=city.address, viewport=LAPTOP, java_script_enabled=script, bypass_csp=script, locale="id-ID"
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto("/login")
        page.get_by_label("Nama akun").fill(f"contoh-{role}")
        page.get_by_label("Kata sandi").fill(DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Keluar").wait_for()
        return page

    yield sign_in
    for context in opened:
        context.close()
