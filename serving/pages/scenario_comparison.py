"""Scenarios of the plan side by side: what each settles, what it is worth, and the posts it fills otherwise."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from placement.wave.groups import group_name
from placement.wave.plan import Plan
from placement.wave.settling import SHARE
from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.intake.choices import SCENARIO_WISHES
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.masking import shown_people
from serving.pages.plan import SCOPE
from serving.pages.reading import kept_of
from serving.pages.scenarios import published_plan, scenario_names, solved, wishes_of
from serving.reader_names import ReaderNames
from serving.rendering import page
from serving.scenarios import replanner_of

router = APIRouter(dependencies=[Depends(guard.needs(Permission.MAKE_SCENARIOS))])

MOST = 4
"""Scenarios that fit beside the published plan on a laptop, and are solved while somebody waits."""


@router.get("/plan/compare")
def compare(request: Request, name: Annotated[list[str], Query(max_length=20)] = []) -> Response:  # noqa: B006 - read only
    """Compare the scenarios named, all of the run's where none is, with the published plan."""
    with store_of(request).reading() as answers:
        run_id, run = answers.run_id, answers.run()
        known = scenario_names(request, run_id)
        chosen = [one for one in known if one in name][:MOST] or known[:MOST]
        planner = replanner_of(request, answers)
        published = kept_of(request).get(run_id, "published_plan", lambda: published_plan(planner))
        hidden = blind.is_blind(request, SCOPE)
        names = ReaderNames(request, answers, hidden=hidden)
        columns = [{"name": "", "plan": published, "wishes": [], "changed": []}]
        for one in chosen:
            wishes = wishes_of(request, run_id, one)
            answer = solved(request, planner, run_id, wishes)
            columns.append({"name": one, "plan": answer.plan, "wishes": wishes, "changed": answer.changed(names)})
        context = {
            "run": run, "known": known, "chosen": chosen, "columns": columns, "most": MOST, "wish_words": SCENARIO_WISHES,
            "blind": hidden, "names": names, "scope": SCOPE, "base": published.value,
            "share_limit": SHARE, "group_name": group_name, **_differing(request, answers, columns),
        }  # fmt: skip
        return page(request, "scenario_comparison.html", context)


def _differing(request: Request, answers: Answers, columns: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the posts that the plans fill otherwise, with who enters them in each, and the words for people and posts."""
    entering = [None if column["plan"] is None else _entering(column["plan"]) for column in columns]
    plans = [plan for plan in entering if plan is not None]
    posts = sorted({post for plan in plans for post in plan})
    differ = [(post, [None if plan is None else plan.get(post, ()) for plan in entering]) for post in posts
              if len({plan.get(post, ()) for plan in plans}) > 1]  # fmt: skip
    settled = [row for column in columns for row in column["wishes"]]
    who = {one for _, cells in differ for cell in cells for one in cell or ()} | {row["employee_id"] or "" for row in settled}
    ids = {post for post, _ in differ} | {row["position_id"] or "" for row in settled}
    people = shown_people(request, answers, who, blind=blind.is_blind(request, SCOPE))
    codes = {one: blind.code(answers.run_id, one) for one in who}
    told = {post["position_id"]: post for post in answers.many("positions", "position_id", ids)}
    return {"differing": differ, "people": people, "codes": codes, "posts": told}


def _entering(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return who enters each post."""
    found: dict[str, tuple[str, ...]] = {}
    for who, post in zip(plan.moves["employee_id"], plan.moves["to_position"], strict=True):
        found[post] = tuple(sorted((*found.get(post, ()), who)))
    return found
