"""The rule pack and its drawn cases as a page: docs/rules.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from rules.pack import Rule, RulePack

Case = Mapping[str, Any]

_HEAD = """# Rules

Generated from the rule pack `{name}` and from `tests/spec/rules/cases.yaml`; a test fails when this page differs. The cases are the
tests: each changes the base pair (last section) and states the verdict.

A verdict is **pass**, **fail** or **unknown**; a rule whose data the source lacks altogether is *not assessed*, said once per run.
Unknown never passes silently and never excludes. A failed *gate* rules a pair out; an *approval* passes only once it is recorded; a
*policy* is the city's choice (off, warn, gate); a *flag* is shown. Rules of stage *plan* are shown with a list and gate only the
plan. Dates are judged on the day the move would start. "N months" have passed on the same day of the month N months later.

Parameters are overridden per city, under `rules:` of its parameter file. `secondary`: the citation was read in published secondary
sources; `unverified`: general knowledge, to be confirmed by the city's legal office.

| rule | what | severity | stage | reference |
|---|---|---|---|---|
"""


def rules_page(pack: RulePack, cases: Mapping[str, Sequence[Case]], base: Case) -> str:
    """Return the page: an overview, then per rule its texts, parameters and drawn cases.

    Parameters
    ----------
    cases
        Rule id to its cases: ``case`` (what it shows), what it changes of the base (person, post, effective_on, params, ...),
        ``verdict`` and, where waiting helps, ``from``.
    base
        The pair every case starts from.
    """
    overview = "".join(f"| {r.id} | {r.title.id} | {r.severity} | {r.stage} | {r.legal_reference} |\n" for r in pack.rules)
    rules = "".join(_rule(rule, cases.get(rule.id, ())) for rule in pack.rules)
    return _HEAD.format(name=pack.name) + overview + rules + "\n## The base pair\n\n" + _base(base)


def _rule(rule: Rule, cases: Sequence[Case]) -> str:
    severity = rule.severity + (f" (mode `{rule.mode}`)" if rule.severity == "policy" else "")
    force = f"in force {rule.valid_from or 'always'}" + (f" to {rule.valid_to}" if rule.valid_to else "")
    needs = ", ".join(f"`{need}`" for need in rule.needs).replace("|", " or ")
    lines = [
        f"\n## {rule.id} {rule.title.id} / {rule.title.en}\n",
        f"{severity}; {rule.legal_reference} ({rule.evidence}); {force}; needs {needs}.\n",
        f"Parameters: {', '.join(f'`{name}: {value}`' for name, value in rule.params.items()) or 'none'}.\n",
        f"> {rule.fail.id}\n>\n> *{rule.cure.id}*\n",
        "| case | changes | verdict | from |\n|---|---|---|---|",
        *(f"| {case['case']} | {_changes(case)} | **{case['verdict']}** | {case.get('from', '')} |" for case in cases),
    ]
    return "\n".join(lines) + "\n"


def _changes(case: Case) -> str:
    parts = [
        f"{name}: {_plain(case[name])}"
        for name in ("as_of", "effective_on", "person", "post", "experience", "educations", "freezes", "params")
        if name in case
    ]
    return "; ".join(parts).replace("|", "/")


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {'unknown' if v is None else v}" for name, v in value.items())
    if isinstance(value, list):
        return ", ".join("(" + ", ".join("-" if v is None else str(v) for v in row) + ")" for row in value) or "none"
    return str(value)


def _base(base: Case) -> str:
    return "".join(f"- {name}: {_plain(value)}\n" for name, value in base.items())
