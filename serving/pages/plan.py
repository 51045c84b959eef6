"""The plan of the wave: as a list, as chains, as a map of units before and after; who is not taken; page by page, or whole."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from features.bilingual import Bilingual
from placement.wave.wording import price_texts, share_texts
from publication.accounts.roles import Permission
from publication.answers import Answers
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.figures.unit_map import Bar, Spot, UnitFill, fill_bars, spots, unit_fills
from serving.masking import GONE, shown_people, visitor_of
from serving.pages.reading import kept_of
from serving.pages.views import preferred, views_of
from serving.passed_over import PassedOver, passed_over
from serving.reader_names import ReaderNames
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_PLAN))])

VIEWS = ("list", "chains", "map", "passed")
PER_PAGE = {"list": 20, "chains": 10, "passed": 20}
"""Rows of a view on a page of the screen; on paper everything is wanted."""
SCOPE = "plan"
BAR_WIDTH = 160.0
FIRST = 8
"""Ranks looked at for candidates whom the plan passes over."""
MOST_VACANT, MOST_PASSED = 20, 40


@router.get("/plan")
def plan(
    request: Request,
    view: Annotated[str, Query(max_length=10)] = "list",
    q: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    whole: bool = False,
) -> Response:
    """Show one view of the plan in force, the moves sought, page by page or ``whole``; made to be printed."""
    kept = views_of(request, SCOPE)
    if (elsewhere := preferred(request, kept)) is not None:
        return elsewhere
    shown, sought = view if view in VIEWS else VIEWS[0], q.strip()
    hidden = blind.is_blind(request, SCOPE)
    with store_of(request).reading() as answers:
        run, planned = answers.run(), answers.rows("plan")
        moves = told_moves(request, answers, planned, hidden=hidden)
        rows = _rows(request, answers, moves, shown, sought, hidden=hidden)
        context = {
            "run": run, "moves": moves, "view": shown, "views": VIEWS, "account_of_plan": run.get("plan", {}), "sought": sought,
            "blind": hidden, "scope": SCOPE, "kept": kept,
            "may_settle": visitor_of(request).may(Permission.MAKE_SCENARIOS),
            "price_words": _prices(run, ReaderNames(request, answers, hidden=hidden)),
            "goals": [row for row in answers.rows("programmes") if row["of_this_wave"]],
            **_on_page(rows, number, len(rows) if whole else PER_PAGE.get(shown, len(rows))),
            "asked": {name: value for name, value in (("view", shown), ("q", sought)) if value},
            "spots": _spots(answers, rows) if shown == "map" else [],
        }  # fmt: skip
        return page(request, "plan.html", context)


def _rows(
    request: Request, answers: Answers, moves: list[dict[str, Any]], view: str, sought: str, *, hidden: bool
) -> Sequence[Any]:  # fmt: skip
    """Return what the view lists: moves with what they are to the person, chains, units drawn, or candidates passed over."""
    if view == "passed":
        return _passed_over(request, answers, moves, hidden=hidden)
    if view == "map":
        return _fills(answers, moves)
    if view == "chains":
        chains = [list(found) for _, found in groupby(moves, key=lambda move: move["chain"])]
        named = [chain for chain in chains if any(_names(move, sought) for move in chain)]
        return sorted(named, key=lambda chain: (-len(chain), chain[0]["chain"]))
    grown = with_growth([move for move in moves if _names(move, sought)], answers.rows("development"))
    return _with_reach(request, answers, grown)


def _names(move: Mapping[str, Any], sought: str) -> bool:
    """Return whether a move names what is sought: the person as the page does, a post or a unit on either side."""
    posts = [move[side] or {} for side in ("origin", "target")]
    named = [*(move["person"].get(name) for name in ("name", "nip")), move["code"],
             *(post.get(name) for post in posts for name in ("title", "unit_name"))]  # fmt: skip
    wanted = "".join(sought.casefold().split())
    return any(wanted in "".join(word.casefold().split()) for word in named if word)


def _with_reach(request: Request, answers: Answers, moves: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return moves with whether the account may open their support: it follows cases, and reaches the person."""
    account = visitor_of(request)
    below = answers.units_below(account.units) if account.units else frozenset()
    follows = account.may(Permission.READ_CASES)
    return [
        {**move, "supports": follows and account.reaches(move["employee_id"], move["person"].get("unit_id"), below)}
        for move in moves
    ]  # fmt: skip


def _on_page(rows: Sequence[Any], number: int, most: int) -> dict[str, Any]:
    """Return the rows of one page, the last where there are not as many, and what the way to the others says."""
    there = min(number, max(1, -(-len(rows) // max(most, 1))))
    first = (there - 1) * most
    return {"rows": rows[first : first + most], "found": len(rows), "number": there, "first": first + 1,
            "more": len(rows) > first + most}  # fmt: skip


def _prices(run: Mapping[str, Any], names: ReaderNames) -> list[Bilingual]:
    """Return what the shares asked for and the binding limits of the published plan cost, in words: shares first."""
    account = run.get("plan", {})
    shares, limits = (pd.DataFrame(account.get(name, [])) for name in ("shares", "prices"))
    return [*share_texts(shares), *price_texts(limits, names)]


def told_moves(request: Request, answers: Answers, moves: Sequence[Mapping[str, Any]], *, hidden: bool) -> list[dict[str, Any]]:
    """Return moves with their ``person``, ``code``, the both posts (``origin``, ``target``), estimates (``pair``)."""
    people = shown_people(request, answers, (move["employee_id"] for move in moves), blind=hidden)
    ids = {move[name] for move in moves for name in ("from_position", "to_position") if move[name]}
    posts = {post["position_id"]: post for post in answers.many("positions", "position_id", ids)}
    entered = {move["to_position"] for move in moves if move["to_position"]}
    estimates = {(row["position_id"], row["employee_id"]): row for row in answers.many("candidates", "position_id", entered)}
    return [
        {**move, "person": people.get(move["employee_id"], GONE), "code": blind.code(answers.run_id, move["employee_id"]),
         "origin": posts.get(move["from_position"]), "target": posts.get(move["to_position"]),
         "pair": estimates.get((move["to_position"], move["employee_id"]))}
        for move in moves
    ]  # fmt: skip


def with_growth(moves: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return moves with their ``growth``: what each adds to the person as development, None where that is nothing."""
    grown = {(row["employee_id"], row["to_position"]): row for row in rows if row["development"] > 0}
    return [{**move, "growth": grown.get((move["employee_id"], move["to_position"]))} for move in moves]


def _passed_over(request: Request, answers: Answers, moves: Sequence[Mapping[str, Any]], *, hidden: bool) -> list[dict[str, Any]]:
    """Return the candidates passed over, each with the words for people and posts."""

    def found() -> list[PassedOver]:
        vacant = [post["position_id"] for post in answers.positions(limit=MOST_VACANT, vacant=True)]
        firsts = answers.first_candidates([*(move["to_position"] for move in moves), *vacant], FIRST)
        return passed_over(moves, firsts, vacant)[:MOST_PASSED]

    rows = kept_of(request).get(answers.run_id, "passed_over", found)
    people = shown_people(request, answers, {one for row in rows for one in (row.employee_id, row.instead) if one}, blind=hidden)
    posts = {post["position_id"]: post for post in answers.many(
        "positions", "position_id", {one for row in rows for one in (row.position_id, row.goes_to) if one})}  # fmt: skip
    return [
        {"row": row, "person": people[row.employee_id], "code": blind.code(answers.run_id, row.employee_id),
         "post": posts.get(row.position_id), "goes_to": posts.get(row.goes_to or ""),
         "instead": people.get(row.instead or "", {}), "instead_code": blind.code(answers.run_id, row.instead or "")}
        for row in rows if {row.employee_id, row.instead} - {None} <= people.keys()  # nobody who was erased meanwhile
    ]  # fmt: skip


def _fills(answers: Answers, moves: Sequence[Mapping[str, Any]]) -> list[tuple[UnitFill, Bar | None]]:
    """Return how full each unit of the plan is before and after, with its bar."""
    units = answers.rows("units")
    posts = {post["position_id"]: post for move in moves for post in (move["origin"], move["target"]) if post}
    fills = unit_fills(moves, posts, answers.rows("needs"), {unit["unit_id"]: unit["name"] for unit in units})
    return list(zip(fills, fill_bars(fills, BAR_WIDTH), strict=True))


def _spots(answers: Answers, fills: Sequence[tuple[UnitFill, Bar | None]]) -> list[Spot]:
    return spots(answers.rows("units"), [fill for fill, _ in fills])
