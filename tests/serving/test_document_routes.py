"""Documents over HTTP: the list, the files, the templates, and who may have them."""

import io
import time
import zipfile
from pathlib import Path

import pytest
from docx import Document
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from publication.accounts.access import Wanted
from publication.accounts.accounts import TOKEN
from publication.accounts.roles import GRANTS, Permission, Role
from serving.accounts.guard import fingerprint
from serving.documents.kinds import KINDS
from serving.documents.rendering import MEDIA


def test_the_list_names_every_kind_in_both_languages(client: TestClient) -> None:
    page, english = client.get("/documents").text, client.get("/documents?lang=en").text
    for kind in KINDS.values():
        assert kind.title in page
        assert kind.title_en in english
    client.get("/documents?lang=id")


def test_the_list_offers_what_was_chosen(client: TestClient) -> None:
    page = client.get("/documents?position=P002&employee=E01").text
    assert "/documents/shortlist.pdf?position=P002&amp;employee=E01&amp;paper=F4" in page
    assert "/documents/why_not.docx?position=P002&amp;employee=E01&amp;paper=A4" in page
    assert "Budi Santoso" in page
    assert "Pilih jabatan lebih dahulu." in client.get("/documents").text


@pytest.mark.parametrize("wanted", sorted(MEDIA))
def test_a_document_is_a_file_with_a_name_that_names_nobody(wanted: str, client: TestClient) -> None:
    answer = client.get(f"/documents/shortlist.{wanted}?position=P002")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA[wanted]
    assert answer.headers["content-disposition"].startswith('attachment; filename="shortlist-')
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content[:4] == (b"%PDF" if wanted == "pdf" else b"PK\x03\x04")


def test_an_export_is_in_the_access_log_before_it_is_answered(own: TestClient) -> None:
    answer = own.get("/documents/why_not.pdf?position=P002&employee=E12")
    assert answer.status_code == 200
    deed = own.app.state.records.access.newest(Wanted(kind="deed"))[0]
    assert (deed["username"], deed["subject"].split()[0]) == ("bkpsdm", "why_not.pdf")
    assert deed["subject"].endswith("P002 E12")
    assert answer.headers["content-disposition"].split("-")[-1].split(".")[0] in deed["subject"]


def bearer(client: TestClient, role: Role) -> dict[str, str]:
    """Return the header of a token of a new account in ``role``."""
    accounts, now = client.app.state.records.accounts, time.time()
    accounts.add(f"one-{role}", "no password", now, role=role)
    accounts.open_session(f"one-{role}", fingerprint(f"token-{role}"), now, now + 600, TOKEN)
    return {"Authorization": f"Bearer token-{role}"}


@pytest.mark.parametrize("role", sorted(Role))
def test_documents_are_for_roles_that_may_export(role: Role, own: TestClient) -> None:
    may = Permission.EXPORT in GRANTS[role].permissions
    headers = bearer(own, role)
    for address in ("/documents", "/documents/shortlist.pdf?position=P002", "/documents/letter.template.docx"):
        assert own.get(address, headers=headers).status_code == (200 if may else 403)


def test_what_a_role_may_not_see_is_masked_in_documents(own: TestClient) -> None:
    tokens = {role: bearer(own, role) for role in (Role.ANALYST, Role.HR)}
    seen = {role: own.get("/documents/shortlist.xlsx?position=P002", headers=token) for role, token in tokens.items()}
    told = {role: load_workbook(io.BytesIO(answer.content))["Kandidat"]["C2"].value for role, answer in seen.items()}
    assert told[Role.HR].startswith("Siti Rahmawati")
    assert told[Role.ANALYST] == "E00\ndisamarkan"
    letter = own.get("/documents/why_not.docx?position=P002&employee=E12", headers=tokens[Role.ANALYST]).content
    text = "".join(run.text or "" for run in Document(io.BytesIO(letter)).element.body.iter("{*}t"))
    assert not any(name in text for name in ("Hendra", "Siti", "Budi"))
    assert "NIP disamarkan" in text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/documents/unheard_of.pdf", 404),
        ("/documents/shortlist.odt?position=P002", 422),
        ("/documents/shortlist.pdf?position=P002&paper=A3", 422),
        ("/documents/shortlist.pdf?position=NONE", 422),
        ("/documents/letter.pdf", 422),
        ("/documents/unheard_of.template.docx", 404),
        ("/documents/..%2Foffice.template.docx", 404),
    ],
)
def test_what_cannot_be_made_is_refused(address: str, status: int, client: TestClient) -> None:
    assert client.get(address).status_code == status


def test_a_refusal_says_what_to_do(client: TestClient) -> None:
    assert "Buka daftar dokumen dan pilih dari sana" in client.get("/documents/letter.pdf").text


def test_nobody_without_an_account_gets_a_document(visitor: TestClient) -> None:
    for address in ("/documents", "/documents/shortlist.pdf?position=P002", "/documents/letter.template.docx"):
        assert visitor.get(address, follow_redirects=False).status_code == 303


def test_the_word_template_comes_out_and_goes_in_again(own: TestClient, tmp_path: Path) -> None:
    shipped = own.get("/documents/shortlist.template.docx").content
    assert b"{{ position.title }}" in zipfile.ZipFile(io.BytesIO(shipped)).read("word/document.xml")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "shortlist.docx").write_bytes(shipped)
    assert own.get("/documents/shortlist.template.docx").content == shipped
    assert own.get("/documents/shortlist.docx?position=P002").status_code == 200
    (tmp_path / "templates" / "shortlist.docx").write_bytes(b"nothing of the kind")
    refused = own.get("/documents/shortlist.docx?position=P002")
    assert refused.status_code == 422
    assert "rusak" in refused.text
