"""Any person judged for any post by the published rule pack on the published facts; nothing is trained, no source is read."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from features.errors import UsageError
from publication.read import PublishedRun
from rules.cures import cures
from rules.encoding import Encoded, encode
from rules.facts import unpacked
from rules.pack import Rule, RulePack
from rules.pack_rows import from_rows
from rules.verdicts import explain


@dataclass(frozen=True, slots=True)
class Judge:
    """The facts and the rules of one run, ready to judge single pairs."""

    pack: RulePack
    facts: Encoded
    effective_on: pd.Timestamp


@dataclass(frozen=True, slots=True)
class Judgement:
    """One pair judged.

    ``eligible``: yes, unknown or no. ``rules``: one dict per rule that was assessed (rule_id, title and title_en, severity,
    gates, verdict, legal_reference, reason, reason_en, cure, cure_en, cure_date). ``cure``, ``cure_en``: what would make the
    pair lawful, in one line (None: nothing stands against it); ``curable``; ``passes_on``: the day from which waiting is enough.
    """

    eligible: str
    rules: tuple[Mapping[str, Any], ...]
    cure: str | None
    cure_en: str | None
    curable: bool
    passes_on: str | None

    def of(self, verdict: str, *, gates: bool | None = None) -> list[Mapping[str, Any]]:
        """Return the rules with ``verdict``, those that rule out only (or never) if asked."""
        return [rule for rule in self.rules if rule["verdict"] == verdict and (gates is None or rule["gates"] == gates)]


def open_judge(run: PublishedRun) -> Judge:
    """Return the judge of a published run.

    Raises
    ------
    StalePublicationError
        The run was published without its facts or its rules.
    """
    facts = unpacked(run.table("facts_employees"), run.table("facts_positions"))
    return Judge(from_rows(run.table("rules")), encode(facts), facts.effective_on)


def judged(judge: Judge, position_id: str, employee_id: str) -> Judgement | None:
    """Return the judgement of one pair; None where the run knows no such person in service or no such post."""
    pair = pd.DataFrame({"employee_id": [employee_id], "position_id": [position_id]})
    try:
        told = cures(judge.pack, judge.facts, pair, judge.effective_on).iloc[0]
    except UsageError:
        return None
    said = explain(judge.pack, judge.facts, pair, judge.effective_on)
    rules = tuple(_of_rule(judge.pack[row["rule_id"]], row) for row in said.to_dict("records") if row["verdict"] != "not assessed")
    line = {lang: None if pd.isna(told[f"cure_{lang}"]) else str(told[f"cure_{lang}"]) for lang in ("id", "en")}
    passes = None if pd.isna(told["passes_on"]) else f"{told['passes_on']:%Y-%m-%d}"
    return Judgement(str(told["eligible"]), rules, line["id"], line["en"], bool(told["curable"]), passes)


def _of_rule(rule: Rule, row: Mapping[Hashable, Any]) -> Mapping[str, Any]:
    return {
        "rule_id": rule.id, "title": rule.title.id, "title_en": rule.title.en, "severity": rule.severity, "gates": rule.gates,
        "verdict": row["verdict"], "legal_reference": row["legal_reference"], "reason": row["reason_id"],
        "reason_en": row["reason_en"], "cure": _said(row["cure_id"]), "cure_en": _said(row["cure_en"]),
        "cure_date": None if pd.isna(row["cure_date"]) else f"{row['cure_date']:%Y-%m-%d}",
    }  # fmt: skip


def _said(value: object) -> str | None:
    return str(value) if isinstance(value, str) else None
