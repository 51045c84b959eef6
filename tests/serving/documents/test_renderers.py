"""The same words and numbers in Word, Excel and PDF, on every page what must be on every page."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import matplotlib as mpl
import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import _Cell
from openpyxl import load_workbook
from openpyxl.cell import Cell

from serving.documents.asking import Ask, Source
from serving.documents.content import Content, Figure
from serving.documents.excel import number_format
from serving.documents.filling import sandbox
from serving.documents.kinds import KINDS
from serving.documents.layout import SHIPPED, load_layout
from serving.documents.office import Office
from serving.documents.paper import PAPERS
from serving.documents.rendering import Format, render
from serving.documents.word_templates import CELL_MARGIN, template_of

OFFICE = Office(government="Pemerintah Kota Rekaan", city="Rekaan", address="Jalan Contoh 1")
ASKED = {
    "position": Ask("T000"),
    "pair": Ask("T000", ("E998",)),
    "moves": Ask(),
    "unit": Ask(unit_id="UT"),
    "person": Ask(employee_ids=("E000",)),
    "run": Ask(),
}
DECIMAL = re.compile(r"[+−]?\d[\d.]*,\d+")
PER_MOVER = {"aspects", "letter", "transition", "handover"}
City = Callable[[int], Source]


def content_of(kind: str, source: Source) -> Content:
    asked = ASKED[KINDS[kind].about]
    return KINDS[kind].build(source, asked)


def made(kind: str, source: Source, wanted: Format, paper: str = "A4") -> bytes:
    return render(content_of(kind, source), wanted, OFFICE, PAPERS[paper])


def pages(pdf: bytes) -> list[str]:
    """Return the text of every page; words set apart by the setting of lines are one text again."""
    return [page.extract_text().replace("\u200b", "") for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def word_text(docx: bytes) -> str:
    body = Document(io.BytesIO(docx)).element.body
    return "\n".join("".join(run.text or "" for run in part.iter("{*}t")) for part in body.iter("{*}p"))


def shown(cell: Cell) -> str:
    """Return a cell as an Indonesian Excel shows it."""
    if isinstance(cell.value, str) or cell.value is None:
        return cell.value or ""
    positive, negative, *zero = cell.number_format.split(";")
    chosen = positive if cell.value > 0 else negative if cell.value < 0 else (zero or [positive])[0]
    digits = len(chosen.split(".")[1].split('"')[0]) if "." in chosen else 0
    written = f"{abs(cell.value):,.{digits}f}".translate(str.maketrans(",.", ".,"))
    sign = "−" if cell.value < 0 else "+" if chosen.startswith("+") else ""
    return sign + written + "".join(re.findall(r'"( [^"]+)"', chosen))


def cells(xlsx: bytes) -> Iterator[Cell]:
    for sheet in load_workbook(io.BytesIO(xlsx)):
        for row in sheet.iter_rows():
            yield from (cell for cell in row if isinstance(cell, Cell) and cell.value is not None)


def decimals(text: str) -> Counter[str]:
    return Counter(DECIMAL.findall(text))


def texts(kind: str, source: Source) -> dict[str, str]:
    return {
        "pdf": "\n".join(pages(made(kind, source, "pdf"))),
        "docx": word_text(made(kind, source, "docx")),
        "xlsx": "\n".join(shown(cell) for cell in cells(made(kind, source, "xlsx"))),
    }


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_format_shows_the_same_numbers(kind: str, city: City) -> None:
    told = {name: decimals(text) for name, text in texts(kind, city(3)).items()}
    assert told["pdf"] == told["docx"] == told["xlsx"]


@pytest.mark.parametrize("kind", ["shortlist", "comparison", "minutes", "letter", "aspects"])
def test_the_numbers_shown_are_those_of_the_content(kind: str, city: City) -> None:
    content = content_of(kind, city(3))
    expected = {str(figure) for figure in content.figures() if figure.digits == 2 and figure.signed}
    numbers = set(decimals(texts(kind, city(3))["docx"]))
    assert len(numbers & expected) >= 3
    assert {number for number in numbers if number[0] in "+−"} <= expected


def test_a_number_of_the_shortlist_is_the_published_one_rounded(city: City) -> None:
    row = city(3).answers.shortlist("T000")[0]
    text = texts("shortlist", city(3))["xlsx"]
    assert f"{row['uplift']:+.2f}".replace(".", ",").replace("-", "−") in text


def test_figures_are_numbers_in_excel_and_ids_are_texts(city: City) -> None:
    book = load_workbook(io.BytesIO(made("shortlist", city(3), "xlsx")))
    row = [cell.value for cell in book["Kandidat"][2]]
    heads = [cell.value for cell in book["Kandidat"][1]]
    assert isinstance(row[heads.index("Peningkatan (SB)")], float)
    assert row[heads.index("Nama / NIP")].endswith("\n198001012005010000")


def test_every_kind_has_a_layout_and_every_layout_a_kind() -> None:
    assert {path.stem for path in SHIPPED.glob("*.yaml")} == set(KINDS)


@pytest.mark.parametrize("paper", sorted(PAPERS))
@pytest.mark.parametrize("kind", ["letter", "minutes"])
def test_every_page_is_of_the_paper_asked_and_carries_foot_and_mark(kind: str, paper: str, city: City) -> None:
    content = content_of(kind, city(3))
    pdf = pypdf.PdfReader(io.BytesIO(render(content, "pdf", OFFICE, PAPERS[paper])))
    wide = PAPERS[paper].sides(landscape=load_layout(kind).landscape)
    for place, page in enumerate(pdf.pages, start=1):
        assert [round(float(side) * 25.4 / 72) for side in page.mediabox[2:]] == [round(side) for side in wide]
        text = page.extract_text()
        assert f"Halaman {place} dari {len(pdf.pages)}" in text
        assert content.run_id in text
        assert content.digest in text
        assert "KONSEP" in text.replace(content.footing, "")


def test_a_signed_document_has_no_mark(city: City) -> None:
    content = content_of("decree", city(3))
    signed = Content(content.kind, content.run_id, content.title, False, content.fields)
    assert "KONSEP" not in "".join(pages(render(signed, "pdf", OFFICE, PAPERS["A4"])))
    word = Document(io.BytesIO(render(signed, "docx", OFFICE, PAPERS["A4"])))
    assert b"KonsepTepat" not in word.sections[0].header.part.blob
    assert signed.digest != content.digest


def test_word_pages_carry_foot_number_and_mark(city: City) -> None:
    content = content_of("letter", city(3))
    word = Document(io.BytesIO(render(content, "docx", OFFICE, PAPERS["F4"])))
    for section in word.sections:
        foot = section.footer._element.xml
        assert content.footing in foot
        assert "NUMPAGES" in foot
        assert "KonsepTepat" in section.header._element.xml
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (215, 330)


def test_tables_repeat_their_heads_on_every_page(city: City) -> None:
    annex = [page for page in pages(made("decree", city(60), "pdf")) if "Kepala Seksi" in page]
    assert len(annex) > 2
    assert all("Jabatan baru" in page for page in annex)
    word = Document(io.BytesIO(made("decree", city(60), "docx")))
    assert word.tables[-2].rows[0]._tr.trPr.xpath("./w:tblHeader")
    assert load_workbook(io.BytesIO(made("decree", city(60), "xlsx")))["Lampiran"].print_title_rows == "$1:$1"


WORDS_OWN_MARGIN = 108
"""Twentieths of a point that Word leaves free beside the words of a cell, where a table says nothing else."""


def letter_widths(file: str) -> Mapping[str, int]:
    """Return the width of each letter of Helvetica, which are Arial's, in thousandths of its size."""
    told = (Path(mpl.get_data_path()) / "fonts" / "afm" / file).read_text(encoding="latin-1")
    found = re.findall(r"^C (\d+) ; WX (\d+) ;", told, re.MULTILINE)
    return {chr(int(letter)): int(wide) for letter, wide in found}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_word_in_a_table_is_wider_than_its_column(kind: str, city: City) -> None:
    faces = {False: letter_widths("phvr8a.afm"), True: letter_widths("phvb8a.afm")}
    filled, template = Document(io.BytesIO(made(kind, city(3), "docx"))), Document(io.BytesIO(template_of(load_layout(kind))))
    rows = [row for table in filled.tables for row in table.rows]
    heads = [table.rows[0] for table in template.tables if table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")]  # of empty tables, too
    broken, usual = set(), template.styles["Normal"].font.size
    for cell in (_Cell(one, row._parent) for row in (*rows, *heads) for one in row._tr.tc_lst):
        margin = CELL_MARGIN if cell._tc.getparent().getparent().tblPr.xpath("./w:tblCellMar") else WORDS_OWN_MARGIN
        room = int(cell._tc.tcPr.tcW.get(qn("w:w"))) / 20 - 2 * margin / 20
        for run in (run for paragraph in cell.paragraphs for run in paragraph.runs if "{" not in run.text):
            for word in re.split(r"(?<=[-/])|\s+", run.text):
                size = (run.font.size or usual).pt
                wide = sum(faces[bool(run.bold)].get(letter, 600) for letter in word) * size / 1000
                broken |= {word} if wide > room else set()
    assert broken == set()


@pytest.mark.parametrize("kind", ["shortlist", "decree"])
def test_tables_are_as_wide_as_the_paper_lets_them(kind: str, city: City) -> None:
    word = Document(io.BytesIO(made(kind, city(3), "docx", "F4")))
    section = word.sections[0]
    room = (section.page_width - section.left_margin - section.right_margin) / 635
    for table in word.tables:
        assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) == pytest.approx(room, abs=20)


def test_nobody_signs_a_page_of_no_words(city: City) -> None:
    content = content_of("letter", city(1))
    for count in range(1, 25):
        office = Office(government="Pemerintah Kota Rekaan", rights=tuple(f"Hak nomor {n}." for n in range(count)))
        told = Content(content.kind, content.run_id, content.title, True, {**content.fields, "office": office.fields()})
        signed = [page for page in pages(render(told, "pdf", office, PAPERS["A4"])) if "Kepala BKPSDM" in page]
        assert all("merugikan Saudara" in page for page in signed)
    word = Document(io.BytesIO(template_of(load_layout("letter"))))
    last = next(paragraph for paragraph in word.paragraphs if "merugikan Saudara" in paragraph.text)
    assert last.paragraph_format.keep_with_next


def test_signatures_below_each_other_stay_together_and_names_beside_each_other_on_one_line() -> None:
    word = Document(io.BytesIO(template_of(load_layout("handover"))))
    both, witness = word.tables[-2], word.tables[-1]
    assert all(paragraph.paragraph_format.keep_with_next for cell in both._cells for paragraph in cell.paragraphs)
    assert not any(paragraph.paragraph_format.keep_with_next for cell in witness._cells for paragraph in cell.paragraphs)
    for kind in ("aspects", "privacy"):
        cells = Document(io.BytesIO(template_of(load_layout(kind)))).tables[-1]._cells
        names = {next(place for place, one in enumerate(cell.paragraphs) if one.runs and one.runs[0].underline) for cell in cells}
        assert len(names) == 1


@pytest.mark.parametrize("kind", sorted(PER_MOVER))
def test_a_full_sheet_in_word_is_followed_by_no_blank_page(kind: str, city: City) -> None:
    """A page break at the end of a full page makes a page of its own; a break before the next page's first words cannot."""
    word = Document(io.BytesIO(made(kind, city(3), "docx")))
    assert not word.element.body.xpath(".//w:br[@w:type='page']")
    assert len(word.element.body.xpath("./w:p/w:pPr/w:pageBreakBefore")) == 2


def test_a_comparison_in_excel_has_its_names_on_every_page(city: City) -> None:
    sheet = load_workbook(io.BytesIO(made("comparison", city(3), "xlsx")))["Perbandingan"]
    assert sheet.print_title_rows == "$1:$1"
    assert [cell.value for cell in sheet[1]][1:] == [
        "Pegawai 000 Rekaan, S.H.",
        "Pegawai 001 Rekaan, S.H.",
        "Pegawai 002 Rekaan, S.H.",
    ]


def test_every_font_of_a_pdf_is_embedded(city: City) -> None:
    fonts = [font.get_object() for page in pypdf.PdfReader(io.BytesIO(made("letter", city(3), "pdf"))).pages
             for font in page["/Resources"]["/Font"].values()]  # fmt: skip
    descriptors = [one.get_object()["/FontDescriptor"] for font in fonts for one in font["/DescendantFonts"]]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor.get_object()) for descriptor in descriptors)


@pytest.mark.parametrize("count", [1, pytest.param(60, marks=pytest.mark.slow)])
def test_a_wave_of_one_and_of_sixty(count: int, city: City) -> None:
    for kind in ("decree", "minutes"):
        for text in texts(kind, city(count)).values():
            assert len(set(re.findall(r"Pegawai \d{3} Rekaan", text))) == count
    word = word_text(made("letter", city(count), "docx"))
    assert word.count("Yth. Sdr.") == count


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["decree", "minutes"])
def test_a_list_of_four_hundred_is_the_same_in_every_format(kind: str, city: City) -> None:
    told = texts(kind, city(400))
    assert decimals(told["pdf"]) == decimals(told["docx"]) == decimals(told["xlsx"])
    for text in told.values():
        assert len(set(re.findall(r"Pegawai \d{3} Rekaan", text))) == 400


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(PER_MOVER))
def test_four_hundred_sheets_each_begin_a_page(kind: str, city: City) -> None:
    content = content_of(kind, city(400))
    pdf = pypdf.PdfReader(io.BytesIO(render(content, "pdf", OFFICE, PAPERS["A4"])))
    assert len(pdf.pages) >= 400
    assert f"Halaman 1 dari {len(pdf.pages)}" in pdf.pages[0].extract_text()
    word = word_text(render(content, "docx", OFFICE, PAPERS["A4"]))
    excel = {str(cell.value) for cell in cells(render(content, "xlsx", OFFICE, PAPERS["A4"]))}
    for text in (word, "\n".join(excel)):
        assert len(set(re.findall(r"Pegawai \d{3} Rekaan", text))) == 400


@pytest.mark.parametrize("wanted", ["pdf", "docx", "xlsx"])
def test_the_same_content_gives_the_same_bytes(wanted: Format, city: City) -> None:
    assert made("minutes", city(3), wanted) == made("minutes", city(3), wanted)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_field_hides_behind_a_method_of_dict(kind: str, city: City) -> None:
    """``row.items`` would be the method, not the field."""

    def names(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from value
            for part in value.values():
                yield from names(part)
        elif isinstance(value, list | tuple):
            for part in value:
                yield from names(part)

    assert set(names(dict(content_of(kind, city(3)).fields))) & set(dir(dict)) == set()


def test_figures_are_written_as_indonesians_write_them() -> None:
    assert str(Figure(-0.4178, 2, signed=True)) == "−0,42"
    assert str(Figure(0.3, 2, signed=True)) == "+0,30"
    assert str(Figure(-0.001, 2, signed=True)) == "0,00"
    assert str(Figure(1087)) == "1.087"
    assert str(Figure(-3.0, 0, signed=True, unit="%")) == "−3 %"
    assert number_format(Figure(1.5, 1)) == '#,##0.0;"−"#,##0.0'


def test_the_word_template_of_a_kind_can_be_rebuilt_to_the_byte() -> None:
    layout = load_layout("letter")
    assert template_of.__wrapped__(layout) == template_of.__wrapped__(layout)
    text = word_text(template_of(layout))
    assert "{%p for item in moves %}" in text
    assert "{{ item.to_post }}" in text


def test_templates_reach_nothing_of_python() -> None:
    made = sandbox()
    assert made.globals == {}
    for attack in (
        "{{ x.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ x.append(1) }}",
        "{{ range(3) }}",
        "{{ cycler.__init__ }}",
    ):
        with pytest.raises(Exception, match=r"unsafe|undefined|has no attribute|access"):
            made.from_string(attack).render(x=[])


def test_a_form_is_no_draft(city: City) -> None:
    assert "KONSEP" not in "".join(pages(made("objection_form", city(3), "pdf")))
