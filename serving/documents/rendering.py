"""One content in one format: Word, Excel or PDF."""

from pathlib import Path
from typing import Literal

from serving.documents import excel, pdf, word
from serving.documents.content import Content
from serving.documents.filling import fill
from serving.documents.layout import load_layout
from serving.documents.office import Office
from serving.documents.paper import Paper

Format = Literal["pdf", "docx", "xlsx"]
MEDIA: dict[Format, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def render(content: Content, wanted: Format, office: Office, paper: Paper, own: Path | None = None) -> bytes:
    """Return the document; ``own`` is the folder of the office's own templates.

    Raises
    ------
    UsageError
        A template of the office is not valid.
    """
    layout = load_layout(content.kind, own)
    head = office.letterhead(layout.head)
    if wanted == "docx":
        return word.write(content, layout, head, office.name, paper, own)
    write = pdf.write if wanted == "pdf" else excel.write
    return write(content, fill(layout, content), head, office.name, paper, landscape=layout.landscape)
