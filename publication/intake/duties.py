"""What must be answered, by when and on which ground: objections and corrections by law, questions as the office has set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from features.bilingual import Bilingual

OFFICE = Bilingual("set by the office", "ketentuan kantor")


@dataclass(frozen=True, slots=True)
class Term:
    """How long an answer may take: so many days, working days (Monday to Friday) or not, and who says so."""

    days: int
    working: bool
    ground: Bilingual

    def ends(self, entered_on: date) -> date:
        """Return the last day of the term; public holidays are not left out, so it is never later than the law's."""
        if not self.working:
            return entered_on + timedelta(days=self.days)
        return date.fromisoformat(str(np.busday_offset(np.datetime64(entered_on, "D"), self.days, roll="backward")))


OBJECTION_DAYS, QUESTION_DAYS = 10, 5
"""Working days to settle an objection, and to answer a question, where the office has set nothing else."""


def terms(objection_days: int = OBJECTION_DAYS, question_days: int = QUESTION_DAYS) -> dict[str, Term]:
    """Return the terms by form, counted from the day of entry.

    UU 30/2014 gives working days to settle an objection, UU 27/2022 three times 24 hours to put personal data right; a question is
    answered when the office says. How far the ten days are confirmed stands in ``docs/records.md``: the legal section reads the law
    before the first use, and sets another number where it reads another.
    """
    return {
        "objections": Term(objection_days, True, Bilingual("UU 30/2014 art. 77(4)", "UU 30/2014 Pasal 77 ayat (4)")),
        "corrections": Term(3, False, Bilingual("UU 27/2022 art. 30(1)", "UU 27/2022 Pasal 30 ayat (1)")),
        "questions": Term(question_days, True, OFFICE),
    }


@dataclass(frozen=True, slots=True)
class Duty:
    """One entry that somebody must answer: its form and row, the term, the last day, and the answers so far, oldest first."""

    form: str
    row: Mapping[str, Any]
    term: Term
    due_on: date
    replies: Sequence[Mapping[str, Any]]

    def state(self, today: date) -> str:
        """Return whether it is ``answered``, ``overdue`` or ``open``."""
        return "answered" if self.replies else "overdue" if self.due_on < today else "open"


def duties(
    form: str, rows: Iterable[Mapping[str, Any]], replies: Mapping[int, Sequence[Mapping[str, Any]]], term: Term
) -> list[Duty]:  # fmt: skip
    """Return what entries of ``form`` ask for, each within ``term``."""
    return [
        Duty(form, row, term, term.ends(date.fromisoformat(row["entered_at"][:10])), replies.get(row["entry_id"], ()))
        for row in rows
    ]
