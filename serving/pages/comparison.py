"""Two to five candidates of a position side by side, what would turn their order, and past moves like each."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from placement.precedents import PairTraits, nearest
from placement.turning import turn
from publication.accounts.roles import Field, Permission
from publication.answers import Answers
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.dossiers import NOTHING, Dossier, dossiers, standards_of
from serving.figures.interval_bars import interval_bars
from serving.masking import GONE, shown_people
from serving.pages.reading import kept_of, known_position, rules_open
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_LISTS))])

FEWEST, MOST = 2, 5
PRECEDENTS = 5


@router.get("/positions/{position_id:path}/compare")
def compare(
    request: Request,
    position_id: str,
    who: Annotated[list[str], Query(max_length=200)] = [],  # noqa: B006 - FastAPI reads the default, nobody changes it
) -> Response:
    """Show the candidates ``who`` side by side, in the order of the list; made to be printed."""
    hidden = blind.is_blind(request, position_id)
    with store_of(request).reading() as answers:
        position, run = known_position(answers, position_id), answers.run()
        listed = answers.many("shortlists", "position_id", [position_id])
        chosen = [row for row in listed if row["employee_id"] in set(who)]
        if not FEWEST <= len(chosen) <= MOST:
            context = {"run": run, "position": position, "count_chosen": len(chosen), "fewest": FEWEST, "most": MOST}
            return page(request, "compare_choose.html", context, status=422 if who else 200)
        people = shown_people(request, answers, (row["employee_id"] for row in chosen), blind=hidden)
        if any(Field.RATINGS in person["hidden"] for person in people.values()):
            raise guard.NotAllowedError
        known = dossiers(answers, (row["employee_id"] for row in chosen), run.get("effective_on"))
        facts = answers.facts("facts_positions", position_id)
        standards = standards_of(facts["facts"] if facts else {})
        bars, reach = interval_bars(chosen)
        past = _past(request, answers)
        told = [
            {**row, "bar": bar, "person": people.get(row["employee_id"], GONE),
             "code": blind.code(answers.run_id, row["employee_id"]),
             "dossier": (dossier := known.get(row["employee_id"], NOTHING)), "gaps": dossier.gaps_in_short(standards),
             "precedents": _precedents(past, position, dossier)}
            for row, bar in zip(chosen, bars, strict=True)
        ]  # fmt: skip
        context = {
            "run": run, "position": position, "rows": told, "reach": reach, "blind": hidden, "differs": _differs(told),
            "turns": [(above, below, turn(above, below)) for above, below in pairwise(told)],
            "open_rules": rules_open(answers, position_id, [row["employee_id"] for row in chosen]),
        }  # fmt: skip
        return page(request, "compare.html", context)


def _differs(rows: Sequence[Mapping[str, Any]]) -> dict[str, bool]:
    """Return, by aspect, whether the candidates differ on it: the estimates only where their bands do, since a tie is a tie."""
    apart = len({row["band"] for row in rows}) > 1
    values = {
        "eligible": [row["eligible"] for row in rows], "grade": [row["grade"] for row in rows],
        "record": [(row["dossier"].rank, row["dossier"].education) for row in rows],
        "family": [row["dossier"].job_family for row in rows], "gaps": [row["training_gap"] for row in rows],
        "wish": [row["aspiration"] for row in rows], "origin": [round(row["origin_effect"] or 0.0, 2) for row in rows],
        "ratings": [tuple((one.year, one.raw) for one in row["dossier"].ratings) for row in rows],
        "tenure": [int((row["dossier"].tenure_months or 0) // 12) for row in rows],
    }  # fmt: skip
    return {name: len(set(found)) > 1 for name, found in values.items()} | {"estimates": apart}


def _past(request: Request, answers: Answers) -> pd.DataFrame:
    return kept_of(request).get(answers.run_id, "past_moves", lambda: pd.DataFrame(answers.rows("past_moves")))


def _precedents(past: pd.DataFrame, position: Mapping[str, Any], dossier: Dossier) -> list[dict[str, Any]]:
    """Return the past moves most like this one; none where the city records none."""
    if past.empty:
        return []
    step = None if position["level"] is None or dossier.level is None else position["level"] - dossier.level
    traits = PairTraits(
        dossier.job_family, position["job_family"], position["job_kind"], step, dossier.tenure_months, dossier.recent
    )
    return [{str(name): value for name, value in row.items()} for row in nearest(past, traits, PRECEDENTS).to_dict("records")]
