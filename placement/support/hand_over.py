"""Checklists for the unit left and the unit entered."""

import json
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from rules.facts import Facts

CHECKLISTS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (files("placement.support") / "hand_over.yaml").read_text(encoding="utf-8")
)
MONEY = ("keuangan", "finance", "aset", "bendahara", "pengadaan")
"""Words of a job family or title that handles money or property."""


def checklists(facts: Facts, moves: pd.DataFrame, serving: pd.Index) -> pd.DataFrame:
    """Return, on the index of ``moves``, ``hand_over_left`` and ``hand_over_entered``: JSON lists of code, id, en.

    Parameters
    ----------
    serving
        unit_id of units that count visitors: what serves citizens must not stop. Who holds no post hands nothing over.
    """
    left, entered = (facts.positions.reindex(moves[name]) for name in ("from_position", "to_position"))
    there = moves["from_position"].notna().to_numpy()
    return pd.DataFrame({
        "hand_over_left": np.where(there, _listed(left, serving, "left"), "[]"),
        "hand_over_entered": _listed(entered, serving, "entered"),
    }, index=moves.index).astype("str")  # fmt: skip


def _listed(posts: pd.DataFrame, serving: pd.Index, side: str) -> np.ndarray:
    words = posts["job_family"].fillna("").str.cat(posts["title"].fillna(""), sep=" ").str.lower()
    holds = {
        "all": np.ones(len(posts), dtype=bool), "leads": posts["supervisory"].fillna(False).to_numpy(dtype=bool),
        "money": words.str.contains("|".join(MONEY)).to_numpy(dtype=bool), "service": posts["unit_id"].isin(serving).to_numpy(),
    }  # fmt: skip
    kind = holds["leads"] + 2 * holds["money"] + 4 * holds["service"]
    texts = np.array([_text(side, {"all", *(name for n, name in enumerate(("leads", "money", "service")) if code >> n & 1)})
                      for code in range(8)], dtype=object)  # fmt: skip
    return np.asarray(texts[kind], dtype=object)


def _text(side: str, kinds: set[str]) -> str:
    chosen = [{key: item[key] for key in ("code", "id", "en")} for item in CHECKLISTS[side] if item["when"] in kinds]
    return json.dumps(chosen, ensure_ascii=False)
