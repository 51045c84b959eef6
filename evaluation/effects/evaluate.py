"""Everything an evaluation of past moves says, as one table of effects and one verdict."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evaluation.effects import designs
from evaluation.effects.causes import CauseParams, causes
from evaluation.effects.event_study import event_study
from evaluation.effects.goals import goals
from evaluation.effects.matched import Effect, Matched
from evaluation.effects.study import Study, open_study
from evaluation.effects.units import effects_on_units, unit_years
from evaluation.effects.verdict import Verdict, VerdictParams, judge
from evaluation.effects.voices import FED_BACK, SURVEYED, answers, fed_back, reliability, surveyed
from evaluation.effects.wording import titled
from features.ratings import HarmonisedRatings
from features.tables import Tables

MAIN = "performance"
SMALLEST_CELL = 5
"""People below whom a cell is counted and not shown."""
UNIT_OUTCOMES: dict[str, str] = {"colleagues": "sd", "service_index": "index", "visitors": "log"}
KEY: tuple[str, ...] = ("outcome", "design", "dimension", "cell", "step")


@dataclass(frozen=True, slots=True)
class EvaluationParams:
    """``verdict``: the rule; ``causes``: when a cause is named."""

    verdict: VerdictParams = field(default_factory=VerdictParams)
    causes: CauseParams = field(default_factory=CauseParams)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What past moves did.

    ``table``: one row per effect (outcome, design, dimension, cell, step; estimate, lower, upper at the rule's level, standard_error,
    p_value, people, compared, detectable, power, measure, target, reached, suppressed, title, title_en). ``causes``: as
    `causes.causes`. ``funnel``: as in the risk sets.
    """

    verdict: Verdict
    table: pd.DataFrame
    causes: pd.DataFrame
    funnel: pd.DataFrame

    def row(self, outcome: str = MAIN, design: str = "matched", dimension: str = "all", cell: str = "", step: int = 0) -> pd.Series:
        """Return one row of the table; ``KeyError`` if there is none."""
        return self.table.set_index(list(KEY)).loc[(outcome, design, dimension, cell, step)]

    def summary(self) -> dict[str, Any]:
        """Return what ``run.json`` says of it."""
        named = self.causes[self.causes["named"]] if len(self.causes) else self.causes
        found = self.row()
        return {
            "verdict": self.verdict.code,
            "reasons": [{"code": r.code, "text_id": r.text.indonesian, "text_en": str(r.text)} for r in self.verdict.reasons],
            "power": {"movers": int(found["people"]), "detectable": found["detectable"], "power": found["power"]},
            "effect": {name: found[name] for name in ("estimate", "lower", "upper")},
            "causes": named["cause"].tolist(),
            "funnel": self.funnel.to_dict("records"),
        }


def evaluate(
    known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp, params: EvaluationParams, seed: int
) -> Evaluation:  # fmt: skip
    """Return what the moves known at ``as_of`` did.

    Parameters
    ----------
    known : Tables
        Cut back to ``as_of``.
    ratings : HarmonisedRatings
        Of ``known``.
    as_of : Timestamp
    params : EvaluationParams
    seed : int
        Of the stayers drawn.
    """
    study = open_study(known, ratings, as_of, seed)
    found = study.matched(study.outcome())
    main = found.effect()
    later, grown = study.later()
    growth = later.matched(grown).effect()
    placebo = designs.placebo(study)
    surveys = dict(_surveys(study))
    units = {name: effects_on_units(rows, name) for rows in [unit_years(study.panel, known)] for name in UNIT_OUTCOMES}
    tree = causes(found, study.of_rows(), growth, params.causes)
    others = {name: effect for name, (effect, _) in surveys.items()}
    others |= {f"{name}, {side}": effect for name, sides in units.items() for side, effect in sides.items()}
    table = _Table(params.verdict)
    table.add(MAIN, "matched", main)
    _beside(table, study, main, placebo, growth)
    _cells(table, study, found)
    _event_study(table, study)
    for name, (effect, levels) in surveys.items():
        table.add(name, "matched", effect, measure="points")
        for design in ("before", "after", "stayers_after"):
            table.add(name, design, getattr(levels, design), measure="points", tested=False)
    for name, vocabulary in FED_BACK.items():
        table.add(name, "level", fed_back(study, vocabulary), measure="points", tested=False)
    for name, sides in units.items():
        for side, effect in sides.items():
            table.add(name, side, effect, measure=UNIT_OUTCOMES[name])
    _reliabilities(table, known)
    for row in tree.itertuples(index=False):
        lost = Effect(row.lost, row.standard_error, int(row.movers), 0)
        table.add(MAIN, "cause", lost, "cause", row.cause, reached="named" if row.named else None)
    _goals(table, study, as_of, params.verdict)
    return Evaluation(judge(main, placebo, others, params.verdict), titled(table.frame()), tree, study.sets.funnel)


class _Table:
    """Rows of the table of effects; a cell of too few people is counted and not shown."""

    def __init__(self, params: VerdictParams) -> None:
        self._params, self._rows = params, list[dict[str, object]]()

    def add(
        self, outcome: str, design: str, effect: Effect, dimension: str = "all", cell: str = "", step: int = 0, *, measure: str = "sd",
        tested: bool = True, target: float | None = None, reached: str | None = None, ends: tuple[float, float] | None = None,
    ) -> None:  # fmt: skip
        """Add one effect; ``tested``: zero is a value worth testing, so p-value and power mean something."""
        if not np.isfinite(effect.estimate) and dimension == "all" and outcome != MAIN:
            return
        hidden = effect.movers < SMALLEST_CELL
        lower, upper = ends if ends is not None else effect.interval(self._params.level)
        figures = {"estimate": effect.estimate, "lower": lower, "upper": upper, "standard_error": effect.error}
        figures["p_value"] = effect.p_value() if tested else float("nan")
        figures["detectable"] = effect.detectable(self._params.level) if tested else float("nan")
        sized = tested and measure == "sd"
        figures["power"] = effect.power(self._params.least_effect, self._params.level) if sized else float("nan")
        self._rows.append({
            "outcome": outcome, "design": design, "dimension": dimension, "cell": cell, "step": step,
            **({name: float("nan") for name in figures} if hidden else figures),
            "people": effect.movers, "compared": effect.stayers, "measure": measure,
            "target": float("nan") if target is None else target, "reached": reached, "suppressed": hidden,
        })  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """Return the rows, by key."""
        rows = pd.DataFrame(self._rows).drop_duplicates(list(KEY)).sort_values(list(KEY), ignore_index=True)
        return rows.astype({"step": "int64", "people": "int64", "compared": "int64", "reached": "str"})


def _surveys(study: Study) -> Iterator[tuple[str, Any]]:
    if "surveys" not in study.known:
        return
    for name, vocabulary in SURVEYED.items():
        said = answers(study.panel, study.known, vocabulary)
        if np.isfinite(said).any():
            yield name, surveyed(study, said)


def _beside(table: _Table, study: Study, main: Effect, placebo: Effect, growth: Effect) -> None:
    others = designs.beside(study)
    for name, effect in others.items():
        table.add(MAIN, name, effect)
    for name, of in (("return_to_mean", "before_after"), ("leniency", "leniency_left_in")):
        gap = Effect(others[of].estimate - main.estimate, float("nan"), main.movers, main.stayers)
        table.add(MAIN, name, gap, tested=False)
    table.add(MAIN, "placebo_date", placebo)
    table.add(MAIN, "later_year", growth)
    for name, value in designs.hidden_selection(study).items():
        measure = "share" if name == "robustness_value" else "sd"
        table.add(MAIN, name, Effect(value, float("nan"), main.movers, main.stayers), measure=measure, tested=False)


def _cells(table: _Table, study: Study, found: Matched) -> None:
    """Add the effect by kind, distance, level, training, explanation, fit and year of the move."""
    rows = study.of_rows()
    names = {"training": ("trained", "no", "yes"), "explanation": ("explained", "no", "yes"), "fit": ("unfit", "fits", "unfit")}
    labels = {name: rows[column].map({0.0: low, 1.0: high}) for name, (column, low, high) in names.items()}
    labels |= {name: rows[name] for name in ("kind", "family", "unit", "step", "level")}
    began = study.panel.moves["start_on"].dt.year.reindex(study.sets.move).reset_index(drop=True)
    labels["wave"] = began.map(lambda year: f"{year:.0f}", na_action="ignore")
    for dimension, label in labels.items():
        for cell in np.sort(label.dropna().unique().astype(str)):
            table.add(MAIN, "matched", found.effect((label == cell).to_numpy(dtype=bool)), dimension, cell)


def _event_study(table: _Table, study: Study) -> None:
    found = event_study(study.panel)
    for step, effect in found.steps.items():
        table.add(MAIN, "event_study", effect, step=step)
    if found.robust is not None and 1 in found.steps:
        at = found.steps[1]
        table.add(MAIN, "robust_bounds", Effect(at.estimate, float("nan"), at.movers, 0), tested=False, ends=found.robust)


def _reliabilities(table: _Table, known: Tables) -> None:
    for name, source in (("survey", "surveys"), ("feedback", "feedback")):
        if source in known and len(known[source]):
            alpha, complete, _ = reliability(known[source])
            table.add(name, "reliability", Effect(alpha, float("nan"), complete, 0), measure="alpha", tested=False)


def _goals(table: _Table, study: Study, as_of: pd.Timestamp, params: VerdictParams) -> None:
    for row in goals(study, as_of, params.level).itertuples(index=False):
        cell = f"{row.goal} ({row.from_on:%Y})"
        effect = Effect(row.estimate, row.standard_error, int(row.n), 0)
        table.add("goal", "goal", effect, "programme", cell, measure=row.measure, tested=False, target=row.target, reached=row.reached)
