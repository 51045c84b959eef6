"""The rule pack as rows to publish, and back: whoever reads a publication can judge by the very rules behind it."""

import pandas as pd
import yaml

from rules.pack import Rule, RulePack, WaveRule, Wording, assembled

WORDING_ROW = "wording"
"""The rule id of the row that holds the pack's other words."""


def as_rows(pack: RulePack) -> pd.DataFrame:
    """Return one row per rule in the pack's order (place, rule_id, kind, pack, definition as YAML text), the words last."""
    parts: list[tuple[str, str, Rule | WaveRule | Wording]] = [
        *((rule.id, "pair", rule) for rule in pack.rules),
        *((rule.id, "wave", rule) for rule in pack.wave_rules),
        (WORDING_ROW, WORDING_ROW, pack.wording),
    ]
    rows = [
        (place, name, kind, pack.name, yaml.safe_dump(part.model_dump(), allow_unicode=True))
        for place, (name, kind, part) in enumerate(parts)
    ]
    return pd.DataFrame(rows, columns=["place", "rule_id", "kind", "pack", "definition"])


def from_rows(rows: pd.DataFrame) -> RulePack:
    """Return the pack of which ``rows`` are the `as_rows`; its hash is that of the pack published."""
    ordered = rows.sort_values("place")
    of = {kind: ordered.loc[ordered["kind"] == kind, "definition"] for kind in ("pair", "wave", WORDING_ROW)}
    rules = tuple(Rule.model_validate(yaml.safe_load(text)) for text in of["pair"])
    waves = tuple(WaveRule.model_validate(yaml.safe_load(text)) for text in of["wave"])
    wording = Wording.model_validate(yaml.safe_load(of[WORDING_ROW].iloc[0]))
    return assembled(str(ordered["pack"].iloc[0]), rules, waves, wording)
