"""Who stands higher on a post's list than whom the plan puts there, and who stands first where the plan leaves a seat empty."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_PER_POST = 2


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A candidate the plan does not put into a post: the rank there, whom it puts instead (None: nobody), where it sends them."""

    position_id: str
    employee_id: str
    rank: int
    instead: str | None
    goes_to: str | None


def passed_over(
    moves: Sequence[Mapping[str, Any]], firsts: Iterable[Mapping[str, Any]], vacant: Sequence[str]
) -> list[PassedOver]:  # fmt: skip
    """Return who is passed over, posts of the plan first, then posts it leaves empty, at most `MOST_PER_POST` a post.

    Parameters
    ----------
    moves
        The plan's moves: employee_id, to_position.
    firsts
        The first candidates of posts, by rank: position_id, employee_id, rank, eligible.
    vacant
        Vacant posts the plan sends nobody to, the most urgent first.
    """
    taken: dict[str, list[str]] = defaultdict(list)
    for move in moves:
        taken[move["to_position"]].append(move["employee_id"])
    goes = {move["employee_id"]: move["to_position"] for move in moves}
    listed: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in sorted(firsts, key=lambda row: row["rank"]):
        listed[row["position_id"]].append(row)
    found = [row for post, people in taken.items() for row in _above(post, people, listed[post], goes)]
    empty = [row for post in vacant if post not in taken for row in _above(post, [], listed[post][:1], goes)]
    return found + empty


def _above(
    post: str, people: Sequence[str], listed: Sequence[Mapping[str, Any]], goes: Mapping[str, str]
) -> list[PassedOver]:  # fmt: skip
    """Return the eligible candidates above the last of ``people``; all of those listed where the last is none of them."""
    ranks = {row["employee_id"]: row["rank"] for row in listed}
    last = max((ranks.get(who, float("inf")) for who in people), default=float("inf"))
    above = [row for row in listed if row["rank"] < last and row["employee_id"] not in people and row["eligible"] == "yes"]
    return [
        PassedOver(post, row["employee_id"], int(row["rank"]), people[0] if people else None, goes.get(row["employee_id"]))
        for row in above[:MOST_PER_POST]
    ]
