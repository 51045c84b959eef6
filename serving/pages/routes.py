"""Every family of pages; the more particular paths come before those they could be taken for."""

from serving.pages import candidates, comparison, exclusions, help, overview, positions, revealing, shortlists

ROUTERS = tuple(family.router for family in (overview, help, revealing, positions, candidates, comparison, exclusions, shortlists))
