"""Templates compiled our way say what Jinja's own say, on every kind of value."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError, nodes
from markupsafe import Markup

from serving.compiling import Pages


class Word(StrEnum):
    SHARP = "<sharp>"


@dataclass(frozen=True, slots=True)
class Row:
    items: str = "an attribute named as a method of dict"


VALUES = {
    "text": "<b>&\"'", "safe": Markup("<b>safe</b>"), "whole": 7, "real": -0.5, "yes": True, "none": None, "word": Word.SHARP,
    "list": ["<i>", 1], "row": {"a": "<a>", "items": "a cell named as a method"}, "object": Row(), "space": SimpleNamespace(a="&"),
}  # fmt: skip
TEMPLATES = {
    "parts": "{% macro cell(x, y=2) %}<td>{{ x }}|{{ y }}{% set kept %}{{ x }}{% endset %}{{ kept }}</td>{% endmacro %}",
    "frame": "<p>{% block inside %}{% endblock %}</p>",
    "page": """{% extends "frame" %}{% from "parts" import cell %}{% block inside %}
{% for name in ("text", "safe", "whole", "real", "yes", "none", "word", "list") %}{{ values[name] }} {{ cell(values[name]) }}
{{ cell(values[name], y=values.text) }}{{ "<" ~ values[name] ~ ">" }}{{ values[name] | string | upper }}{% endfor %}
{{ values.row.a }}{{ values.row.items }}{{ values.object.items }}{{ values.space.a }}{{ values.missing is defined }}
{% set seen = namespace(last=none) %}{% for one in values.list %}{% set seen.last = one %}{{ loop.index }}{% endfor %}
{{ seen.last }}
{{ called(values.text, more=values.safe) }}{{ "%s" | format(values.text) }}{{ values.list | join(values.safe) }}{% endblock %}""",
}


def written(kind: type[Environment], template: str = "page") -> str:
    made = kind(loader=DictLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    made.globals["called"] = lambda text, more: f"{text}{more}"
    values = VALUES if kind is Pages else {**VALUES, "row": SimpleNamespace(**VALUES["row"])}  # Jinja's own takes dict.items
    return made.get_template(template).render(values=values)


def test_pages_come_out_as_jinja_writes_them() -> None:
    said = written(Pages)
    assert said == written(Environment)
    assert "&lt;sharp&gt;" in said
    assert "<b>safe</b>" in said
    assert "<b>&" not in said


@pytest.mark.parametrize("asked", ["{{ values.row.gone }}", "{{ values.object.gone.more }}", "{{ nobody }}", "{{ nobody() }}"])
def test_what_is_missing_is_a_fault_here_too(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEMPLATES, "faulty", asked)
    with pytest.raises(UndefinedError):
        written(Pages, "faulty")


def test_two_threads_never_read_templates_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, most, usual = [], [], Environment._parse

    def slow(self: Environment, source: str, name: str | None, filename: str | None) -> nodes.Template:
        reading.append(name)
        most.append(len(reading))
        time.sleep(0.02)
        reading.pop()
        return usual(self, source, name, filename)

    monkeypatch.setattr(Environment, "_parse", slow)
    pages = Pages(loader=DictLoader({str(number): f"{{{{ {number} }}}}" for number in range(8)}))
    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(lambda number: pages.get_template(str(number)).render(), range(8)))
    assert said == [str(number) for number in range(8)]
    assert max(most) == 1
