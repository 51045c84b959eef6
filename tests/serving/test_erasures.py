"""Who was erased by law is gone from the pages of an application that runs on, which keeps what it has written."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from publication.accounts.roles import GRANTS, Role
from publication.decisions.life import Asked, Listed
from publication.ledger.ledger import Ledger
from publication.records import open_records
from publication.upkeep.forgetting import forget
from publication.workspace import Workspace
from serving import erasures
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

KEPT = ("/positions/P002", "/api/v1/positions/P002/shortlist")
PERSON = "E07"


CHOOSE = Asked("choose", "hr", GRANTS[Role.HR].permissions, reason_code="evidence")


def test_pages_of_decisions_stand_without_who_was_erased_and_without_a_post_that_is_no_more(
    own: TestClient, settings: ServingSettings
) -> None:
    records, listed = open_records(settings.store_url(), settings.workspace), Listed("run", "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
    records.moves.take("P002", PERSON, CHOOSE, listed, datetime.now(UTC))
    records.moves.take("abolished", "E01", CHOOSE, listed, datetime.now(UTC))
    assert "Dewi Lestari" in own.get("/moves").text
    forget(Workspace(settings.workspace), records, PERSON, "UU 27/2022", "terminal:data", datetime.now(UTC))
    for address in ("/moves", "/sign"):
        page = own.get(address)
        assert page.status_code == 200
        assert "tidak lagi tercatat" in page.text
        assert "abolished" in page.text


def test_pages_kept_in_memory_lose_who_was_erased(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasures, "LOOK_SECONDS", 0.02)
    records = open_records(settings.store_url(), settings.workspace)
    records.accounts.open_session("bkpsdm", fingerprint("a token"), 0.0, time.time() + 600, "token")
    with TestClient(create(settings), base_url="http://localhost", headers={"Authorization": "Bearer a token"}) as application:
        before = [application.get(address).text for address in KEPT]
        assert all(PERSON in page for page in before)
        forget(Workspace(settings.workspace), records, PERSON, "UU 27/2022", "terminal:data", datetime.now(UTC))
        until = time.monotonic() + 20
        while any(PERSON in application.get(address).text for address in KEPT) and time.monotonic() < until:
            time.sleep(0.05)
        assert [PERSON in application.get(address).text for address in KEPT] == [False, False]


class _Failing(Ledger):
    """A ledger that cannot be read at first, for a reason nobody foresaw, and then tells of an erasure."""

    def __init__(self) -> None:
        self.looks = 0

    def news(self, after: int) -> tuple[int, bool]:
        self.looks += 1
        if self.looks < 3:
            raise ValueError("a row that is no row")
        return after + 1, True


def test_a_look_that_fails_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasures, "LOOK_SECONDS", 0.0)

    async def let_go_once() -> None:
        gone = asyncio.Event()
        following = asyncio.create_task(erasures.follow(_Failing(), gone.set))
        await asyncio.wait_for(gone.wait(), 10)
        following.cancel()

    asyncio.run(let_go_once())
