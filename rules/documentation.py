"""The rule pack and its drawn cases as a page: docs/rules.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from rules.pack import Rule, RulePack

Case = Mapping[str, Any]

_HEAD = """# Rules

Generated from the rule pack `{name}` and from `tests/spec/rules/cases.yaml`; a test fails when this page differs. The cases are the
tests: each changes the base pair (last section) and states the verdict. Changing any parameter, comparison or sign of any rule, or
its predicate, makes one of them fail (`tests/spec/rules/test_rule_mutations.py` tries each change); changing its severity, mode,
stage, dates, waiver or needs fails what `natures.yaml` says of it (`test_rule_natures.py`, likewise).

A verdict is **pass**, **fail** or **unknown**; a rule whose data the source lacks altogether is *not assessed*, said once per run.
Unknown never passes silently and never excludes. A failed *gate* rules a pair out; an *approval* passes only once it is recorded; a
*policy* is the city's choice (off, warn, gate); a *flag* is shown. Rules of stage *plan* are shown with a list and gate only the
plan. Dates are judged on the day the move would start. "N months" have passed on the same day of the month N months later.

A rule that may be waived passes once an *approval* is on record: a row of the source table `approvals` with a number, for a person,
a post, both or everybody, within its days; without a number nothing is approved. A freeze is lifted by the number in `freezes` too.

`rules.cures` joins what stands against a pair into one line ("Diklat PKA dan 4 bulan lagi di jabatan") and gives the first day on
which waiting alone makes it pass, judged again on that day. `tepat rules diff OLD NEW` shows which pairs of the run in force
another pack flips, by rule; `tepat submission --pairs FILE --out sheet.html` makes the sheet for the national channel (names only
with `--by`, and then in that user's name).

Verdict bits of 20,000 employees x 2,000 positions, all 36 rules assessed: 10 CPU seconds on one thread, 0.21 GB at most
(`python -m benchmarks.rules.bits`, 29 November 2026, on an idle machine with 2 cores).

The *edge* column says on which side of the day of the move the verdict turns (`same`: it does not, no date enters).

Parameters are overridden per city, under `rules:` of its parameter file. `secondary`: the citation was read in published secondary
sources; `unverified`: general knowledge, to be confirmed by the city's legal office.

| rule | what | severity | stage | reference | in force |
|---|---|---|---|---|---|
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
    overview = "".join(_line(r) for r in pack.rules)
    rules = "".join(_rule(rule, cases.get(rule.id, ())) for rule in pack.rules)
    return _HEAD.format(name=pack.name) + overview + rules + _waves(pack) + "\n## The base pair\n\n" + _base(base)


def _line(rule: Rule) -> str:
    return f"| {rule.id} | {rule.title.id} | {rule.severity} | {rule.stage} | {rule.legal_reference} | {_force(rule)} |\n"


def _force(rule: Rule) -> str:
    return f"{rule.valid_from or 'always'}" + (f" to {rule.valid_to}" if rule.valid_to else "")


def _waves(pack: RulePack) -> str:
    """Return the section on rules that only several moves together can break."""
    lines = [
        "\n## Rules on a wave\n",
        "What no single pair can tell. `rules.waves.judge_wave` judges them over a plan, by its moves together.\n",
        "| rule | extends | what | severity | parameters | reference |\n|---|---|---|---|---|---|",
        *(
            f"| {r.id} | {r.extends} | {r.title.id} / {r.title.en} | {r.severity} | {_parameters(r.params)} | {r.legal_reference} |"
            for r in pack.wave_rules
        ),
    ]
    return "\n".join(lines) + "\n"


def _parameters(params: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}: {value}`" for name, value in params.items()) or "none"


def _rule(rule: Rule, cases: Sequence[Case]) -> str:
    severity = rule.severity + (f" (mode `{rule.mode}`)" if rule.severity == "policy" else "")
    needs = ", ".join(f"`{need}`" for need in rule.needs).replace("|", " or ")
    waived = f" Waived by approval of: {rule.approval.by.id} / {rule.approval.by.en}." if rule.approval else ""
    warns = " Not knowing is shown, and leaves a pair eligible." if rule.unknown_warns else ""
    lines = [
        f"\n## {rule.id} {rule.title.id} / {rule.title.en}\n",
        f"{severity}; {rule.legal_reference} ({rule.evidence}); in force {_force(rule)} ({rule.date_source}); needs {needs}.\n",
        f"Parameters: {_parameters(rule.params)}.{waived}{warns}\n",
        _words(rule),
        "| case | changes | verdict | from | edge |\n|---|---|---|---|---|",
        *(
            f"| {case['case']} | {_changes(case)} | **{case['verdict']}** | {case.get('from', '')} | {case.get('edge', '')} |"
            for case in cases
        ),
    ]
    return "\n".join(lines) + "\n"


def _words(rule: Rule) -> str:
    """Return what a rule says, in both languages."""
    texts = {"passes": rule.passed, "fails": rule.fail, "cure": rule.cure, "cure in a line": rule.cure_short,
             "unknown": rule.unknown, "cure of unknown": rule.unknown_cure}  # fmt: skip
    rows = (f"| {name} | {text.id} | {text.en} |" for name, text in texts.items() if text)
    return "| says | Indonesian | English |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _changes(case: Case) -> str:
    parts = [f"{name}: {_plain(case[name])}" for name in case if name not in ("case", "verdict", "from", "edge", "says", "cure")]
    return "; ".join(parts).replace("|", "/")


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {'unknown' if v is None else v}" for name, v in value.items())
    if isinstance(value, list):
        return ", ".join("(" + ", ".join("-" if v is None else str(v) for v in row) + ")" for row in value) or "none"
    return str(value)


def _base(base: Case) -> str:
    return "".join(f"- {name}: {_plain(value)}\n" for name, value in base.items())
