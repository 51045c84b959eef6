"""What was asked for most is made again of a new run before anybody asks; nothing of one run comes with another's."""

import asyncio
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from fastapi.testclient import TestClient

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Account, Role
from publication.answers import Answers
from publication.store import Store
from publication.workspace import Workspace
from serving import rendering
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.kept import Body, KeptBodies
from serving.renewal import Turn, renew
from serving.settings import ServingSettings
from tests.serving.conftest import RUN_ID, frames, people

NEXT = "7c1e" * 8
ROLES = (Role.HR, Role.ANALYST, Role.AUDITOR)
PAGE, JSON = "/positions/P002", "/api/v1/positions/P002/shortlist"


def publish(settings: ServingSettings, run_id: str, *, without: str = "") -> None:
    """Put the rows of the small city in force as another run, without one of its positions."""
    store = Store(Workspace(settings.workspace).database_url)
    run = store.run()
    assert run is not None
    tables = {name: frame[frame["position_id"] != without] if "position_id" in frame else frame for name, frame in frames().items()}
    store.load({**run, "run_id": run_id, "as_of": "2026-06-30"}, tables, people())
    store.switch(run_id)


@contextmanager
def there(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch, look: float = 3600.0) -> Iterator[TestClient]:
    """Yield the application, hardly ever or every ``look`` seconds looking for new runs, with an account of each of three roles."""
    monkeypatch.setattr("serving.renewal.LOOK_SECONDS", look)
    with TestClient(create(settings), base_url="http://localhost") as client:
        accounts = client.app.state.records.accounts  # type: ignore[attr-defined]
        for role in ROLES:
            if accounts.add(str(role), "", 0.0, role=role):
                accounts.open_session(str(role), fingerprint(str(role)), 0.0, 9e12, TOKEN)
        client.headers["Authorization"] = f"Bearer {Role.HR}"
        yield client


def bodies(client: TestClient) -> KeptBodies:
    kept = client.app.state.bodies  # type: ignore[attr-defined]
    assert isinstance(kept, KeptBodies)
    return kept


def bare(page: str) -> str:
    """Return a page without its form token."""
    return re.sub(r'name="csrf" value="[^"]+"', "", page)


def test_a_new_run_is_written_before_it_is_asked_for_and_says_the_same(
    settings: ServingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with there(settings, monkeypatch) as client:
        asked = [f"{PAGE}?lang=en", f"{PAGE}?sort=uplift", JSON]
        before = {path: client.get(path).text for path in asked}
        publish(settings, NEXT)
        asyncio.run(renew(bodies(client), NEXT))
        made: list[str] = []
        with monkeypatch.context() as watched:
            watched.setattr(KeptBodies, "make", lambda *_: made.append("made"))
            after = {path: client.get(path).text for path in asked}
        assert not made, "every answer was there"
    with there(settings, monkeypatch) as fresh:
        assert {path: bare(text) for path, text in after.items()} == {path: bare(fresh.get(path).text) for path in asked}
    assert all(RUN_ID in text and NEXT not in text for text in before.values())
    assert all(NEXT in text and RUN_ID not in text for text in after.values())
    assert "30 June 2026" in after[f"{PAGE}?lang=en"]


def test_what_is_made_again_hides_what_it_hid(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    with there(settings, monkeypatch) as client:

        def told() -> dict[Role, tuple[str, str]]:
            as_role = {role: {"Authorization": f"Bearer {role}"} for role in ROLES}
            return {
                role: (bare(client.get(PAGE, headers=head).text), client.get(JSON, headers=head).text)
                for role, head in as_role.items()
            }

        before = told()
        publish(settings, NEXT)
        asyncio.run(renew(bodies(client), NEXT))
        after = told()
        changed = {role: [text.replace(NEXT, RUN_ID) for text in texts] for role, texts in after.items()}
    assert {role: texts[1] for role, texts in changed.items()} == {role: texts[1] for role, texts in before.items()}
    assert '"aspiration":null' in after[Role.ANALYST][1]
    assert '"aspiration":4.0' in after[Role.HR][1]
    assert all("Rahmawati" not in text for texts in after.values() for text in texts), "names stay hidden"
    assert all(f">{role}</a>" in after[role][0] for role in ROLES), "each page names its own account"


def test_a_position_that_is_gone_stops_nothing(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    with there(settings, monkeypatch) as client:
        assert [client.get(path).status_code for path in ("/positions/P001", PAGE)] == [200, 200]
        publish(settings, NEXT, without="P001")
        asyncio.run(renew(bodies(client), NEXT))
        assert client.get("/positions/P001").status_code == 404
        assert NEXT in client.get(PAGE).text


def test_the_application_looks_for_new_runs_itself(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    given_back: list[set[str]] = []
    monkeypatch.setattr("serving.renewal.ENOUGH", 1)
    with there(settings, monkeypatch, look=0.02) as client:
        monkeypatch.setattr("serving.renewal.give_back", lambda: given_back.append(bodies(client).runs()))
        client.get(PAGE)
        publish(settings, NEXT)
        until = time.monotonic() + 30
        while bodies(client).runs() != {NEXT} and time.monotonic() < until:
            time.sleep(0.02)
        assert bodies(client).runs() == {NEXT}
        assert NEXT in client.get(PAGE).text
    assert given_back == [{NEXT}], "once, when the run before is forgotten"


def test_no_answer_tells_of_two_runs_while_they_change(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.renewal.ENOUGH", 2)
    done = Event()
    with there(settings, monkeypatch, look=0.01) as client, ThreadPoolExecutor(3) as askers:

        def ask(path: str) -> list[str]:
            heard = []
            while not done.is_set():
                heard.append(client.get(path).text)
            return heard

        asked = [askers.submit(ask, path) for path in (PAGE, JSON, f"{JSON}?limit=3")]
        for run_id in (NEXT, "5d2b" * 8, "9a9a" * 8):
            publish(settings, run_id)
        done.set()
        heard = [text for one in asked for text in one.result()]
    runs = (RUN_ID, NEXT, "5d2b" * 8, "9a9a" * 8)
    assert heard
    assert {sum(run in text for run in runs) for text in heard} == {1}


def test_the_run_before_is_read_until_the_new_one_is_ready(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.renewal.ENOUGH", 2)
    with there(settings, monkeypatch) as client:
        turn = client.app.state.turn  # type: ignore[attr-defined]
        for path in (PAGE, JSON):
            client.get(path)
        publish(settings, NEXT)
        assert all(RUN_ID in client.get(path).text for path in (PAGE, JSON, f"{JSON}?limit=3")), "everybody reads one run"
        asyncio.run(renew(bodies(client), NEXT))
        assert bodies(client).runs() == {RUN_ID, NEXT}
        turn.take_up(NEXT)
        assert all(NEXT in client.get(path).text for path in (PAGE, JSON, f"{JSON}?limit=3"))


def test_a_run_that_has_left_the_database_is_read_no_longer(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.renewal.ENOUGH", 1)
    with there(settings, monkeypatch) as client:
        client.get(PAGE)
        publish(settings, NEXT)
        assert RUN_ID in client.get(PAGE).text
        publish(settings, "5d2b" * 8)  # drops what is not in force: the first run
        assert "5d2b" in client.get(PAGE).text


def test_a_new_run_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, now = KeptBodies(1_000), [0.0]
    monkeypatch.setattr("serving.renewal.ENOUGH", 1)
    monkeypatch.setattr("serving.renewal.time.monotonic", lambda: now[0])
    turn, store = Turn(kept), _Store()
    assert turn("one", lambda _: True) == "one"
    with store.reading() as answers:
        kept.make(store, answers, "key", lambda _: Body(b"said"))  # type: ignore[arg-type]
    assert turn("two", lambda _: True) == "one"
    now[0] = 119.0
    assert turn("two", lambda _: True) == "one"
    now[0] = 121.0
    assert turn("two", lambda _: True) == "two"


def test_where_hardly_anything_is_kept_a_new_run_is_read_at_once() -> None:
    turn = Turn(KeptBodies(1_000))
    assert [turn(run, lambda _: True) for run in ("one", "two")] == ["one", "two"]


class _Store:
    """A store whose run says its own name."""

    def __init__(self) -> None:
        self.run_id = "one"

    @contextmanager
    def reading(self, run_id: str | None = None) -> Iterator[Answers]:
        assert run_id in (None, self.run_id)
        yield Answers(None, self.run_id)  # type: ignore[arg-type]


def test_memory_is_bounded_for_each_run_and_holds_one_run_after_renewal() -> None:
    store, kept = _Store(), KeptBodies(1_000)
    for run_id in ("one", "two", "three"):
        store.run_id = run_id
        for again in kept.renewals(run_id, 100):
            again()
        assert kept.size <= 2_000
        kept.keep_only(run_id)
        for number in range(300):
            with store.reading() as answers:
                kept.make(store, answers, number, lambda answers: Body(answers.run_id.encode() * 20))  # type: ignore[arg-type]
            assert kept.size <= 1_000
    assert kept.runs() == {"three"}


def test_what_was_asked_for_most_comes_first_and_no_more_than_wanted() -> None:
    store, kept, made = _Store(), KeptBodies(10_000), []

    def say(answers: Answers, name: str) -> Body:
        made.append(f"{answers.run_id} {name}")
        return Body(b"said")

    for name, times in (("seldom", 1), ("often", 5), ("now and then", 3)):
        with store.reading() as answers:
            kept.make(store, answers, name, lambda answers, name=name: say(answers, name))  # type: ignore[misc,arg-type]
        for _ in range(times):
            kept.get("one", name)
    store.run_id = "two"
    made.clear()
    for again in kept.renewals("two", 2):
        again()
    assert made == ["two often", "two now and then"]


@pytest.mark.parametrize(("role", "shared"), [(Role.HR, True), (Role.ANALYST, False), (Role.EMPLOYEE, False)])
def test_only_who_sees_everything_shares_a_page_whoever_they_are(role: Role, shared: bool) -> None:
    one, other = (rendering.seen_alike(Account(name, role, employee_id=f"E{name}")) for name in ("a", "b"))
    assert (one == other) is shared
    assert rendering.seen_alike(Account("a", role)) == rendering.seen_alike(Account("b", role))
    assert rendering.seen_alike(Account("a", role)) != one
