"""Excel: the same blocks on a sheet, each large table on its own; figures stay numbers, and no text can become a formula."""

import io
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from serving.documents.content import Content, Figure, Value
from serving.documents.filling import Blank, Filled, Grid, NewPage, Pairs, Paragraph, Signing
from serving.documents.paper import Paper
from serving.documents.settled import settled

WIDTH = 12
"""Columns of the sheet of text that its paragraphs span."""
COLUMN, NARROW = 11.0, 7.5
"""Width of each of them on a sheet lying and standing, in digits: as wide as the paper takes without printing smaller."""
LETTERS = 1.1
"""Letters of running text that take the width of a digit."""
LABEL = 3
"""Columns that the labels of facts span."""
_LINE = 15.0
"""Height of a line of text, in points."""
_FIRST_OF_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNDATED = datetime(2000, 1, 1)
_THIN = Side(style="thin", color="808080")
_RULES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_PLAIN, _BOLD = Font(name="Arial", size=10), Font(name="Arial", size=10, bold=True)


def _style(
    name: str, side: str, font: Font | None = None, border: Border | None = None, fill: PatternFill | None = None
) -> NamedStyle:
    alignment = Alignment(wrap_text=True, vertical="top", horizontal=side)
    return NamedStyle(name, font=font or _PLAIN, border=border or Border(), fill=fill or PatternFill(), alignment=alignment)


def _styles() -> tuple[NamedStyle, ...]:
    """Return the styles of cells, by name: of the text (``text-``), of heads, and of cells by their side (``cell-``)."""
    shade = PatternFill("solid", fgColor="E8ECEC")
    return (
        _style("text-plain", "left"),
        _style("text-bold", "left", _BOLD),
        _style("text-center", "center"),
        _style("text-title", "center", _BOLD),
        _style("head", "center", _BOLD, _RULES, shade),
        *(_style(f"cell-{side}", side, border=_RULES) for side in ("left", "center", "right")),
    )


def write(content: Content, blocks: Sequence[Filled], head: Sequence[str], author: str, paper: Paper, *, landscape: bool) -> bytes:
    """Return the workbook: a sheet of text, then one sheet per table that has a name of its own."""
    book = Workbook()
    book.properties.title, book.properties.creator = content.title, author
    book.properties.created = book.properties.modified = _UNDATED
    for style in _styles():
        book.add_named_style(style)
    text = book.active
    assert isinstance(text, Worksheet)
    text.title = "Naskah"
    _write_text(text, blocks, head, COLUMN if landscape else NARROW, draft=content.draft)
    tables = [block for block in blocks if isinstance(block, Grid) and block.sheet]
    for block in tables:
        _write_table(book.create_sheet(block.sheet), block)
    for sheet in book.worksheets:
        _set_paper(sheet, content, paper, landscape=landscape or sheet is not text)
    kept = io.BytesIO()
    book.save(kept)
    return settled(kept.getvalue())


def put(cell: Cell, value: Value, style: str) -> None:
    """Write a value: a figure as a number in its format, a text as text whatever it begins with."""
    cell.style = style
    if isinstance(value, Figure):
        cell.value = float(value.rounded)
        cell.number_format = number_format(value)
        return
    cell.value = value
    if value.startswith(_FIRST_OF_FORMULA):
        cell.data_type = "s"  # openpyxl would make a formula of it
        cell.quotePrefix = True  # and so might a reader who edits the cell


def number_format(figure: Figure) -> str:
    """Return Excel's format for a figure; the reader's Excel puts its own marks for decimals and thousands."""
    plain = "#,##0" + ("." + "0" * figure.digits if figure.digits else "") + (f'" {figure.unit}"' if figure.unit else "")
    return f'+{plain};"−"{plain};{plain}' if figure.signed else f'{plain};"−"{plain}'


def _write_text(sheet: Worksheet, blocks: Sequence[Filled], head: Sequence[str], wide: float, *, draft: bool) -> None:
    for column in range(1, WIDTH + 1):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    row = 1
    for place, line in enumerate((*head, *(["KONSEP"] if draft else []))):
        row = _line(sheet, row, line, style="text-title" if place < 2 or line == "KONSEP" else "text-center")
    row += 1
    for block in blocks:
        row = _write_block(sheet, row, block)


_TEXT = {"title": "text-title", "heading": "text-bold", "bold": "text-bold", "center": "text-center"}


def _write_block(sheet: Worksheet, row: int, block: Filled) -> int:
    """Write one block from ``row`` on and return the row after it."""
    match block:
        case Paragraph(text, style):
            return _line(sheet, row, text, style=_TEXT.get(style, "text-plain"))
        case Pairs(rows):
            for label, said in rows:
                put(_cell(sheet, row, 1), label, "text-plain")
                _span(sheet, row, 1, LABEL)
                row = _line(sheet, row, said, first=LABEL + 1)
            return row
        case Grid(sheet=name) if name:
            return _line(sheet, row, f"(Tabel pada lembar “{name}”)")
        case Grid():
            return _write_grid(sheet, row, block)
        case Signing():
            return _write_signing(sheet, row + 1, block)
        case Blank(lines):
            return row + lines
        case NewPage():
            sheet.row_breaks.append(Break(id=row - 1))
            return row + 1


def _write_signing(sheet: Worksheet, row: int, block: Signing) -> int:
    wide = WIDTH // max(2, len(block.places))
    for place, (above, name, below) in enumerate(block.places):
        first = 1 + (place if len(block.places) > 1 else 1) * wide
        for step, line in enumerate((*above, "", "", "", name, *below)):
            put(_cell(sheet, row + step, first), line, "text-plain")
            _span(sheet, row + step, first, first + wide - 1)
    return row + 5 + max(len(above) + len(below) for above, _, below in block.places)


def _write_grid(sheet: Worksheet, row: int, block: Grid) -> int:
    """Write a small table across the columns of the text, each column as wide as its share."""
    spans = _spans(block.widths)
    styles = [f"cell-{side}" for side in block.aligns]
    for line in (block.heads, *block.rows):
        deepest = 1
        for (first, last), value, style in zip(spans, line, styles, strict=True):
            for column in range(first, last + 1):
                put(_cell(sheet, row, column), value if column == first else "", "head" if line is block.heads else style)
            _span(sheet, row, first, last)
            deepest = max(deepest, _depth(str(value), _room(sheet, first, last)))
        sheet.row_dimensions[row].height = _LINE * deepest
        row += 1
    return row + 1


def _spans(widths: Sequence[float]) -> list[tuple[int, int]]:
    """Return first and last column of each column of a table over the text's columns, at least one each."""
    total, edges, reached = sum(widths), [0], 0.0
    for place, width in enumerate(widths):
        reached += width
        left = len(widths) - place - 1
        edges.append(min(max(edges[-1] + 1, round(reached / total * WIDTH)), max(WIDTH - left, edges[-1] + 1)))
    return [(first + 1, last) for first, last in pairwise(edges)]


def _write_table(sheet: Worksheet, block: Grid) -> None:
    """Write a large table on its sheet: head repeated on every page, frozen and with filters on the screen."""
    share = 170 / sum(block.widths)
    widths = [max(7, round(width * share)) for width in block.widths]
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    heads = ["head"] * len(widths)
    styles = [f"cell-{side}" for side in block.aligns]
    for place, (row, named) in enumerate(((block.heads, heads), *((row, styles) for row in block.rows)), start=1):
        for column, (value, style) in enumerate(zip(row, named, strict=True), start=1):
            put(_cell(sheet, place, column), value, style)
        sheet.row_dimensions[place].height = _LINE * max(map(_depth, map(str, row), widths))
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(block.heads))}{len(block.rows) + 1}"


def _line(sheet: Worksheet, row: int, value: Value, *, first: int = 1, style: str = "text-plain") -> int:
    put(_cell(sheet, row, first), value, style)
    _span(sheet, row, first, WIDTH)
    if isinstance(value, Figure):
        _cell(sheet, row, first).alignment = Alignment(horizontal="left", vertical="top")
    sheet.row_dimensions[row].height = _LINE * _depth(str(value), _room(sheet, first, WIDTH))
    return row + 1


def _span(sheet: Worksheet, row: int, first: int, last: int) -> None:
    """Merge cells of one row; straight into the set, since ``merge_cells`` looks through all earlier ones each time."""
    if last > first:
        sheet.merged_cells.ranges.add(CellRange(min_col=first, max_col=last, min_row=row, max_row=row))


def _room(sheet: Worksheet, first: int, last: int) -> float:
    """Return the width of the columns ``first`` to ``last``, in digits."""
    return sum(sheet.column_dimensions[get_column_letter(column)].width for column in range(first, last + 1))


def _depth(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell, which Excel does not fit by itself; two for a cell to write in."""
    if text == " ":
        return 2
    return sum(1 + int(len(line) / max(width * LETTERS, 1)) for line in text.split("\n"))


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    found = sheet.cell(row, column)
    assert isinstance(found, Cell)
    return found


def _set_paper(sheet: Worksheet, content: Content, paper: Paper, *, landscape: bool) -> None:
    sheet.page_setup.paperSize = paper.excel
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    left = _HeaderFooterPart(text=content.footing.replace("&", "&&"), size=8)
    right = _HeaderFooterPart(text="Halaman &P dari &N", size=8)
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(left=left, right=right)
    if content.draft:
        sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text="&BKONSEP"))
