"""Protected traits are opened in one place, after the lists are made; nothing that makes them can come by them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("features", "rules", "models", "placement", "evaluation", "publication", "pipelines", "serving", "simulation", "notebooks")
WATCHED = ("load_vault", "vault.parquet", "evaluation.fairness", "how_groups_fared", "further_groups")


def words(tree: ast.AST) -> Iterator[str]:
    """Yield every name, attribute, import and text of a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.fixture(scope="module")
def naming() -> dict[str, set[str]]:
    """Return, for every watched word, the files that speak of it."""
    found: dict[str, set[str]] = {word: set() for word in WATCHED}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            watched = [word for word in WATCHED if word in text]
            said = set(words(ast.parse(text))) if watched else set()
            for word in watched:
                if any(other == word or other.startswith(f"{word}.") for other in said):
                    found[word].add(str(path.relative_to(ROOT)))
    return found


def test_the_vault_is_opened_in_one_place(naming) -> None:
    assert naming["load_vault"] == {"features/snapshot.py", "pipelines/fairness.py"}
    assert naming["vault.parquet"] == {"features/snapshot.py"}


def test_the_file_of_further_groups_is_read_for_fairness_only_and_a_person_can_be_erased_from_it(naming) -> None:
    assert naming["further_groups"] == {
        "publication/workspace.py", "pipelines/further_groups.py", "pipelines/fairness.py", "publication/upkeep/forgetting.py",
    }  # fmt: skip


def test_only_pipelines_hands_people_to_the_fairness_evaluation(naming) -> None:
    outside = {name for name in naming["evaluation.fairness"] if not name.startswith("evaluation/fairness/")}
    assert outside == {"pipelines/fairness.py", "pipelines/settings.py"}
    assert naming["how_groups_fared"] == {"pipelines/fairness.py", "pipelines/stages.py"}
