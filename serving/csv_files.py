"""Tables as CSV to download, for offices that live in spreadsheets."""

import io

import pandas as pd
from fastapi.responses import Response

CSV = "text/csv; charset=utf-8"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text cell that begins so would be a formula in a spreadsheet."""


def csv_file(frame: pd.DataFrame, name: str) -> Response:
    """Return ``frame`` as a file to download, called ``name``; cells that a spreadsheet would take for a formula are quoted."""
    buffer = io.StringIO()
    harmless(frame).to_csv(buffer, index=False, lineterminator="\n")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(buffer.getvalue().encode(), media_type=CSV, headers=headers)


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with an apostrophe before every text that a spreadsheet would take for a formula."""
    texts = {name: frame[name] for name in frame if pd.api.types.is_string_dtype(frame[name].dtype)}
    return frame.assign(
        **{name: cells.where(~cells.str.startswith(FORMULA, na=False), "'" + cells) for name, cells in texts.items()}
    )
