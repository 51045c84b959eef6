"""What a mark leaves behind: a verdict, tables and notes, written into its own section of a Markdown page."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd


@dataclass(frozen=True, slots=True)
class Proof:
    """One mark, measured.

    ``mark``: what was promised; ``verdict``: whether it was kept, in one sentence with the figure; ``tables``: caption to
    frame; ``notes``: what a reader must know to read them.
    """

    title: str
    mark: str
    verdict: str
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def markdown(frame: pd.DataFrame) -> str:
    """Return ``frame`` as a Markdown table: texts as they are, fractions with three digits, blanks for NaN."""
    rows = [[str(name) for name in frame.columns], ["---"] * frame.shape[1]]
    rows += [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def section(proof: Proof, made_by: str) -> str:
    """Return the section of ``proof``; ``made_by`` says by which command, seed, revision, machine and on which day."""
    parts = [f"## {proof.title}", f"*Mark:* {proof.mark}", f"*Found:* {proof.verdict}"]
    parts += [captioned(proof.tables)]
    parts += ["\n".join(f"- {note}" for note in proof.notes), made_by]
    return "\n\n".join(part for part in parts if part)


def captioned(tables: dict[str, pd.DataFrame]) -> str:
    """Return tables under their captions."""
    return "\n\n".join(f"**{caption}**\n\n{markdown(frame)}" if caption else markdown(frame) for caption, frame in tables.items())


def put(page: Path, name: str, text: str) -> None:
    """Replace what stands between the comments ``proof:NAME`` and ``/proof:NAME`` in ``page``, or append it."""
    begin, end = f"<!-- proof:{name} -->", f"<!-- /proof:{name} -->"
    block = f"{begin}\n{text}\n{end}"
    old = page.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    new = pattern.sub(lambda _: block, old) if pattern.search(old) else f"{old.rstrip()}\n\n{block}\n"
    page.write_text(new, encoding="utf-8")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.3f}"
    return str(value)
