"""The monitor's readings of the newest ratings, as the release reads them: one line per signal."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from evaluation.monitoring.labels import label_health
from evaluation.monitoring.monitor import MonitorParams, newest_year
from evaluation.monitoring.readings import REVIEW, UNTOLD
from features.harmoniser.label_health import LabelHealth
from models.judgement.newest_ratings import LABELS, SIGNALS, Reading

MOST = 3
"""Subjects told of one signal."""


def newest_readings(appraisals: pd.DataFrame, scores: pd.DataFrame, params: MonitorParams) -> tuple[Reading, ...]:
    """Return what the monitor reads of the newest year's ratings; see ``monitor.newest_year``."""
    return by_signal(newest_year(appraisals, scores, params))


def fallen_since(now: LabelHealth, then: LabelHealth, days: tuple[str, str], params: MonitorParams) -> tuple[Reading, ...]:
    """Return whether ratings tell less of a person ``now`` than ``then``; ``days``: both as text."""
    newest, _ = label_health([(days[0], now), (days[1], then)], params.labels, params.share())
    return by_signal([newest | {"year": f"{days[1]} →"}])


def by_signal(rows: Sequence[Mapping[str, Any]]) -> tuple[Reading, ...]:
    """Return one reading per signal in ``rows``: its alarms where there are any, else the row farthest from what is usual."""
    return tuple(_reading(name, of) for name in SIGNALS if (of := [row for row in rows if row["signal"] == name]))


def _reading(signal: str, rows: list[Mapping[str, Any]]) -> Reading:
    alarms = [row for row in rows if row["status"] == REVIEW]
    ranked = sorted(alarms or rows, key=lambda row: (-abs(_known(row, "value", 0.0)), row["subject"]))
    told = any(row["status"] != UNTOLD for row in rows)
    shown = ranked[:MOST] if alarms else ranked[:1]
    texts = ("; ".join(_text(row, name, signal) for row in shown) for name in ("text", "text_en"))
    more = f" (+{len(alarms) - MOST})" if len(alarms) > MOST else ""
    about = tuple(sorted(f"{row['year']} {row['subject']}" for row in alarms))
    value, limit = _known(ranked[0], "value", math.nan), _known(ranked[0], "limit", 0.0)
    return Reading(signal, about, told, value, limit, *(text + more for text in texts))


def _text(row: Mapping[str, Any], name: str, signal: str) -> str:
    """Return the sentence of a reading, with its subject where the sentence does not name it."""
    return str(row[name]) if signal == LABELS or row["subject"] in row[name] else f"{row[name]} [{row['subject']}]"


def _known(row: Mapping[str, Any], name: str, otherwise: float) -> float:
    value = row.get(name)
    return otherwise if value is None or pd.isna(value) else float(value)
