"""Decisions page by page and by state; what waits for one's own signature first; the mark of a draft until it is signed."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Permission, Role
from publication.decisions.life import Asked, Listed
from publication.records import Records, open_records
from serving.accounts.guard import fingerprint
from serving.pages import deciding
from serving.settings import ServingSettings
from serving.texts.words import in_unit

NOW = datetime.fromisoformat("2026-01-20T09:00:00+07:00")
BEST = Listed("0f3a" * 8, "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
STEPS = (("choose", "hr", Permission.PREPARE), ("check", "tim", Permission.CHECK), ("approve", "wali", Permission.APPROVE))


def taken(records: Records, employee_id: str, steps: int) -> int:
    """Take a pair so many steps on, and return its move."""
    for action, by, permission in STEPS[:steps]:
        asked = Asked(action, by, frozenset({permission}), reason_code="experience" if action == "choose" else "")
        number = records.moves.take("P002", employee_id, asked, BEST, NOW).move_id
    return number


@pytest.fixture
def records(settings: ServingSettings) -> Records:
    """Return the records of a city in which five are proposed and two checked."""
    opened = open_records(settings.store_url(), settings.folder.root)
    for n in range(7):
        taken(opened, f"E{n:02d}", 2 if n in (1, 4) else 1)
    for name, role in (("wali", Role.DECISION_MAKER), ("tim", Role.APPRAISAL_TEAM)):
        opened.accounts.add(name, "", 0.0, role=role)
        opened.accounts.open_session(name, fingerprint(name), 0.0, 9e12, TOKEN)
    return opened


@pytest.mark.usefixtures("records")
def test_decisions_are_paged_and_filtered_by_state(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "PER_PAGE", 3)
    pages = [own.get(f"/moves?page={number}").text for number in (1, 2, 3)]
    found = [re.findall(r'href="/moves/(\d+)"', page) for page in pages]
    assert [len(one) for one in found] == [3, 3, 1]
    assert len({number for one in found for number in one}) == 7
    checked = own.get("/moves?state=checked").text
    assert len(re.findall(r'href="/moves/(\d+)"', checked)) == 2
    assert "Tidak ada keputusan dalam keadaan ini" in own.get("/moves?state=in_post").text


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(("who", "own_first"), [("wali", 2), ("tim", 5)])
def test_what_waits_for_ones_own_signature_stands_first(own: TestClient, who: str, own_first: int) -> None:
    page = own.get("/sign", headers={"Authorization": f"Bearer {who}"}).text
    sheets = page.split('class="card sheet"')[1:]
    assert len(sheets) == 7
    assert ["menunggu orang lain" in sheet for sheet in sheets] == [False] * own_first + [True] * (7 - own_first)
    assert "SB; selang 80 %" in sheets[0]


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(("who", "count"), [("wali", 2), ("tim", 5)])
def test_the_first_page_counts_what_waits_for_ones_own_signature(own: TestClient, who: str, count: int) -> None:
    page = own.get("/?lang=id", headers={"Authorization": f"Bearer {who}"}).text
    assert f'<a href="/sign">{count} mutasi menunggu tanda tangan Anda</a>' in page


def test_a_moves_page_is_a_draft_on_paper_until_it_is_approved(own: TestClient, records: Records) -> None:
    proposed, approved = taken(records, "E08", 1), taken(records, "E09", 3)
    drafts = [own.get(f"/moves/{number}").text for number in (proposed, approved)]
    assert ["KONSEP" in page for page in drafts] == [True, False]
    assert ["draft=0" in page for page in drafts] == [False, True]
    assert "KONSEP" in own.get("/paper.css").text
    assert "KONSEP" not in own.get("/paper.css?draft=0").text
    assert "0f3a0f3a" in own.get("/paper.css?draft=0").text


def test_a_unit_is_said_once() -> None:
    assert in_unit("Kepala Bagian Hukum", "Bagian Hukum") == "Kepala Bagian Hukum"
    assert in_unit("Analis Hukum", "Bagian Hukum") == "Analis Hukum, Bagian Hukum"
    assert in_unit("tanpa jabatan definitif", None) == "tanpa jabatan definitif"
