"""Which survey and feedback items, and which indicators of a programme, speak of what: by the words cities use."""

import pandas as pd

COMMUNICATION: tuple[str, ...] = ("alasan", "dijelaskan", "sosialisasi", "reason", "explained")
SATISFACTION: tuple[str, ...] = ("kepuasan", "satisfaction")
MOTIVATION: tuple[str, ...] = ("motivasi", "motivation")
NETWORK: tuple[str, ...] = ("jejaring", "lintas unit", "kolaborasi", "network")
SUPPORT: tuple[str, ...] = ("dukungan", "bimbingan", "support", "coaching")
FIT: tuple[str, ...] = ("kesesuaian", "sesuai jabatan", "fit")
SUPERIOR: tuple[str, ...] = ("komunikasi", "communication")
WORKLOAD: tuple[str, ...] = ("beban", "workload")


def named(items: pd.Series, vocabulary: tuple[str, ...]) -> pd.Series:
    """Return which items hold a word of the vocabulary."""
    return items.astype("str").str.lower().str.contains("|".join(vocabulary), regex=True).fillna(False)
