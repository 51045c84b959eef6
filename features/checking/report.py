"""The data report: what was found per table and rule, ranked by how many decisions it blocks, and whether a run may go on."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, select_autoescape
from rich.console import Console
from rich.table import Table as RichTable

from features.bilingual import Bilingual
from features.checking.faults.catalogue import REPEATED, Cause, Severity
from features.contract import TABLES
from features.written import day, percent, whole

MOST_LOST_REQUIRED = 0.25
"""A required table may lose at most this share of its rows; beyond it who is left no longer stands for the city."""

MOST_LOST_OPTIONAL = 0.50
"""An optional table may lose at most this share; beyond it, leaving the file out is more honest than using the rest."""

JUDGED_TABLES = (
    "employees", "assignments", "appraisals", "ranks", "educations", "competencies", "disciplines", "clearances", "leaves",
)  # fmt: skip
"""A row of theirs set aside leaves its person's eligibility or uplift in doubt for every post."""

JUDGED_CELLS = {
    "employees": ("birth_date", "hired_on", "left_on", "status", "legal_status", "retires_on"),
    "positions": ("job_kind", "level", "min_rank", "min_education", "retirement_age"),
}
"""Cells the rules read: struck, they leave the person, or the post, in doubt."""

MOST_SHOWN = 25
"""Kinds of finding a terminal shows, one screenful; the page and faults.csv hold them all."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "title": "Laporan data", "may": "Data dapat dipakai.", "may_not": "Data belum dapat dipakai.",
        "extracted": "Data per tanggal",
        "tables": "Tabel", "table": "tabel", "read": "dibaca", "kept": "dipakai", "lost": "disisihkan", "share": "bagian",
        "faults": "Temuan, urut menurut banyaknya keputusan yang terhalang", "column": "kolom", "rule": "aturan", "rows": "baris",
        "decisions": "keputusan terhalang", "people": "pegawai", "posts": "jabatan", "effect": "akibat", "reason": "alasan",
        "none": "Tidak ada temuan.", "notes": "Catatan", "absent": "Tabel yang tidak ada di sumber",
        "meaning": "Satu keputusan = satu pegawai untuk satu jabatan yang tidak lagi dapat dinilai dengan pasti.",
        "set_aside": "baris disisihkan", "cell": "sel dikosongkan", "warning": "peringatan", "cascade": "akibat temuan lain",
        "first": "sebab pertama",
        "more": "{shown} dari {all} macam temuan ditampilkan; semuanya ada di laporan HTML dan faults.csv.",
    },
    "en": {
        "title": "Data report", "may": "The data may be used.", "may_not": "The data may not be used yet.",
        "extracted": "Data as of",
        "tables": "Tables", "table": "table", "read": "read", "kept": "kept", "lost": "set aside", "share": "share",
        "faults": "Findings, ranked by the decisions they block", "column": "column", "rule": "rule", "rows": "rows",
        "decisions": "decisions blocked", "people": "people", "posts": "posts", "effect": "effect", "reason": "reason",
        "none": "Nothing found.", "notes": "Notes", "absent": "Tables the source lacks",
        "meaning": "One decision = one person for one post who can no longer be judged with certainty.",
        "set_aside": "row set aside", "cell": "cell struck", "warning": "warning", "cascade": "follows from another finding",
        "first": "first cause",
        "more": "{shown} of {all} kinds of finding shown; the HTML report and faults.csv hold them all.",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The account of one check.

    ``tables``: table, read, kept, set_aside, lost (set aside, repeats of a row that stands left out), share (of the different rows,
    lost). ``faults``: table, column, rule, severity, cause, rows, people, positions,
    decisions, reason_id, reason_en, most blocking first. ``reasons``: why no run may go on (empty: it may). ``notes``: what was
    ignored, guessed or derived. ``absent``: optional tables the source lacks.
    """

    tables: pd.DataFrame
    faults: pd.DataFrame
    reasons: tuple[Bilingual, ...]
    notes: tuple[Bilingual, ...]
    absent: tuple[str, ...]
    extracted_on: pd.Timestamp

    @property
    def usable(self) -> bool:
        """Whether a run may go on."""
        return not self.reasons


def summarise(
    quarantine: pd.DataFrame,
    rows: Mapping[str, tuple[int, int]],
    frames: Mapping[str, pd.DataFrame],
    notes: tuple[Bilingual, ...],
    extracted_on: pd.Timestamp,
) -> CheckReport:
    """Return the report of a check. ``rows``: per table how many were read and how many are kept."""
    tables = pd.DataFrame(
        [(name, *rows[name], rows[name][0] - rows[name][1]) for name in TABLES if name in rows],
        columns=["table", "read", "kept", "set_aside"],
    )
    repeats = quarantine.loc[quarantine["rule"] == REPEATED, "table"].value_counts()
    repeated = tables["table"].map(repeats).fillna(0).astype("int64")
    tables["lost"] = tables["set_aside"] - repeated
    tables["share"] = tables["lost"] / (tables["read"] - repeated).clip(lower=1)
    return CheckReport(
        tables=tables,
        faults=_ranked(quarantine, people=len(frames["employees"]), posts=len(frames["positions"])),
        reasons=tuple(_too_broken(tables)),
        notes=notes,
        absent=tuple(name for name in TABLES if name not in rows),
        extracted_on=extracted_on,
    )


def _too_broken(tables: pd.DataFrame) -> list[Bilingual]:
    reasons = []
    for row in tables.itertuples():
        required = TABLES[row.table].required
        most = MOST_LOST_REQUIRED if required else MOST_LOST_OPTIONAL
        if required and row.kept == 0:
            reasons.append(
                Bilingual(
                    f"{row.table}: none of {row.read} rows can be used",
                    f"{row.table}: tidak satu pun dari {row.read} baris dapat dipakai",
                )
            )
        elif row.share > most:
            reasons.append(
                Bilingual(
                    f"{row.table}: {row.lost} of {row.kept + row.lost} rows lost ({row.share:.0%}; at most {most:.0%} may be)",
                    f"{row.table}: {row.lost} dari {row.kept + row.lost} baris hilang ({row.share:.0%}; paling banyak {most:.0%})",
                )
            )
    return reasons


def _ranked(quarantine: pd.DataFrame, people: int, posts: int) -> pd.DataFrame:
    blocking = _blocking(quarantine)
    position_rows = quarantine["table"] == "positions"
    held = quarantine.assign(
        person=quarantine["employee_id"].where(blocking & quarantine["table"].isin(JUDGED_TABLES)),
        position=quarantine["position_id"].where(blocking & position_rows),
    )
    by = ["table", "column", "rule", "severity", "cause", "reason_id", "reason_en"]
    out = held.groupby(by, dropna=False, sort=False).agg(
        rows=("line", "size"), people=("person", "nunique"), positions=("position", "nunique")
    )
    out["decisions"] = (
        out["people"] * posts + out["positions"] * people - np.minimum(out["people"] * out["positions"], people * posts)
    )
    weight = {Severity.SET_ASIDE: 0, Severity.CELL: 1, Severity.WARNING: 2}
    out = out.reset_index().assign(_weight=lambda frame: frame["severity"].map(weight))
    order = ["decisions", "_weight", "rows", "table", "column", "rule", "cause"]
    return (
        out.sort_values(order, ascending=[False, True, False, True, True, True, True])
        .drop(columns="_weight")
        .reset_index(drop=True)
    )


def _blocking(quarantine: pd.DataFrame) -> pd.Series:
    lost = (quarantine["severity"] == Severity.SET_ASIDE) & (quarantine["rule"] != REPEATED)
    lost &= quarantine["table"].isin((*JUDGED_TABLES, "positions"))
    cells = pd.Series(False, index=quarantine.index)
    for table, columns in JUDGED_CELLS.items():
        cells |= (quarantine["table"] == table) & quarantine["column"].isin(columns) & (quarantine["severity"] == Severity.CELL)
    return lost | cells


def render_text(report: CheckReport, language: str = "id", width: int = 132) -> str:
    """Return the report for a terminal, in Indonesian (``id``) or English (``en``): the `MOST_SHOWN` findings that block most."""
    words = _WORDS[language]
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(f"{words['title']}. {words['may'] if report.usable else words['may_not']}", style="bold")
    for reason in report.reasons:
        console.print(f"  - {reason.into(language)}", markup=False)
    console.print(f"{words['extracted']} {day(report.extracted_on, language)}")
    console.print(_tables_grid(report, words, language))
    if report.faults.empty:
        console.print(words["none"])
    else:
        console.print(_faults_grid(report, words, language))
        if len(report.faults) > MOST_SHOWN:
            console.print(words["more"].format(shown=MOST_SHOWN, all=len(report.faults)))
        console.print(words["meaning"])
    if report.absent:
        console.print(f"{words['absent']}: {', '.join(report.absent)}")
    for note in report.notes:
        console.print(f"  {note.into(language)}", markup=False, highlight=False)
    text = console.file
    assert isinstance(text, io.StringIO)
    return text.getvalue()


def _tables_grid(report: CheckReport, words: Mapping[str, str], language: str) -> RichTable:
    grid = RichTable(title=words["tables"], title_justify="left")
    grid.add_column(words["table"])
    for name in ("read", "kept", "lost", "share"):
        grid.add_column(words[name], justify="right")
    for row in report.tables.itertuples():
        counts = (whole(number, language) for number in (row.read, row.kept, row.set_aside))
        grid.add_row(row.table, *counts, percent(row.share, language))
    return grid


def _faults_grid(report: CheckReport, words: Mapping[str, str], language: str) -> RichTable:
    grid = RichTable(title=words["faults"], title_justify="left")
    for name, justify in (("table", "left"), ("column", "left"), ("rows", "right"), ("decisions", "right"), ("effect", "left")):
        grid.add_column(words[name], justify="right" if justify == "right" else "left")
    grid.add_column(words["reason"])
    for row in report.faults.head(MOST_SHOWN).itertuples():
        reason = getattr(row, f"reason_{language}")
        counts = (whole(number, language) for number in (row.rows, row.decisions))
        grid.add_row(row.table, row.column, *counts, _effect(row.severity, row.cause, words), reason)
    return grid


def _effect(severity: str, cause: str, words: Mapping[str, str]) -> str:
    return words[severity] if cause == Cause.FIRST else f"{words[severity]} ({words['cascade']})"


def render_html(report: CheckReport, language: str = "id") -> str:
    """Return the report as one self-contained page that prints, in Indonesian (``id``) or English (``en``)."""
    words = _WORDS[language]
    faults = [
        {**row, "reason": row[f"reason_{language}"], "effect": _effect(row["severity"], row["cause"], words)}
        for row in report.faults.to_dict("records")
    ]
    page = _templates().get_template("check_report.html")
    return page.render(report=report, words=words, language=language, tables=report.tables.to_dict("records"), faults=faults)


@cache
def _templates() -> Environment:
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape(["html"]))
    environment.filters |= {"whole": whole, "percent": percent, "day": day}
    return environment
