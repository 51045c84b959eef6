"""The monitor's latest look, what the gate of fairness said of the run in force, and the cards the run left about itself."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import FileResponse, Response

from publication.accounts.roles import Permission
from publication.cards.cards import KINDS, NAMES
from publication.monitoring import TABLE, latest
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_EVALUATION))])

REVIEW = "perlu ditelaah"
STATUSES = ("aman", REVIEW, "tidak cukup data")


@router.get("/monitoring")
def monitoring(request: Request) -> Response:
    """Show the latest look; where there was none, how to have one."""
    look = latest(request.app.state.settings.folder)
    with store_of(request).reading() as answers:
        run = answers.run()
    rows: list[dict[str, Any]] = [] if look is None else look.readings[list(TABLE.schema.columns)].to_dict("records")
    counted = Counter((row["signal"], row["status"]) for row in rows)
    signals = [(name, [counted[name, status] for status in STATUSES]) for name in dict.fromkeys(row["signal"] for row in rows)]
    context = {
        "run": run, "look": look.account if look else None, "rows": rows, "signals": signals, "statuses": STATUSES,
        "alerts": [row for row in rows if row["status"] == REVIEW], "gate": run.get("fairness"), "cards": KINDS,
    }  # fmt: skip
    return page(request, "monitoring.html", context)


@router.get("/monitoring/cards/{name}")
def card(request: Request, name: str) -> Response:
    """Return one card of the run in force: as a page, or as Markdown to keep."""
    with store_of(request).reading() as answers:
        path = request.app.state.settings.folder.published / answers.run_id / name
    if name not in NAMES or not path.exists():
        raise HTTPException(404)
    if path.suffix == ".html":
        return FileResponse(path, media_type="text/html; charset=utf-8")
    return FileResponse(path, media_type="text/markdown; charset=utf-8", filename=name)
