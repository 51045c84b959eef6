"""The monitor's latest look: what is to be reviewed, and how every signal stands."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
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
        "alerts": [row for row in rows if row["status"] == REVIEW],
    }  # fmt: skip
    return page(request, "monitoring.html", context)
