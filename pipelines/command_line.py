"""The command line: reads arguments, calls one flow or stage, prints. Nothing is computed here."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from typer.exceptions import TyperException

from features.errors import TepatError, UsageError
from pipelines import record_commands, run_server, trial_commands, wave_commands
from pipelines.headings import speak_indonesian
from pipelines.options import (
    CONSOLE,
    LANGUAGE,
    WORKSPACE,
    AsOf,
    EffectiveOn,
    Lang,
    MappingFile,
    OutFile,
    ParamsFile,
    Pool,
    Reason,
    Seed,
    Source,
    Version,
    WorkspaceDir,
    existing,
    officer,
    opened,
    request,
    say,
    told,
)
from pipelines.process import prepare, program, quieten, require_room
from pipelines.request import Request
from pipelines.texts import Language, Texts
from pipelines.usage import usage_error
from pipelines.versions import told as in_words

if TYPE_CHECKING:
    from models.tracking.registry import Registry
    from pipelines.closing import Ending

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=told("tepat"))


rules_app = typer.Typer(no_args_is_help=True, help=told("rules"))
app.add_typer(rules_app, name="rules")
app.add_typer(trial_commands.app, name="trial")
record_commands.add_to(app)
wave_commands.add_to(app)


class Shape(StrEnum):
    """Forms in which an invented city is written."""

    CONTRACT = "contract"
    SIASN = "siasn"


INTERRUPTED = 130
"""Exit code of a command stopped by Ctrl+C, as shells have it."""


def main() -> None:
    """Run the command line; a fault the user can act on ends with one message and its exit code, no traceback."""
    if LANGUAGE is Language.ID:
        speak_indonesian(app)
    code = None
    try:
        code = app(standalone_mode=False)
    except TepatError as error:
        fail(error)
    except TyperException as error:
        said = error.format_message() if hasattr(error, "format_message") else ""
        if not said:  # no arguments at all: the help has been shown
            sys.exit(UsageError.exit_code)
        fail(usage_error(said))
    except Exception as error:
        from pipelines.outages import outage

        gave_up = outage(error)
        if gave_up is None:
            raise
        fail(gave_up)
    if code == INTERRUPTED:
        say(Texts(LANGUAGE)("interrupted"))
    sys.exit(code)


def fail(error: TepatError) -> NoReturn:
    """Say what is wrong in the reader's language and end with the error's exit code."""
    Console(stderr=True).print(f"[bold red]{error.code}[/] {escape(error.into(LANGUAGE.value))}", highlight=False, soft_wrap=True)
    sys.exit(error.exit_code)


@app.command(help=told("simulate"))
def simulate(
    out: Annotated[Path, typer.Argument(help=told("folder"), show_default=False)],
    employees: Annotated[int, typer.Option("--employees", help=told("employees"))] = 8000,
    years: Annotated[int, typer.Option("--years", help=told("years"))] = 10,
    shape: Annotated[Shape, typer.Option("--shape", help=told("shape"))] = Shape.CONTRACT,
    knob: Annotated[list[str] | None, typer.Option("--knob", help=told("knob"))] = None,
    damage: Annotated[float, typer.Option("--damage", help=told("damage"))] = 0.0,
    seed: Seed = 1,
    lang: Lang = LANGUAGE,
) -> None:
    """Invent a city: source tables, and the truth behind them in truth/."""
    from pipelines.inventing import invent, turned
    from simulation.knobs import Knobs

    knobs = turned(Knobs(employees=employees, years=years), knob or [])
    spoilt = invent(out, knobs, seed, siasn=shape is Shape.SIASN, damage=damage)
    texts = Texts(lang)
    say(texts("simulated", employees=texts.count(knobs.employees), years=knobs.years, out=out))
    if damage:
        say(texts("spoilt", lines=texts.count(len(spoilt)), out=out))


@app.command("map", help=told("map"))
def draft(source: Source, lang: Lang = LANGUAGE) -> None:
    """Draft a mapping file for a source never seen before, on standard output."""
    from features.source.drafting import draft_mapping

    typer.echo(draft_mapping(source, lang.value), nl=False)


@app.command(help=told("check"))
def check(
    source: Source, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, seed: Seed = 1,
    lang: Lang = LANGUAGE,
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


@app.command(help=told("run"))
def run(
    source: Source, as_of: AsOf = None, effective_on: EffectiveOn = None, mapping: MappingFile = None,
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, pool: Pool = None, seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Ingest, train, decide, draw up the lists and publish; ends with one shortlist and its reasons."""
    flow("run", request(source, workspace, mapping, params, seed, as_of, effective_on, lang, pool))


@app.command(help=told("train"))
def train(
    source: Source, as_of: AsOf = None, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE,
    params: ParamsFile = None, pool: Pool = None, seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Ingest, train, try out and decide on the model; publish nothing."""
    flow("train", request(source, workspace, mapping, params, seed, as_of, lang=lang, pool=pool))


@app.command(help=told("contribute"))
def contribute(
    source: Source, out: Annotated[Path, typer.Option("--out", help=told("contribution_out"))], as_of: AsOf = None,
    mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, pool: Pool = None, seed: Seed = 1,
    lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Write what this city can tell others: fitted statistics, no row of a person."""
    job = opened(request(source, workspace, mapping, params, seed, as_of, lang=lang, pool=pool))
    from pipelines.contributing import as_text
    from pipelines.contributing import contribute as write

    with job.workspace.hold():
        found = write(job, out)
    say(as_text(found, out, lang))


@app.command(help=told("shortlist"))
def shortlist(
    source: Source, as_of: AsOf = None, effective_on: EffectiveOn = None, mapping: MappingFile = None,
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Draw up and publish the lists with the champion, without training a new model."""
    flow("shortlist", request(source, workspace, mapping, params, seed, as_of, effective_on, lang))


@app.command(help=told("plan"))
def plan(
    source: Source, as_of: AsOf = None, effective_on: EffectiveOn = None,
    settle: Annotated[Path | None, typer.Option("--settle", help=told("settle"))] = None, out: OutFile = None,
    mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, seed: Seed = 1,
    lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Make and publish the plan with the champion; ends with its moves, its certificate and what its limits cost."""
    from pipelines.files import require_ending
    from pipelines.replanning import plan_page, read_settled

    if out is not None:
        require_ending(out)
    ending = partial(plan_page, settled=read_settled(settle) if settle else (), out=out)
    flow("shortlist", request(source, workspace, mapping, params, seed, as_of, effective_on, lang), ending)


@app.command(help=told("score"))
def score(
    source: Source,
    pairs: Annotated[Path, typer.Option("--pairs", help=told("pairs"))],
    as_of: Annotated[str, typer.Option("--as-of", help=told("as_of"))],
    out: Annotated[Path, typer.Option("--out", help=told("out"))],
    effective_on: EffectiveOn = None, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE,
    params: ParamsFile = None, seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Score any pairs of an employee and a position as of any day."""
    job = opened(request(source, workspace, mapping, params, seed, as_of, effective_on, lang))
    from pipelines.scoring import score_file

    with job.workspace.hold():
        count = score_file(job, pairs, out)
    say(Texts(lang)("scored", count=count, out=out))


@app.command(help=told("backtest"))
def backtest(
    source: Source,
    first: Annotated[int, typer.Option("--from", help=told("from"))],
    last: Annotated[int, typer.Option("--to", help=told("to"))],
    out: OutFile = None, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None,
    pool: Pool = None, seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Compare the model with every baseline, each test year forecast from what was known before it."""
    job = opened(request(source, workspace, mapping, params, seed, lang=lang, pool=pool))
    from pipelines.backtesting import run_backtest

    with job.workspace.hold():
        typer.echo(run_backtest(job, range(first, last + 1), out, lambda line: typer.echo(line, err=True)))


@app.command(help=told("evaluate"))
def evaluate(
    source: Source, as_of: AsOf = None, out: OutFile = None, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE,
    params: ParamsFile = None, seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Tell what past moves did: the power first, then the verdict, the effects and what held them back."""
    job = opened(request(source, workspace, mapping, params, seed, as_of, lang=lang))
    from pipelines.evaluating import run_evaluation

    with job.workspace.hold():
        typer.echo(run_evaluation(job, out, lang))
    if out is not None:
        say(Texts(lang)("evaluated_written", out=out))


@app.command(help=told("leaderboard"))
def leaderboard(
    method: Annotated[list[str] | None, typer.Option("--method", help=told("method"))] = None,
    cities: Annotated[int, typer.Option("--cities", min=1, help=told("cities"))] = 3,
    people: Annotated[int, typer.Option("--people", min=400, help=told("people"))] = 2000,
    years: Annotated[int, typer.Option("--years", min=5, help=told("years"))] = 10,
    posts: Annotated[int, typer.Option("--posts", min=1, help=told("posts"))] = 150,
    world: Annotated[str, typer.Option("--world", help=told("world"))] = "default",
    out: Annotated[Path, typer.Option("--out", help=told("board_folder"))] = Path("leaderboard"),
    seed: Seed = 1,
    lang: Lang = LANGUAGE,
) -> None:
    """Score methods on invented cities whose truth is known: ours, the baselines, and any Python class of yours."""
    quieten()
    from pipelines.leaderboard.contest import Contest, run_contest

    contest = Contest(tuple(method or ()), world, cities, people, years, posts, seed, out)
    typer.echo(run_contest(contest, Texts(lang), CONSOLE.width, lambda line: typer.echo(line, err=True)))
    say(Texts(lang)("board_written", out=out))


@rules_app.command("diff", help=told("rules_diff"))
def rules_diff(
    old: Annotated[Path, typer.Argument(help=told("old_pack"), show_default=False)],
    new: Annotated[Path, typer.Argument(help=told("new_pack"), show_default=False)],
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Show which pairs of the run in force another rule pack flips, and why."""
    job = opened(Request("", str(workspace), None, str(params) if params else None))
    from pipelines.law import compare

    typer.echo(compare(job, old, new, lang.value))


@app.command(help=told("submission"))
def submission(
    pairs: Annotated[Path, typer.Option("--pairs", help=told("pairs"))],
    out: Annotated[Path, typer.Option("--out", help=told("sheet_out"))],
    by: Annotated[str, typer.Option("--by", help=told("by"))] = "",
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Make the pre-submission sheet of each move for I-MUT: article, reason, and papers missing."""
    job = opened(Request("", str(workspace), None, str(params) if params else None))
    from pipelines.law import write_submission

    count = write_submission(job, pairs, out, by, lang.value)
    say(Texts(lang)("submitted", count=count, out=out))


@app.command(help=told("sentinels"))
def sentinels(
    source: Source, out: Annotated[Path, typer.Option("--out", help=told("sentinels_out"))], mapping: MappingFile = None,
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, as_of: AsOf = None, seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Look for patterns of past moves that people should review."""
    job = opened(request(source, workspace, mapping, params, seed, as_of, lang=lang))
    from pipelines.files import write_frame
    from pipelines.sentinels import as_text, watched

    with job.workspace.hold():
        found = watched(job)
    write_frame(found, out)
    say(as_text(found, job.params.sentinels.budget, out, lang))


@app.command(help=told("monitor"))
def monitor(
    source: Source, as_of: AsOf = None, out: OutFile = None, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE,
    params: ParamsFile = None, seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Look for drift, failing labels, broken promises and moves nobody tried; the page shows the latest look."""
    job = opened(request(source, workspace, mapping, params, seed, as_of, lang=lang))
    from pipelines.files import require_ending, write_frame
    from pipelines.monitoring import as_text, looked

    if out is not None:
        require_ending(out)
    with job.workspace.hold():
        found = looked(job)
    typer.echo(as_text(found, lang))
    if out is not None:
        write_frame(found.readings, out)


@app.command(help=told("versions"))
def versions(workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE) -> None:
    """List the registered models: which is in force, which were, which are refused, and why."""
    from pipelines.releasing import registry_of

    for line in in_words(registry_of(opened(Request("", str(existing(workspace))))).standings(), Texts(lang)):
        say(line)


@app.command(help=told("promote"))
def promote(
    version: Version, reason: Reason, workspace: WorkspaceDir = WORKSPACE,
    override: Annotated[bool, typer.Option("--override", help=told("override"))] = False, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Make a registered model the champion."""
    with deciding(workspace, "promoted") as registry:
        registry.promote(version, reason, override=override, by=officer())
    say(Texts(lang)("promoted", version=version, reason=reason))


@app.command(help=told("refuse"))
def refuse(version: Version, reason: Reason, workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE) -> None:
    """Refuse a registered model."""
    with deciding(workspace, "refused") as registry:
        registry.refuse(version, reason, officer())
    say(Texts(lang)("refused", version=version, reason=reason))


@app.command(help=told("rollback"))
def rollback(version: Version, reason: Reason, workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE) -> None:
    """Make a former champion champion again."""
    with deciding(workspace, "rolled_back") as registry:
        registry.rollback(version, reason, officer())
    say(Texts(lang)("rolled_back", version=version, reason=reason))


@app.command(help=told("prune"))
def prune(
    keep: Annotated[int, typer.Option("--keep", min=0, help=told("keep"))] = 12,
    sources: Annotated[bool, typer.Option("--sources", help=told("prune_sources"))] = False,
    workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Remove old publications, never the one in force, and on demand the source data that only they rested on."""
    from pipelines.ingesting import withdraw
    from publication.publish import prune as prune_published
    from publication.upkeep.retention import let_go

    job = opened(Request("", str(existing(workspace))))
    with job.workspace.hold():
        removed, left = prune_published(job.workspace, job.store, keep)
        folders = let_go(job.workspace) if sources else 0
        withdraw(job)
    say(Texts(lang)("pruned", runs=removed, kept=left))
    if sources:
        say(Texts(lang)("let_go", folders=folders))


@app.command(help=told("serve"))
def serve(
    workspace: WorkspaceDir = WORKSPACE,
    port: Annotated[int, typer.Option("--port", help=told("port"))] = 8000,
    params: ParamsFile = None,
    demo: Annotated[bool, typer.Option("--demo", help=told("demo"))] = False,
    lang: Lang = LANGUAGE,
) -> None:
    """Open the HR pages and the JSON API on this machine only."""
    prepare(existing(workspace))
    import uvicorn

    os.environ["TEPAT_WORKSPACE"] = str(workspace.resolve())
    os.environ["TEPAT_EXPLAINER"] = "pipelines.reasons_on_demand:from_environment"
    os.environ["TEPAT_DEMO"] = str(demo).lower()
    if params is not None:
        os.environ["TEPAT_PARAMS"] = str(params.resolve())
    say(Texts(lang)("serving", address=f"http://127.0.0.1:{port}"))
    uvicorn.run(
        "serving.application:create",
        factory=True,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )


@app.command(help=told("schedule"))
def schedule(
    source: Source, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, pool: Pool = None,
    seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Register the Prefect deployments and serve them: nightly ingest, monthly retrain, shortlist on demand."""
    asked = request(source, workspace, mapping, params, seed, lang=lang, pool=pool)
    opened(asked)
    from pipelines.deployments import serve_deployments

    say(Texts(lang)("scheduled"))
    serve_deployments(asked)


def flow(name: str, asked: Request, ending: "Ending | None" = None) -> None:
    """Run one flow in this process and print what came of it; by default ending with one shortlist."""
    prepare(Path(asked.workspace))
    require_room(Path(asked.workspace))
    started = run_server.start()
    from pipelines import flows
    from pipelines.closing import closing_page, way_on

    if started:
        run_server.wait()
    finished = flows.call(getattr(flows, name), asked)
    job = opened(asked)
    for part in (ending or closing_page)(job, finished, asked.lang, named=CONSOLE.is_terminal):
        CONSOLE.print(part)
    if finished.run_id:
        say(way_on(job, finished, asked.lang, program()))


@contextmanager
def deciding(workspace: Path, how: str) -> Iterator["Registry"]:
    """Give the registry of a workspace, and tell pages what a person decided there once the block has ended."""
    from pipelines.models_told import telling
    from pipelines.releasing import registry_of

    job = opened(Request("", str(workspace)))
    with telling(job, how, officer()):
        yield registry_of(job)


if __name__ == "__main__":
    main()
