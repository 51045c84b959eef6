"""A country from one city: every row of an invented city copied so many times, with identifiers of its own and other numbers.

Inventing a million people takes an hour; the work of reading them does not depend on where they come from. Copies share nothing:
units, posts, raters and relatives are their own. Scores, hours and answers are jittered, so that no two copies sort alike.
"""

import numpy as np
import pandas as pd

from features.contract import TABLES, Kind, Table
from features.tables import Tables, conform, employee_dtype

_JITTER = {"appraisals": "score", "trainings": "hours", "service_index": "index"}
"""Numbers that differ from copy to copy, by up to a twentieth."""
_IDENTIFIERS = frozenset({Kind.ID, Kind.PERSON})


def copied(frames: dict[str, pd.DataFrame], copies: int, seed: int) -> dict[str, pd.DataFrame]:
    """Return source tables (text identifiers) of ``copies`` cities; the first is the one given."""
    rng = np.random.default_rng(seed)
    out = {name: pd.concat(_copies(TABLES[name], frame, copies, rng), ignore_index=True) for name, frame in frames.items()}
    keys = {name: list(TABLES[name].key) for name in out if TABLES[name].key}
    return {name: frame.drop_duplicates(keys[name], ignore_index=True) if name in keys else frame for name, frame in out.items()}


def typed(frames: dict[str, pd.DataFrame], extracted_on: pd.Timestamp) -> Tables:
    """Return the tables in their canonical dtypes."""
    employees = employee_dtype(sorted(frames["employees"]["employee_id"]))
    return Tables({name: conform(name, frame, employees) for name, frame in frames.items()}, extracted_on=extracted_on)


def _copies(table: Table, frame: pd.DataFrame, copies: int, rng: np.random.Generator) -> list[pd.DataFrame]:
    identifiers = [column.name for column in table.columns if column.kind in _IDENTIFIERS and column.name in frame]
    if not identifiers:  # rows about nobody in particular: a second one would repeat the first
        return [frame]
    jittered = _JITTER.get(table.name, "")
    out = [frame]
    for copy in range(1, copies):
        own = frame.assign(**{name: frame[name].astype("str") + f"-{copy}" for name in identifiers})
        own = own.assign(**{name: own[name].where(frame[name].notna()) for name in identifiers})
        if "nip" in frame:  # another serial number
            serial = (frame["nip"].str[-3:].astype("Int64") + 20 * copy) % 1000
            own["nip"] = frame["nip"].str[:-3] + serial.astype("str").str.zfill(3)
        if jittered in frame:
            own[jittered] = frame[jittered] * (1 + 0.05 * rng.uniform(-1, 0, len(frame)))
        out.append(own)
    return out
