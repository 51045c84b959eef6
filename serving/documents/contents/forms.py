"""Forms: the office's own questions with lines to write on, filled in with what is on record where a person is named."""

from collections.abc import Callable

from serving.documents.content import Content
from serving.documents.contents.asking import Ask, Source, content
from serving.documents.contents.records import person
from serving.documents.office import BLANK


def form(kind: str, title: str) -> Callable[[Source, Ask], Content]:
    """Return the builder of a form: for a person on record, or blank for anybody."""

    def build(source: Source, ask: Ask) -> Content:
        named = source.answers.people(ask.employee_ids)
        people = [person(source.answers, who) for who in ask.employee_ids if who in named] or [_nobody()]
        return content(source, kind, title, {"people": people})

    return build


def _nobody() -> dict[str, str]:
    names = ("name", "nip", "rank_name", "post", "unit", "since", "education")
    return dict.fromkeys(names, BLANK)
