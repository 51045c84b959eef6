"""How a run ends on the terminal: stage times, one shortlist with its reasons, where the rest lies, and how to open the pages."""

import shlex
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Protocol

from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipelines.flows import Finished
from pipelines.funnel import funnel_table
from pipelines.job import Job
from pipelines.progress import summary
from pipelines.texts import Language, Texts
from publication.answers import Answers

SHOWN, EXPLAINED = 5, 3
"""Candidates of the one shortlist, and how many of them with their reasons."""
SEARCHED = 60
"""Vacant positions looked at for the one to show: the list begins with vacant ones, the highest first."""
NARROWEST = {"uplift": 23, "grade": 8, "eligible": 11}
"""Characters these columns always get; in a narrow terminal the name is what is shortened."""

Row = dict[str, Any]


class Ending(Protocol):
    """What the terminal shows at the end of a flow."""

    def __call__(self, job: Job, finished: Finished, language: Language, *, named: bool) -> Iterator[RenderableType]: ...  # noqa: D102


def closing_page(job: Job, finished: Finished, language: Language, *, named: bool) -> Iterator[RenderableType]:
    """Yield what the terminal shows at the end of a run; without names where it is kept as a log (``named`` false)."""
    texts = Texts(language)
    yield summary(finished.times, texts)
    if not finished.run_id:
        return
    with job.store.reading() as answers:
        run = answers.run()
        if run.get("funnel"):
            yield Padding(funnel_table(run["funnel"], texts), (1, 0))
        released = texts(f"release_{run['release']['decision']}")
        yield Text(texts("verdict", release=released, ranking=texts(f"ranking_{run['ranking_supported']}")))
        if run.get("cities_heard"):
            yield Padding(Text(heard(run, texts), style="dim"), (0, 0, 0, 2))
        for reason in run["release"]["reasons"]:
            yield Padding(Text(reason[f"text_{language.value}"], style="dim"), (0, 0, 0, 2))
        position = strongest(answers)
        if position is not None:
            yield from shortlist(answers, position, texts, named=named)


def heard(run: Mapping[str, Any], texts: Texts) -> str:
    """Return that the model listened to other cities, and how far what it heard reaches the lists."""
    return texts(f"cities_heard_{run['ranking_supported']}", cities=texts.count(run["cities_heard"]))


def way_on(job: Job, finished: Finished, language: Language, program: str) -> str:
    """Return where all lists and the rows set aside lie and the command that opens the pages.

    ``program`` is this program as the user types it.

    Plain text, to be printed without breaking its lines: a command broken in two cannot be copied.
    """
    texts = Texts(language)
    command = f"{program} serve --workspace {shlex.quote(str(job.workspace.root))}"
    lists = texts("published_in", folder=job.workspace.published / finished.run_id)
    aside = [texts("checked", folder=finished.quarantine)] if finished.quarantine else []
    return "\n".join(["", lists, *aside, texts("open_pages"), f"  {command}"])


def strongest(answers: Answers) -> Row | None:
    """Return the vacant position whose best candidate rests on the strongest evidence; any position where none is vacant."""
    positions = [row for row in answers.positions(limit=SEARCHED) if row["candidates"] > 0]
    vacant = [row for row in positions if row["vacant"] > 0] or positions
    ranked = [(_strength(answers.shortlist(row["position_id"], 1)), row["position_id"], row) for row in vacant]
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def _strength(best: list[Row]) -> tuple[str, float]:
    return (best[0]["grade"], -best[0]["net_value"]) if best else ("Z", 0.0)


def shortlist(answers: Answers, position: Row, texts: Texts, *, named: bool = True) -> Iterator[RenderableType]:
    """Yield a position's best candidates, one line each, and the reasons for and against the first of them."""
    rows = answers.shortlist(position["position_id"], SHOWN)
    people = answers.people(row["employee_id"] for row in rows) if named else {}
    names = {row["employee_id"]: people.get(row["employee_id"], {}).get("name") or row["employee_id"] for row in rows}
    yield Padding(Rule(texts("one_shortlist"), align="left", style="dim"), (1, 0, 0, 0))
    yield Text(texts("position_line", **{key: position[key] or "–" for key in ("title", "unit_name", "position_id")}), style="bold")
    yield Text(texts("counts_line", **{key: texts.count(position[key]) for key in ("vacant", "candidates", "unknown", "excluded")}))
    yield Padding(_candidates(rows, names, texts), (1, 0))
    yield Text(texts("how_to_read"), style="dim")
    if not named:
        yield Text(texts("names_left_out"), style="dim")
    for row in rows[:EXPLAINED]:
        yield from _explained(row, names[row["employee_id"]], texts)


def _candidates(rows: list[Row], names: dict[str, str], texts: Texts) -> Table:
    """Return one line per candidate; a heading marks each band, within which the order is no more than a tie."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(texts("rank"), justify="right", no_wrap=True, min_width=2)
    table.add_column(texts("candidate"))
    for name, width in NARROWEST.items():
        table.add_column(texts(name), no_wrap=True, min_width=width)
    for band, members in groupby(rows, key=lambda row: row["band"]):
        table.add_row("", Text(texts("band", band=band), style="dim"), "", "", "")
        for row in members:
            short = Text(names[row["employee_id"]], no_wrap=True, overflow="ellipsis")
            uplift, lower, upper = (texts.signed(row[column]) for column in ("uplift", "lower", "upper"))
            eligible = texts(f"eligible_{row['eligible']}")
            table.add_row(str(row["rank"]), short, f"{uplift} ({lower} … {upper})", row["grade"], eligible)
    return table


def _explained(row: Row, name: str, texts: Texts) -> Iterator[RenderableType]:
    """Yield a candidate's reasons, each with its part of the uplift where it has one and the record it rests on."""
    language = texts.language
    record = "record" if language is Language.ID else "record_en"
    yield Text(f"\n{row['rank']}. {name}", style="bold")
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True, width=5)
    table.add_column()
    for side, mark in (("reasons_for", "+"), ("reasons_against", "−")):
        for reason in row[side] or []:
            size = mark if reason["contribution"] is None else texts.signed(reason["contribution"])
            source = Text(f"  [{reason[record]}]", style="dim")
            table.add_row(size, Text(reason[language.value]) + source)
    yield Padding(table, (0, 0, 0, 1))
