"""Word templates made from layouts: the words of a kind with its placeholders, for the office to edit in Word."""

import io
from collections.abc import Callable, Sequence
from functools import cache
from itertools import zip_longest

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from serving.documents import layout as laid
from serving.documents.layout import Layout
from serving.documents.paper import PAPERS
from serving.documents.settled import settled

FONT = "Arial"
"""On every office machine, or a face of the same widths; the office changes it in Word."""
CELL_MARGIN = 45
"""Twentieths of a point left free beside the words of a ruled cell."""
FACT_LETTER, FACT_ROOM = 6.2, 24.0
"""Points that a letter of a fact's label takes, and what is left free beside it: the column of labels is as wide as the longest."""
MATRIX = "perbandingan"
"""Caption of a table whose columns docxtpl multiplies; their widths are set once their number is known."""
_SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


@cache
def template_of(layout: Layout) -> bytes:
    """Return the Word template of a layout, an A4 sheet; equal layouts give equal bytes."""
    document = Document()
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    _set_page(document, landscape=layout.landscape)
    if layout.head != "none":
        _letterhead(document)
    _write(document, layout.blocks, layout)
    kept = io.BytesIO()
    document.save(kept)
    return settled(kept.getvalue())


def _set_page(document: DocumentObject, *, landscape: bool) -> None:
    section, (width, height) = document.sections[0], PAPERS["A4"].sides(landscape=landscape)
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(18), Mm(20)
    section.left_margin, section.right_margin = (Mm(18), Mm(18)) if landscape else (Mm(25), Mm(20))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(9 if landscape else 11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(4), 1.05


def _letterhead(document: DocumentObject) -> None:
    """Write the letterhead: as many lines as the office has, the first two in bold capitals, a double rule below."""
    _control(document, "{%p for line in head %}")
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(0)
    line.add_run("{% if loop.index <= 2 %}")
    strong = line.add_run("{{ line.upper }}")
    strong.bold, strong.font.size = True, Pt(13)
    line.add_run("{% else %}")
    line.add_run("{{ line.plain }}").font.size = Pt(9)
    line.add_run("{% endif %}")
    _control(document, "{%p endfor %}")
    below = _thin(document, Pt(4))
    below.paragraph_format.space_after = Pt(6)
    border = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "thinThickSmallGap"), ("sz", "18"), ("space", "1"), ("color", "auto")):
        top.set(qn(f"w:{name}"), value)
    border.append(top)
    below._p.get_or_add_pPr().append(border)


def _write(place: DocumentObject, blocks: Sequence[laid.Block], layout: Layout) -> None:
    for block, after in zip_longest(blocks, blocks[1:]):
        before = len(place.element.body)
        _write_block(place, block, layout)
        if isinstance(after, laid.Signatures) and isinstance(block, _STAYING):
            _keep_with_next(place, before)


_STAYING = (laid.Text, laid.Facts, laid.Lines, laid.Signatures)
"""Blocks that go to the next page with the signatures after them: nobody signs a page of no words."""


def _keep_with_next(place: DocumentObject, first: int) -> None:
    """Keep every paragraph from the element ``first`` of the body on, cells of tables too, on the page of the next one."""
    for element in place.element.body[first - 1 : -1]:  # section properties stand last
        for paragraph in element.iter(qn("w:p")):
            Paragraph(paragraph, place).paragraph_format.keep_with_next = True


def _write_block(place: DocumentObject, block: laid.Block, layout: Layout) -> None:
    match block:
        case laid.Title():
            for line in block.title:
                made = _paragraph(place, line, "center", bold=True)
                made.runs[0].font.all_caps = True
                made.paragraph_format.space_after = Pt(0)
            made.paragraph_format.space_after = Pt(8)
        case laid.Text():
            _text(place, block)
        case laid.Facts():
            _facts(place, block, layout)
        case laid.Table():
            _unless_empty(place, block.table, block.empty, lambda: _table(place, block, layout))
        case laid.Matrix():
            _matrix(place, block, layout)
        case laid.Ruled():
            _ruled(place, block, layout)
        case laid.Items():
            _unless_empty(place, block.items, block.empty, lambda: _items(place, block))
        case laid.Each():
            _control(place, f"{{%p for item in {block.each} %}}")
            if block.new_page:
                _control(place, "{%p if not loop.first %}")
                _new_page(place)
                if layout.head != "none":
                    _letterhead(place)
                _control(place, "{%p endif %}")
            _write(place, block.blocks, layout)
            _control(place, "{%p endfor %}")
        case laid.When():
            _control(place, f"{{%p if {block.when} %}}")
            _write(place, block.blocks, layout)
            _control(place, "{%p endif %}")
        case laid.Signatures():
            _signatures(place, block, layout)
        case laid.Lines():
            for _ in range(block.lines):
                _dotted(place, layout)
        case laid.Break():
            _new_page(place)


def _control(place: DocumentObject, words: str) -> None:
    """Write a paragraph that docxtpl takes away after obeying it."""
    place.add_paragraph(words).paragraph_format.space_after = Pt(0)


def _unless_empty(place: DocumentObject, path: str, empty: str, write: Callable[[], None]) -> None:
    if not empty:
        write()
        return
    _control(place, f"{{%p if {path} %}}")
    write()
    _control(place, "{%p else %}")
    place.add_paragraph(empty)
    _control(place, "{%p endif %}")


def _paragraph(place: DocumentObject, words: str, side: str = "left", *, bold: bool = False) -> Paragraph:
    made: Paragraph = place.add_paragraph()
    made.alignment = _SIDES[side]
    made.add_run(words).bold = bold
    return made


def _text(place: DocumentObject, block: laid.Text) -> None:
    side = block.style if block.style in _SIDES else "left"
    made = _paragraph(place, block.text, side, bold=block.style in ("bold", "heading"))
    if block.style in ("bold", "heading"):
        made.paragraph_format.space_before, made.paragraph_format.keep_with_next = Pt(8 if block.style == "heading" else 4), True
    if block.style == "indent":
        made.paragraph_format.first_line_indent, made.alignment = Mm(10), WD_ALIGN_PARAGRAPH.JUSTIFY
    if block.style == "small":
        made.runs[0].font.size = Pt(8)


def _items(place: DocumentObject, block: laid.Items) -> None:
    _control(place, f"{{%p for row in {block.items} %}}")
    marker = "{{ loop.index }}." if block.numbered else "–"
    made = place.add_paragraph(f"{marker}\t{block.item}")
    made.paragraph_format.left_indent, made.paragraph_format.first_line_indent = Mm(7), Mm(-7)
    made.paragraph_format.tab_stops.add_tab_stop(Mm(7))
    made.paragraph_format.space_after = Pt(2)
    _control(place, "{%p endfor %}")


def _facts(place: DocumentObject, block: laid.Facts, layout: Layout) -> None:
    longest = max(len(label) for label, _ in block.facts)
    share = min(max((longest * FACT_LETTER + FACT_ROOM) * Pt(1) / Mm(_wide(layout)), 0.22), 0.42)
    table = _new_table(place, len(block.facts), (share, 0.03, 0.97 - share), layout, ruled=False)
    for row, (label, said) in zip(table.rows, block.facts, strict=True):
        for cell, words in zip(row.cells, (label, ":", said), strict=True):
            _fill(cell, words)
    _gap(place)


def _table(place: DocumentObject, block: laid.Table, layout: Layout) -> None:
    total = sum(column.width for column in block.columns)
    table = _new_table(place, 4, tuple(column.width / total for column in block.columns), layout, ruled=True)
    size = Pt(8 if layout.landscape else 9)
    for place_of, column in enumerate(block.columns):
        _fill(table.cell(0, place_of), column.head, "center", bold=True, size=size)
        _fill(table.cell(2, place_of), column.cell, column.align, size=size)
    _repeat(table)
    _room_to_write(table)
    for row, words in ((1, f"{{%tr for row in {block.table} %}}"), (3, "{%tr endfor %}")):
        _fill(table.cell(row, 0).merge(table.cell(row, len(block.columns) - 1)), words, size=size)
    _gap(place)


def _ruled(place: DocumentObject, block: laid.Ruled, layout: Layout) -> None:
    total = sum(block.widths)
    table = _new_table(place, len(block.rows) + 1, tuple(width / total for width in block.widths), layout, ruled=True)
    for row, cells in zip(table.rows, (block.ruled, *block.rows), strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            _fill(cell, words, "center" if cells is block.ruled else "left", bold=cells is block.ruled, size=Pt(9))
    _repeat(table)
    _room_to_write(table)
    _gap(place)


def _matrix(place: DocumentObject, block: laid.Matrix, layout: Layout) -> None:
    table = _new_table(place, len(block.rows) + 1, (0.22, 0.1, 0.58, 0.1), layout, ruled=True)
    size = Pt(9)
    for place_of, (label, said) in enumerate(((block.corner, block.head), *block.rows)):
        bold = place_of == 0
        _fill(table.cell(place_of, 0), label, bold=True, size=size)
        _fill(table.cell(place_of, 1), f"{{%tc for row in {block.matrix} %}}")
        _fill(table.cell(place_of, 2), said, bold=bold, size=size)
        _fill(table.cell(place_of, 3), "{%tc endfor %}")
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), MATRIX)
    table._tbl.tblPr.append(caption)
    _repeat(table)
    _room_to_write(table)
    _gap(place)


def _signatures(place: DocumentObject, block: laid.Signatures, layout: Layout) -> None:
    count, deepest = len(block.signatures), max(len(one.above) for one in block.signatures)
    shares = (0.5, 0.5) if count == 1 else tuple(1 / count for _ in block.signatures)
    table = _new_table(place, 1, shares, layout, ruled=False)
    _keep_whole(table)
    for cell, one in zip(table.rows[0].cells[-count:], block.signatures, strict=True):
        _fill(cell, one.above[0] if one.above else "")
        blank = 3 + deepest - max(len(one.above), 1)  # names side by side stand on one line
        for line in (*one.above[1:], *[""] * blank):
            cell.add_paragraph(line).paragraph_format.space_after = Pt(0)
        name = cell.add_paragraph()
        name.paragraph_format.space_after = Pt(0)
        run = name.add_run(one.name)
        run.bold = run.underline = True
        for line in one.below:
            cell.add_paragraph(line).paragraph_format.space_after = Pt(0)
    _gap(place)


def _new_table(place: DocumentObject, rows: int, shares: Sequence[float], layout: Layout, *, ruled: bool) -> Table:
    made: Table = place.add_table(rows=rows, cols=len(shares))
    made.autofit = False
    if ruled:
        made.style = "Table Grid"
        _narrow_margins(made)
    wide = _wide(layout)
    for column, share in zip(made.columns, shares, strict=True):
        column.width = Mm(wide * share)
        for cell in column.cells:
            cell.width = Mm(wide * share)
    _keep_whole(made)
    return made


def _narrow_margins(table: Table) -> None:
    """Leave more of each cell to its words than Word does: a column must hold the longest of them whole."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _fill(cell: _Cell, words: str, side: str = "left", *, bold: bool = False, size: Pt | None = None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = _SIDES[side]
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(words)
    run.bold = bold
    if size is not None:
        run.font.size = size


def _repeat(table: Table) -> None:
    """Repeat the first row on every page and shade it."""
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    for cell in table.rows[0].cells:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E8ECEC")):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _room_to_write(table: Table) -> None:
    """Make rows with a blank cell high enough for a pen."""
    for row in table.rows:
        if any(cell.text == " " for cell in row.cells):
            row.height, row.height_rule = Mm(9), WD_ROW_HEIGHT_RULE.AT_LEAST


def _keep_whole(table: Table) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _dotted(place: DocumentObject, layout: Layout) -> None:
    line = place.add_paragraph("\t")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(_wide(layout)), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(8), Pt(0)


def _wide(layout: Layout) -> int:
    """Return the width between the margins of an A4 sheet, in millimetres."""
    return 297 - 36 if layout.landscape else 210 - 45


def _gap(place: DocumentObject) -> None:
    """Part a table from what follows it; two tables without anything between them would be one."""
    _thin(place, Pt(6))


def _new_page(place: DocumentObject) -> None:
    """Begin a page: a break at the end of the page before would make a page of its own where that one is full."""
    _thin(place, Pt(1)).paragraph_format.page_break_before = True


def _thin(place: DocumentObject, height: Length) -> Paragraph:
    """Write an empty paragraph of that height."""
    made: Paragraph = place.add_paragraph()
    made.paragraph_format.space_after, made.paragraph_format.line_spacing = Pt(0), height
    return made
