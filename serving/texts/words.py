"""Words by key: a page asks by key, and a missing key fails the tests, not the reader."""

from serving.texts import (
    access,
    accounts,
    blind,
    deciding,
    documents,
    employees,
    explanation,
    fairness,
    following,
    forms,
    frame,
    help,
    inbox,
    lists,
    monitoring,
    overrides,
    overview,
    pair,
    plan,
    preparation,
    shortlist,
    swaps,
    uploads,
    views,
    wishes,
)
from serving.texts.coded import CHOICES

LANGUAGES: tuple[str, ...] = ("id", "en")
"""Languages of the pages; the first is the default."""

FAMILIES = (
    frame, accounts, overview, lists, shortlist, blind, pair, explanation, employees, plan, preparation, swaps, wishes, deciding,
    forms, following, documents, inbox, overrides, fairness, monitoring, help, views, uploads, access,
)  # fmt: skip
TEXTS: dict[str, tuple[str, str]] = {key: pair for family in FAMILIES for key, pair in family.TEXTS.items()}
"""Every word by its key, in both languages; no key is in two families."""


def text(lang: str, key: str, **values: object) -> str:
    """Return the words of ``key`` in ``lang``, with ``values`` filled in; ``KeyError`` for an unknown key."""
    return TEXTS[key][LANGUAGES.index(lang)].format(**values)


def choice(lang: str, column: str, value: str | None) -> str:
    """Return the words for a coded value; the value itself where it has none, a dash where it is missing."""
    if not value:
        return "–"
    words = CHOICES[column].get(value)
    return words[LANGUAGES.index(lang)] if words else value


def in_unit(title: str, unit: str | None) -> str:
    """Return a post with its unit, which many titles name already: it is said once."""
    return f"{title}, {unit}" if unit and unit.casefold() not in title.casefold() else title
