"""Every family of pages; the more particular paths come before those they could be taken for."""

from publication.accounts.roles import Permission
from serving.pages import candidates, comparison, exclusions, help, overview, positions, revealing, shortlists

NEEDS = {revealing.router: (Permission.REVEAL,)}
"""What a family of pages needs where it is not the right to read lists; one route may ask for more by itself."""

ROUTERS = tuple(family.router for family in (overview, help, revealing, positions, candidates, comparison, exclusions, shortlists))
