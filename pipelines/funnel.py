"""The funnel of a run on the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from features.funnel import in_words
from pipelines.texts import Texts


def funnel_table(funnel: Sequence[Mapping[str, Any]], texts: Texts) -> Table:
    """Return the funnel as a table: rows, and movers among them, per step; steps that lose nobody are left out.

    ``funnel``: step and rows, one entry per step, as a publication's run.json holds it; empty where nothing was learned.
    """
    table = Table(title=texts("funnel"), title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("", header_style="dim")
    for name in ("funnel_rows", "funnel_movers"):
        table.add_column(texts(name), justify="right", header_style="dim")
    for words, count, movers in in_words(funnel):
        table.add_row(words.into(texts.language.value), texts.count(count), texts.count(movers))
    return table
