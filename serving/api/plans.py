"""The plan of the run in force, and what-ifs: the plan solved again under locks, bans, forced moves and other limits."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from features.errors import EntryError, UsageError
from placement.wave.limits import Changes, Limits
from placement.wave.scenario import differences, limits_of, told_of
from publication.accounts.roles import Permission
from publication.answers import Answers
from serving.accounts.guard import needs, store_of
from serving.api.answering import answer, finite, plain_row, published
from serving.scenarios import replanner_of

router = APIRouter(tags=["plans"])
MOST_SETTLED = 200

Id = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Pair(BaseModel):
    """A move that may be settled."""

    employee_id: Id
    position_id: Id


class Scenario(BaseModel):
    """What is settled, and limits other than the run's; null: as the run had it. ``shares``: least share of the moves by group."""

    locked: list[Pair] = Field(default_factory=list, max_length=MOST_SETTLED)
    forbidden: list[Pair] = Field(default_factory=list, max_length=MOST_SETTLED)
    forced_people: list[Id] = Field(default_factory=list, max_length=MOST_SETTLED)
    forced_posts: list[Id] = Field(default_factory=list, max_length=MOST_SETTLED)
    moves: Count | None = None
    out_of_unit: Count | None = None
    into_unit: Count | None = None
    aspirations: Annotated[float, Field(ge=0, le=1)] | None = None
    shares: dict[Id, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict, max_length=MOST_SETTLED)
    priced: bool = False


_LIMITS = ("moves", "out_of_unit", "into_unit", "aspirations")


@router.get("/plan", dependencies=[Depends(needs(Permission.READ_PLAN))])
async def plan(request: Request) -> Response:
    """Return the wave of the run in force, in steps of its chains, with its certificate and the prices of its limits."""

    def ask(answers: Answers) -> dict[str, Any]:
        return {"moves": answers.plan(), "certificate": answers.run().get("plan", {})}

    return published(request, ask)


@router.post("/plan/what-if", dependencies=[Depends(needs(Permission.MAKE_SCENARIOS))])
def what_if(request: Request, given: Annotated[Scenario, Body()]) -> Response:
    """Solve the plan again under what is settled: its moves, its certificate, what changes, and what clashes or costs, in words.

    Nothing is stored and nothing decided. A scenario without any change gives the published plan.
    """
    with store_of(request).reading() as answers:
        replanner = replanner_of(request, answers)
        changes = _changes(given, limits_of(answers.run()["plan"]["limits"]))
        run_id = answers.run_id
    try:
        before, solved = replanner.solve(Changes()), replanner.solve(changes, priced=given.priced)
    except UsageError as error:
        raise EntryError(*error.args) from error
    made = solved.plan
    told = {
        "status": made.status, "value": finite(made.value), "bound": finite(made.bound), "gap": finite(made.gap),
        "moves": [plain_row(row) for row in made.moves.to_dict("records")],
        "told": [{"id": one.indonesian, "en": str(one)} for one in told_of(solved)],
    }  # fmt: skip
    changed = [] if made.status == "infeasible" else differences(before.plan, made, settled=changes).to_dict("records")
    return answer(request, run_id, told | {"changes": [plain_row(row) for row in changed]})


def _changes(given: Scenario, limits: Limits) -> Changes:
    named = {name: getattr(given, name) for name in _LIMITS if getattr(given, name) is not None}
    named |= {"shares": {**limits.shares, **given.shares}} if given.shares else {}
    return Changes(
        locked=tuple((pair.employee_id, pair.position_id) for pair in given.locked),
        forbidden=tuple((pair.employee_id, pair.position_id) for pair in given.forbidden),
        forced_people=tuple(given.forced_people),
        forced_posts=tuple(given.forced_posts),
        limits=replace(limits, **named) if named else None,
    )
