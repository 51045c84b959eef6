"""The funnel on the terminal."""

import io

import pytest
from rich.console import Console

from features.funnel import STEPS
from features.risk import EXCLUSIONS
from pipelines.funnel import funnel_table
from pipelines.texts import Language, Texts

FUNNEL = [
    {"step": "at_risk", "rows": 16020}, {"step": "at_risk_movers", "rows": 356}, {"step": "excluded:left", "rows": 726},
    {"step": "excluded_movers:left", "rows": 5}, {"step": "excluded:frozen", "rows": 0},
    {"step": "risk_rows", "rows": 10909}, {"step": "risk_movers", "rows": 242},
]  # fmt: skip


def told(language: Language) -> list[list[str]]:
    console = Console(file=io.StringIO(), width=100)
    console.print(funnel_table(FUNNEL, Texts(language)))
    assert isinstance(console.file, io.StringIO)
    return [line.split() for line in console.file.getvalue().splitlines()]


def test_every_exclusion_has_its_words() -> None:
    assert set(STEPS) == {"at_risk", "learned", *(name for name, _ in EXCLUSIONS)}


@pytest.mark.parametrize(
    ("language", "last"), [(Language.ID, ["Dipelajari", "10.909", "242"]), (Language.EN, ["from", "10,909", "242"])]
)
def test_losses_stand_between_all_and_what_is_learned_from(language: Language, last: list[str]) -> None:
    lines = told(language)
    assert lines[-1][-3:] == last
    assert ["726", "5"] in [line[-2:] for line in lines]
    assert len(lines) == 5, "title, head, all, who left, learned; what loses nobody is not told"
