"""Published tables as files, for offices that live in spreadsheets; each export is on record."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from publication.read import current
from serving.accounts.guard import Visitor, needs
from serving.accounts.looks import record_deed
from serving.csv_files import csv_file

TABLES = ("positions", "shortlists", "best_positions", "exclusions", "needs", "plan", "units",
          "surges", "reinforcements", "training_calendar")  # fmt: skip

router = APIRouter(tags=["exports"], dependencies=[Depends(needs(Permission.EXPORT))])


@router.get("/exports/{table}.csv", responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}})
def export(request: Request, account: Visitor, table: Annotated[Literal[TABLES], Path()]) -> Response:  # type: ignore[valid-type]
    """Return a published table as CSV, without names; cells that a spreadsheet would take for a formula are quoted."""
    run = current(request.app.state.settings.folder)
    frame = run.table(table)
    if "aspiration" in frame and "aspiration" in account.grant.hidden:
        frame = frame.drop(columns="aspiration")
    record_deed(request, "export", f"{table}.csv {run.run_id}")
    return csv_file(frame, f"{table}-{run.run_id}.csv")
