"""Drift of rules: which rules differ between the pack in use today and the one the publication in force was made by."""

from typing import Any

import pandas as pd

from evaluation.monitoring.readings import REVIEW, RULES, SAFE

CHANGES = {"changed": ("diubah", "changed"), "added": ("ditambah", "added"), "removed": ("dihapus", "removed")}


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
    differing = kind[both["old"].fillna("") != both["definition"].fillna("")].sort_index()
    rows = [
        {
            "signal": RULES, "subject": str(rule), "status": REVIEW, "value": 1.0, "limit": 0.0, "cases": 1,
            "text": f"Aturan {rule} {CHANGES[change][0]} sejak terbitan yang berlaku",
            "text_en": f"Rule {rule} was {CHANGES[change][1]} since the publication in force",
        }
        for rule, change in differing.items()
    ]  # fmt: skip
    return rows or [{
        "signal": RULES, "subject": "all", "status": SAFE, "value": 0.0, "limit": 0.0, "cases": len(both),
        "text": "Paket aturan sama dengan terbitan yang berlaku",
        "text_en": "The rule pack is that of the publication in force",
    }]  # fmt: skip
