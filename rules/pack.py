"""The rule pack: dated, cited rules as data, strictly validated."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Literal, TypeVar, get_type_hints

import pandas as pd
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from features import plain_yaml
from features.bilingual import Bilingual, listed
from features.errors import UsageError
from features.wrong_values import wrong_value, wrong_values
from rules.predicates.catalogue import PREDICATES, WAVE_PREDICATES

DEFAULT_PACK = "indonesia-2026.yaml"
Overrides = Mapping[str, Mapping[str, Any]]
"""Rule id to the parameters a city sets otherwise."""
Severity = Literal["gate", "approval", "policy", "flag"]
Mode = Literal["off", "warn", "gate"]


class Text(BaseModel):
    """One text in both languages; ``{name}`` stands for a value of the finding."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    en: str


class Approvable(BaseModel):
    """Who may waive a rule by a numbered approval, and for which kinds of present and target post (none: any)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    by: Text
    present_kinds: list[str] = []
    target_kinds: list[str] = []


class Rule(BaseModel):
    """One rule.

    ``severity``: a *gate* rules a pair out; an *approval* needs a recorded one; a *policy* is the city's choice (``mode``); a
    *flag* is shown. ``stage`` ``plan`` keeps a rule out of lists: it gates only the plan. ``curable`` false: neither waiting nor
    effort helps. ``unknown_warns``: not knowing is shown but leaves a pair eligible. ``approval``: who may waive it, by number.
    ``needs`` names the facts without which the rule cannot be assessed at all (``a|b``: either). ``evidence`` tells how the
    citation was verified, ``date_source`` how the day it came into force was. ``lost_rows`` names the tables whose rows, where the
    checks set one of the person's aside, could overturn the verdict: ``pass`` (a lost punishment), ``fail`` (a lost diploma) or
    ``both``; such a verdict becomes unknown. ``unknown_cure``, ``unknown_short``: what resolves not
    knowing (a paper, an assessment); none: the pack's words for data to be completed.
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
    date_source: str
    curable: bool = True
    unknown_warns: bool = False
    approval: Approvable | None = None
    needs: list[str]
    lost_rows: dict[str, Literal["pass", "fail", "both"]] = {}
    params: dict[str, Any]
    title: Text
    fail: Text
    unknown: Text
    passed: Text
    cure: Text
    cure_short: Text
    unknown_cure: Text | None = None
    unknown_short: Text | None = None

    def in_force(self, on: pd.Timestamp) -> bool:
        """Return whether the rule holds on day ``on`` (both limits included)."""
        return (self.valid_from is None or self.valid_from <= on.date()) and (self.valid_to is None or on.date() <= self.valid_to)

    @property
    def gates(self) -> bool:
        """Whether failing rules a pair out of a list."""
        return self.stage == "list" and (self.severity == "gate" or (self.severity == "policy" and self.mode == "gate"))


class WaveRule(BaseModel):
    """A rule on several moves at once, which no single pair can tell: judged over a plan by `rules.waves`.

    ``extends`` names the rule on pairs it carries on; ``severity`` and ``mode`` as there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    id: str
    extends: str
    predicate: str
    severity: Severity
    mode: Mode = "warn"
    legal_reference: str
    params: dict[str, Any]
    title: Text
    fail: Text

    @property
    def gates(self) -> bool:
        """Whether a plan that breaks it may not stand."""
        return self.severity == "gate" or (self.severity == "policy" and self.mode == "gate")


class Wording(BaseModel):
    """The words a pack has beside its rules: for rows set aside, approvals, and cures joined into one line."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    row_set_aside: Text
    row_set_aside_cure: Text
    row_set_aside_short: Text
    unknown_cure: Text
    unknown_short: Text
    approved: Text


@dataclass(frozen=True)
class RulePack:
    """The rules of one city: the pack's name, its rules by id in order, rules on waves, other words, and the hash of all of it."""

    name: str
    rules: tuple[Rule, ...]
    wave_rules: tuple[WaveRule, ...]
    wording: Wording
    hash: str

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


def load_pack(path: Path | None = None, overrides: Overrides | None = None) -> RulePack:
    """Return the rule pack at ``path``, with a city's ``overrides`` {rule id: {parameter: value}}.

    ``path`` is a file, or the name of a shipped pack (default: the newest). A city overrides parameters that exist, and the
    ``mode`` of policy rules: never predicates, severities or texts.

    Raises
    ------
    UsageError
        The pack or an override is not valid; every fault is named.
    """
    content = _content(path)
    faults: list[Bilingual] = []
    changes = overrides or {}
    rules = _parsed(Rule, content["rules"], changes, PREDICATES, faults)
    waves = _parsed(WaveRule, content.get("wave_rules", []), changes, WAVE_PREDICATES, faults)
    ids = [*(rule.id for rule in rules), *(rule.id for rule in waves)]
    unknown = sorted(set(changes) - set(ids))
    faults += [Bilingual(f"override of unknown rule '{name}'", f"ubahan atas aturan '{name}' yang tidak ada") for name in unknown]
    twice = [name for n, name in enumerate(ids) if name in ids[:n]]
    faults += [Bilingual(f"rule '{name}' is given twice", f"aturan '{name}' tertulis dua kali") for name in twice]
    if len(rules) > MOST_RULES:
        few = f"{len(rules)} aturan; putusan hanya memuat {MOST_RULES}"
        faults.append(Bilingual(f"{len(rules)} rules; verdict bits hold {MOST_RULES}", few))
    if faults:
        told = listed("; ", faults)
        raise UsageError(
            f"Rule pack '{content['pack']}' is not valid: {told}. Mend the pack, or the city's overrides.",
            f"Paket aturan '{content['pack']}' tidak sah: {told.indonesian}. Perbaiki paket atau ubahan kota.",
        )
    wording = Wording.model_validate(content["wording"])
    return assembled(content["pack"], tuple(rules), tuple(waves), wording)


def assembled(name: str, rules: tuple[Rule, ...], waves: tuple[WaveRule, ...], wording: Wording) -> RulePack:
    """Return the pack of these parts; its hash is that of their content."""
    dump = json.dumps([part.model_dump(mode="json") for part in (*rules, *waves, wording)], sort_keys=True, ensure_ascii=False)
    return RulePack(name, rules, waves, wording, hashlib.sha256(dump.encode()).hexdigest())


def _content(path: Path | None) -> dict[str, Any]:
    shipped = files("rules") / "packs" / (DEFAULT_PACK if path is None else f"{path}.yaml")
    source = shipped if path is None or (shipped.is_file() and not path.exists()) else path
    try:
        content = plain_yaml.parse(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"There is no rule pack '{path}'. Give the path of a pack, or the name of a shipped one.",
            f"Paket aturan '{path}' tidak ada. Berikan jalur berkas paket, atau nama paket bawaan.",
        ) from error
    except plain_yaml.NotYamlError as error:
        raise UsageError(
            f"Rule pack '{path}' is not valid YAML: {error}", f"Paket aturan '{path}' bukan YAML yang sah: {error}"
        ) from error
    held = content if isinstance(content, dict) else {}
    missing = {"pack", "rules", "wording"} - held.keys()
    if missing:
        raise UsageError(
            f"Rule pack '{path}' lacks {', '.join(sorted(missing))}. Start from the shipped {DEFAULT_PACK}.",
            f"Paket aturan '{path}' tidak memuat {', '.join(sorted(missing))}. Mulailah dari paket bawaan {DEFAULT_PACK}.",
        )
    return held


MOST_RULES = 63
"""Rules a pack may hold: verdict bits are published as signed 64-bit integers."""


Parsed = TypeVar("Parsed", Rule, WaveRule)


def _parsed(
    kind: type[Parsed], entries: list[dict[str, Any]], changes: Overrides, predicates: Mapping[str, Any], faults: list[Bilingual]
) -> list[Parsed]:
    found = (_rule(kind, _overridden(entry, changes, faults), predicates, faults) for entry in entries)
    return [rule for rule in found if rule is not None]


def _overridden(entry: dict[str, Any], overrides: Overrides, faults: list[Bilingual]) -> dict[str, Any]:
    changes = dict(overrides.get(entry.get("id", ""), {}))
    if "mode" in changes and entry.get("severity") == "policy":
        entry = {**entry, "mode": changes.pop("mode")}
    for name in changes:
        if name not in entry["params"]:
            english, indonesian = f"no parameter '{name}' to override", f"tidak ada parameter '{name}' untuk diubah"
            faults.append(Bilingual(f"{entry['id']}: {english}", f"{entry['id']}: {indonesian}"))
    return {**entry, "params": {**entry.get("params", {}), **changes}}


def _rule(kind: type[Parsed], entry: dict[str, Any], predicates: Mapping[str, Any], faults: list[Bilingual]) -> Parsed | None:
    try:
        rule = kind.model_validate(entry)
    except ValidationError as error:
        faults += wrong_values(error.errors(), f"{entry.get('id', '?')}.")
        return None
    found = _parameter_faults(rule.predicate, rule.params, predicates)
    faults += [Bilingual(f"{rule.id}: {fault}", f"{rule.id}: {fault.indonesian}") for fault in found]
    return rule


def _parameter_faults(name: str, params: Mapping[str, Any], predicates: Mapping[str, Any]) -> list[Bilingual]:
    """Return what is wrong with a rule's parameters, judged by the signature of its predicate."""
    if name not in predicates:
        return [Bilingual(f"no predicate '{name}'", f"predikat '{name}' tidak ada")]
    wanted = {key for key, p in signature(predicates[name]).parameters.items() if p.kind is Parameter.KEYWORD_ONLY}
    lacking, strange = sorted(wanted - set(params)), sorted(set(params) - wanted)
    faults = [Bilingual(f"parameter '{key}' is missing", f"parameter '{key}' belum diisi") for key in lacking]
    faults += [Bilingual(f"unknown parameter '{key}'", f"parameter '{key}' tidak dikenal") for key in strange]
    hints = get_type_hints(predicates[name])
    for key in sorted(wanted & set(params)):
        try:
            TypeAdapter(hints[key]).validate_python(params[key], strict=True)
        except ValidationError as error:
            faults.append(wrong_value(f"parameter '{key}'", error.errors()[0]))
    return faults
