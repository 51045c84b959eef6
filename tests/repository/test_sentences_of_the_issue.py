"""The table of docs/evaluation.md: every file and test it names is there, under the name it gives."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOTS = "..."


def named() -> list[tuple[str, str]]:
    """Return (file, beginning of a test's name or nothing) for everything the last column names."""
    text = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    table = text.split("## The issue, sentence by sentence", 1)[1].split("\n## ", 1)[0]
    found = []
    for line in table.splitlines():
        if line.startswith("| ") and line.count("|") == 4:
            file = ""
            for word in re.findall(r"`([^`]+)`", line.split("|")[3]):
                path, _, test = (
                    word.rpartition("::") if "::" in word else (word, "", "") if word.endswith(".py") else ("", "", word)
                )
                file = path or file
                found.append((file, test.removesuffix(DOTS)))
    return found


NAMED = named()
FILES = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "tests").rglob("test_*.py"))]


def test_the_table_names_tests() -> None:
    assert len(NAMED) > 40


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[f"{file}-{test}" for file, test in NAMED])
def test_what_the_table_names_is_there(file: str, test: str) -> None:
    meant = [path for path in FILES if f"/{path}".endswith(f"/{file}")]
    assert len(meant) == 1, f"docs/evaluation.md names {file}: {len(meant)} files end so"
    text = (ROOT / meant[0]).read_text(encoding="utf-8")
    assert f"def {test or 'test_'}" in text, f"docs/evaluation.md names {test}... of {file}"
