"""Every family of pages; the more particular paths before those they could be taken for."""

from serving.pages import (
    access,
    accounts,
    candidates,
    comparison,
    deciding,
    employees,
    exclusions,
    fairness,
    following,
    forms,
    help,
    inbox,
    monitoring,
    overrides,
    overview,
    own,
    plan,
    positions,
    preparation,
    programme,
    revealing,
    scenario_comparison,
    scenarios,
    shortlists,
    support,
    swaps,
    uploads,
    views,
    wishes,
)

MOST_ASKED = tuple(family.router for family in (positions, candidates, comparison, exclusions, shortlists))
"""Tried before all others, those of the JSON too: routes are tried in turn, and forty of them cost half a millisecond."""
OTHERS = tuple(
    family.router
    for family in (
        overview, help, own, views, uploads, accounts, revealing, access, scenarios, scenario_comparison, swaps, wishes,
        preparation, support, plan, overrides, deciding, inbox, following, programme, fairness, monitoring, forms, employees,
    )
)  # fmt: skip
