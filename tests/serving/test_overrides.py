"""The override report on its page."""

import re

from fastapi.testclient import TestClient

from publication.ledger.ledger import Entry
from publication.records import open_records
from serving.settings import ServingSettings


def test_rates_reasons_and_what_followed_without_any_officer(own: TestClient, settings: ServingSettings) -> None:
    ledger = open_records(settings.store_url(), settings.folder.root).ledger
    for number in range(8):
        public = {"move_id": number, "reason_code": "experience", "departs": number < 6, "state": "proposed"}
        ledger.append(Entry("2026-01-05T09:00:00+07:00", "pejabat-x", "choose", f"move/{number}", public))
        if number % 2:
            checked = public | {"state": "checked"}
            ledger.append(Entry("2026-01-06T09:00:00+07:00", "pejabat-y", "check", f"move/{number}", checked))
    page = own.get("/overrides").text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Pilih 8 6 75 %" in words
    assert re.search(r"Pilih menyimpang dari daftar 6 50 %", words)
    assert "2026-01 8 6" in words
    assert "pejabat-" not in page
    assert f"12:{ledger.head().hash}" in page


def test_too_few_decisions_say_so(own: TestClient) -> None:
    assert "Belum ada 5 keputusan yang sejenis" in own.get("/overrides").text
