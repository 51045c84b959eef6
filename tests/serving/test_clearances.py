"""A clearance that was over when the data end says so on the employee's page; one is entered in words."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from serving.pages.employees import told_clearances


def test_a_clearance_is_over_from_the_day_after_its_last() -> None:
    facts = {
        "clearance_health": "clear", "clearance_health_until": "2026-03-22",
        "clearance_bond": "clear", "clearance_bond_until": "2026-03-21",
    }  # fmt: skip
    told = {kind: (until, over) for kind, _, until, over in told_clearances(facts, {"as_of": "2026-03-22"})}
    assert told["health"] == ("2026-03-22", False)
    assert told["bond"] == ("2026-03-21", True)


def test_the_form_asks_in_words_and_shows_what_was_entered_in_words(own: TestClient, csrf: Callable[[str], str]) -> None:
    page = own.get("/forms/clearances?lang=id").text
    assert "not_clear" not in page
    assert '<option value="tidak bersih">' in page
    form = {"csrf": csrf(page), "employee_id": "E05", "kind": "court", "value": "tidak bersih", "valid_from": "2026-01-02"}
    assert own.post("/forms/clearances", data=form).status_code == 200
    assert "</span> tidak bersih" in own.get("/forms/clearances?lang=id").text
    assert "</span> not clear" in own.get("/forms/clearances?lang=en").text
