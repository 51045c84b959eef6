"""The command line: reads arguments, calls one flow or stage, prints. Nothing is computed here."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from features.errors import TepatError, UsageError
from pipelines.process import prepare, program
from pipelines.request import Request
from pipelines.texts import Language, Texts

if TYPE_CHECKING:
    from models.tracking.registry import Registry
    from pipelines.job import Job

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Tepat: mutasi ASN berdasarkan bukti."
)


class Shape(StrEnum):
    """Forms in which an invented city is written."""

    CONTRACT = "contract"
    SIASN = "siasn"


Source = Annotated[str, typer.Argument(help="Folder of CSV, Parquet or XLSX files, or a database URL.", show_default=False)]
MappingFile = Annotated[str | None, typer.Option("--mapping", help="Mapping file, or the name of a shipped one (siasn).")]
WorkspaceDir = Annotated[Path, typer.Option("--workspace", help="Folder of this city.")]
ParamsFile = Annotated[Path | None, typer.Option("--params", help="A city's own study choices, over params.yaml.")]
Seed = Annotated[int, typer.Option("--seed", help="Fixes every random choice.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="What is known at the end of this day (YYYY-MM-DD).")]
EffectiveOn = Annotated[str | None, typer.Option("--effective-on", help="Day on which a move would start (YYYY-MM-DD).")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of what is printed.")]
OutFile = Annotated[Path | None, typer.Option("--out", help="CSV or Parquet, by its ending.")]
Version = Annotated[int, typer.Argument(help="Version of the model in the registry.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the version.")]

WORKSPACE = Path("workspace")
CONSOLE = Console()


def main() -> None:
    """Run the command line; a fault the user can act on ends with one message and its exit code, no traceback."""
    try:
        app()
    except TepatError as error:
        Console(stderr=True).print(f"[bold red]{error.code}[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)


@app.command()
def simulate(
    out: Annotated[Path, typer.Argument(help="Folder to write to.", show_default=False)],
    employees: Annotated[int, typer.Option("--employees", help="People in service.")] = 8000,
    years: Annotated[int, typer.Option("--years", help="Years of history.")] = 10,
    shape: Annotated[Shape, typer.Option("--shape", help="Contract tables, or the export SIASN would give (--mapping siasn).")]
    = Shape.CONTRACT,
    seed: Seed = 1,
    lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Invent a city: source tables, and the truth behind them in truth/."""
    from simulation.city import invent_city, write_city, write_truth
    from simulation.knobs import Knobs
    from simulation.siasn import write_siasn

    city = invent_city(Knobs(employees=employees, years=years), seed)
    if shape is Shape.SIASN:
        write_siasn(city, out)
        write_truth(city, out)
    else:
        write_city(city, out)
    texts = Texts(lang)
    say(texts("simulated", employees=texts.count(employees), years=years, out=out))


@app.command("map")
def draft(source: Source, lang: Lang = Language.ID) -> None:
    """Draft a mapping file for a source never seen before, on standard output."""
    from features.source.drafting import draft_mapping

    typer.echo(draft_mapping(source, lang.value), nl=False)


@app.command()
def check(
    source: Source, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, seed: Seed = 1,
    lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Report what is wrong with the data and what it blocks; the exit code says whether a run may go on (0) or not (3)."""
    from features.checking.checks import require_usable
    from features.checking.report import render_text
    from pipelines.ingesting import check as check_source

    job = opened(request(source, workspace, mapping, params, seed, lang=lang))
    with job.workspace.hold():
        checked, folder = check_source(job)
    typer.echo(render_text(checked.report, lang.value))
    say(Texts(lang)("checked", folder=folder))
    require_usable(checked)


@app.command()
def run(
    source: Source, as_of: AsOf = None, effective_on: EffectiveOn = None, mapping: MappingFile = None,
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, seed: Seed = 1, lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Ingest, train, decide, draw up the lists and publish; ends with one shortlist and its reasons."""
    flow("run", request(source, workspace, mapping, params, seed, as_of, effective_on, lang))


@app.command()
def train(
    source: Source, as_of: AsOf = None, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE,
    params: ParamsFile = None, seed: Seed = 1, lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Ingest, train, try out and decide on the model; publish nothing."""
    flow("train", request(source, workspace, mapping, params, seed, as_of, lang=lang))


@app.command()
def shortlist(
    source: Source, as_of: AsOf = None, effective_on: EffectiveOn = None, mapping: MappingFile = None,
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, seed: Seed = 1, lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Draw up and publish the lists with the champion, without training a new model."""
    flow("shortlist", request(source, workspace, mapping, params, seed, as_of, effective_on, lang))


@app.command()
def score(
    source: Source,
    pairs: Annotated[Path, typer.Option("--pairs", help="CSV or Parquet with employee_id and position_id.")],
    as_of: Annotated[str, typer.Option("--as-of", help="What is known at the end of this day (YYYY-MM-DD).")],
    out: Annotated[Path, typer.Option("--out", help="CSV or Parquet, by its ending.")],
    effective_on: EffectiveOn = None, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE,
    params: ParamsFile = None, seed: Seed = 1, lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Score any pairs of an employee and a position as of any day."""
    job = opened(request(source, workspace, mapping, params, seed, as_of, effective_on, lang))
    from pipelines.scoring import score_file

    with job.workspace.hold():
        count = score_file(job, pairs, out)
    say(Texts(lang)("scored", count=count, out=out))


@app.command()
def backtest(
    source: Source,
    first: Annotated[int, typer.Option("--from", help="First test year.")],
    last: Annotated[int, typer.Option("--to", help="Last test year.")],
    out: OutFile = None, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None,
    seed: Seed = 1, lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Compare the model with every baseline, each test year forecast from what was known before it."""
    job = opened(request(source, workspace, mapping, params, seed, lang=lang))
    from pipelines.backtesting import run_backtest

    with job.workspace.hold():
        typer.echo(run_backtest(job, range(first, last + 1), out, lambda line: typer.echo(line, err=True)))


@app.command()
def promote(
    version: Version, reason: Reason, workspace: WorkspaceDir = WORKSPACE,
    override: Annotated[bool, typer.Option("--override", help="Against the release rules.")] = False, lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Make a registered model the champion."""
    registry(workspace).promote(version, reason, override=override)
    say(Texts(lang)("promoted", version=version, reason=reason))


@app.command()
def refuse(version: Version, reason: Reason, workspace: WorkspaceDir = WORKSPACE, lang: Lang = Language.ID) -> None:
    """Refuse a registered model."""
    registry(workspace).refuse(version, reason)
    say(Texts(lang)("refused", version=version, reason=reason))


@app.command()
def rollback(version: Version, reason: Reason, workspace: WorkspaceDir = WORKSPACE, lang: Lang = Language.ID) -> None:
    """Make a former champion champion again."""
    registry(workspace).rollback(version, reason)
    say(Texts(lang)("rolled_back", version=version, reason=reason))


@app.command()
def serve(
    workspace: WorkspaceDir = WORKSPACE,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 8000,
    lang: Lang = Language.ID,
) -> None:
    """Open the HR pages and the JSON API on this machine only."""
    if not workspace.is_dir():
        raise UsageError(f"There is no workspace '{workspace}'. Make one with `tepat run SOURCE --workspace {workspace}`.")
    import uvicorn

    say(Texts(lang)("serving", address=f"http://127.0.0.1:{port}"))
    os.environ["TEPAT_WORKSPACE"] = str(workspace.resolve())
    uvicorn.run("serving.application:create", factory=True, host="127.0.0.1", port=port, log_level="warning")


@app.command()
def schedule(
    source: Source, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, seed: Seed = 1,
    lang: Lang = Language.ID,
) -> None:  # fmt: skip
    """Register the Prefect deployments and serve them: nightly ingest, monthly retrain, shortlist on demand."""
    asked = request(source, workspace, mapping, params, seed, lang=lang)
    opened(asked)
    from pipelines.deployments import serve_deployments

    serve_deployments(asked)


def request(
    source: str, workspace: Path, mapping: str | None, params: Path | None, seed: int, as_of: str | None = None,
    effective_on: str | None = None, lang: Language = Language.ID,
) -> Request:  # fmt: skip
    """Return the arguments every command shares as one request."""
    return Request(source, str(workspace), mapping, str(params) if params else None, seed, as_of, effective_on, lang)


def opened(asked: Request) -> "Job":
    """Return the job of a request, in a process prepared for it."""
    prepare(Path(asked.workspace))
    from pipelines.job import open_job

    return open_job(asked)


def flow(name: str, asked: Request) -> None:
    """Run one flow in this process and print what came of it."""
    prepare(Path(asked.workspace))
    from pipelines import flows
    from pipelines.closing import closing_page, way_on

    finished = flows.call(getattr(flows, name), asked)
    job = opened(asked)
    for part in closing_page(job, finished, asked.lang):
        CONSOLE.print(part)
    if finished.run_id:
        say(way_on(job, finished, asked.lang, program()))


def registry(workspace: Path) -> "Registry":
    """Return the registry of a workspace."""
    from pipelines.releasing import registry_of

    return registry_of(opened(Request("", str(workspace))))


def say(text: str) -> None:
    """Print lines for the reader, unbroken: folders and commands are there to be copied."""
    CONSOLE.print(text, highlight=False, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
