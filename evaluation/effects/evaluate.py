"""Everything an evaluation of past moves says, as one table of effects and one verdict."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluation.effects import designs
from evaluation.effects.event_study import event_study
from evaluation.effects.finding import UNIT_OUTCOMES, EvaluationParams, Finding, find
from evaluation.effects.goals import goals
from evaluation.effects.matched import Effect, Matched
from evaluation.effects.study import Study, open_study
from evaluation.effects.verdict import VerdictParams
from evaluation.effects.voices import FED_BACK, fed_back, reliability
from evaluation.effects.wording import titled
from features.ratings import HarmonisedRatings
from features.tables import Tables

MAIN = "performance"
SMALLEST_CELL = 5
"""People below whom a cell is counted and not shown."""
KEY: tuple[str, ...] = ("outcome", "design", "dimension", "cell", "step")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What past moves did.

    ``table``: one row per effect (outcome, design, dimension, cell, step; estimate, lower, upper at the rule's level,
    standard_error, p_value, people, compared, detectable, power, measure, target, reached, suppressed, title, title_en), rests on
    ``finding``. ``people`` of a cause are the movers it touches, ``compared`` those it does not. ``least_effect``: the effect
    (SD) that ``power`` is told for.
    """

    finding: Finding
    table: pd.DataFrame
    least_effect: float

    def row(self, outcome: str = MAIN, design: str = "matched", dimension: str = "all", cell: str = "", step: int = 0) -> pd.Series:
        """Return one row of the table; ``KeyError`` if there is none."""
        return self.table.set_index(list(KEY)).loc[(outcome, design, dimension, cell, step)]

    def summary(self) -> dict[str, Any]:
        """Return what ``run.json`` says of it."""
        tree, verdict, found = self.finding.causes, self.finding.verdict, self.row()
        return {
            "verdict": verdict.code,
            "reasons": [{"code": r.code, "text_id": r.text.indonesian, "text_en": str(r.text)} for r in verdict.reasons],
            "power": {
                "movers": int(found["people"]),
                "detectable": found["detectable"],
                "power": found["power"],
                "least_effect": self.least_effect,
            },
            "effect": {name: found[name] for name in ("estimate", "lower", "upper")},
            "causes": tree.loc[tree["named"].astype(bool), "cause"].tolist(),
            "funnel": self.finding.study.sets.funnel.to_dict("records"),
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
    finding = find(open_study(known, ratings, as_of, seed), params)
    table = _Table(params.verdict)
    table.add(MAIN, "matched", finding.main)
    _beside(table, finding)
    _cells(table, finding.study, finding.matched)
    _event_study(table, finding.study)
    _voices(table, finding)
    for name, sides in finding.units.items():
        for side, effect in sides.items():
            table.add(name, side, effect, measure=UNIT_OUTCOMES[name])
    for row in finding.causes.itertuples(index=False):
        touched = round(row.touched * row.movers)
        lost = Effect(row.lost, row.standard_error, touched, int(row.movers) - touched, row.freedom)
        table.add(MAIN, "cause", lost, "cause", row.cause, reached="named" if row.named else None)
    _goals(table, finding, as_of, params.verdict)
    return Evaluation(finding, titled(table.frame()), params.verdict.least_effect)


class _Table:
    """Rows of the table of effects; a cell of too few people is counted and not shown."""

    def __init__(self, params: VerdictParams) -> None:
        self._params, self._rows = params, list[dict[str, object]]()

    def add(
        self, outcome: str, design: str, effect: Effect, dimension: str = "all", cell: str = "", step: int = 0, *,
        measure: str = "sd", tested: bool = True, target: float | None = None, reached: str | None = None,
        ends: tuple[float, float] | None = None, p_value: float | None = None,
    ) -> None:  # fmt: skip
        """Add one effect; ``tested``: zero is a value worth testing, so p-value and power mean something."""
        if not np.isfinite(effect.estimate) and dimension == "all" and outcome != MAIN:
            return
        hidden = effect.movers < SMALLEST_CELL
        lower, upper = ends if ends is not None else effect.interval(self._params.level)
        figures = {"estimate": effect.estimate, "lower": lower, "upper": upper, "standard_error": effect.error}
        figures["p_value"] = (effect.p_value() if tested else float("nan")) if p_value is None else p_value
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


def _beside(table: _Table, finding: Finding) -> None:
    study, main = finding.study, finding.main
    others = designs.beside(study)
    for name, effect in others.items():
        table.add(MAIN, name, effect)
    for name, of in (("return_to_mean", "before_after"), ("leniency", "leniency_left_in")):
        gap = Effect(others[of].estimate - main.estimate, float("nan"), main.movers, main.stayers)
        table.add(MAIN, name, gap, tested=False)
    table.add(MAIN, "placebo_date", finding.placebo)
    table.add(MAIN, "later_year", finding.growth)
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
    movers = found.steps[1].movers if 1 in found.steps else 0
    table.add(MAIN, "lead_test", Effect(float("nan"), float("nan"), movers, 0), p_value=found.lead_p)
    if found.robust is not None and 1 in found.steps:
        at = found.steps[1]
        table.add(MAIN, "robust_bounds", Effect(at.estimate, float("nan"), at.movers, 0), tested=False, ends=found.robust)


def _voices(table: _Table, finding: Finding) -> None:
    """Add what people said: the effect on surveys with the levels behind it, feedback, reliability."""
    for name, (effect, levels) in finding.surveys.items():
        table.add(name, "matched", effect, measure="points")
        for design in ("before", "after", "stayers_after"):
            table.add(name, design, getattr(levels, design), measure="points", tested=False)
    for name, vocabulary in FED_BACK.items():
        table.add(name, "level", fed_back(finding.study, vocabulary), measure="points", tested=False)
    known = finding.study.known
    for name, source in (("survey", "surveys"), ("feedback", "feedback")):
        if source in known and len(known[source]):
            alpha, complete, _ = reliability(known[source])
            table.add(name, "reliability", Effect(alpha, float("nan"), complete, 0), measure="alpha", tested=False)


def _goals(table: _Table, finding: Finding, as_of: pd.Timestamp, params: VerdictParams) -> None:
    for row in goals(finding.study, finding.matched, as_of, params.level).itertuples(index=False):
        cell = f"{row.goal} ({row.from_on:%Y})"
        effect = Effect(row.estimate, row.standard_error, int(row.n), 0)
        table.add(
            "goal", "goal", effect, "programme", cell, measure=row.measure, tested=False, target=row.target, reached=row.reached,
            ends=(row.lower, row.upper),
        )  # fmt: skip
