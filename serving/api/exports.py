"""Published tables as files, for offices that live in spreadsheets; each export is on record."""

import io
from typing import Annotated, Literal

import pandas as pd
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from publication.read import current
from serving.accounts.guard import Visitor, needs
from serving.accounts.looks import record_deed

TABLES = ("positions", "shortlists", "best_positions", "exclusions", "needs", "plan", "units")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text cell that begins so would be a formula in a spreadsheet."""
CSV = "text/csv; charset=utf-8"

router = APIRouter(tags=["exports"], dependencies=[Depends(needs(Permission.EXPORT))])


@router.get("/exports/{table}.csv", responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}})
def export(request: Request, account: Visitor, table: Annotated[Literal[TABLES], Path()]) -> Response:  # type: ignore[valid-type]
    """Return a published table as CSV, without names; cells that a spreadsheet would take for a formula are quoted."""
    run = current(request.app.state.settings.folder)
    frame = run.table(table)
    if "aspiration" in frame and "aspiration" in account.grant.hidden:
        frame = frame.drop(columns="aspiration")
    record_deed(request, "export", f"{table}.csv {run.run_id}")
    buffer = io.StringIO()
    harmless(frame).to_csv(buffer, index=False, lineterminator="\n")
    name = f'attachment; filename="{table}-{run.run_id}.csv"'
    return Response(buffer.getvalue().encode(), media_type=CSV, headers={"Content-Disposition": name})


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with an apostrophe before every text that a spreadsheet would take for a formula."""
    texts = {name: frame[name] for name in frame if pd.api.types.is_string_dtype(frame[name].dtype)}
    return frame.assign(
        **{name: cells.where(~cells.str.startswith(FORMULA, na=False), "'" + cells) for name, cells in texts.items()}
    )
