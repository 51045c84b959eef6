"""Accounts and roles on their pages: invited, changed, locked; never one's own."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from features.person_codes import person_code
from publication.accounts.passwords import hashed
from publication.accounts.roles import Role
from publication.records import Records, open_records
from publication.tables import PEOPLE
from serving.application import create
from serving.settings import ServingSettings

Csrf = Callable[[str], str]
Post = Callable[..., httpx.Response]
CHOSEN = "empat kata yang berbeda"


@pytest.fixture(scope="module")
def secret() -> str:
    return hashed(CHOSEN)


@pytest.fixture
def records(settings: ServingSettings, secret: str) -> Records:
    opened = open_records(settings.store_url(), settings.folder.root)
    opened.accounts.add("data", secret, 0.0, role=Role.DATA_TEAM)
    return opened


@pytest.fixture
def manager(visitor: TestClient, records: Records, enter: Callable[..., httpx.Response]) -> TestClient:
    """Return the data team, signed in."""
    assert records.accounts.account("data") is not None
    assert enter(visitor, CHOSEN, "data").status_code == 303
    return visitor


@pytest.fixture
def post(manager: TestClient, csrf: Csrf) -> Post:
    return lambda path, **fields: manager.post(
        path, data={"csrf": csrf(manager.get("/accounts").text), **fields}, follow_redirects=False
    )


@pytest.fixture
def somebody(settings: ServingSettings) -> Iterator[TestClient]:
    """Return somebody else's browser."""
    with TestClient(create(settings), base_url="http://localhost") as client:
        yield client


def code_of(page: str) -> str:
    found = re.search(r'class="shown-once">([^<]+)<', page)
    assert found is not None
    return found[1]


def test_an_account_is_made_and_its_owner_chooses_the_password(
    manager: TestClient, post: Post, somebody: TestClient, csrf: Csrf
) -> None:
    made = post("/accounts", username=" kepala.dinas ", role="head_of_unit", units="U1, U9")
    code = code_of(made.text)
    assert code not in manager.get("/accounts/kepala.dinas").text
    assert "DPMPTSP, Sekretariat Daerah" in manager.get("/accounts/kepala.dinas").text
    form = {"csrf": csrf(somebody.get("/join").text), "username": "kepala.dinas", "code": code, "wanted": "pendek"}
    assert somebody.post("/join", data=form).status_code == 422
    wrong = somebody.post("/join", data=form | {"code": "aaaa-bbbb-cccc-dddd", "wanted": CHOSEN})
    assert wrong.status_code == 401
    joined = somebody.post("/join", data=form | {"wanted": CHOSEN}, follow_redirects=False)
    assert (joined.status_code, joined.headers["location"]) == (303, "/")
    assert somebody.get("/after").status_code == 200
    assert somebody.get("/accounts").status_code == 403


def test_a_role_is_changed_an_account_locked_and_all_of_it_told(manager: TestClient, post: Post, records: Records) -> None:
    post("/accounts", username="siti", role="hr")
    post("/accounts/siti", role="auditor")
    post("/accounts/siti/sessions/close")
    post("/accounts/siti/lock")
    assert records.accounts.account("siti") is None
    post("/accounts/siti/unlock")
    account = records.accounts.account("siti")
    assert account is not None
    assert account.role == "auditor"
    page = manager.get("/accounts/siti").text
    for told in ("akun dibuat", "undangan dibuat", "peran atau cakupan diubah", "akun dikunci", "kunci dibuka"):
        assert told in page


def test_nobody_changes_their_own_account_nor_names_what_the_run_does_not_know(post: Post, manager: TestClient) -> None:
    for path in ("", "/lock", "/unlock", "/invite", "/sessions/close"):
        assert post(f"/accounts/data{path}", role="hr").status_code == 422
    assert manager.get("/accounts/data").status_code == 200
    for fields, said in (
        ({"role": "head_of_unit", "units": "U77"}, "Tidak ada unit dengan kode U77"),
        ({"role": "head_of_unit"}, "Sebutkan unit kerja"),
        ({"role": "employee", "employee": "E77"}, "Tidak ada pegawai"),
        ({"role": "king"}, "Pilih peran"),
    ):
        answer = post("/accounts", username="baru", **fields)
        assert answer.status_code == 422
        assert said in answer.text
    assert manager.get("/accounts/baru").status_code == 404


def test_guesses_of_a_code_are_counted(somebody: TestClient, post: Post, csrf: Csrf) -> None:
    post("/accounts", username="siti", role="hr")
    form = {"csrf": csrf(somebody.get("/join").text), "username": "siti", "code": "x", "wanted": CHOSEN}
    answers = [somebody.post("/join", data=form).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert somebody.post("/join", data=form | {"csrf": "x"}).status_code == 403


def test_an_account_is_given_to_whom_the_source_calls_so_though_the_data_team_sees_codes_only(
    settings: ServingSettings, manager: TestClient, post: Post, records: Records
) -> None:
    code = person_code(settings.folder.key(), "198601012010011001")
    with sa.create_engine(settings.store_url()).begin() as connection:
        connection.execute(PEOPLE.update().where(PEOPLE.c.employee_id == "E05").values(employee_id=code))
    assert post("/accounts", username="dewi", role="employee", employee="198601012010011001").status_code == 200
    assert post("/accounts", username="agus", role="employee", employee="198601012010011002").status_code == 422
    found = records.administration.account("dewi")
    assert found is not None
    assert found[0].employee_id == code
    assert "198601012010011001" not in manager.get("/accounts/dewi").text
