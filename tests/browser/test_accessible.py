"""Every page against WCAG 2.2 AA by axe, in both languages, and on a narrow screen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from publication.read import current
from publication.workspace import Workspace

pytestmark = pytest.mark.slow
City = Any
Enter = Callable[..., Page]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def addresses(city: City) -> list[str]:
    lists = current(Workspace(Path(city.request.workspace))).table("shortlists")
    first = lists[lists.groupby("position_id")["rank"].transform("size") >= 3].sort_values(["position_id", "rank"]).head(3)
    post, people = first["position_id"].iloc[0], list(first["employee_id"])
    here = f"/positions/{post}"
    return [
        "/", "/positions", here, f"{here}?sort=uplift&cols=tenure&cols=record&cols=aspiration", f"{here}/candidates/{people[0]}",
        f"{here}/compare?who={people[0]}&who={people[1]}&who={people[2]}", f"{here}/exclusions", f"{here}/candidates?q=a",
        "/employees?q=a", f"/employees/{people[0]}", "/plan", "/plan?view=chains", "/plan?view=map", "/plan/scenario",
        "/plan/compare", "/plan/swaps", "/plan/preparation", "/plan/wishes", "/moves",
        "/overrides", "/sign", "/inbox", "/after", "/after?view=cases", "/after?view=recent", "/after?view=support",
        "/programme", "/fairness", "/views", "/uploads",
        "/monitoring", "/forms", "/forms/aspirations", "/forms/pulses", "/forms/cases", "/documents",
        f"/documents?position={post}&employee={people[0]}", "/account", "/help", "/nowhere",
    ]  # fmt: skip


def test_no_page_breaks_a_rule(enter: Enter, city: City) -> None:
    page, found = enter("hr", script=True), {}
    for path in addresses(city):
        page.goto(path)
        broken = Axe().run(page, options=RULES).response["violations"]
        found |= {f"{path}: {rule['id']}": rule["nodes"][0]["html"][:200] for rule in broken}
    page.goto("/?lang=en")
    broken = Axe().run(page, options=RULES).response["violations"]
    assert found | {f"en: {rule['id']}": rule["help"] for rule in broken} == {}


def test_an_employees_pages_break_no_rule(enter: Enter) -> None:
    page = enter("employee", script=True)
    for path in ("/me", "/forms/peer_reviews"):
        page.goto(path)
        assert [rule["id"] for rule in Axe().run(page, options=RULES).response["violations"]] == []
    page.goto("/me")
    page.goto(page.locator("main a[href^='/employees/']").get_attribute("href") or "")
    assert [rule["id"] for rule in Axe().run(page, options=RULES).response["violations"]] == []


@pytest.mark.parametrize("path", ["/accounts", "/accounts/contoh-hr", "/accounts/contoh-data-team", "/access-log"])
def test_pages_of_accounts_break_no_rule(enter: Enter, path: str) -> None:
    page = enter("data-team", script=True)
    page.goto(path)
    assert [rule["id"] for rule in Axe().run(page, options=RULES).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_page_of_an_invitation_breaks_no_rule(enter: Enter) -> None:
    page = enter("hr", script=True)
    page.get_by_role("button", name="Keluar").click()
    page.goto("/join")
    assert [rule["id"] for rule in Axe().run(page, options=RULES).response["violations"]] == []


def test_nothing_needs_sideways_scrolling_on_the_laptop(enter: Enter, city: City) -> None:
    page, wide = enter("hr", script=True), []
    for path in addresses(city):
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(path)
    assert wide == []
