"""What a page tells of a candidate beside the estimates: time in post, rank, education, ratings of three years, competency gaps."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from publication.answers import Answers

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Rating:
    """One rated period: its last year, the recorded score in its own scale, and the harmonised one (SD; None: not harmonised)."""

    year: int
    regime: str | None
    raw: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """One competency a post's standard demands: the level assessed (None: not assessed) and the level required."""

    competency: str
    level: float | None
    required: float

    @property
    def short(self) -> float | None:
        """Levels short of the standard; None where the competency was not assessed."""
        return None if self.level is None else max(0.0, self.required - self.level)


@dataclass(frozen=True, slots=True)
class GapsInShort:
    """What a list tells of a person's gaps: those short of the standard, how many were not assessed, how many are demanded."""

    short: tuple[Gap, ...]
    unknown: int
    demanded: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is on record about one person. ``tenure_months``: in the present post on ``effective_on``; None where unknown."""

    tenure_months: float | None
    rank: str | None
    education: str | None
    field: str | None
    job_family: str | None
    level: float | None
    ratings: tuple[Rating, ...]
    competencies: Mapping[str, float]

    def gaps(self, standards: Mapping[str, float]) -> list[Gap]:
        """Return the competencies of ``standards``, the widest gap first, what is met or not assessed last."""
        rows = [Gap(name, self.competencies.get(name), required) for name, required in standards.items()]
        return sorted(rows, key=lambda gap: (-(gap.short or 0.0), gap.level is not None, gap.competency))

    def gaps_in_short(self, standards: Mapping[str, float]) -> GapsInShort:
        """Return what a list tells of the gaps, the widest first."""
        short = [(level - required, name, required) for name, required in standards.items()
                 if (level := self.competencies.get(name, required)) < required]  # fmt: skip
        told = tuple(Gap(name, required + below, required) for below, name, required in sorted(short))
        return GapsInShort(told, sum(name not in self.competencies for name in standards), len(standards))

    @property
    def recent(self) -> float | None:
        """Mean harmonised score of the ratings on record, SD; None where there is none."""
        scores = [rating.score for rating in self.ratings if rating.score is not None]
        return sum(scores) / len(scores) if scores else None


NOTHING = Dossier(None, None, None, None, None, None, (), {})


def dossiers(answers: Answers, employee_ids: Iterable[str], effective_on: str | None) -> dict[str, Dossier]:
    """Return the dossier of each of ``employee_ids``; people without facts are left out."""
    wanted = list(employee_ids)
    rated: dict[str, list[Rating]] = defaultdict(list)
    for row in answers.many("ratings", "employee_id", wanted):
        rated[row["employee_id"]].append(Rating(_day(row["period_end"]).year, row["regime"], row["raw"], row["score"]))
    facts = {row["employee_id"]: row["facts"] for row in answers.many("facts_employees", "employee_id", wanted)}
    return {who: _dossier(known, rated[who], effective_on) for who, known in facts.items()}


def standards_of(facts: Mapping[str, Any]) -> dict[str, float]:
    """Return the level a position demands by competency, from its published facts."""
    return _named(facts.get("standards"))


def _dossier(facts: Mapping[str, Any], ratings: Sequence[Rating], effective_on: str | None) -> Dossier:
    since = facts.get("since")
    months = (_day(effective_on) - _day(since)).days / DAYS_PER_MONTH if since and effective_on else None
    return Dossier(
        tenure_months=months, rank=facts.get("rank"), education=facts.get("education"), field=facts.get("education_field"),
        job_family=facts.get("job_family"), level=facts.get("level"),
        ratings=tuple(sorted(ratings, key=lambda rating: -rating.year)), competencies=_named(facts.get("competencies")),
    )  # fmt: skip


def _named(written: str | None) -> dict[str, float]:
    return dict(json.loads(written)) if written else {}


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value[:10])
