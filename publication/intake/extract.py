"""Freezing what was entered to an extract that joins a run's source: contract tables as text, with the day each row was entered."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from features.contract import TABLES
from publication.database.engine import engine
from publication.database.records import unreachable
from publication.intake.forms import FORMS, Form
from publication.intake.tables import ENTRIES, WITHDRAWN

PULSE_ITEM = "pulse_{days}_{item}"
"""What an item of a pulse is called among the contract's feedback."""


@dataclass(frozen=True, slots=True)
class IntakeExtract:
    """What was entered and counts, frozen.

    ``frames``: contract table to its rows (columns of the contract and ``known_on``, all text, empty cells missing; index: the
    entry's number), source ids. ``digest``: SHA-256 of them, empty where nothing was entered. ``newest``: the last day entered.
    """

    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    digest: str = ""
    newest: str = ""


def extract(url: str) -> IntakeExtract:
    """Return what was entered in the application database at ``url``, all from one transaction.

    Only entries that join a contract table count; a database without the tables holds none.
    """
    if _is_missing(url):
        return IntakeExtract()
    forms = {name: form for name, form in FORMS.items() if form.contract}
    try:
        with engine(url).connect() as connection, connection.begin():
            if not sa.inspect(connection).has_table(WITHDRAWN.name):
                return IntakeExtract()
            read = {name: _rows(connection, form) for name, form in forms.items()}
    except OperationalError as error:
        raise unreachable(error) from error
    frames: dict[str, list[pd.DataFrame]] = {}
    for name, frame in read.items():
        if len(frame):
            frames.setdefault(forms[name].contract, []).append(frame)
    joined = {table: pd.concat(parts) for table, parts in sorted(frames.items())}
    if not joined:
        return IntakeExtract()
    return IntakeExtract(joined, _digest(joined), max(frame["known_on"].max() for frame in joined.values()))


def _is_missing(url: str) -> bool:
    """Return whether the database is a file that is not there yet; to connect would make it."""
    made = sa.make_url(url)
    return made.get_backend_name() == "sqlite" and not Path(made.database or "").exists()


def write_extract(frozen: IntakeExtract, folder: Path) -> None:
    """Write the extract as CSV into a folder of its digest, readable by its owner only; nothing where it is empty or there."""
    target = folder / frozen.digest[:16]
    if not frozen.digest or target.exists():
        return
    aside = folder / f".{target.name}.tmp"
    aside.mkdir(parents=True, exist_ok=True)
    for name, frame in frozen.frames.items():
        path = aside / f"{name}.csv"
        path.touch(mode=0o600)
        frame.to_csv(path, index_label="entry_id", lineterminator="\n")
    aside.replace(target)


def _rows(connection: sa.Connection, form: Form) -> pd.DataFrame:
    """Return a form's entries that count as rows of its contract table."""
    table = ENTRIES[form.name]
    withdrawn = sa.select(WITHDRAWN.c.withdrawn_id).where(WITHDRAWN.c.form == form.name)
    wanted = sa.select(table).where(table.c.entry_id.not_in(withdrawn)).order_by(table.c.entry_id)
    rows = connection.execute(wanted).mappings().all()
    entered = pd.DataFrame([dict(row) for row in rows], columns=[column.name for column in table.c], dtype="object")
    named = _as_contract(form, entered).assign(known_on=entered["entered_at"].str[:10])
    columns = [name for name in TABLES[form.contract].names() if name in named]
    return named[columns].map(_text).set_axis(pd.Index(entered["entry_id"].astype("int64"), name="entry_id")).astype("str")


def _as_contract(form: Form, entered: pd.DataFrame) -> pd.DataFrame:
    if form.name == "pulses":
        items = [PULSE_ITEM.format(days=days, item=item) for days, item in zip(entered["days"], entered["item"], strict=True)]
        return entered.assign(item=pd.Series(items, index=entered.index, dtype="object"), reviewer_kind="self")
    if form.name == "offers":
        told = entered["reason_code"].where(entered["reason_code"].notna(), entered["reason"])
        return entered.assign(reason=told)
    return entered


def _text(value: object) -> str | None:
    if value is None or (isinstance(value, float) and value != value):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _digest(frames: Mapping[str, pd.DataFrame]) -> str:
    """Return the hash of what the rows say, whatever numbers the database gave them."""
    plain = {name: sorted(map(list, frame.fillna("").itertuples(index=False))) for name, frame in frames.items()}
    columns = {name: list(frame.columns) for name, frame in frames.items()}
    return hashlib.sha256(json.dumps([columns, plain], sort_keys=True, ensure_ascii=False).encode()).hexdigest()
