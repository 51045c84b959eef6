"""The plan at the terminal: the wave in force in words, and what follows if the office settles some of it otherwise."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from features.bilingual import Bilingual
from features.errors import UsageError
from pipelines.asking import scenarios_of
from pipelines.files import read_frame, require_ending, write_frame
from pipelines.flows import Finished
from pipelines.job import Job
from pipelines.progress import summary
from pipelines.texts import Language, Texts
from placement.wave.limits import NO_CHANGE
from placement.wave.scenario import differences, told_of
from placement.wave.settling import LIMITS, PERCENT, SHARE, changes_of
from placement.wave.wording import price_texts, share_texts
from publication.answers import Answers
from publication.read import current

SHOWN = 20
"""Moves, or changes, printed; the file has them all."""
COLUMNS = ("wish", "employee_id", "position_id", "limit_name", "value")
NEEDED = {"lock": ("employee_id", "position_id"), "forbid": ("employee_id", "position_id"), "force_person": ("employee_id",),
          "force_post": ("position_id",), "limit": ("limit_name", "value")}  # fmt: skip
"""What each wish must fill in."""

Row = dict[str, Any]


def read_settled(path: Path) -> list[Row]:
    """Return the wishes in a file, one per row with ``COLUMNS``; missing cells are None.

    Raises
    ------
    UsageError
        A wish is none of ``NEEDED``, lacks a cell, or names a limit or number that is none.
    """
    frame = read_frame(path).reindex(columns=list(COLUMNS)).astype(object)
    rows: list[Row] = frame.where(frame.notna(), None).to_dict("records")
    for line, row in enumerate(rows, 2):
        if not _usable(row):
            limits = ", ".join((*LIMITS, PERCENT, f"{SHARE}KIND:VALUE"))
            raise UsageError(
                f"'{path}', line {line}: no wish for a plan. Columns are {', '.join(COLUMNS)}; a wish is lock or forbid (with "
                f"employee_id and position_id), force_person, force_post, or limit ({limits}) with a value from 0 on.",
                f"'{path}', baris {line}: bukan permintaan pada rencana. Kolomnya {', '.join(COLUMNS)}; permintaan adalah lock "
                f"atau forbid (dengan employee_id dan position_id), force_person, force_post, atau limit ({limits}) dengan nilai "
                "mulai 0.",
            )
    return rows


def _usable(row: Row) -> bool:
    if any(row[name] is None for name in NEEDED.get(str(row["wish"]), COLUMNS)):
        return False
    name = str(row["limit_name"])
    number = str(row["value"]).replace(".", "", 1).isdecimal()
    return row["wish"] != "limit" or (number and (name in (*LIMITS, PERCENT) or name.startswith(SHARE)))


def plan_page(
    job: Job, finished: Finished, language: Language, *, named: bool, settled: Sequence[Row] = (), out: Path | None = None
) -> Iterator[RenderableType]:
    """Yield the plan in force; with ``settled`` what follows from it too, which stays unpublished.

    ``out``: where the moves are written. Without names where it is kept as a log (``named`` false).
    """
    texts = Texts(language)
    if out is not None:
        require_ending(out)
    yield summary(finished.times, texts)
    with job.store.reading() as answers:
        account, moves = answers.run()["plan"], answers.rows("plan")
        names = _names(answers, (row["employee_id"] for row in moves) if named else ())
        yield Padding(Rule(texts("plan_heading"), align="left", style="dim"), (1, 0, 0, 0))
        yield Text(_certificate(account, len(moves), texts), style="bold")
        yield Padding(_table(moves, names, texts), (1, 0))
        shares, prices = (pd.DataFrame(account.get(name, [])) for name in ("shares", "prices"))
        breaches = [_breach(one) for one in account["breaches"]]
        yield from _sentences([*share_texts(shares), *price_texts(prices, names), *breaches], language)
        written = pd.DataFrame(moves)
        if settled:
            yield Padding(Rule(texts("settled_heading"), align="left", style="dim"), (1, 0, 0, 0))
            written = yield from _settled(job, answers, settled, texts, named=named)
    if not named:
        yield Text(texts("names_left_out"), style="dim")
    if out is not None:
        write_frame(written, out)
        yield Text(texts("moves_written", moves=len(written), out=out))


def _settled(
    job: Job, answers: Answers, settled: Sequence[Row], texts: Texts, *, named: bool
) -> Generator[RenderableType, None, pd.DataFrame]:
    """Yield what follows from what is settled, in words; return its moves, each with what is another and why."""
    asked = scenarios_of(job, current(job.workspace))
    changes = changes_of(settled, asked.wave.limits)
    before, solved = asked.solve(NO_CHANGE).plan, asked.solve(changes, priced=True)
    made = solved.plan
    people = {
        *before.moves["employee_id"],
        *made.moves["employee_id"],
        *(row["employee_id"] for row in settled if row["employee_id"]),
    }
    names = _names(answers, people if named else ())
    yield from _sentences(told_of(solved, names), texts.language)
    if made.status == "infeasible":
        return made.moves
    account = {"value": made.value, "bound": made.bound, "status": made.status}
    yield Text(_certificate(account, len(made.moves), texts), style="bold")
    told = differences(before, made, names, changes)
    rows = told[told["change"] != "same"]
    for row in rows.head(SHOWN).to_dict("records"):
        said = f"{names.get(row['employee_id'], row['employee_id'])}: {row[f'text_{texts.language.value}']}"
        yield Padding(Text(said), (0, 0, 0, 2))
    if len(rows) > SHOWN:
        yield Text(texts("more_rows", count=texts.count(len(rows) - SHOWN)), style="dim")
    return made.moves.join(told.set_index("employee_id")[["change", "text_id", "text_en"]], on="employee_id")


def _breach(found: Row) -> Bilingual:
    """Return what the moves break together, with the steps that break it."""
    steps, rule = ", ".join(found["moves"]), found["rule_id"]
    return Bilingual(f"{found['reason_en']} (steps {steps}; {rule})", f"{found['reason_id']} (langkah {steps}; {rule})")


def _certificate(account: Row, moves: int, texts: Texts) -> str:
    proven = texts("plan_proven" if account["status"] == "optimal" else "plan_not_proven")
    return texts("plan_line", moves=texts.count(moves), value=texts.signed(account["value"]), bound=texts.signed(account["bound"]),
                 proven=proven)  # fmt: skip


def _table(moves: Sequence[Row], names: dict[str, str], texts: Texts) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("plan_step", "candidate", "plan_from", "plan_to", "plan_value", "plan_start"):
        table.add_column(texts(name))
    for row in moves[:SHOWN]:
        posts = (names.get(row[side] or "", row[side] or "–") for side in ("from_position", "to_position"))
        table.add_row(f"{row['chain']}.{row['step']}", names.get(row["employee_id"], row["employee_id"]), *posts,
                      texts.signed(row["net_value"]), str(row["start_on"])[:10])  # fmt: skip
    if len(moves) > SHOWN:
        table.add_row("", Text(texts("more_rows", count=texts.count(len(moves) - SHOWN)), style="dim"))
    return table


def _sentences(said: Sequence[Bilingual], language: Language) -> Iterator[RenderableType]:
    for one in said:
        yield Padding(Text(f"• {one.into(language.value)}"), (0, 0, 0, 2))


def _names(answers: Answers, people: Iterable[str]) -> dict[str, str]:
    """Return what the terminal calls posts, units and ``people``."""
    posts = {
        row["position_id"]: ", ".join(part for part in (row["title"] or row["position_id"], row["unit_name"]) if part)
        for row in answers.rows("positions")
    }  # fmt: skip
    units = {row["unit_id"]: row["name"] or row["unit_id"] for row in answers.rows("units")}
    return {**posts, **units, **{who: person["name"] for who, person in answers.people(people).items() if person.get("name")}}
