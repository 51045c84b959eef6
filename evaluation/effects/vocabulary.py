"""Which survey and feedback items, and which indicators of a programme, speak of what: by the words cities use.

Words with a dash before them are the codes of the short surveys that the application itself asks (`pulse_30_team`).
"""

import pandas as pd

COMMUNICATION: tuple[str, ...] = ("alasan", "dijelaskan", "sosialisasi", "reason", "explained", "_communication")
SATISFACTION: tuple[str, ...] = ("kepuasan", "satisfaction")
MOTIVATION: tuple[str, ...] = ("motivasi", "motivation")
NETWORK: tuple[str, ...] = ("jejaring", "lintas unit", "kolaborasi", "network", "_team")
SUPPORT: tuple[str, ...] = ("dukungan", "bimbingan", "support", "coaching")
FIT: tuple[str, ...] = ("kesesuaian", "sesuai jabatan", "fit", "_tasks_clear", "_skills", "_settled")
SUPERIOR: tuple[str, ...] = ("komunikasi", "communication")
WORKLOAD: tuple[str, ...] = ("beban", "workload")


def named(items: pd.Series, vocabulary: tuple[str, ...]) -> pd.Series:
    """Return which items hold a word of the vocabulary."""
    return items.astype("str").str.lower().str.contains("|".join(vocabulary), regex=True).fillna(False)
