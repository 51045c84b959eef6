"""What the record says of a disciplinary punishment, in words: none, nothing known, or which from when to when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from features.written import day
from serving.texts.words import choice, text


def told_punishment(facts: Mapping[str, Any], name: str, lang: str) -> str:
    """Return the words for the punishment ``name`` (``discipline``, ``sanction``) of a person's facts.

    Nothing on record is said as none on record where the city keeps such a record, else as not known.
    """
    severity = facts.get(name)
    if not severity:
        return text(lang, "punished_unknown")
    if severity == "none":
        return text(lang, "punished_none")
    start, end = (_day(facts.get(f"{name}_{part}")) for part in ("from", "until"))
    said = [choice(lang, "fact", severity)]
    said += [text(lang, "punished_from", day=day(start, lang))] if start else []
    said += [text(lang, "punished_until", day=day(end, lang)) if end else text(lang, "punished_endless")]
    said += [text(lang, "punished_open")] if name == "discipline" and facts.get("discipline_open") else []
    return ", ".join(said)


def _day(written: object) -> date | None:
    return date.fromisoformat(str(written)[:10]) if written else None
