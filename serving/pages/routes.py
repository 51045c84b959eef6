"""Every family of pages; the more particular paths come before those they could be taken for."""

from serving.pages import (
    candidates,
    comparison,
    deciding,
    employees,
    exclusions,
    following,
    forms,
    help,
    monitoring,
    overview,
    own,
    plan,
    positions,
    programme,
    revealing,
    scenarios,
    shortlists,
)

ROUTERS = tuple(
    family.router
    for family in (
        overview, help, own, revealing, scenarios, plan, deciding, following, programme, monitoring, forms, employees, positions,
        candidates, comparison, exclusions, shortlists,
    )
)  # fmt: skip
