"""The programme: its goals against what was reached, and the latest evaluation of past moves."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from evaluation.effects.causes import CAUSES
from evaluation.effects.units import EXPOSURES
from evaluation.effects.wording import BESIDE, CELLS, GROUPS, OUTCOMES, cell_title, placebo_read, unmeasured
from publication.accounts.roles import Permission
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.effects import plainly, programmes, promises
from serving.figures.interval_bars import interval_bars
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_EVALUATION))])

EFFECTS = ("matched", *EXPOSURES)
"""Designs told as the programme's effects: on those who moved, and on the units they came to and left."""
ORDER = ("performance", *BESIDE)


@router.get("/programme")
def programme(request: Request) -> Response:
    """Show goals, the verdict with its power, the effects, the causes where nothing changed."""
    with store_of(request).reading() as answers:
        run = answers.run()
        rows = answers.rows("evaluation")
        of_all = [
            plainly(row) for row in rows if row["dimension"] == "all" and row["lower"] is not None and row["outcome"] in ORDER
        ]
        of_all.sort(key=lambda row: (ORDER.index(row["outcome"]), row["design"]))
        groups = sorted((row for row in rows if _is_group(row)), key=lambda row: GROUPS.index(row["dimension"]))
        told = [{**plainly(row), "name": cell_title(row["dimension"], row["cell"])} for row in groups if row["lower"] is not None]
        found = run.get("evaluation")
        causes = _causes(rows, found["causes"] if found else [])
        context = {
            "groups": _with_bars(told), "withheld": len(groups) - len(told),
            "unmeasured": unmeasured(row["outcome"] for row in rows) if rows else [],
            "run": run, "found": found, "programmes": programmes(answers.rows("programmes"), rows),
            "effects": _with_bars([{**row, "on_units": row["design"] in EXPOSURES} for row in of_all if row["design"] in EFFECTS]),
            "answers": [{**row, "name": OUTCOMES[row["outcome"]]} for row in of_all if row["design"] == "level"],
            "placebo": _placebo(rows),
            "promises": _with_bars(promises(answers.rows("promises"))),
            "causes": causes,
            "unjudged": [CELLS[cause] for cause in CAUSES if cause not in {row["cell"] for row in causes}],
        }  # fmt: skip
        return page(request, "programme.html", context)


def _causes(rows: list[dict[str, Any]], named: list[str]) -> list[dict[str, Any]]:
    """Return what was looked at as a cause: those ``named`` as they are named, the costliest first, then the others."""
    looked_at = sorted((plainly(row) for row in rows if row["design"] == "cause"), key=lambda row: -row["estimate"])
    return sorted(looked_at, key=lambda row: named.index(row["cell"]) if row["cell"] in named else len(named))


def _placebo(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what a pretended date found, and what that says of the effect; None where it was not looked at."""
    of_all = {row["design"]: row for row in rows if (row["outcome"], row["dimension"]) == ("performance", "all")}
    found, effect = of_all.get("placebo_date"), of_all.get("matched")
    if found is None or found["lower"] is None or effect is None or effect["estimate"] is None:
        return None
    return {**found, "read": placebo_read(effect["estimate"], found["estimate"], found["lower"], found["upper"])}


def _is_group(row: dict[str, Any]) -> bool:
    return (row["outcome"], row["design"]) == ("performance", "matched") and row["dimension"] in GROUPS


def _with_bars(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return effects with their interval bars, one scale per measure: points of an index are no SD."""
    told: dict[int, dict[str, Any]] = {}
    for measure in {row["measure"] for row in rows}:
        same = [(place, row) for place, row in enumerate(rows) if row["measure"] == measure]
        bars, reach = interval_bars([{**row, "uplift": row["estimate"]} for _, row in same])
        told |= {place: {**row, "bar": bar, "reach": reach} for (place, row), bar in zip(same, bars, strict=True)}
    return [told[place] for place in range(len(rows))]
