"""Plans in words: what limits cost, what clashes, why not, and what changes between two plans; in both languages."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from features.bilingual import Bilingual, listed
from placement.wave.comparison import Why
from placement.wave.groups import group_name
from placement.wave.why_not import WhyNot

Names = Mapping[str, str]
"""What pages call people, positions and units, by id."""
TEXTS: dict[str, Any] = yaml.safe_load((files("placement.wave") / "wording.yaml").read_text(encoding="utf-8"))
_BETWEEN = re.compile(r"( / | -> | \+ )")
_NOTHING = 5e-4
"""SD below which a cost is told as none: it would print as 0.00."""
_SHOWN = 5
"""Moves named in one sentence."""


def price_texts(prices: pd.DataFrame, names: Names) -> list[Bilingual]:
    """Return one sentence per binding limit: rows of `placement.wave.prices.prices`."""
    return [_said(TEXTS["prices"][row.kind], scope=_told(row.kind, row.scope, names), gain=row.gain) for row in prices.itertuples()]


def clash_texts(clashes: pd.DataFrame, names: Names) -> list[Bilingual]:
    """Return the sentence about limits that cannot hold together; none where nothing clashes."""
    if clashes.empty:
        return []
    parts = [_said(TEXTS["clashes"][row.kind], scope=_told(row.kind, row.scope, names)) for row in clashes.itertuples()]
    return [_said(TEXTS["clash" if len(parts) > 1 else "clash_alone"], limits=listed("; ", parts))]


def share_texts(shares: pd.DataFrame) -> list[Bilingual]:
    """Return one sentence per required share: rows of `placement.wave.prices.price_of_shares`."""
    return [_share_text(row.group, row.share, row.cost) for row in shares.itertuples()]


def _share_text(group: str, share: float, cost: float) -> Bilingual:
    kind = "share_impossible" if not np.isfinite(cost) else "share_price" if cost > _NOTHING else "share_free"
    return _said(TEXTS[kind], group=group_name(group), share=f"{100 * share:.0f} %", cost=cost)


def why_not_text(found: WhyNot | None, employee_id: str, position_id: str, names: Names) -> Bilingual:
    """Return why a move is not in the plan; ``found`` is None where the pair is no possible move at all."""
    named = {"employee": _name(employee_id, names), "position": _name(position_id, names)}
    texts = TEXTS["why_not"]
    if found is None or not found.possible:
        return _said(texts["no_move" if found is None else "impossible"], **named)
    if found.cost <= _NOTHING:
        return _said(texts["free"], **named)
    pair = f"{employee_id} -> {position_id}"
    parts = [_said(texts["costs"], **named, cost=found.cost)]
    for key, moves in (("out", found.given_up), ("into", found.gained)):
        told = [_scope(f"{who} -> {post}", names) for who, post in moves.itertuples(index=False) if f"{who} -> {post}" != pair]
        if told:
            parts.append(_said(texts[key], moves="; ".join(told[:_SHOWN])))
    return listed(" ", parts)


def change_texts(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return ``text_id`` and ``text_en`` of each row of `placement.wave.comparison.compare`, on its index."""
    told = [
        listed(" ", [
            _said(TEXTS["changes"][row.change], one=_name(row.position_one, names), other=_name(row.position_other, names),
                  difference=row.value_other - row.value_one),
            *_why(row.why, names),
        ])
        for row in rows.itertuples()
    ]  # fmt: skip
    return pd.DataFrame({"text_id": [text.indonesian for text in told], "text_en": [str(text) for text in told]}, index=rows.index)


def _why(reasons: Sequence[Why], names: Names) -> list[Bilingual]:
    """Return the sentence that says why a person's move is another; none where it is the same."""
    parts = [_said(TEXTS["reasons"][why.code], post=_name(why.post, names), by=_name(why.by, names)) for why in reasons]
    return [_said(TEXTS["because"], reasons=listed("; ", parts))] if parts else []


def _said(texts: Mapping[str, str], **values: object) -> Bilingual:
    filled = {lang: {name: _written(value, lang) for name, value in values.items()} for lang in ("en", "id")}
    return Bilingual(*(texts[lang].format(**given) for lang, given in filled.items()))


def _written(value: object, language: str) -> str:
    if isinstance(value, Bilingual):
        return value.into(language)
    if not isinstance(value, float):
        return str(value)
    return f"{value:.2f}".replace(".", "," if language == "id" else ".")


def _name(identifier: object, names: Names) -> str:
    return names.get(identifier, identifier) if isinstance(identifier, str) else ""


def _told(kind: str, scope: str, names: Names) -> object:
    return group_name(scope) if kind == "share" else _scope(scope, names)


def _scope(scope: str, names: Names) -> str:
    """Return a limit's scope with every id in it told by its name."""
    parts = (part if _BETWEEN.fullmatch(part) else _name(part, names) for part in _BETWEEN.split(scope))
    return "".join(parts).replace(" -> ", " → ")
