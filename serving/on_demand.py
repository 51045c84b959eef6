"""Reasons that were not worked out in the run: the command that makes them for one candidate."""

import csv
import io
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAIRS, OUT = "pairs.csv", "reasons.csv"
SOURCE = "SOURCE"
"""Stands for the folder or database the run was made from: a publication names its hash, never its place."""


def reasons_command(run: Mapping[str, Any], workspace: Path, position_id: str, employee_id: str) -> str | None:
    """Return two lines of shell that score this pair as the run did, with its reasons, into ``reasons.csv``.

    None where ranking is not supported: the run then published one constant for everybody, which `tepat score` does not explain.
    """
    if not run.get("ranking_supported"):
        return None
    pair = io.StringIO()
    csv.writer(pair, lineterminator="").writerow([employee_id, position_id])
    score = ["tepat", "score", SOURCE, "--workspace", str(workspace), "--pairs", PAIRS, "--as-of", str(run["as_of"]),
             "--effective-on", str(run["effective_on"]), "--out", OUT]  # fmt: skip
    return f"printf '%s\\n' employee_id,position_id {shlex.quote(pair.getvalue())} > {PAIRS}\n{shlex.join(score)}"
