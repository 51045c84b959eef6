"""Drift of rules: which rules differ between the pack in use today and the one the publication in force was made by."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pandas as pd
import yaml

from evaluation.monitoring.readings import REVIEW, RULES, SAFE
from features.bilingual import Bilingual

CHANGES = {"changed": ("diubah", "changed"), "added": ("ditambah", "added"), "removed": ("dihapus", "removed")}
TOLD, LONGEST = 3, 40
"""Differences of one rule that are told, and characters of each value."""


def changed_rules(published: pd.DataFrame, today: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one reading per rule that was added, removed or changed; one that says so where there is none.

    Parameters
    ----------
    published, today : DataFrame
        rule_id, definition (``rules.pack_rows.as_rows``). A difference is a fact, so there is no budget.
    """
    both = published.set_index("rule_id")["definition"].to_frame("old").join(today.set_index("rule_id")["definition"], how="outer")
    kind = pd.Series("changed", index=both.index)
    kind = kind.mask(both["old"].isna(), "added").mask(both["definition"].isna(), "removed")
    both = both.fillna("")
    differing = kind[both["old"] != both["definition"]].sort_index()
    about = {rule: _about(*both.loc[rule, ["old", "definition"]]) for rule in differing.index}
    rows = [
        {
            "signal": RULES, "subject": str(rule), "status": REVIEW, "value": 1.0, "limit": 0.0, "cases": 1,
            "text": f"Aturan {rule} {CHANGES[change][0]} sejak terbitan yang berlaku{about[rule].indonesian}",
            "text_en": f"Rule {rule} was {CHANGES[change][1]} since the publication in force{about[rule]}",
        }
        for rule, change in differing.items()
    ]  # fmt: skip
    return rows or [{
        "signal": RULES, "subject": "all", "status": SAFE, "value": 0.0, "limit": 0.0, "cases": len(both),
        "text": "Paket aturan sama dengan terbitan yang berlaku",
        "text_en": "The rule pack is that of the publication in force",
    }]  # fmt: skip


def _about(old: str, new: str) -> Bilingual:
    """Return what the rule is called, and in what it differs where it was there before and is now."""
    was, now = (dict(_flat(yaml.safe_load(text) if text else {})) for text in (old, new))
    titles = [now.get(f".title.{language}", was.get(f".title.{language}", "")) for language in ("en", "id")]
    keys = (key for key in sorted({*was, *now}) if was.get(key) != now.get(key)) if old and new else ()
    told = [f"{key.lstrip('.')} {was.get(key, '–')[:LONGEST]} → {now.get(key, '–')[:LONGEST]}" for key in islice(keys, TOLD)]
    said = [f"{f' ({title})' if title else ''}{': ' if told else ''}{'; '.join(told)}" for title in titles]
    return Bilingual(*said)


def _flat(part: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Give every value of a definition by its path."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _flat(value, f"{name}.{key}")
    else:
        yield name, str(part)
