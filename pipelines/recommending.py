"""Fourth stage: who may, what would change, in which order, and why; as the tables to publish, with hashed ids still."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from features.tables import Tables
from pipelines.city import City
from pipelines.settings import PageParams, Params
from placement.beside import beside
from placement.lists import Case, Lists, make_lists
from publication.schemas import TABLES
from rules.facts import packed
from rules.verdicts import standing as rules_standing

RULES = "rules.json"
EXECUTIVE = "executive"
WORDING = {"reason_id": "reason", "cure_id": "cure"}
"""Published texts are Indonesian unless their name says otherwise."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The tables of a run by their published names, and the standing of every rule."""

    tables: dict[str, pd.DataFrame]
    rules: dict[str, str]

    def save(self, folder: Path) -> None:
        """Write the tables as Parquet and the rules' standing as JSON."""
        for name, frame in self.tables.items():
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        (folder / RULES).write_text(json.dumps(self.rules, indent=2, sort_keys=True), encoding="utf-8")


def recommend(city: City, params: Params) -> Recommendation:
    """Return everything a run publishes for the moves that could start on the city's ``effective_on``."""
    lists = make_lists(city.case, city.score, params.lists)
    known, case, wanted = city.standing.known, city.case, city.needs
    facts_employees, facts_positions = packed(case.facts)
    return Recommendation(
        tables={
            "positions": _positions(known, case, lists, params.pages),
            "shortlists": _listed(known, case, wanted, lists.candidates[lists.candidates["rank"] <= params.lists.shortlist]),
            "best_positions": _listed(known, case, wanted, lists.best_positions),
            "candidates": _candidates(lists.candidates),
            "exclusions": lists.exclusions.rename(columns=WORDING)[list(TABLES["exclusions"].schema.columns)],
            "exclusion_counts": lists.rule_counts,
            "needs": wanted,
            "facts_employees": facts_employees,
            "facts_positions": facts_positions,
        },
        rules=rules_standing(case.pack, case.encoded, case.facts.effective_on),
    )


def _listed(known: Tables, case: Case, wanted: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return listed pairs with what is shown beside them; reasons are added where they are made in the run."""
    pairs = pairs.reset_index(drop=True)
    shown = pairs.join(beside(known, case.facts, wanted, pairs))
    shown = shown.assign(grade=shown["grade"].astype("str"), **dict.fromkeys(("reasons_for", "reasons_against"), pd.NA))
    return shown[list(TABLES["shortlists"].schema.columns)]


def _candidates(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.assign(grade=pairs["grade"].astype("str"))[list(TABLES["candidates"].schema.columns)]


def _positions(known: Tables, case: Case, lists: Lists, params: PageParams) -> pd.DataFrame:
    """Return one row per position: what it is, whether it is vacant, and how many people its list holds."""
    posts = case.facts.positions.reset_index().merge(lists.counts, on="position_id", how="left")
    flags = {name: posts[name].fillna(False).astype(bool) for name in ("strategic", "supervisory")}
    shown = np.where(posts["job_kind"] == EXECUTIVE, params.shown_executive, params.shown)
    units = known["units"].drop_duplicates("unit_id").set_index("unit_id")["name"]
    return posts.assign(
        **flags, unit_name=posts["unit_id"].map(units), filled=posts["holders"], shown=shown,
        vacant=posts["vacant"].astype("int64"), level=posts["level"].astype("float64"),
    )[list(TABLES["positions"].schema.columns)]  # fmt: skip
