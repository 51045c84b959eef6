"""Every fault that can reach a user of the command line or a page is raised with its message in both languages."""

import ast
import re
from pathlib import Path

import pytest

from features import errors
from features.bilingual import Bilingual, listed
from pipelines.usage import HELP

ROOT = Path(__file__).resolve().parents[2]
SPEAKING = ("features", "rules", "evaluation", "publication", "pipelines", "serving", "models/tracking")
"""Rooms whose faults reach users. Those of the estimators (`models`) are about arrays, said to programmers in English."""
FAMILIES = {family.__name__ for family in errors.TepatError.__subclasses__()}
ENGLISH = re.compile(r"\b(the|is not|cannot|there is|must|with)\b")


def raised() -> list[tuple[str, ast.Call]]:
    found = []
    for room in SPEAKING:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
                if called and node.exc.func.id in FAMILIES:
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", node.exc))
    return found


def carries_both(call: ast.Call) -> bool:
    """Two texts, two unpacked, or one expression that is bilingual itself (a call or a name, never a literal)."""
    if len(call.args) == 2 or isinstance(call.args[0], ast.Starred):
        return True
    return isinstance(call.args[0], ast.Call | ast.Name | ast.Attribute)


def test_every_raise_carries_both_languages() -> None:
    found = raised()
    assert len(found) > 40
    assert [where for where, call in found if not carries_both(call)] == []


def test_the_indonesian_text_is_not_english() -> None:
    strange = []
    for where, call in raised():
        if len(call.args) == 2:
            words = " ".join(
                part.value for part in ast.walk(call.args[1]) if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            if ENGLISH.search(words):
                strange.append(where)
    assert strange == []


@pytest.mark.parametrize("name", sorted(HELP))
def test_help_is_in_both_languages(name: str) -> None:
    indonesian, english = HELP[name]
    assert indonesian
    assert english
    assert indonesian != english


def test_a_fault_speaks_either_language_and_logs_in_english() -> None:
    fault = errors.UsageError("one", "satu")
    assert (str(fault), fault.into("id"), fault.into("en")) == ("one", "satu", "one")
    several = listed(", ", [fault.message, Bilingual("two", "dua")])
    assert (several, several.into("id")) == ("one, two", "satu, dua")
    assert errors.UsageError(several).into("id") == "satu, dua"
