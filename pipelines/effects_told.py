"""What past moves did, as text for the terminal: the power first, then the verdict, and below each question what answers it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from evaluation.effects.causes import CAUSES
from evaluation.effects.units import EXPOSURES
from evaluation.effects.wording import (
    BESIDE,
    CELLS,
    GOAL_UNITS,
    GROUPS,
    OUTCOMES,
    in_percent,
    lead_read,
    placebo_read,
    told_apart,
    unmeasured,
)
from pipelines.texts import Texts

CHECKS = (
    "before_after", "return_to_mean", "leniency", "did_last", "did_earlier", "event_study", "lead_test", "robust_bounds",
    "placebo_date", "later_year", "robustness_value", "bias_like_last",
)  # fmt: skip
"""What stands beside the matched effect on performance, in this order."""
EFFECTS, MEANS = ("matched", *EXPOSURES), ("level",)
MAIN = "performance"


def as_text(table: pd.DataFrame, summary: Mapping[str, Any], texts: Texts) -> str:
    """Return an evaluation (`evaluation.effects.evaluate`: its table, and what ``run.json`` says) as lines."""
    parts = (_verdict(summary, texts), _performance(table, texts), _cells(table, texts), _others(table, texts),
             _goals(table, texts), _causes(table, list(summary["causes"]), texts))  # fmt: skip
    warned = texts("evaluated_warned", count=texts.count(int(summary["warned"])))
    return "\n".join([line for part in parts for line in part] + [warned])


def _verdict(summary: Mapping[str, Any], texts: Texts) -> Iterator[str]:
    power = summary["power"]
    detectable, chance = power["detectable"], power["power"]
    yield texts(
        "evaluated_power", movers=texts.count(int(power["movers"])), detectable=_plain(texts, detectable),
        chance="-" if pd.isna(chance) else f"{100 * chance:.0f}", least=texts.plain(power["least_effect"]),
    )  # fmt: skip
    yield texts("evaluated_verdict", verdict=texts(f"verdict_{summary['verdict'].replace(' ', '_')}"))
    yield from (f"  {reason[f'text_{texts.language.value}']}" for reason in summary["reasons"])


def _performance(table: pd.DataFrame, texts: Texts) -> Iterator[str]:
    rows = table[(table["outcome"] == MAIN) & (table["dimension"] == "all")]
    rows = rows[(rows["design"] != "event_study") | (rows["step"] == 1)]
    shown = pd.concat([rows[rows["design"] == design] for design in ("matched", *CHECKS)])
    yield texts("evaluated_performance")
    for label, row in zip(told_apart(shown, texts.language.value), shown.to_dict("records"), strict=True):
        yield f"  {label}: {_figure(row, texts)}"
        if row["design"] == "placebo_date" and pd.notna(row["lower"]):
            read = placebo_read(shown["estimate"].iloc[0], row["estimate"], row["lower"], row["upper"])
            yield f"    ({read.into(texts.language.value)})"
        if row["design"] == "lead_test" and pd.notna(row["p_value"]):
            yield f"    ({lead_read(row['p_value']).into(texts.language.value)})"
    yield texts("evaluated_scale")


def _cells(table: pd.DataFrame, texts: Texts) -> Iterator[str]:
    of_moves = (table["outcome"] == MAIN) & (table["design"] == "matched") & table["dimension"].isin(GROUPS)
    rows = table[of_moves].assign(order=lambda frame: frame["dimension"].map(GROUPS.index)).sort_values("order", kind="stable")
    if rows.empty:
        return
    yield texts("evaluated_for_whom")
    yield from _lines(rows, told_apart(rows, texts.language.value), texts)
    yield texts("evaluated_by_chance", count=texts.count(int((~rows["suppressed"].astype(bool)).sum())))


def _others(table: pd.DataFrame, texts: Texts) -> Iterator[str]:
    rows = table[(table["dimension"] == "all") & table["design"].isin((*EFFECTS, *MEANS)) & table["outcome"].isin(BESIDE)]
    rows = rows.assign(order=rows["outcome"].map(BESIDE.index)).sort_values(["order", "design"], kind="stable")
    language = texts.language.value
    yield texts("evaluated_others")
    yield from _lines(rows, list(rows["title_en" if language == "en" else "title"]), texts)
    reliable = table[(table["design"] == "reliability") & table["estimate"].notna()]
    for row in reliable.to_dict("records"):
        yield texts("evaluated_reliability", source=OUTCOMES[row["outcome"]].into(language), alpha=texts.plain(row["estimate"]))
    missing = [outcome.into(language) for outcome in unmeasured(table["outcome"])]
    if missing:
        yield texts("evaluated_not_measured", outcomes="; ".join(missing))


def _goals(table: pd.DataFrame, texts: Texts) -> Iterator[str]:
    rows = table[table["design"] == "goal"]
    if rows.empty:
        return
    yield texts("evaluated_goals")
    for row in rows.to_dict("records"):
        reached = texts(f"goal_{row['reached'].replace(' ', '_')}")
        unit = GOAL_UNITS[row["measure"]].into(texts.language.value) if row["measure"] in GOAL_UNITS else ""
        target, value = (f"{told} {unit}".rstrip() for told in (_plain(texts, row["target"]), _reached(row, texts)))
        yield texts("evaluated_goal", goal=row["cell"], target=target, value=value, reached=reached)


def _reached(row: Mapping[str, Any], texts: Texts) -> str:
    """Return what was reached, with its interval where it is an estimate and no full count."""
    counted = pd.isna(row["lower"]) or row["lower"] == row["upper"]
    ends = "" if counted else f"  ({_number(texts, row['lower'])} .. {_number(texts, row['upper'])}) "
    return f"{_number(texts, row['estimate'])}{ends}"


def _causes(table: pd.DataFrame, named: list[str], texts: Texts) -> Iterator[str]:
    """Yield the tree of causes: those ``named``, the costliest first, then those looked at, then those that cannot be judged."""
    rows = table[table["design"] == "cause"]
    order = [*named, *rows.loc[~rows["cell"].isin(named)].sort_values("estimate", ascending=False)["cell"]]
    language = texts.language.value
    yield texts("evaluated_causes" if named else "evaluated_no_cause")
    for row in rows.set_index("cell", drop=False).loc[order].to_dict("records"):
        found = texts("evaluated_named" if row["cell"] in named else "evaluated_looked_at")
        contrast = "evaluated_cause" if row["compared"] else "evaluated_cause_within"
        yield texts(contrast, cause=CELLS[row["cell"]].into(language), found=found, figure=_interval(row, texts),
                    touched=texts.count(int(row["people"])), others=texts.count(int(row["compared"])))  # fmt: skip
    unjudged = [CELLS[cause].into(language) for cause in CAUSES if cause not in order]
    if unjudged:
        yield texts("evaluated_not_judged", causes="; ".join(unjudged))


def _lines(rows: pd.DataFrame, labels: list[str], texts: Texts) -> Iterator[str]:
    for label, row in zip(labels, rows.to_dict("records"), strict=True):
        yield f"  {label}: {_figure(row, texts)}"


def _figure(row: Mapping[str, Any], texts: Texts) -> str:
    """Return the figures of a row: withheld, a share, a p value alone, or the estimate with its interval and people."""
    row = in_percent(row)
    if row["suppressed"]:
        return texts("evaluated_withheld")
    if row["measure"] == "share":
        return f"{100 * row['estimate']:.0f} %"
    if pd.isna(row["estimate"]):
        return "-" if pd.isna(row["p_value"]) else f"p {texts.plain(row['p_value'])}"
    seen = "evaluated_unit_years" if row["design"] in EXPOSURES else "evaluated_people"
    return f"{_interval(row, texts)}, {texts(seen, count=texts.count(int(row['people'])))}"


def _interval(row: Mapping[str, Any], texts: Texts) -> str:
    told = texts.plain if row["design"] in MEANS else texts.signed
    ends = "" if pd.isna(row["lower"]) else f"  ({told(row['lower'])} .. {told(row['upper'])})"
    return f"{told(row['estimate'])}{ends}  {texts('evaluated_unit_' + row['measure'])}"


def _plain(texts: Texts, value: float) -> str:
    return "-" if pd.isna(value) else texts.plain(value)


def _number(texts: Texts, value: float) -> str:
    return texts.signed(value) if value < 0 else _plain(texts, value)
