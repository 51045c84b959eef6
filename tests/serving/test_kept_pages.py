"""Pages are written once and kept; what is not the reader's own never comes with them."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from fastapi.testclient import TestClient

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from serving import rendering
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

LIST = "/positions/P001"
Csrf = Callable[[str], str]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the templates written since, in order."""
    made: list[str] = []
    plain = rendering.written

    def counted(reader: rendering.Reader, template: str, context: Mapping[str, object]) -> str:
        made.append(template)
        return plain(reader, template, context)

    monkeypatch.setattr(rendering, "written", counted)
    return made


def test_a_list_is_written_once_for_each_address_and_language(own: TestClient, count: list[str]) -> None:
    first = own.get(LIST).text
    assert own.get(LIST).text == first
    assert count == ["shortlist.html"]
    assert own.get(f"{LIST}?sort=uplift").text != first
    assert "English" not in own.get(f"{LIST}?lang=en").text
    assert count == ["shortlist.html"] * 3


def test_names_shown_and_views_kept_are_on_the_page_at_once(own: TestClient, csrf: Csrf) -> None:
    blind = own.get(LIST).text
    own.post("/reveal", data={"csrf": csrf(blind), "scope": "P001", "next": LIST})
    seen = own.get(LIST).text
    assert "NIP" in seen
    assert seen != blind
    own.post("/views", data={"csrf": csrf(blind), "page": "shortlist", "name": "Ringkas", "query": "sort=uplift"})
    assert "Ringkas" in own.get(LIST).text


def test_every_session_has_its_own_token_and_every_account_its_own_page(settings: ServingSettings, csrf: Csrf) -> None:
    with TestClient(create(settings), base_url="http://localhost") as there:
        pages = dict(_seen(there))
    tokens = {csrf(page) for page in pages.values()}
    assert len(tokens) == len(pages) == 3
    assert 'name="csrf"' in pages["hr-a"]
    bare = {name: page.replace(csrf(page), "").replace(name, "") for name, page in pages.items()}
    assert bare["hr-a"] == bare["hr-b"] != bare["analyst"]


def _seen(there: TestClient) -> Iterator[tuple[str, str]]:
    accounts = there.app.state.records.accounts  # type: ignore[attr-defined]
    for name, role in (("hr-a", Role.HR), ("hr-b", Role.HR), ("analyst", Role.ANALYST)):
        accounts.add(name, "", 0.0, role=role)
        there.cookies.clear()
        yield name, there.get(LIST, headers=_signed_in(there, name)).text


def _signed_in(there: TestClient, name: str) -> dict[str, str]:
    accounts = there.app.state.records.accounts  # type: ignore[attr-defined]
    accounts.open_session(name, fingerprint(name), 0.0, 9e12, TOKEN)
    return {"Authorization": f"Bearer {name}"}
