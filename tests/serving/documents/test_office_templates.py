"""Templates an office has edited: used where they hold, refused in words where they do not, harmless where they are hostile."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from features.errors import UsageError
from serving.documents.asking import Ask, Source
from serving.documents.content import Content
from serving.documents.kinds import KINDS
from serving.documents.layout import load_layout
from serving.documents.office import Office, load_office
from serving.documents.paper import PAPERS
from serving.documents.rendering import render

City = Callable[[int], Source]
A4 = PAPERS["A4"]
ATTACKS = (
    "{{ office.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ moves.append('x') }}",
    "{{ self._TemplateReference__context }}",
    "{% for x in range(1000000000) %}x{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ 'x' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ office | attr('__class__') }}",
    "{{ no_such_field }}",
    "{{ broken",
)


@pytest.fixture
def letter(city: City) -> Content:
    return KINDS["letter"].build(city(3), Ask(employee_ids=("E001",)))


def word_saying(words: str) -> bytes:
    document = Document()
    document.add_paragraph(words)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def paragraphs(docx: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs]


def test_an_edited_word_template_is_used_and_keeps_foot_and_mark(letter: Content, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(word_saying("Salam, {{ moves[0].name }}: {{ moves[0].uplift }}"))
    made = render(letter, "docx", Office(), A4, tmp_path)
    assert paragraphs(made) == [f"Salam, Pegawai 001 Rekaan, S.H.: {letter.fields['moves'][0]['uplift']}"]
    section = Document(io.BytesIO(made)).sections[0]
    assert letter.footing in section.footer._element.xml
    assert "KonsepTepat" in section.header._element.xml


def test_an_edited_layout_is_used_in_all_formats(letter: Content, tmp_path: Path) -> None:
    (tmp_path / "letter.yaml").write_text('head: none\nblocks:\n  - {text: "Kepada {{ moves[0].name }}"}\n', encoding="utf-8")
    assert paragraphs(render(letter, "docx", Office(), A4, tmp_path)) == ["Kepada Pegawai 001 Rekaan, S.H."]
    sheet = load_workbook(io.BytesIO(render(letter, "xlsx", Office(), A4, tmp_path)))["Naskah"]
    assert "Kepada Pegawai 001 Rekaan, S.H." in [cell.value for cell in sheet["A"]]
    assert len(render(letter, "pdf", Office(), A4, tmp_path)) > 1000


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_or_broken_template_is_refused_in_words(attack: str, letter: Content, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(word_saying(attack))
    with pytest.raises(UsageError, match="letter") as refused:
        render(letter, "docx", Office(), A4, tmp_path)
    assert "letter" in refused.value.into("id")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_or_broken_layout_is_refused_in_words(attack: str, letter: Content, tmp_path: Path) -> None:
    (tmp_path / "letter.yaml").write_text(f"blocks:\n  - text: |-\n      {attack}\n", encoding="utf-8")
    for wanted in ("pdf", "xlsx"):
        with pytest.raises(UsageError, match="letter"):
            render(letter, wanted, Office(), A4, tmp_path)


def test_values_are_data_in_every_format(city: City, tmp_path: Path) -> None:
    """What a record holds is never read as a template, as markup, as XML or as a formula."""
    nasty = '=1+1 {{ 7*7 }} <w:p/> & #panic() "x" *b* _i_'
    given = KINDS["letter"].build(city(3), Ask(employee_ids=("E001",)))
    moves = [{**given.fields["moves"][0], "name": nasty}]
    content = Content(given.kind, given.run_id, given.title, True, {**given.fields, "moves": moves})
    (tmp_path / "letter.yaml").write_text('head: none\nblocks:\n  - {text: "{{ moves[0].name }}"}\n', encoding="utf-8")
    assert paragraphs(render(content, "docx", Office(), A4, tmp_path)) == [nasty]
    cells = [c for row in load_workbook(io.BytesIO(render(content, "xlsx", Office(), A4, tmp_path)))["Naskah"] for c in row]
    cell = next(cell for cell in cells if cell.value == nasty)
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert len(render(content, "pdf", Office(), A4, tmp_path)) > 1000


def test_a_damaged_word_template_is_named(letter: Content, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(b"not a document")
    with pytest.raises(UsageError, match="damaged"):
        render(letter, "docx", Office(), A4, tmp_path)


def test_a_wrong_layout_says_where(tmp_path: Path) -> None:
    (tmp_path / "letter.yaml").write_text("blocks:\n  - {text: a, colour: red}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="colour"):
        load_layout("letter", tmp_path)


def test_the_office_is_read_from_its_file(tmp_path: Path) -> None:
    assert load_office(tmp_path) == Office()
    (tmp_path / "office.yaml").write_text("city: Binjai\nhead: {post: Kepala BKPSDM, name: Nama, nip: '1980'}\n", encoding="utf-8")
    office = load_office(tmp_path)
    assert (office.city, office.head.fields()["nip"]) == ("Binjai", "NIP 1980")
    (tmp_path / "office.yaml").write_text("citty: Binjai\n", encoding="utf-8")
    with pytest.raises(UsageError, match="citty"):
        load_office(tmp_path)
