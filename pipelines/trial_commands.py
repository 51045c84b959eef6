"""``tepat trial``: a lottery or a phased start, from the plan to the result."""

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from features.errors import UsageError
from pipelines.options import (
    LANGUAGE,
    WORKSPACE,
    Lang,
    MappingFile,
    ParamsFile,
    Seed,
    Source,
    WorkspaceDir,
    existing,
    opened,
    request,
    say,
    told,
)
from pipelines.request import Request
from pipelines.texts import Language, Texts
from publication.workspace import ENTRANTS

if TYPE_CHECKING:
    from evaluation.trials.power import Power
    from evaluation.trials.protocol import Protocol
    from pipelines.job import Job

app = typer.Typer(no_args_is_help=True, help=told("trial"))


class Kind(StrEnum):
    """Kinds of trial."""

    LOTTERY = "lottery"
    PHASED = "phased"


Trial = Annotated[str, typer.Argument(help=told("trial_name"), show_default=False)]


@app.command("propose", help=told("trial_propose"))
def propose(
    trial: Trial,
    kind: Annotated[Kind, typer.Option("--kind", help=told("trial_kind"))] = Kind.LOTTERY,
    seats: Annotated[int, typer.Option("--seats", min=1, help=told("seats"))] = 20,
    every: Annotated[int, typer.Option("--every", min=1, help=told("every"))] = 6,
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Draw up a trial from the run in force and show its power first."""
    job = _job(workspace, params)
    from pipelines.trials import PROTOCOL
    from pipelines.trials import propose as draw_up

    with job.workspace.hold():
        planned, can = draw_up(job, trial, kind.value, seats, every)
    texts = Texts(lang)
    _say_power(planned, can, texts)
    if not math.isfinite(can.detectable):
        say(texts("trial_nobody_waits"))
    elif not can.enough:
        say(texts("trial_too_small"))
    say(texts("trial_proposed", path=job.workspace.trials / trial / PROTOCOL))


@app.command("commit", help=told("trial_commit"))
def commit(
    trial: Trial, beacon: Annotated[str, typer.Option("--beacon", help=told("beacon"))],
    workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Lock a trial and print the commitment to publish."""
    job = _job(workspace, None)
    from pipelines.trials import commit as lock

    with job.workspace.hold():
        made = lock(job, trial, beacon)
    say(Texts(lang)("trial_committed", beacon=made.beacon, digest=made.digest))


@app.command("draw", help=told("trial_draw"))
def draw(
    trial: Trial, number: Annotated[str, typer.Option("--number", help=told("number"))],
    workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Draw a trial once."""
    job = _job(workspace, None)
    from pipelines.trials import draw as draw_once

    with job.workspace.hold():
        path = draw_once(job, trial, number)
    say(Texts(lang)("trial_drawn", path=path, entrants=path.with_name(ENTRANTS)))


@app.command("verify", help=told("trial_verify"))
def verify(
    record: Annotated[Path, typer.Argument(help=told("record"), show_default=False)],
    published: Annotated[str | None, typer.Option("--published", help=told("published_digest"))] = None,
    lang: Lang = LANGUAGE,
) -> None:
    """Work a draw out again from its record; the exit code says whether it holds (0) or not (2)."""
    from pipelines.trials import said_of
    from pipelines.trials import verify as faults_of

    found, texts = faults_of(record, published), Texts(lang)
    if found:
        say(texts("trial_unsound", faults="; ".join(texts(f"trial_fault_{name}") for name in found)))
        raise typer.Exit(UsageError.exit_code)
    commitment, number = said_of(record)
    say(texts("trial_sound", number=number, beacon=commitment.beacon))
    say(texts("trial_announced") if published else texts("trial_unannounced", digest=commitment.digest))


@app.command("analyse", help=told("trial_analyse"))
def analyse(
    source: Source, trial: Trial, mapping: MappingFile = None, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None,
    seed: Seed = 1, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Analyse a drawn trial on the ratings known by now; what it could find is said first."""
    job = opened(request(source, existing(workspace), mapping, params, seed, lang=lang))
    from evaluation.trials.power import power
    from pipelines.trials import analysed, registered_choices

    with job.workspace.hold():
        planned, result = analysed(job, trial)
    texts = Texts(lang)
    _say_power(planned, power(planned, registered_choices(planned)), texts)
    interval = {"lower": texts.signed(result.lower), "upper": texts.signed(result.upper), "level": round(100 * result.level)}
    counts = {"treated": result.judged_treated, "others": result.judged_others}
    missing = {"missing_treated": round(100 * result.missing_treated), "missing_others": round(100 * result.missing_others)}
    verdict = texts(f"verdict_{result.verdict.replace(' ', '_')}")
    told_of = {**interval, **counts, **missing, "p_value": _decimal(result.p_value, lang, 3), "verdict": verdict}
    starts = {"came": round(100 * result.started_treated), "came_others": round(100 * result.started_others)}
    say(texts("trial_result", effect=texts.signed(result.effect), first=texts(f"trial_first_{planned.kind}"), **told_of, **starts))
    if not result.decides:
        say(texts("trial_unequal", most=round(100 * registered_choices(planned).most_attrition_gap)))


def _say_power(planned: "Protocol", can: "Power", texts: Texts) -> None:
    """Say how large a trial is and what it can find, by the choices registered with it."""
    analysis = planned.analysis
    if planned.kind == Kind.PHASED:
        between = can.entrants - can.treated - can.compared
        say(texts("trial_waves", first=can.treated, late=can.compared, between=between, last=analysis["last_month"]))
    effect, detectable = (_decimal(value, texts.language) for value in (can.effect, can.detectable))
    say(texts("trial_power", entrants=can.entrants, blocks=can.blocks, treated=can.treated, effect=effect, detectable=detectable,
              power=round(100 * can.power), wanted=round(100 * analysis["power"])))  # fmt: skip


def _job(workspace: Path, params: Path | None) -> "Job":
    return opened(Request("", str(existing(workspace)), None, str(params) if params else None))


def _decimal(value: float, lang: Language, digits: int = 2) -> str:
    if not math.isfinite(value):
        return "–"
    written = f"{value:.{digits}f}"
    return written.replace(".", ",") if lang is Language.ID else written
