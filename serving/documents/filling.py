"""A layout filled with a content: blocks of finished text and figures, which Excel and PDF only have to set."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from jinja2 import DictLoader, StrictUndefined, Template
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from features.errors import UsageError
from serving.documents import layout as laid
from serving.documents.content import Content, Figure, Value

_ALONE = re.compile(r"\{\{\s*([a-z_]\w*(?:\.[a-z_]\w*)*)\s*\}\}")
"""A cell that is one placeholder and nothing else: its figure stays a number."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``style`` as in the layout, or ``title``."""

    text: str
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and what they hold."""

    rows: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: heads, shares of the width, alignments, rows."""

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    aligns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """Signatures side by side: lines above, the name, lines below."""

    places: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """Dotted lines to write on."""

    lines: int


@dataclass(frozen=True, slots=True)
class NewPage:
    """A new page, with the letterhead again where another letter begins."""

    head: bool = False


MATRIX_SHEET = "Perbandingan"
"""Sheet of a workbook that a comparison side by side stands on, its names on every page."""


Filled = Paragraph | Pairs | Grid | Signing | Blank | NewPage


FILTERS = (
    "upper",
    "lower",
    "title",
    "capitalize",
    "trim",
    "default",
    "d",
    "join",
    "length",
    "count",
    "first",
    "last",
    "round",
    "e",
    "escape",
)
"""Filters a template may use: none of the others is needed, and some fill the memory (`center`) or reach attributes (`attr`)."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """No arithmetic that fills the memory or never ends, and no method of a text: `format` and `center` take any width."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> NoReturn:
        raise SecurityError(f"'{operator}' is not for templates")

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        return not isinstance(obj, str) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: object) -> None:
        """Let nothing past `is_safe_attribute`: Jinja hands out `format` of a text before it asks."""


def sandbox(*, escape: bool = False) -> ImmutableSandboxedEnvironment:
    """Return the environment all templates are filled in.

    An office edits its templates, so they are data of the city: they may name fields and loop over lists, and nothing else: no
    attribute of Python's own, no change of what is handed in, no other template, no filter but `FILTERS`.
    """
    made = _Sandbox(undefined=StrictUndefined, autoescape=escape, loader=DictLoader({}))
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


def fill(layout: laid.Layout, content: Content) -> list[Filled]:
    """Return the blocks of ``layout`` with the values of ``content``.

    Raises
    ------
    UsageError
        A placeholder names what the content does not hold, or reaches for what templates may not.
    """
    try:
        return list(_blocks(layout.blocks, dict(content.fields)))
    except TemplateError as error:
        raise template_fault(content.kind, error) from error


def template_fault(kind: str, error: TemplateError) -> UsageError:
    """Return the fault of a template, in the words of whoever edits it."""
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UsageError(
        f"The template of '{kind}' cannot be filled: {said}. Compare its placeholders with the list in docs/documents.md, or remove"
        " the office's own template to use the shipped one.",
        f"Templat '{kind}' tidak dapat diisi: {said}. Bandingkan isiannya dengan daftar di docs/documents.md, atau hapus templat"
        " kantor agar templat bawaan yang dipakai.",
    )


def _blocks(blocks: Sequence[laid.Block], fields: dict[str, Any]) -> Iterator[Filled]:
    for block in blocks:
        yield from _block(block, fields)


def _block(block: laid.Block, fields: dict[str, Any]) -> Iterator[Filled]:
    match block:
        case laid.Title():
            yield from (Paragraph(_text(line, fields).upper(), "title") for line in block.title)
        case laid.Text():
            yield Paragraph(_text(block.text, fields), block.style)
        case laid.Facts():
            yield Pairs(tuple((_text(label, fields), _value(said, fields)) for label, said in block.facts))
        case laid.Table():
            yield _table(block, fields)
        case laid.Matrix():
            yield _matrix(block, fields)
        case laid.Ruled():
            yield _ruled(block, fields)
        case laid.Items():
            yield from _items(block, fields)
        case laid.Each():
            for place, entry in enumerate(_list(block.each, fields)):
                if place and block.new_page:
                    yield NewPage(head=True)
                yield from _blocks(block.blocks, fields | {"item": entry})
        case laid.When():
            if _found(block.when, fields):
                yield from _blocks(block.blocks, fields)
        case laid.Signatures():
            yield Signing(tuple(_place(one, fields) for one in block.signatures))
        case laid.Lines():
            yield Blank(block.lines)
        case laid.Break():
            yield NewPage()


def _table(block: laid.Table, fields: dict[str, Any]) -> Filled:
    entries = _list(block.table, fields)
    if not entries and block.empty:
        return Paragraph(_text(block.empty, fields))
    columns = block.columns
    rows = tuple(tuple(_value(column.cell, fields | {"row": entry}) for column in columns) for entry in entries)
    heads = tuple(_text(column.head, fields) for column in columns)
    return Grid(heads, tuple(c.width for c in columns), tuple(c.align for c in columns), rows, block.sheet)


def _matrix(block: laid.Matrix, fields: dict[str, Any]) -> Filled:
    entries = [fields | {"row": entry} for entry in _list(block.matrix, fields)]
    heads = (block.corner, *(_text(block.head, one) for one in entries))
    rows = tuple((label, *(_value(cell, one) for one in entries)) for label, cell in block.rows)
    return Grid(heads, (1.1, *(1.0 for _ in entries)), tuple("left" for _ in heads), rows, MATRIX_SHEET)


def _ruled(block: laid.Ruled, fields: dict[str, Any]) -> Filled:
    heads = tuple(_text(head, fields) for head in block.ruled)
    rows = tuple(tuple(_text(cell, fields) for cell in row) for row in block.rows)
    return Grid(heads, block.widths, tuple("left" for _ in heads), rows)


def _items(block: laid.Items, fields: dict[str, Any]) -> Iterator[Filled]:
    entries = _list(block.items, fields)
    if not entries and block.empty:
        yield Paragraph(_text(block.empty, fields))
    for place, entry in enumerate(entries, start=1):
        marker = f"{place}." if block.numbered else "–"
        yield Paragraph(f"{marker} {_text(block.item, fields | {'row': entry})}", "item")


def _place(one: laid.Signature, fields: dict[str, Any]) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    above, below = (tuple(_text(line, fields) for line in lines) for lines in (one.above, one.below))
    return above, _text(one.name, fields), below


def _value(template: str, fields: dict[str, Any]) -> Value:
    alone = _ALONE.fullmatch(template)
    found = _found(alone[1], fields) if alone else None
    return found if isinstance(found, Figure) else _text(template, fields)


def _text(template: str, fields: dict[str, Any]) -> str:
    return _compiled(template).render(fields) if "{" in template else template


@cache
def _compiled(template: str) -> Template:
    return _SANDBOX.from_string(template)


_SANDBOX = sandbox()


def _list(path: str, fields: dict[str, Any]) -> Sequence[Mapping[str, Any]]:
    found = _found(path, fields)
    if not isinstance(found, list | tuple):
        raise TemplateError(f"'{path}' is not a list")
    return found


def _found(path: str, fields: Mapping[str, Any]) -> object:
    found: object = fields
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            raise TemplateError(f"'{path}' is not a field")
        found = found[name]
    return found
