"""Kept views: a list as one likes it, under a name, for one account."""

from collections.abc import Callable

import httpx
import pytest
from fastapi.testclient import TestClient

from serving.pages.views import FIELDS, tidied

Csrf = Callable[[str], str]


@pytest.fixture
def post(own: TestClient, csrf: Csrf) -> Callable[..., httpx.Response]:
    def posted(path: str, **fields: str) -> httpx.Response:
        return own.post(path, data={"csrf": csrf(own.get("/views").text), **fields}, follow_redirects=False)

    return posted


def test_a_view_is_kept_opened_renamed_preferred_and_deleted(own: TestClient, post: Callable[..., httpx.Response]) -> None:
    kept = post("/views", page="shortlist", name="Ringkas", query="sort=uplift&cols=gaps&q=Budi", next="/positions/P002?q=B")
    assert kept.headers["location"] == "/positions/P002?q=B"
    assert 'href="/positions/P001?sort=uplift&amp;cols=gaps"' in own.get("/positions/P001").text
    post("/views/rename", page="shortlist", name="Ringkas", wanted="Rapat")
    post("/views/prefer", page="shortlist", name="Rapat")
    opened = own.get("/positions/P002", follow_redirects=False)
    assert (opened.status_code, opened.headers["location"]) == (303, "/positions/P002?sort=uplift&cols=gaps")
    for plain in ("/positions/P002?plain=1", "/positions/P002?eligible=yes"):
        assert own.get(plain, follow_redirects=False).status_code == 200
    post("/views/prefer", page="shortlist")
    assert own.get("/positions/P002", follow_redirects=False).status_code == 200
    post("/views/forget", page="shortlist", name="Rapat")
    assert "Rapat" not in own.get("/views").text


def test_a_preferred_view_keeps_the_language_asked_for_and_a_path_as_it_is_written(
    own: TestClient, post: Callable[..., httpx.Response]
) -> None:
    post("/views", page="shortlist", name="A", query="sort=lower", first="1")
    assert own.get("/positions/P%2F4%20a?lang=en", follow_redirects=False).headers["location"] == (
        "/positions/P/4%20a?sort=lower&lang=en"
    )


def test_views_of_lists_and_plan_open_from_their_own_page(own: TestClient, post: Callable[..., httpx.Response]) -> None:
    post("/views", page="positions", name="Lowong", query="vacant=1&page=3&kind=supervisor")
    post("/views", page="plan", name="Rantai", query="view=chains")
    page = own.get("/views").text
    assert 'href="/positions?vacant=1&amp;kind=supervisor"' in page
    assert 'href="/plan?view=chains"' in page


def test_a_faulty_view_is_refused_in_words(post: Callable[..., httpx.Response]) -> None:
    assert "Beri nama tampilan" in post("/views", page="shortlist", name=" ", query="").text
    assert post("/views", page="moves", name="x").status_code == 404
    assert post("/views", page="shortlist", name="x", csrf="wrong").status_code == 403


def test_equal_views_have_equal_queries_and_hold_no_search_for_a_person() -> None:
    same = tidied("shortlist", "sort=uplift&cols=record&cols=gaps&x=1")
    assert tidied("shortlist", "cols=gaps&cols=record&sort=uplift&show=first&q=Budi") == same == "sort=uplift&cols=gaps&cols=record"
    assert "q" not in FIELDS["shortlist"]
