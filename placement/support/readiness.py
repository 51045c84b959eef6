"""How ready people are for a move, from wishes and past refusals: for those who support them, and for nothing else.

Refusals never lower anybody's score: this module is read by `placement.support` alone, after the plan is made
(`tests/property/test_refusals_never_count.py`).
"""

import json
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from features.tables import Tables
from placement.beside import aspirations
from rules.facts import Facts
from rules.identifiers import plain

OBJECTIONS: dict[str, dict[str, Any]] = yaml.safe_load((files("placement.support") / "objections.yaml").read_text(encoding="utf-8"))
"""Reason codes of refusals: the words by which a reason is known, what it is called, and what answers it."""
OTHER = "other"
RESPONSES = ("support", "exemption", "replan")
"""What a refusal leads to: support, an exemption to be decided, or another place in the plan."""


def reason_codes(reasons: pd.Series) -> pd.Series:
    """Return which of `OBJECTIONS` each reason is, given as a code of the application's form or in free words."""
    return reasons.fillna("").map(lambda text: told_code(text, text)).astype(object)


def told_code(code: str, words: str | None) -> str:
    """Return which of `OBJECTIONS` a refusal is: by the code of the application's form, else by the words, else `OTHER`."""
    text = (words or "").lower()
    by_code = (name for name, known in OBJECTIONS.items() if code in known["codes"])
    by_word = (name for name, known in OBJECTIONS.items() if any(word in text for word in known["words"]))
    return next(by_code, next(by_word, OTHER))


def readiness(known: Tables, facts: Facts, moves: pd.DataFrame) -> pd.DataFrame:
    """Return what to expect when a move is offered, on the index of ``moves`` (employee_id, to_position).

    Returns
    -------
    DataFrame
        ``readiness``: *willing* (a stated wish fits), *hesitant* (refused an offer before), *open* (accepted one and refused none),
        *unknown*; ``refusals``: offers refused so far; ``objections``: JSON list of their reasons, the latest first, each with
        code, text and answer in both languages and the ``response`` (of `RESPONSES`) proposed.
    """
    pairs = moves.rename(columns={"to_position": "position_id"})
    wishes = aspirations(known, facts, pairs[["employee_id", "position_id"]]).notna().to_numpy()
    offers = known.get("offers").assign(employee_id=lambda rows: plain(rows["employee_id"]))
    offers = offers.sort_values("offered_on", ascending=False, kind="stable")
    refused = offers[offers["response"] == "refused"]
    who = pd.Series(plain(moves["employee_id"]), index=moves.index)
    count = who.map(refused.groupby("employee_id").size()).fillna(0).astype("int64")
    accepted = who.isin(offers.loc[offers["response"] == "accepted", "employee_id"]).to_numpy()
    state = np.select([wishes, count > 0, accepted], ["willing", "hesitant", "open"], default="unknown")
    codes = refused.assign(code=reason_codes(refused["reason"])).drop_duplicates(["employee_id", "code"])
    said = codes.groupby("employee_id")["code"].agg(lambda found: _told(list(found)))
    return pd.DataFrame(
        {"readiness": state, "refusals": count, "objections": who.map(said).astype(object).fillna("[]")}, index=moves.index
    )


_TOLD = ("id", "en", "answer_id", "answer_en", "response")


def _told(codes: list[str]) -> str:
    told = [{"code": code, **{key: OBJECTIONS[code][key] for key in _TOLD}} for code in codes]
    return json.dumps(told, ensure_ascii=False)
