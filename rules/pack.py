"""The rule pack: dated, cited rules as data, strictly validated."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Literal, get_type_hints

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from features.errors import UsageError
from rules.predicates import PREDICATES

DEFAULT_PACK = "indonesia-2026.yaml"
Severity = Literal["gate", "approval", "policy", "flag"]
Mode = Literal["off", "warn", "gate"]


class Text(BaseModel):
    """One text in both languages; ``{name}`` stands for a value of the finding."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    en: str


class Rule(BaseModel):
    """One rule.

    ``severity``: a *gate* rules a pair out; an *approval* needs a recorded one; a *policy* is the city's choice (``mode``); a
    *flag* is shown. ``stage`` ``plan`` keeps a rule out of lists: it gates only the plan. ``curable`` false: neither waiting nor
    effort helps. ``needs`` names the facts without which the rule cannot be assessed at all (``a|b``: either). ``evidence`` tells
    how the citation was verified. ``lost_rows`` names the tables whose rows, where the checks set one of the person's aside, could
    overturn the verdict: ``pass`` (a lost punishment), ``fail`` (a lost diploma) or ``both``; such a verdict becomes unknown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    id: str
    predicate: str
    severity: Severity
    mode: Mode = "warn"
    stage: Literal["list", "plan"] = "list"
    legal_reference: str
    evidence: Literal["secondary", "unverified"]
    valid_from: date | None
    valid_to: date | None
    curable: bool = True
    needs: list[str]
    lost_rows: dict[str, Literal["pass", "fail", "both"]] = {}
    params: dict[str, Any]
    title: Text
    fail: Text
    unknown: Text
    passed: Text
    cure: Text

    def in_force(self, on: pd.Timestamp) -> bool:
        """Return whether the rule holds on day ``on`` (both limits included)."""
        return (self.valid_from is None or self.valid_from <= on.date()) and (self.valid_to is None or on.date() <= self.valid_to)

    @property
    def gates(self) -> bool:
        """Whether failing rules a pair out of a list."""
        return self.stage == "list" and (self.severity == "gate" or (self.severity == "policy" and self.mode == "gate"))


@dataclass(frozen=True)
class RulePack:
    """The rules of one city: the pack's name, its rules by id in order, and the hash of all of it.

    ``row_set_aside`` and its cure are the words for a verdict that a row set aside by the checks could overturn.
    """

    name: str
    rules: tuple[Rule, ...]
    hash: str
    row_set_aside: Text
    row_set_aside_cure: Text

    def __getitem__(self, rule_id: str) -> Rule:
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        there = ", ".join(rule.id for rule in self.rules)
        raise UsageError(
            f"Rule pack {self.name} has no rule '{rule_id}'; it has {there}.",
            f"Paket aturan {self.name} tidak memiliki aturan '{rule_id}'; yang ada: {there}.",
        )

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The ids of the rules, in the order of the bits of a verdict."""
        return tuple(rule.id for rule in self.rules)


def load_pack(path: Path | None = None, overrides: Mapping[str, Mapping[str, Any]] | None = None) -> RulePack:
    """Return the rule pack at ``path`` (default: the one shipped), with a city's ``overrides`` {rule id: {parameter: value}}.

    A city overrides parameters that exist, and the ``mode`` of policy rules: never predicates, severities or texts.

    Raises
    ------
    UsageError
        The pack or an override is not valid; every fault is named.
    """
    source = files("rules") / "packs" / DEFAULT_PACK if path is None else path
    content = yaml.safe_load(source.read_text(encoding="utf-8"))
    faults: list[str] = []
    rules = [rule for entry in content["rules"] if (rule := _rule(_overridden(entry, overrides or {}, faults), faults))]
    faults += [f"override of unknown rule '{name}'" for name in sorted(set(overrides or {}) - {rule.id for rule in rules})]
    faults += [f"rule '{rule.id}' is given twice" for n, rule in enumerate(rules) if rule.id in {r.id for r in rules[:n]}]
    if len(rules) > MOST_RULES:
        faults.append(f"{len(rules)} rules; verdict bits hold {MOST_RULES}")
    if faults:
        raise UsageError(
            f"Rule pack '{content.get('pack', source.name)}' is not valid: {'; '.join(faults)}. "
            "Mend the pack, or the city's overrides.",
            f"Paket aturan '{content.get('pack', source.name)}' tidak sah: {'; '.join(faults)}. Perbaiki paket atau ubahan kota.",
        )
    lost = {name: Text.model_validate(content[name]) for name in ("row_set_aside", "row_set_aside_cure")}
    dumped = [*(rule.model_dump(mode="json") for rule in rules), *(text.model_dump() for text in lost.values())]
    dump = json.dumps(dumped, sort_keys=True, ensure_ascii=False)
    return RulePack(content["pack"], tuple(rules), hashlib.sha256(dump.encode()).hexdigest(), **lost)


MOST_RULES = 63
"""Rules a pack may hold: verdict bits are published as signed 64-bit integers."""


def _overridden(entry: dict[str, Any], overrides: Mapping[str, Mapping[str, Any]], faults: list[str]) -> dict[str, Any]:
    changes = dict(overrides.get(entry.get("id", ""), {}))
    if "mode" in changes and entry.get("severity") == "policy":
        entry = {**entry, "mode": changes.pop("mode")}
    faults += [f"{entry['id']}: no parameter '{name}' to override" for name in changes if name not in entry["params"]]
    return {**entry, "params": {**entry.get("params", {}), **changes}}


def _rule(entry: dict[str, Any], faults: list[str]) -> Rule | None:
    try:
        rule = Rule.model_validate(entry)
    except ValidationError as error:
        faults += [f"{entry.get('id', '?')}.{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        return None
    faults += [f"{rule.id}: {fault}" for fault in _parameter_faults(rule)]
    return rule


def _parameter_faults(rule: Rule) -> list[str]:
    """Return what is wrong with the rule's parameters, judged by the signature of its predicate."""
    if rule.predicate not in PREDICATES:
        return [f"no predicate '{rule.predicate}'"]
    predicate = PREDICATES[rule.predicate]
    wanted = {name for name, p in signature(predicate).parameters.items() if p.kind is Parameter.KEYWORD_ONLY}
    faults = [f"parameter '{name}' is missing" for name in sorted(wanted - set(rule.params))]
    faults += [f"unknown parameter '{name}'" for name in sorted(set(rule.params) - wanted)]
    hints = get_type_hints(predicate)
    for name in sorted(wanted & set(rule.params)):
        try:
            TypeAdapter(hints[name]).validate_python(rule.params[name], strict=True)
        except ValidationError as error:
            faults.append(f"parameter '{name}': {error.errors()[0]['msg']}")
    return faults
