"""Approvals on record: which failing pairs pass by a numbered approval, and by which number."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rules.identifiers import places_of
from rules.months import TOLERANCE, month_number

Codes = NDArray[np.int64]
Days = float | NDArray[np.float64]

ANY = -1
"""Code of an approval that names no person, or no post: it covers every one."""


@dataclass(frozen=True)
class Approval:
    """One approval: codes of the person and the post it names (`ANY`: every one), its days as month numbers, its number."""

    person: int
    post: int
    start: float
    end: float
    number: str


def encode_approvals(rows: pd.DataFrame, people: pd.Index, posts: pd.Index) -> dict[str, tuple[Approval, ...]]:
    """Return the approvals of each rule id; rows without a number, or naming somebody not in service, count for nothing."""
    numbered = rows[rows["number"].notna() & rows["number"].fillna("").str.strip().ne("")]
    person = np.where(numbered["employee_id"].isna(), ANY, places_of(numbered["employee_id"], people))
    post = np.where(numbered["position_id"].isna(), ANY, posts.get_indexer(numbered["position_id"]))
    gone = (numbered["employee_id"].notna() & (person < 0)) | (numbered["position_id"].notna() & (post < 0))
    start = month_number(numbered["from_on"])
    end = np.nan_to_num(month_number(numbered["to_on"]), nan=np.inf)
    each = zip(numbered["rule_id"], person.tolist(), post.tolist(), start.tolist(), end.tolist(), numbered["number"], strict=True)
    found: dict[str, tuple[Approval, ...]] = {}
    for (rule_id, *rest), out in zip(each, gone, strict=True):
        if not out:
            found[str(rule_id)] = (*found.get(str(rule_id), ()), Approval(*rest))
    return found


def granted(approvals: Mapping[str, tuple[Approval, ...]], rule_id: str, people: Codes, posts: Codes, on: Days) -> Codes:
    """Return, per pair, which approval of the rule covers it on the day: its place among the rule's, -1 for none."""
    place = np.full(np.broadcast_shapes(people.shape, posts.shape), -1, dtype=np.int64)
    for n, approval in enumerate(approvals.get(rule_id, ())):
        holds = (approval.start <= on + TOLERANCE) & (on <= approval.end + TOLERANCE)
        named = ((people == approval.person) | (approval.person == ANY)) & ((posts == approval.post) | (approval.post == ANY))
        place = np.where(named & holds & (place < 0), n, place)
    return place


def numbers(approvals: Mapping[str, tuple[Approval, ...]], rule_id: str, place: Codes) -> list[str]:
    """Return the number of each approval by its place among the rule's; nothing for -1."""
    said = [*(approval.number for approval in approvals.get(rule_id, ())), ""]
    return [said[n] for n in place.tolist()]
