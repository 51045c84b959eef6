"""Why a candidate: at most three reasons for and two against, each tied to the record it rests on, in both languages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from placement.lists import Case
from placement.reason_values import NOT_ASSESSED, falls_short, fill_rates, pair_view, values
from rules.encoding import View
from rules.pack import Text
from rules.predicates.experience import family_months
from rules.verdicts import approval_mask, gate_mask
from rules.wording import MISSING, Words

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOR, AGAINST = 3, 2
"""Most reasons shown on either side."""

NOBODYS_MERIT = "typical"
"""Concept of the mean effect of moves left after shrinkage: the same for everybody, so it is no reason."""
LEAST_FALL = 0.0005
"""Fall of the share filled of the unit left that is told: less would print as none, as of a move within the unit."""


@dataclass(frozen=True, slots=True)
class ReasonParams:
    """From which size something is a reason.

    ``least_contribution``: contribution of a concept to the uplift (SD). ``least_months``: experience in the job family.
    ``stagnation_months``: time in the present post. ``low_fill``: share of its need below which the unit left is spoken of.
    """

    least_contribution: float = 0.02
    least_months: float = 24.0
    stagnation_months: float = 60.0
    low_fill: float = 0.6


class ModelGround(BaseModel):
    """Texts of one concept of the model: ``unknown`` where the record it would rest on is empty, ``despite`` where it is short.

    ``despite`` is said against, with a contribution for: what falls short of a standard is no merit, whatever a model makes of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    pro: Text = Field(alias="for")
    against: Text
    record: Text
    unknown: Text | None = None
    despite: Text | None = None


class FactGround(BaseModel):
    """A ground that rests on rules, need, record or evidence, and its weight beside model contributions (SD)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    side: Literal["for", "against"]
    weight: float
    basis: Literal["rule", "need", "record", "evidence"]
    text: Text
    record: Text


class Catalogue(BaseModel):
    """Every ground of ``reasons.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    model: dict[str, ModelGround]
    facts: dict[str, FactGround]


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of grounds."""
    text = (files("placement") / "reasons.yaml").read_text(encoding="utf-8")
    return Catalogue.model_validate(yaml.safe_load(text))


@dataclass(frozen=True)
class Ground:
    """One ground on one side, over all pairs: its score (0: not given), texts, and what the model adds to the uplift by it."""

    concept: str
    score: Array
    text: Text
    record: Text
    contribution: Array | None = None


def reasons(
    shown: pd.DataFrame, contributions: pd.DataFrame | None, case: Case, needs: pd.DataFrame, params: ReasonParams
) -> pd.DataFrame:
    """Return the reasons for and against each pair, as JSON text on the index of ``shown``.

    Model grounds go by the size of their contribution; what keeps a proposal from being signed goes first; other facts fill up.
    What the model makes of an empty record, or in spite of a record that falls short, is no reason for anybody: it is told
    against, as not known or as the shortfall it is.
    Where the model abstains, reasons come from rules, need and record alone, and the first against says so.

    Parameters
    ----------
    shown
        One row per pair: the columns of a list (`placement.lists`) and those beside it (`placement.beside`).
    contributions
        Pairs x concept on the same index, rows adding up to the uplift (`PairUplift.contributions`); None: the model abstains.

    Returns
    -------
    DataFrame
        reasons_for, reasons_against: ``[{"concept", "contribution", "id", "en", "record", "record_en"}]``; contribution is null
        for what is no part of the model's number. No name and no identifier of a person is in it.
    """
    view = pair_view(case, shown)
    words = values(case, needs, shown, view)
    given = _fact_scores(shown, contributions is None, case, needs, params, view)
    lacking, model = {"competency": falls_short(shown["training_gap"], view)}, []
    if contributions is not None:
        model = _model_grounds(contributions, words, params, lacking)
        given["gap"] &= ~(lacking["competency"] & _large(contributions, "competency", params))
    sides = {"for": FOR, "against": AGAINST}
    grounds = {side: [*(ground for name, ground in model if name == side), *_fact_grounds(given, side)] for side in sides}
    return pd.DataFrame({f"reasons_{side}": _told(grounds[side], words, most) for side, most in sides.items()}, index=shown.index)


def _large(contributions: pd.DataFrame, concept: str, params: ReasonParams) -> Flags:
    """Return where the model turns for a pair by this concept, by enough to be told."""
    large: Flags = contributions[concept].to_numpy(dtype=np.float64) >= params.least_contribution
    return large


def _model_grounds(
    contributions: pd.DataFrame, words: Mapping[str, Words], params: ReasonParams, lacking: Mapping[str, Flags]
) -> list[tuple[str, Ground]]:
    texts, found = catalogue().model, []
    for concept in contributions.columns.drop(NOBODYS_MERIT, errors="ignore"):
        size, said = contributions[concept].to_numpy(dtype=np.float64), texts[str(concept)]
        empty = _nothing_known(said, words, len(size))
        short = lacking.get(str(concept), np.zeros(len(size), dtype=bool)) & ~empty
        for side, sized, text in (
            ("for", np.where(empty | short, 0.0, size), said.pro), ("against", np.where(empty, 0.0, -size), said.against),
            ("against", np.where(empty, np.abs(size), 0.0), said.unknown),
            ("against", np.where(short, size, 0.0), said.despite),
        ):  # fmt: skip
            if text is not None:
                score = np.where(sized >= params.least_contribution, sized, 0.0)
                found.append((side, Ground(str(concept), score, text, said.record, size)))
    return found


def _nothing_known(ground: ModelGround, words: Mapping[str, Words], count: int) -> Flags:
    """Return for which pairs the record of a ground says nothing; only grounds with words for that can be unknown."""
    if ground.unknown is None:
        return np.zeros(count, dtype=bool)
    named = [words[name][0] for name in words if f"{{{name}}}" in ground.record.id]
    empty: Flags = np.all([np.isin(values, (MISSING[0], NOT_ASSESSED[0])) for values in named], axis=0)
    return empty


def _fact_grounds(given: Mapping[str, Flags], side: str) -> list[Ground]:
    facts = {name: ground for name, ground in catalogue().facts.items() if ground.side == side}
    return [
        Ground(ground.basis, np.where(given[name], ground.weight, 0.0), ground.text, ground.record)
        for name, ground in facts.items()
    ]


def _fact_scores(
    shown: pd.DataFrame, abstains: bool, case: Case, needs: pd.DataFrame, params: ReasonParams, view: View
) -> dict[str, Flags]:
    """Return which fact grounds hold for each pair; none for the post a person holds: staying is no move."""
    bits = shown["verdict_bits"].to_numpy(dtype=np.uint64)
    policies = np.uint64(sum(1 << n for n, rule in enumerate(case.pack.rules) if rule.severity == "policy" and not rule.gates))
    posts = case.facts.positions.iloc[view.posts]
    people = case.facts.employees.iloc[view.people]
    gap = needs.set_index(["unit_id", "job_family"])["gap"].reindex(
        pd.MultiIndex.from_frame(posts[["unit_id", "job_family"]].fillna(""))
    )
    demand = view.post("field_demand")
    good = (people["rating_last"].to_numpy(dtype=float) >= 4) & (people["rating_prior"].to_numpy(dtype=float) >= 4)
    before, after = fill_rates(needs, people, shown)
    lower, upper = (shown[name].to_numpy(dtype=np.float64) for name in ("lower", "upper"))
    none = np.zeros(len(shown), dtype=bool)
    holds = {
        "rules_open": (bits & (gate_mask(case.pack) | approval_mask(case.pack))) != 0,
        "no_evidence": ~none if abstains else none,
        "policy": (bits & policies) != 0,
        "weak_evidence": (shown["grade"].astype("str") == "D").to_numpy() & ~np.full(len(shown), abstains),
        "interval": (lower < 0) & (upper > 0) & ~np.full(len(shown), abstains),
        "origin": (after < params.low_fill) & (before - after >= LEAST_FALL),
        "gap": shown["training_gap"].to_numpy(dtype=np.float64) > 0,
        "stagnation": (view.on - view.person("since")) > params.stagnation_months,
        "need": gap.to_numpy(dtype=np.float64) >= 1,
        "field": (demand >= 0) & (view.grid("field_step", demand) >= 1),
        "family": family_months(view)[0] >= params.least_months,
        "good_ratings": good,
        "eligible": (shown["eligible"] == "yes").to_numpy(),
    }
    moves = view.person("position") != view.posts
    return {name: held & moves for name, held in holds.items()}


def _told(grounds: list[Ground], words: Mapping[str, Words], most: int) -> list[str]:
    """Return per pair its ``most`` strongest grounds as JSON text; grounds without a score are not told."""
    scores = np.stack([ground.score for ground in grounds], axis=1)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :most]
    told: list[list[dict[str, Any]]] = [[] for _ in range(len(scores))]
    for place in range(best.shape[1]):
        chosen = best[:, place]
        given = scores[np.arange(len(scores)), chosen] > 0
        for n in np.unique(chosen[given]):
            rows = np.flatnonzero(given & (chosen == n))
            for row, reason in zip(rows.tolist(), _worded(grounds[n], rows, words), strict=True):
                told[row].append(reason)
    return [json.dumps(row, ensure_ascii=False) for row in told]


def _worded(ground: Ground, rows: NDArray[np.int64], words: Mapping[str, Words]) -> list[dict[str, Any]]:
    sizes = [None] * len(rows) if ground.contribution is None else ground.contribution[rows].round(6).tolist()
    texts = (ground.text.id, ground.text.en, ground.record.id, ground.record.en)
    filled = [_filled(text, rows, words, language) for text, language in zip(texts, (0, 1, 0, 1), strict=True)]
    return [{"concept": ground.concept, "contribution": size, "id": one, "en": two, "record": three, "record_en": four}
            for size, one, two, three, four in zip(sizes, *filled, strict=True)]  # fmt: skip


def _filled(text: str, rows: NDArray[np.int64], words: Mapping[str, Words], language: int) -> list[str]:
    needed = [name for name in words if f"{{{name}}}" in text]
    if not needed:
        return [text] * len(rows)
    columns = [words[name][language] for name in needed]
    return [text.format(**{name: column[row] for name, column in zip(needed, columns, strict=True)}) for row in rows.tolist()]
