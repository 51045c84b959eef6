"""The latest look of the monitor: one table of its own beside the publications, which never change; replaced in one step."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pandera.errors import SchemaError

from features.errors import PublicationError
from publication.columns import count, number, text
from publication.columns import table as published_table
from publication.workspace import Workspace

TABLE = published_table(
    "monitor",
    {
        "signal": text(), "subject": text(), "status": text(values=("aman", "perlu ditelaah", "tidak cukup data")),
        "value": number(null=True), "usual": number(null=True), "limit": number(null=True), "p_value": number(null=True, minimum=0),
        "budget": number(null=True, minimum=0), "cases": count(), "text": text(), "text_en": text(),
    },
    key=("signal", "subject"),
)  # fmt: skip
"""What a look holds: one row per signal and subject, no person in it."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: ``readings`` (`TABLE`), and ``account``: as_of, learned_until (empty: no model in force), run_id, budget."""

    readings: pd.DataFrame
    account: dict[str, Any]


def keep(workspace: Workspace, look: Look) -> Path:
    """Write ``look`` as the latest one and return its file.

    Raises
    ------
    PublicationError
        The readings do not fit `TABLE`; the look before stays.
    """
    frame = look.readings
    try:
        TABLE.schema.validate(frame)
    except SchemaError as error:
        raise PublicationError(
            f"The monitor's table does not fit its schema ({type(error).__name__}). The look before stays. This is a fault of the "
            "program: report it with the run's log.",
            f"Tabel pemantauan tidak sesuai skemanya ({type(error).__name__}). Hasil sebelumnya tetap. Ini kesalahan program: "
            "laporkan beserta catatan prosesnya.",
        ) from error
    path = workspace.monitoring
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    rows = json.loads(frame.to_json(orient="records"))
    aside.write_text(json.dumps({"account": look.account, "readings": rows}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)
    return path


def latest(workspace: Workspace) -> Look | None:
    """Return the latest look, None where there was none yet."""
    if not workspace.monitoring.exists():
        return None
    found = json.loads(workspace.monitoring.read_text(encoding="utf-8"))
    frame = pd.DataFrame(found["readings"], columns=list(TABLE.schema.columns))
    numbers = {name: "float64" for name, column in TABLE.schema.columns.items() if str(column.dtype) == "float64"}
    texts = {name: "str" for name in frame if name not in numbers}
    return Look(frame.astype(texts | numbers | {"cases": "int64"}), dict(found["account"]))
