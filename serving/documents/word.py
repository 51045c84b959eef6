"""Word: the template of a kind filled by docxtpl, then the paper, the foot and the KONSEP mark that no template can leave out."""

import io
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.section import Section, _Footer, _Header
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2.exceptions import TemplateError

from features.errors import UsageError
from serving.documents.content import Content
from serving.documents.filling import sandbox, template_fault
from serving.documents.layout import Layout
from serving.documents.paper import Paper
from serving.documents.settled import settled
from serving.documents.word_templates import MATRIX, template_of


def write(content: Content, layout: Layout, head: Sequence[str], author: str, paper: Paper, own: Path | None = None) -> bytes:
    """Return the document, by the office's own ``KIND.docx`` in folder ``own``, else by the template made from ``layout``.

    Raises
    ------
    UsageError
        The template is damaged, or names what the content does not hold.
    """
    template = DocxTemplate(io.BytesIO(_template(content.kind, layout, own)))
    told = {**content.fields, "head": [{"upper": line.upper(), "plain": line} for line in head]}
    try:
        template.render(told, jinja_env=sandbox(escape=True))
        document = template.docx
        _settle(document, content, author, paper)
        kept = io.BytesIO()
        document.save(kept)
    except TemplateError as error:
        raise template_fault(content.kind, error) from error
    except (BadZipFile, KeyError, ValueError, SyntaxError) as error:  # lxml's faults of syntax are Python's, too
        raise UsageError(
            f"The Word template of '{content.kind}' is damaged ({type(error).__name__}). Restore it, or remove it from the office's"
            " templates to use the shipped one.",
            f"Templat Word '{content.kind}' rusak ({type(error).__name__}). Pulihkan, atau hapus dari folder templat kantor agar"
            " templat bawaan yang dipakai.",
        ) from error
    return settled(kept.getvalue())


def _template(kind: str, layout: Layout, own: Path | None) -> bytes:
    if own is not None and (own / f"{kind}.docx").is_file():
        return (own / f"{kind}.docx").read_bytes()
    return template_of(layout)


def _settle(document: DocumentObject, content: Content, author: str, paper: Paper) -> None:
    """Set the paper, and put foot and mark on every page of every section."""
    document.core_properties.title, document.core_properties.author = content.title, author
    for table in document.tables:
        if table._tbl.tblPr.xpath(f"./w:tblCaption[@w:val='{MATRIX}']"):
            _even_columns(table)
    written_for = _room(document.sections[0])
    for section in document.sections:
        landscape = section.orientation == WD_ORIENT.LANDSCAPE
        width, height = paper.sides(landscape=landscape)
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.different_first_page_header_footer = False
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        _foot(section.footer, content.footing)
        if content.draft:
            _mark(section.header)
    for table in document.tables:
        _widen(table, _room(document.sections[0]) / written_for)


def _room(section: Section) -> int:
    """Return the width between the margins, in EMU."""
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


def _widen(table: Table, times: float) -> None:
    """Make a table ``times`` as wide: templates are written for A4, and a wider sheet is there to be used."""
    for width in table._tbl.xpath("./w:tblGrid/w:gridCol | ./w:tr/w:tc/w:tcPr/w:tcW[@w:type='dxa']"):
        width.set(qn("w:w"), str(round(int(width.get(qn("w:w"))) * times)))


def _even_columns(table: Table) -> None:
    """Give the columns beside the labels equal widths."""
    grid = table._tbl.tblGrid
    total = sum(int(column.get(qn("w:w"))) for column in grid)
    count = len(table.rows[0]._tr.tc_lst)
    widths = [total * 22 // 100, *(total * 78 // 100 // (count - 1) for _ in range(count - 1))]
    for column in list(grid):
        grid.remove(column)
    for width in widths:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(width))
        grid.append(column)
    for row in table.rows:
        for cell, width in zip(row._tr.tc_lst, widths, strict=True):
            cell.width = width * 635  # twips to EMU


def _foot(footer: _Footer, words: str) -> None:
    blank = footer.paragraphs and not footer.paragraphs[-1].text
    line = footer.paragraphs[-1] if blank else footer.add_paragraph()
    line.add_run(f"{words} · Halaman ")
    _field(line, "PAGE")
    line.add_run(" dari ")
    _field(line, "NUMPAGES")
    for run in line.runs:
        run.font.size = Pt(7.5)


def _field(paragraph: Paragraph, name: str) -> None:
    for kind, words in (("begin", None), (None, name), ("end", None)):
        run = paragraph.add_run()
        if kind is None:
            told = OxmlElement("w:instrText")
            told.text = words
        else:
            told = OxmlElement("w:fldChar")
            told.set(qn("w:fldCharType"), kind)
        run._r.append(told)


def _mark(header: _Header) -> None:
    paragraph = header.paragraphs[0] if header.paragraphs else header.add_paragraph()
    paragraph.add_run()._r.append(parse_xml(_KONSEP))


_KONSEP = (
    '<w:pict xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="KonsepTepat" o:spid="_x0000_s2049" type="#_x0000_t136" stroked="f" fillcolor="silver"'
    ' style="position:absolute;margin-left:0;margin-top:0;width:420pt;height:120pt;rotation:315;z-index:-251658752;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin"><v:fill opacity=".4"/>'
    '<v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt" string="KONSEP"/></v:shape></w:pict>'
)
"""WordArt behind the text of every page, as Word's own watermark command writes it."""
