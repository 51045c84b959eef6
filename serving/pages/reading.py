"""What pages ask of the run in force."""

from collections import defaultdict
from typing import Any

from fastapi import HTTPException, Request

from publication.answers import Answers
from publication.store import Store

MOST_LISTED = 50
"""Candidates of a position that are on its list."""


def store_of(request: Request) -> Store:
    """Return the application database's published rows."""
    store = request.app.state.store
    assert isinstance(store, Store)
    return store


def known_position(answers: Answers, position_id: str) -> dict[str, Any]:
    """Return one position.

    Raises
    ------
    HTTPException
        404: the run in force has no such position.
    """
    position = answers.position(position_id)
    if position is None:
        raise HTTPException(404)
    return position


def rules_by_person(answers: Answers, position_id: str, *, listed: bool) -> dict[str, list[dict[str, Any]]]:
    """Return by employee the rules in the way: of people on the list (still open), or of people ruled out."""
    candidates = {row["employee_id"] for row in answers.shortlist(position_id, MOST_LISTED)}
    rules: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in answers.exclusions(position_id):
        if (row["employee_id"] in candidates) == listed:
            rules[row["employee_id"]].append(row)
    return dict(rules)
