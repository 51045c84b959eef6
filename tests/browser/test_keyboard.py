"""Each task as somebody does it who sees the pages for the first time and has no mouse: keys alone, from signing in to done.

Nothing is focused or opened but by a key. How long it takes is told by the keystroke-level model (Card, Moran and Newell, *The
Keystroke-Level Model for User Performance Time*, 1980) with its slowest typist, and ten seconds to read each page.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from publication.accounts.passwords import DEMO_PASSWORD
from publication.read import current
from publication.workspace import Workspace

pytestmark = pytest.mark.slow
City = Any

KEY_SECONDS, THOUGHT_SECONDS, PAGE_SECONDS = 1.2, 1.35, 10.0
"""A key of the worst typist and a mental preparation, of the model; a page to read."""
MOST_SECONDS = 600.0
MOST_TABS = 300
LAPTOP = {"width": 1366, "height": 768}


@dataclass
class Hands:
    """Two hands on a keyboard, and what they have cost so far."""

    page: Page
    keys: int = 0
    thoughts: int = 0
    pages: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)
        self.thoughts += 1

    def reach(self, target: Locator, key: str = "Tab") -> None:
        """Go on from control to control until ``target`` has the focus."""
        self.thoughts += 1
        for _ in range(MOST_TABS):
            self.press(key)
            if target.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"{MOST_TABS} tabs do not reach {target}")

    def follow(self, target: Locator) -> None:
        """Reach a link or a button and use it; the next page is read."""
        self.reach(target)
        self.go()

    def go(self) -> None:
        """Send what is filled in, or use what has the focus, and read the next page."""
        with self.page.expect_navigation():
            self.press("Enter")
        self.pages.append(self.page.url)

    def past_the_bar(self) -> None:
        """Skip the bar on top of a page."""
        self.reach(self.page.get_by_role("link", name="Langsung ke isi"))
        self.press("Enter")

    def room(self, name: str) -> None:
        """Open a room of the bar on top."""
        self.follow(self.page.get_by_role("link", name=name, exact=True))
        self.past_the_bar()

    def choose(self, target: Locator, wanted: str) -> None:
        """Reach a drop-down and go down to an option."""
        self.reach(target)
        for _ in range(60):
            if target.locator("option:checked").inner_text().strip() == wanted:
                return
            self.press("ArrowDown")
        raise AssertionError(f"no option {wanted}")

    @property
    def seconds(self) -> float:
        return KEY_SECONDS * self.keys + THOUGHT_SECONDS * self.thoughts + PAGE_SECONDS * len(set(self.pages))


Enter = Callable[[str], Hands]


@pytest.fixture
def enter(chromium: Browser, city: City) -> Iterator[Enter]:
    """Return a way to sign in with keys alone; whoever did must be done within ten minutes at the end."""
    used: list[Hands] = []

    def sign_in(role: str) -> Hands:
        context = chromium.new_context(base_url=city.address, viewport=LAPTOP, java_script_enabled=False, locale="id-ID")
        hands = Hands(context.new_page())
        used.append(hands)
        hands.page.set_default_timeout(60_000)
        hands.page.goto("/login")
        hands.reach(hands.page.get_by_label("Nama akun"))
        hands.write(f"contoh-{role}")
        hands.reach(hands.page.get_by_label("Kata sandi"))
        hands.write(DEMO_PASSWORD)
        hands.press("Enter")
        hands.page.get_by_role("button", name="Keluar").wait_for()
        return hands

    yield sign_in
    times = [hands.seconds for hands in used]
    for hands in used:
        hands.page.context.close()
    assert max(times) < MOST_SECONDS


def vacancy_with_three(hands: Hands, city: City) -> None:
    """Find a vacancy whose list has at least three candidates beyond doubt, from the overview on."""
    run = current(Workspace(Path(city.request.workspace)))
    lists, positions = run.table("shortlists"), run.table("positions")
    sure = lists[lists["eligible"] == "yes"].groupby("position_id").size()
    title = next(row.title for row in positions[positions["vacant"] > 0].itertuples() if sure.get(row.position_id, 0) >= 3)
    hands.past_the_bar()
    hands.reach(hands.page.get_by_role("searchbox").first)
    hands.write(str(title))
    hands.go()
    hands.past_the_bar()
    wanted = [post for post in positions[positions["title"] == title]["position_id"] if sure.get(post, 0) >= 3]
    vacant = positions.set_index("position_id")["vacant"]
    post = next(one for one in wanted if vacant[one] > 0)
    hands.follow(hands.page.locator(f"a.strong[href='/positions/{post}']"))
    hands.past_the_bar()


def test_find_a_vacancy(enter: Enter, city: City) -> None:
    hands = enter("hr")
    vacancy_with_three(hands, city)
    expect(hands.page.locator("main")).to_contain_text("Kelompok setara 1")


def test_compare_three_and_decide_with_a_reason_and_sign(enter: Enter, city: City) -> None:
    hands = enter("hr")
    vacancy_with_three(hands, city)
    for place in range(3):
        hands.reach(hands.page.get_by_role("checkbox", name=re.compile("^Bandingkan")).nth(place))
        hands.press("Space")
    hands.follow(hands.page.get_by_role("button", name=re.compile("Bandingkan yang dipilih")))
    expect(hands.page.get_by_role("heading", name="Apa yang akan membalik urutan")).to_be_visible()
    hands.past_the_bar()
    hands.follow(hands.page.locator("table.compare thead a").first)
    hands.past_the_bar()
    hands.reach(hands.page.get_by_role("radio").first)
    hands.press("Space")
    hands.reach(hands.page.get_by_label("Alasan", exact=True))
    hands.press("ArrowDown")
    hands.reach(hands.page.get_by_label("Penjelasan"))
    hands.write("Paling sesuai dengan kebutuhan bidang.")
    hands.follow(hands.page.get_by_role("button", name="Catat keputusan"))
    expect(hands.page.locator(".life .now")).to_have_text("diusulkan")
    for role, button in (("appraisal-team", "pemeriksa"), ("decision-maker", "^setujui")):
        other = enter(role)
        other.room("Keputusan")
        other.follow(other.page.get_by_role("link", name=re.compile("tanda tangan", re.IGNORECASE)))
        other.past_the_bar()
        other.follow(other.page.get_by_role("button", name=re.compile(button, re.IGNORECASE)).first)
    hands.page.reload()
    expect(hands.page.locator(".life .now")).to_have_text("disetujui")


def test_solve_the_plan_again(enter: Enter) -> None:
    hands = enter("hr")
    hands.room("Rencana")
    hands.follow(hands.page.get_by_role("link", name="Kunci, larang, dan hitung ulang"))
    hands.past_the_bar()
    hands.follow(hands.page.get_by_role("button", name="Larang").first)
    expect(hands.page.get_by_role("heading", name="Perubahan terhadap rencana")).to_be_visible()


def test_print_the_sheet(enter: Enter, city: City) -> None:
    hands = enter("hr")
    vacancy_with_three(hands, city)
    hands.follow(hands.page.locator("main").get_by_role("link", name="Dokumen", exact=True))
    hands.past_the_bar()
    hands.reach(hands.page.locator("main").get_by_role("link", name="PDF").first)
    with hands.page.expect_download() as coming:
        hands.press("Enter")
    assert coming.value.suggested_filename.endswith(".pdf")


def test_enter_a_pulse(enter: Enter) -> None:
    hands = enter("hr")
    hands.room("Sesudah pindah")
    hands.follow(hands.page.locator("main a[href='/after?view=recent']"))
    hands.past_the_bar()
    hands.follow(hands.page.locator("a[href^='/forms/pulses']").first)
    hands.past_the_bar()
    for row in range(hands.page.locator("input[type=radio][value='4']").count()):
        hands.reach(hands.page.locator(f"input[name=answer_{row}]").first)
        hands.press("ArrowRight")
    hands.follow(hands.page.get_by_role("button", name="Kirim"))
    expect(hands.page.get_by_role("status")).to_contain_text("tercatat")


def test_file_an_objection(enter: Enter) -> None:
    hands = enter("employee")
    hands.past_the_bar()
    hands.follow(hands.page.locator("main a[href='/forms/objections']"))
    hands.past_the_bar()
    hands.reach(hands.page.get_by_label("Dasar keberatan"))
    hands.press("ArrowDown")
    hands.reach(hands.page.get_by_label("Uraian"))
    hands.write("Masa kerja saya tercatat keliru dua tahun.")
    hands.follow(hands.page.get_by_role("button", name="Kirim"))
    expect(hands.page.get_by_role("status")).to_contain_text("tercatat")


def test_state_an_aspiration(enter: Enter, city: City) -> None:
    post = str(current(Workspace(Path(city.request.workspace))).table("shortlists")["position_id"].iloc[0])
    hands = enter("employee")
    hands.past_the_bar()
    hands.follow(hands.page.locator("main a[href='/forms/aspirations']"))
    hands.past_the_bar()
    hands.reach(hands.page.locator("#position_id"))
    hands.write(post)
    hands.reach(hands.page.get_by_label(re.compile("Kuatnya minat")))
    hands.press("End")
    hands.follow(hands.page.get_by_role("button", name="Kirim"))
    expect(hands.page.get_by_role("status")).to_contain_text("tercatat")


def test_learn_why_not(enter: Enter, city: City) -> None:
    run = current(Workspace(Path(city.request.workspace)))
    pair = run.table("exclusions").query("verdict == 'fail'").iloc[0]
    hands = enter("hr")
    hands.room("Pegawai")
    hands.reach(hands.page.get_by_role("searchbox").first)
    hands.write(str(pair["employee_id"]))
    hands.go()
    hands.past_the_bar()
    hands.follow(hands.page.locator(f"main a[href='/employees/{pair['employee_id']}']").first)
    hands.past_the_bar()
    hands.reach(hands.page.locator("main form", has=hands.page.locator("[name=for]")).get_by_role("searchbox"))
    hands.write(str(pair["position_id"]))
    hands.go()
    hands.past_the_bar()
    hands.follow(hands.page.locator(f"a[href^='/positions/{pair['position_id']}/candidates/']").first)
    expect(hands.page.locator("main")).to_contain_text("Tidak memenuhi syarat")


def test_audit_who_showed_names(enter: Enter) -> None:
    hands = enter("auditor")
    hands.room("Catatan akses")
    hands.choose(hands.page.get_by_label("Jenis"), "membuka nama, mengekspor, memutuskan")
    hands.follow(hands.page.get_by_role("button", name="Terapkan"))
    expect(hands.page.locator("main")).to_contain_text(re.compile("mengekspor|membuka nama|Tidak ada catatan"))
