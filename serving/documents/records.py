"""People, posts and pairs as documents name them: the record in words, nothing of it recomputed."""

import json
from collections.abc import Mapping
from typing import Any

from features.codes import RATINGS
from publication.accounts.roles import Field
from publication.answers import Answers
from serving.documents.asking import Source
from serving.documents.content import MISSING, Value, day, effect, number, words
from serving.documents.spoken import spoken
from serving.punishments import told_punishment
from serving.texts.words import choice, in_unit

GRADE_NAMES = {
    "I/a": "Juru Muda", "I/b": "Juru Muda Tingkat I", "I/c": "Juru", "I/d": "Juru Tingkat I",
    "II/a": "Pengatur Muda", "II/b": "Pengatur Muda Tingkat I", "II/c": "Pengatur", "II/d": "Pengatur Tingkat I",
    "III/a": "Penata Muda", "III/b": "Penata Muda Tingkat I", "III/c": "Penata", "III/d": "Penata Tingkat I",
    "IV/a": "Pembina", "IV/b": "Pembina Tingkat I", "IV/c": "Pembina Utama Muda", "IV/d": "Pembina Utama Madya",
    "IV/e": "Pembina Utama",
}  # fmt: skip
"""Pangkat of each golongan ruang."""


MASKED = "disamarkan"
"""Said instead of what the account may not see."""


def person(source: Source, employee_id: str) -> dict[str, Value]:
    """Return what documents say of a person, masked as the account that asked sees them."""
    answers = source.answers
    named = answers.people([employee_id]).get(employee_id, {})
    facts = record(answers, "facts_employees", employee_id)
    rank = facts.get("rank")
    return {
        "employee_id": employee_id,
        "name": employee_id if source.hides(Field.NAME) else str(named.get("name") or employee_id),
        "nip": MASKED if source.hides(Field.NIP) else words(named.get("nip")),
        "rank_name": f"{GRADE_NAMES[rank]} ({rank})" if rank in GRADE_NAMES else words(rank),
        "rank_since": day(facts.get("rank_since")),
        "education": " ".join(part for part in (facts.get("education"), facts.get("education_field")) if part) or MISSING,
        "post": words(named.get("position_title")),
        "unit": words(named.get("unit_name")),
        "place": in_unit(words(named.get("position_title")), named.get("unit_name")),
        "since": day(facts.get("since")),
        "rating_last": _rating(facts, "rating_last"),
        "rating_prior": _rating(facts, "rating_prior"),
        "retires_on": day(facts.get("retires_on")),
        "assessed_on": day(facts.get("assessed_on")),
        "discipline": MASKED if source.hides(Field.RULINGS) else told_punishment(facts, "discipline", "id"),
    }


def post(answers: Answers, position_id: str) -> dict[str, Value] | None:
    """Return what documents say of a post: title, unit, kind, need, requirements; None where the run does not hold it."""
    row = answers.position(position_id)
    if row is None:
        return None
    facts = record(answers, "facts_positions", position_id)
    fields = str(facts.get("education_fields") or "").replace(";", ", ")
    return {
        "position_id": position_id,
        "title": str(row["title"] or position_id),
        "unit": str(row["unit_name"] or row["unit_id"]),
        "place": in_unit(str(row["title"] or position_id), row["unit_name"]),
        "unit_id": str(row["unit_id"]),
        "kind": choice("id", "job_kind", row["job_kind"]),
        "family": words(row["job_family"]),
        "headcount": number(row["headcount"]),
        "filled": number(row["filled"]),
        "vacant": number(row["vacant"]),
        "needed": number(facts.get("needed"), 1),
        "candidates": number(row["candidates"]),
        "excluded": number(row["excluded"]),
        "min_rank": words(facts.get("min_rank")),
        "min_education": " ".join(part for part in (facts.get("min_education"), fields) if part) or MISSING,
        "certificates": str(facts.get("certificates") or "tidak disyaratkan").replace(";", ", "),
        "character": ", ".join(_character(row)),
    }


def estimates(source: Source, row: Mapping[str, Any]) -> dict[str, Value]:
    """Return the numbers of a pair as every page and every document shows them."""
    origin = row.get("origin_effect")
    return {
        **{name: effect(row[name]) for name in ("uplift", "lower", "upper", "stay_outlook", "expected_in_post", "net_value")},
        **{name: effect(row.get(name)) for name in ("realised_lower", "realised_upper", "net_lower", "net_upper")},
        "grade": str(row["grade"]),
        "evidence": choice("id", "grade", row["grade"]),
        "eligible": choice("id", "eligible", row["eligible"]),
        "training_gap": number(row.get("training_gap")),
        "aspiration": MASKED if source.hides(Field.ASPIRATION) else "berminat" if row.get("aspiration") else "–",
        "origin_effect": number(None if origin is None else 100 * origin, 0, signed=True, unit="%"),
    }


ESTIMATES = (
    "uplift", "lower", "upper", "stay_outlook", "expected_in_post", "net_value", "realised_lower", "realised_upper",
    "net_lower", "net_upper", "grade", "evidence", "eligible", "training_gap", "aspiration", "origin_effect",
)  # fmt: skip
"""What `estimates` returns."""


def reasons(row: Mapping[str, Any], side: str) -> list[dict[str, str]]:
    """Return the reasons ``for`` or ``against`` a pair, each with the record behind it and as it is said to the person."""
    return [
        {"text": str(reason["id"]), "source": str(reason.get("record") or ""), "spoken": spoken(reason)}
        for reason in row.get(f"reasons_{side}") or []
    ]


def gaps(answers: Answers, employee_id: str, position_id: str) -> list[dict[str, Value]]:
    """Return one entry per competency the post's standard demands: held, required and what is short."""
    held = dict(_pairs(record(answers, "facts_employees", employee_id).get("competencies")))
    demanded = _pairs(record(answers, "facts_positions", position_id).get("standards"))
    return [_gap(competency, held.get(competency), level) for competency, level in demanded]


def short(entries: list[dict[str, Value]]) -> list[dict[str, Value]]:
    """Return the competencies that fall short of the standard."""
    return [entry for entry in entries if entry["state"] == "kurang"]


def record(answers: Answers, table: str, key: str) -> dict[str, Any]:
    """Return the facts of one person or post; nothing where the run holds none."""
    found = answers.facts(table, key)
    return dict(found["facts"]) if found else {}


def _gap(competency: str, held: float | None, required: float) -> dict[str, Value]:
    state = "belum dinilai" if held is None else "memenuhi" if held >= required else "kurang"
    short_by = None if held is None else max(required - held, 0.0)
    levels = {"held": number(held), "required": number(required), "short_by": number(short_by)}
    return {"competency": competency, **levels, "state": state}


def _pairs(text: str | None) -> list[tuple[str, float]]:
    return [(str(name), float(level)) for name, level in json.loads(text)] if text else []


def _rating(facts: Mapping[str, Any], name: str) -> str:
    value, year = facts.get(name), facts.get(f"{name}_year")
    if value is None:
        return MISSING
    return RATINGS.get(round(value), str(value)) + (f" ({int(year)})" if year is not None else "")


def _character(row: Mapping[str, Any]) -> list[str]:
    said = [name for key, name in (("strategic", "strategis"), ("supervisory", "memimpin pegawai")) if row[key]]
    return said or ["teknis atau pelaksanaan"]
