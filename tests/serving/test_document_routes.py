"""Documents over HTTP: the list, the files, the templates, and who may have them."""

import io
import logging
import zipfile
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

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


def test_an_export_is_logged_with_account_and_content_and_no_name(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="serving.documents.routes"):
        client.get("/documents/why_not.pdf?position=P002&employee=E12")
    said = caplog.records[-1].getMessage()
    assert "bkpsdm exported why_not.pdf" in said
    assert "E12" not in said
    assert "Hendra" not in said


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
