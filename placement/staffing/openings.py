"""Posts that are open when a move would start, because their holders have retired by then."""

from dataclasses import replace

import pandas as pd

from placement.staffing.departures import departures
from rules.facts import Facts
from rules.pack import RulePack
from rules.post_facts import open_heads


def opened_by_retirement(facts: Facts, pack: RulePack) -> Facts:
    """Return ``facts`` with the posts open whose holders retire by ``effective_on``, by record or by birth date."""
    held = departures(facts, pack)
    leaving = held.loc[held["retires_on"] <= facts.effective_on, "position_id"].value_counts()
    posts = facts.positions.assign(leaving=_counted(leaving, facts.positions.index))
    return replace(facts, positions=posts.assign(vacant=open_heads(posts)))


def _counted(found: pd.Series, posts: pd.Index) -> pd.Series:
    return found.reindex(posts).fillna(0).astype("int64")
