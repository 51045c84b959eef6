"""What would make a pair lawful: one line over all rules that stand against it, and the day from which it would pass."""

import numpy as np
import pandas as pd

from rules.encoding import Encoded, encode
from rules.facts import Facts
from rules.pack import RulePack
from rules.predicates.finding import FAIL, UNKNOWN
from rules.verdicts import explain, judge
from rules.wording import in_line

ROUNDS = 4
"""Waiting for one rule can run into another (a freeze, an assessment that lapses); more rounds than that are no plan."""


def cures(pack: RulePack, facts: Facts | Encoded, pairs: pd.DataFrame, effective_on: pd.Timestamp) -> pd.DataFrame:
    """Return, per pair, the smallest cure over all its gates and approvals, and the first day found on which it would pass.

    Deeds come first, waiting last: "Diklat PKA dan 4 bulan lagi di jabatan". The day is there only where waiting alone is enough:
    the latest day any rule asks, judged again on that day, since waiting may bring the pair under another rule.

    Returns
    -------
    DataFrame
        On the index of ``pairs``: eligible, rules (list of ids that stand against it), cure_id, cure_en (missing where nothing
        does), curable, passes_on (the day of the move where it passes now; missing where waiting is not enough).
    """
    encoded = facts if isinstance(facts, Encoded) else encode(facts)
    given = pairs.reset_index(drop=True)
    against = _against(pack, encoded, given, effective_on)
    told = pd.DataFrame({
        "eligible": judge(pack, encoded, given, effective_on).eligible,
        "rules": [against.loc[against["pair"] == n, "rule_id"].tolist() for n in range(len(given))],
        **{f"cure_{lang}": [_line(against[against["pair"] == n], lang) for n in range(len(given))] for lang in ("id", "en")},
        "curable": ~given.index.isin(against.loc[~against["curable"], "pair"]),
        "passes_on": _passes_on(pack, encoded, given, effective_on),
    })  # fmt: skip
    return told.set_axis(pairs.index)


def _against(pack: RulePack, facts: Encoded, pairs: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """Return one row per pair and rule that stands against its eligibility: pair (place), rule_id, short cures, date, curable.

    Only what is not known to pass is explained: words take a hundred times as long as verdicts.
    """
    asked = [rule.gates or rule.severity == "approval" for rule in pack.rules]
    why = explain(pack, facts, pairs, on, np.isin(judge(pack, facts, pairs, on).codes, (FAIL, UNKNOWN)) & asked)
    rules = {rule.id: rule for rule in pack.rules}
    unknown = why["verdict"].eq("unknown")
    stands = why["verdict"].eq("fail") | (unknown & ~_per_rule(why, {name: rule.unknown_warns for name, rule in rules.items()}))
    curable = unknown | _per_rule(why, {name: rule.curable for name, rule in rules.items()})
    titles = {f"title_{lang}": why["rule_id"].map({name: in_line(getattr(rule.title, lang)) for name, rule in rules.items()})
              for lang in ("id", "en")}  # fmt: skip
    return why.assign(curable=curable, **titles)[stands].reset_index(drop=True)


def _per_rule(why: pd.DataFrame, flags: dict[str, bool]) -> pd.Series:
    return why["rule_id"].map(flags).astype(bool)


def _line(against: pd.DataFrame, lang: str) -> str | None:
    """Return the cures of one pair in one line; what nothing cures is said instead."""
    past = against[~against["curable"]]
    if len(past):
        never = {"id": "tidak dapat dipenuhi: {}", "en": "cannot be met: {}"}[lang]
        return never.format(_joined(past[f"title_{lang}"].tolist(), lang))
    waits = against["cure_date"].notna()
    ordered = pd.concat([against[~waits], against[waits]])[f"cure_short_{lang}"]
    return _joined(list(dict.fromkeys(ordered)), lang) or None


def _joined(parts: list[str], lang: str) -> str:
    both = {"id": " dan ", "en": " and "}[lang]
    return both.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _passes_on(pack: RulePack, facts: Encoded, pairs: pd.DataFrame, effective_on: pd.Timestamp) -> pd.Series:
    """Return the first day found on which each pair is eligible by waiting alone."""
    day = pd.Series(effective_on, index=pairs.index, dtype="datetime64[us]")
    settled = pd.Series(False, index=pairs.index)
    for _ in range(ROUNDS):
        for on, rows in pairs[day.notna() & ~settled].groupby(day[day.notna() & ~settled]).groups.items():
            later = _waiting(pack, facts, pairs.loc[rows], pd.Timestamp(on))
            day.loc[rows], settled.loc[rows] = later["day"], later["passes"]
    return day.where(settled)


def _waiting(pack: RulePack, facts: Encoded, pairs: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """Return, per pair, whether it passes on ``on``, else the day its rules ask to wait for (missing: waiting is not enough)."""
    given = pairs.reset_index(drop=True)
    against = _against(pack, facts, given, on)
    dated = against.groupby("pair")["cure_date"].agg(lambda days: days.max() if days.notna().all() else pd.NaT)
    passes = ~given.index.isin(against["pair"])
    day = dated.reindex(given.index).astype("datetime64[us]")
    return pd.DataFrame({"passes": passes, "day": np.where(passes, np.datetime64(on), day)}, index=given.index).set_axis(
        pairs.index
    )
