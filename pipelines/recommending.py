"""Fourth stage: who may, what would change, in which order, and why; as the tables to publish, with hashed ids still."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.judgement.effect_scores import Figure
from pipelines.background import background, open_since
from pipelines.city import City
from pipelines.detailing import details
from pipelines.planning import plan_wave
from pipelines.settings import PageParams, Params
from pipelines.staffing import staffing, training_calendar, verdicts, wave_goals, with_promises
from placement.beside import beside
from placement.lists import Lists
from placement.reasons import ReasonParams, reasons
from placement.staffing.departures import departures
from placement.support.preparation import prepare
from publication.schemas import TABLES
from rules.facts import packed
from rules.verdicts import standing as rules_standing

RULES, PLAN = "rules.json", "plan.json"
EXECUTIVE = "executive"
PAIR = ["employee_id", "position_id"]
REASONS = ["reasons_for", "reasons_against"]
WORDING = {"reason_id": "reason", "cure_id": "cure"}
"""Published texts are Indonesian unless their name says otherwise."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The tables of a run by their published names, the standing of every rule, and the account of the plan."""

    tables: dict[str, pd.DataFrame]
    rules: dict[str, str]
    plan: dict[str, Any]

    def save(self, folder: Path) -> None:
        """Write the tables as Parquet, the rules' standing and the plan's account as JSON."""
        for name, frame in self.tables.items():
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        for name, values in ((RULES, self.rules), (PLAN, self.plan)):
            (folder / name).write_text(json.dumps(values, indent=2, sort_keys=True), encoding="utf-8")


def recommend(city: City, lists: Lists, params: Params, seed: int, slope: Figure) -> Recommendation:
    """Return everything a run publishes of ``lists`` of the moves that could start on the city's ``effective_on``.

    ``slope``: how far differences between effects were borne out on held-out moves (`placement.promise`).
    """
    promising = with_promises(city, lists, slope, params)
    listed = _beside(city, lists.candidates[lists.candidates["rank"] <= params.lists.shortlist])
    told = listed.join(_reasons(city, listed[listed["rank"] <= params.lists.explained], params.reasons))
    planned = plan_wave(city, lists.candidates, params.wave, params.development, seed)
    held = departures(city.case.facts, city.case.pack, city.case.encoded)
    ready = prepare(city.standing.known, city.case.facts, held, planned.moves, params.support)
    facts_employees, facts_positions = packed(city.case.facts)
    return Recommendation(
        tables={
            "positions": _positions(city, lists, params.pages),
            "units": _units(city),
            "shortlists": _published("shortlists", told),
            "best_positions": _published("best_positions", _with_reasons_of(told, _beside(city, lists.best_positions))),
            "candidates": _published("candidates", lists.candidates),
            "exclusions": _published("exclusions", lists.exclusions.rename(columns=WORDING)),
            "exclusion_counts": lists.rule_counts,
            **staffing(city, lists, held, params),
            "shortlist_details": details(city, promising, params),
            "advice": verdicts(city, promising, params),
            "plan": planned.moves.assign(start_on=ready.phases["start_on"]),
            "support": ready.support.astype({"mentor_employee_id": "str", "mentor_covers": "str", "to_position": "str"}),
            "readiness": ready.readiness.astype({"to_position": "str", "readiness": "str", "objections": "str"}),
            "training_calendar": training_calendar(ready.calendar),
            "development": planned.development,
            "programmes": wave_goals(city, planned.moves, promising),
            **background(city),
            **planned.scenarios,
            "facts_employees": facts_employees,
            "facts_positions": facts_positions,
        },
        rules=rules_standing(city.case.pack, city.case.encoded, city.case.facts.effective_on),
        plan=planned.account,
    )


def _beside(city: City, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return listed pairs with what is shown beside them."""
    pairs = pairs.reset_index(drop=True)
    return pairs.join(beside(city.standing.known, city.case.facts, city.needs, pairs))


def _reasons(city: City, shown: pd.DataFrame, params: ReasonParams) -> pd.DataFrame:
    contributions = None if city.explain is None else city.explain(shown[PAIR])
    return reasons(shown, contributions, city.case, city.needs, params)


def _with_reasons_of(shortlists: pd.DataFrame, best: pd.DataFrame) -> pd.DataFrame:
    """Return an employee's best positions with the reasons their pairs have on a shortlist; the rest are made on demand."""
    said = shortlists[[*PAIR, *REASONS]].dropna(subset=REASONS)
    return best.merge(said, on=PAIR, how="left")


def _published(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns published as table ``name``, grades as text."""
    frame = frame.assign(grade=frame["grade"].astype("str")) if "grade" in frame else frame
    return frame[list(TABLES[name].schema.columns)]


def _units(city: City) -> pd.DataFrame:
    """Return one row per unit: where it hangs and where it lies, for scopes of accounts and maps."""
    units = city.standing.known["units"].drop_duplicates("unit_id", keep="last")
    numbers = {name: units[name].astype("float64") for name in ("latitude", "longitude")}
    texts = {name: units[name].astype("str") for name in ("unit_id", "parent_id", "name", "kind", "district")}
    return _published("units", units.assign(**numbers, **texts))


def _positions(city: City, lists: Lists, params: PageParams) -> pd.DataFrame:
    """Return one row per position: what it is, whether it is vacant, and how many people its list holds."""
    posts = city.case.facts.positions.reset_index().merge(lists.counts, on="position_id", how="left")
    flags = {name: posts[name].fillna(False).astype(bool) for name in ("strategic", "supervisory")}
    shown = np.where(posts["job_kind"] == EXECUTIVE, params.shown_executive, params.shown)
    units = city.standing.known["units"].drop_duplicates("unit_id").set_index("unit_id")["name"]
    named = posts.assign(
        **flags, unit_name=posts["unit_id"].map(units), filled=posts["holders"], shown=shown,
        vacant=posts["vacant"].astype("int64"), level=posts["level"].astype("float64"),
        open_since=posts["position_id"].map(open_since(city)),
    )  # fmt: skip
    return _published("positions", named)
