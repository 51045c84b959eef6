"""PDF: the filled blocks handed as data to one Typst program, compiled inside this process, every font embedded."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from itertools import zip_longest
from typing import Any

import typst

from serving.documents.content import Content
from serving.documents.filling import Blank, Filled, Grid, NewPage, Pairs, Paragraph, Signing
from serving.documents.paper import Paper

_PROGRAM = files("serving.documents").joinpath("paper.typ").read_bytes()
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""Equal content gives equal bytes; when a document was made is in the access log."""


def write(content: Content, blocks: Sequence[Filled], head: Sequence[str], author: str, paper: Paper, *, landscape: bool) -> bytes:
    """Return the PDF (PDF/A-2a: archived, tagged, fonts embedded); it reads no file and no font of the machine, and no network."""
    width, height = paper.sides(landscape=landscape)
    told = {
        "title": content.title, "author": author, "draft": content.draft, "footing": content.footing, "head": list(head),
        "width": width, "height": height, "landscape": landscape, "size": 9.5 if landscape else 11.0,
        "blocks": [
            _told(block) | {"stays": isinstance(after, Signing)} for block, after in zip_longest(blocks, blocks[1:])
        ],
    }  # fmt: skip
    inputs = {"told": json.dumps(told, ensure_ascii=False)}
    made = typst.compile(
        _PROGRAM, format="pdf", sys_inputs=inputs, ignore_system_fonts=True, timestamp=_UNDATED, pdf_standards=["a-2a"]
    )
    assert isinstance(made, bytes)
    return made


def _told(block: Filled) -> dict[str, Any]:
    """Return a block as the Typst program reads it."""
    match block:
        case Paragraph(text, style):
            return {"is": "paragraph", "text": text, "style": style}
        case Pairs(rows):
            return {"is": "pairs", "rows": [[label, str(said)] for label, said in rows]}
        case Grid(heads, widths, aligns, rows):
            cells = [[str(cell) for cell in row] for row in rows]
            return {"is": "grid", "heads": heads, "widths": widths, "aligns": aligns, "rows": cells}
        case Signing(places):
            return {"is": "signing", "places": [{"above": above, "name": name, "below": below} for above, name, below in places]}
        case Blank(lines):
            return {"is": "blank", "lines": lines}
        case NewPage(head):
            return {"is": "break", "head": head}
