"""Tables a command reads and writes: CSV or Parquet, by the file's ending."""

from pathlib import Path

import pandas as pd

from features.errors import SourceError, UsageError


def read_frame(path: Path) -> pd.DataFrame:
    """Return the table in ``path``; CSV cells stay text.

    Raises
    ------
    UsageError, SourceError
        The ending is neither .csv nor .parquet; the file is missing or damaged.
    """
    require_ending(path)
    try:
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype="str")
    except (OSError, ValueError) as error:
        raise SourceError(
            f"'{path}' cannot be read ({type(error).__name__}). Check that it is there and whole.",
            f"'{path}' tidak terbaca ({type(error).__name__}). Pastikan berkasnya ada dan utuh.",
        ) from error


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write ``frame`` to ``path``.

    Raises
    ------
    UsageError
        The ending is neither .csv nor .parquet.
    """
    require_ending(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False, date_format="%Y-%m-%d", lineterminator="\n")


def require_ending(path: Path) -> None:
    """Raise `UsageError` where ``path`` ends in neither .csv nor .parquet: said before the work, not after it."""
    if path.suffix not in (".csv", ".parquet"):
        raise UsageError(
            f"'{path}' ends in neither .csv nor .parquet. Name the file by its format.",
            f"'{path}' tidak berakhiran .csv atau .parquet. Namai berkas menurut formatnya.",
        )
