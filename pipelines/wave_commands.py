"""Commands over the wave in force: swaps on top of the plan, wishes by lot."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.options import CONSOLE, LANGUAGE, WORKSPACE, Lang, ParamsFile, WorkspaceDir, existing, officer, opened, say, told
from pipelines.request import Request
from pipelines.texts import Texts

WrittenTo = Annotated[Path, typer.Option("--out", help=told("out"))]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("swaps", help=told("swaps"))(swaps)
    app.command("wishes", help=told("wishes"))(wishes)


def swaps(out: WrittenTo, workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, lang: Lang = LANGUAGE) -> None:
    """Find people who could take each other's posts on top of the plan: one row per step of a ring."""
    job = opened(Request("", str(existing(workspace)), None, str(params) if params else None))
    from pipelines.asking import found_swaps
    from pipelines.files import require_ending, write_frame

    require_ending(out)
    found, ranked = found_swaps(job)
    write_frame(found, out)
    texts = Texts(lang)
    if not ranked:
        say(texts("swaps_unknown"))
    value = texts.plain(float(found["value"].sum()))
    say(texts("swaps_found", rings=found["ring"].nunique(), people=len(found), value=value, out=out))


def wishes(
    lot: Annotated[str, typer.Option("--lot", help=told("lot"))], out: WrittenTo,
    share: Annotated[float, typer.Option("--share", min=0, max=100, help=told("kept_share"))] = 98.0,
    turns: Annotated[int, typer.Option("--turns", min=1, help=told("turns"))] = 100,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help=told("turn_seconds"))] = 900.0,
    scenario: Annotated[str, typer.Option("--scenario", help=told("scenario"))] = "Undian",
    workspace: WorkspaceDir = WORKSPACE, params: ParamsFile = None, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Put a lot on record and grant wishes in its order: one row per turn."""
    job = opened(Request("", str(existing(workspace)), None, str(params) if params else None))
    from pipelines.asking import Lot, granted, put_on_record
    from pipelines.files import require_ending, write_frame

    require_ending(out)
    texts, drawn = Texts(lang), Lot(lot, share, turns, seconds, scenario)
    draw = put_on_record(job, drawn, officer(), datetime.now().astimezone())
    say(texts("lot_recorded", number=draw.number, turns=len(draw.order), people=len(draw.wishes)))
    with CONSOLE.status("") as status:
        rows, result = granted(
            job, draw, drawn, lambda served: status.update(texts("wishes_turn", served=served, turns=len(draw.order)))
        )
    write_frame(rows, out)
    kept = texts.plain(100 * result.value / result.free) if result.free else "-"
    say(texts("wishes_granted", granted=len(result.wishes), turns=len(result.turns), share=kept, floor=texts.plain(share), out=out))
