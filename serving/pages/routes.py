"""Every family of pages; the more particular paths come before those they could be taken for."""

from serving.pages import candidates, exclusions, overview, shortlists

ROUTERS = tuple(family.router for family in (overview, candidates, exclusions, shortlists))
