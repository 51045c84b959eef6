"""The plan of the wave: as a list, as chains, as a map of units before and after."""

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
from serving.figures.unit_map import fill_bars, spots, unit_fills
from serving.masking import GONE, shown_people, visitor_of
from serving.pages.reading import kept_of
from serving.pages.views import preferred, views_of
from serving.passed_over import PassedOver, passed_over
from serving.reader_names import ReaderNames
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_PLAN))])

VIEWS = ("list", "chains", "map")
SCOPE = "plan"
BAR_WIDTH = 160.0
FIRST = 8
"""Ranks looked at for candidates whom the plan passes over."""
MOST_VACANT, MOST_PASSED = 20, 40


@router.get("/plan")
def plan(request: Request, view: Annotated[str, Query(max_length=10)] = "list") -> Response:
    """Show the plan in force; made to be printed."""
    kept = views_of(request, SCOPE)
    if (elsewhere := preferred(request, kept)) is not None:
        return elsewhere
    shown = view if view in VIEWS else VIEWS[0]
    hidden = blind.is_blind(request, SCOPE)
    with store_of(request).reading() as answers:
        run, planned = answers.run(), answers.rows("plan")
        moves = with_growth(told_moves(request, answers, planned, hidden=hidden), answers.rows("development"))
        context = {
            "run": run, "moves": moves, "view": shown, "views": VIEWS, "account_of_plan": run.get("plan", {}),
            "blind": hidden, "scope": SCOPE, "kept": kept,
            "may_settle": visitor_of(request).may(Permission.MAKE_SCENARIOS),
            "price_words": _prices(run, ReaderNames(request, answers, hidden=hidden)),
            "goals": [row for row in answers.rows("programmes") if row["of_this_wave"]],
            "passed": _passed_over(request, answers, planned, hidden=hidden) if shown == "list" else [],
            **_drawn(answers, moves, shown),
        }  # fmt: skip
        return page(request, "plan.html", context)


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


def _drawn(answers: Answers, moves: Sequence[Mapping[str, Any]], view: str) -> dict[str, Any]:
    """Return what the chosen view draws."""
    if view == "chains":
        chains = [list(found) for _, found in groupby(moves, key=lambda move: move["chain"])]
        return {"chains": sorted(chains, key=lambda chain: (-len(chain), chain[0]["chain"]))}
    if view == "map":
        units = answers.rows("units")
        posts = {post["position_id"]: post for move in moves for post in (move["origin"], move["target"]) if post}
        fills = unit_fills(moves, posts, answers.rows("needs"), {unit["unit_id"]: unit["name"] for unit in units})
        return {"fills": list(zip(fills, fill_bars(fills, BAR_WIDTH), strict=True)), "spots": spots(units, fills)}
    return {}
