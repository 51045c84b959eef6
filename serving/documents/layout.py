"""Layouts: what stands where in a kind of document, in words with placeholders, read from YAML and checked at once."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from features import plain_yaml
from features.errors import UsageError

Align = Literal["left", "center", "right"]
Style = Literal["plain", "bold", "center", "small", "right", "heading", "indent"]


class Part(BaseModel):
    """A part of a layout; a key nobody reads is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Part):
    """Lines in capitals in the middle of the page."""

    title: tuple[str, ...]


class Text(Part):
    """A paragraph."""

    text: str
    style: Style = "plain"


class Facts(Part):
    """Labels and what they hold, in two columns without lines."""

    facts: tuple[tuple[str, str], ...]


class Column(Part):
    """A column of a table: its head, what a cell says of ``row``, its share of the width."""

    head: str
    cell: str
    width: float = 1.0
    align: Align = "left"


class Table(Part):
    """A ruled table, one row per entry of the list called ``table``; its head is repeated on every page.

    ``sheet``: the name of its own sheet in Excel; without one it stands in the text. ``empty``: said instead of a table without
    rows.
    """

    table: str
    columns: tuple[Column, ...]
    sheet: str = ""
    empty: str = ""


class Matrix(Part):
    """A ruled table with one column per entry of the list called ``matrix``, and a label before each row."""

    matrix: str
    corner: str
    head: str
    rows: tuple[tuple[str, str], ...]


class Ruled(Part):
    """A ruled table whose rows the layout itself holds: questions, and lines to fill in."""

    ruled: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


class Items(Part):
    """A numbered or dashed list, one entry per entry of the list called ``items``."""

    items: str
    item: str
    numbered: bool = True
    empty: str = ""


class Each(Part):
    """Blocks for every entry of the list called ``each``, which they call ``item``; each on a page of its own if wanted."""

    each: str
    blocks: tuple["Block", ...]
    new_page: bool = False


class When(Part):
    """Blocks that stand only where the field is neither empty nor false."""

    when: str
    blocks: tuple["Block", ...]


class Signature(Part):
    """Who signs: what stands above the name, the name, and the lines below it."""

    above: tuple[str, ...]
    name: str
    below: tuple[str, ...] = ()


class Signatures(Part):
    """Signatures side by side; a single one stands to the right."""

    signatures: tuple[Signature, ...]


class Lines(Part):
    """Dotted lines to write on."""

    lines: int = Field(ge=1, le=40)


class Break(Part):
    """A new page."""

    new_page: Literal[True]


_KEYS = {"title": Title, "text": Text, "facts": Facts, "table": Table, "matrix": Matrix, "ruled": Ruled, "items": Items,
         "each": Each, "when": When, "signatures": Signatures, "lines": Lines}  # fmt: skip


def _key(block: object) -> str | None:
    names = block if isinstance(block, dict) else type(block).model_fields if isinstance(block, Part) else ()
    return next((name for name in _KEYS if name in names), "new_page" if "new_page" in names else None)


Block = Annotated[
    Annotated[Title, Tag("title")]
    | Annotated[Text, Tag("text")]
    | Annotated[Facts, Tag("facts")]
    | Annotated[Table, Tag("table")]
    | Annotated[Matrix, Tag("matrix")]
    | Annotated[Ruled, Tag("ruled")]
    | Annotated[Items, Tag("items")]
    | Annotated[Each, Tag("each")]
    | Annotated[When, Tag("when")]
    | Annotated[Signatures, Tag("signatures")]
    | Annotated[Lines, Tag("lines")]
    | Annotated[Break, Tag("new_page")],
    Discriminator(_key),
]


class Layout(Part):
    """The layout of one kind of document.

    ``head``: the letterhead, of the office, of the mayor, or none (forms that anybody may copy). ``landscape``: wide tables.
    """

    head: Literal["office", "mayor", "none"] = "office"
    landscape: bool = False
    blocks: tuple[Block, ...]


SHIPPED = Path(str(files("serving.documents"))) / "layouts"


def load_layout(kind: str, own: Path | None = None) -> Layout:
    """Return the layout of ``kind``: the office's own ``KIND.yaml`` in folder ``own`` where there is one, else the shipped one.

    Raises
    ------
    UsageError
        The office's layout is not valid.
    """
    path = own / f"{kind}.yaml" if own is not None else None
    if path is None or not path.is_file():
        return _shipped(kind)
    try:
        return Layout.model_validate(plain_yaml.read(path))
    except (ValidationError, OSError, ValueError) as error:
        where = (
            "; ".join(".".join(map(str, fault["loc"])) for fault in error.errors()) if isinstance(error, ValidationError) else ""
        )
        raise UsageError(
            f"The layout '{path.name}' among the office's templates is not valid{f' at {where}' if where else ''}. Compare it with"
            " the shipped one, or remove it to use that.",
            f"Tata letak '{path.name}' di folder templat kantor tidak sah{f' pada {where}' if where else ''}. Bandingkan dengan"
            " bawaan, atau hapus agar bawaan yang dipakai.",
        ) from error


@cache
def _shipped(kind: str) -> Layout:
    return Layout.model_validate(yaml.safe_load((SHIPPED / f"{kind}.yaml").read_text(encoding="utf-8")))
