"""What stands beside a list: the verdict on the post, its need seat by seat, local methods, leading and experience."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from publication.answers import Answers

METHODS = ("saw", "topsis", "nine_box", "talent_formula", "seniority", "profile_matching")
"""Methods of cities, in the order they are shown; each gives a score and the place it would give."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """``advice``: the verdict on the post; ``post``: its row of ``post_needs``; ``details``: of each candidate explained."""

    advice: Row | None = None
    post: Row | None = None
    details: Mapping[str, Row] = field(default_factory=dict)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that have a score for somebody here: what a city's tables do not hold is left out."""
        return tuple(name for name in METHODS if any(row[name] is not None for row in self.details.values()))

    @property
    def leads(self) -> bool:
        """Whether the post leads a unit."""
        return any(row["unit_gain"] is not None for row in self.details.values())

    @property
    def heads_differ(self) -> bool:
        """Whether the model finds that it matters who leads."""
        return any(row["unit_gain"] or row["unit_doubt"] for row in self.details.values())


def beside_list(answers: Answers, position_id: str, employee_id: str | None = None) -> Beside:
    """Return what stands beside the list of a position; of one candidate only where given."""
    advice, post, rows = (answers.rows(name, position_id=position_id) for name in ("advice", "post_needs", "shortlist_details"))
    details = {row["employee_id"]: row for row in rows if employee_id in (None, row["employee_id"])}
    return Beside(advice[0] if advice else None, post[0] if post else None, details)


def weak_spots(answers: Answers) -> list[dict[str, Any]]:
    """Return the posts that are critical or hang on one person, each with its ``position``: critical ones first."""
    rows = [row for row in answers.rows("post_needs") if row["critical"] or row["depends_on_one"]]
    posts = {post["position_id"]: post for post in answers.many("positions", "position_id", (row["position_id"] for row in rows))}
    found = [{**row, "position": posts[row["position_id"]]} for row in rows if row["position_id"] in posts]
    return sorted(found, key=lambda row: (not row["critical"], row["ready"], row["position_id"]))


def surpluses(answers: Answers, units: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return where more people work than are needed, most first, with ``unit``: its name."""
    rows = [row for row in answers.rows("needs") if row["surplus"] > 0]
    return sorted(({**row, "unit": units.get(row["unit_id"], row["unit_id"])} for row in rows), key=lambda row: -row["surplus"])
