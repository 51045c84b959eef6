"""Every family of pages; the more particular paths come before those they could be taken for."""

from serving.pages import (
    candidates,
    comparison,
    employees,
    exclusions,
    help,
    overview,
    plan,
    positions,
    revealing,
    shortlists,
)

ROUTERS = tuple(
    family.router
    for family in (
        overview, help, revealing, plan, employees, positions, candidates, comparison, exclusions, shortlists,
    )
)  # fmt: skip
