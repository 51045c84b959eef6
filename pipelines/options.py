"""What the commands share: arguments and options, the reader's language, opening a job, speaking."""

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from features.errors import UsageError
from pipelines.process import prepare
from pipelines.request import Request
from pipelines.texts import Language
from pipelines.usage import HELP, spoken

if TYPE_CHECKING:
    from pipelines.job import Job

LANGUAGE = spoken(sys.argv, os.environ)


def told(name: str) -> str:
    """Return the help of a command, argument or option in the reader's language."""
    indonesian, english = HELP[name]
    return indonesian if LANGUAGE is Language.ID else english


Source = Annotated[str, typer.Argument(help=told("source"), show_default=False)]
MappingFile = Annotated[str | None, typer.Option("--mapping", help=told("mapping"))]
WorkspaceDir = Annotated[Path, typer.Option("--workspace", help=told("workspace"))]
ParamsFile = Annotated[Path | None, typer.Option("--params", help=told("params"))]
Seed = Annotated[int, typer.Option("--seed", help=told("seed"))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=told("as_of"))]
EffectiveOn = Annotated[str | None, typer.Option("--effective-on", help=told("effective_on"))]
Lang = Annotated[Language, typer.Option("--lang", help=told("lang"))]
Pool = Annotated[list[str] | None, typer.Option("--pool", help=told("pool"))]
OutFile = Annotated[Path | None, typer.Option("--out", help=told("out"))]
Version = Annotated[int, typer.Argument(help=told("version"))]
Reason = Annotated[str, typer.Option("--reason", help=told("reason"))]

WORKSPACE = Path("workspace")
CONSOLE = Console()


def request(
    source: str, workspace: Path, mapping: str | None, params: Path | None, seed: int, as_of: str | None = None,
    effective_on: str | None = None, lang: Language = Language.ID, pool: list[str] | None = None,
) -> Request:  # fmt: skip
    """Return the arguments every command shares as one request."""
    own = str(params) if params else None
    return Request(source, str(workspace), mapping, own, seed, as_of, effective_on, lang, tuple(pool or ()))


def existing(workspace: Path) -> Path:
    """Return ``workspace``, which a command that only looks or removes must find."""
    if not workspace.is_dir():
        raise UsageError(
            f"There is no workspace '{workspace}'. Make one with `tepat run SOURCE --workspace {workspace}`.",
            f"Ruang kerja '{workspace}' tidak ada. Buat dengan `tepat run SUMBER --workspace {workspace}`.",
        )
    return workspace


def opened(asked: Request) -> "Job":
    """Return the job of a request, in a process prepared for it."""
    prepare(Path(asked.workspace))
    from pipelines.job import open_job

    return open_job(asked)


def say(text: str) -> None:
    """Print lines for the reader, unbroken: folders and commands are there to be copied."""
    CONSOLE.print(text, highlight=False, markup=False, soft_wrap=True)


def officer() -> str:
    """Return who is at the terminal, as the machine knows them."""
    return f"terminal:{getpass.getuser()}"
