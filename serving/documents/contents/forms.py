"""Forms: the office's own questions with lines to write on, filled in with what is on record where a person is named."""

from collections.abc import Callable

from serving.documents.asking import Ask, Source, content
from serving.documents.content import Content, Fields
from serving.documents.office import BLANK
from serving.documents.records import person


def form(kind: str, title: str) -> Callable[[Source, Ask], Content]:
    """Return the builder of a form: for a person on record, or blank for anybody."""

    def build(source: Source, ask: Ask) -> Content:
        named = source.answers.people(ask.employee_ids)
        people: list[Fields] = [person(source, who) for who in ask.employee_ids if who in named]
        return content(source, kind, title, {"people": people or [_nobody()]}, draft=False)

    return build


def _nobody() -> dict[str, str]:
    names = ("name", "nip", "rank_name", "post", "unit", "place", "since", "education")
    return dict.fromkeys(names, BLANK)
