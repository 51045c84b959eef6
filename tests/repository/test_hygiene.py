"""Facts about the repository itself that no single room can check."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.repository.own_files import own_files

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("features", "rules", "models", "placement", "evaluation", "publication", "pipelines", "serving", "simulation")
MOST_LINES = 500
"""Beyond this a file has more than one reason to exist; the aim is 400 (docs/architecture.md)."""

INDEX_HOST = re.compile(r"py[p]i\.(org|python\.org)|python[h]osted\.org|--(extra-)?index[-]url|--find[-]links|/simpl[e]/")
"""A package index's address; the brackets keep this line from matching itself."""
IMPORTED_AS = {"scikit-learn": "sklearn", "python-docx": "docx", "pyyaml": "yaml", "argon2-cffi": "argon2",
               "markdown-it-py": "markdown_it"}  # fmt: skip
LOADED_BY_OTHERS = {"python-multipart", "itsdangerous", "psycopg", "uvloop", "httptools"}
"""FastAPI parses forms with the first, Starlette signs cookies with the second, SQLAlchemy drives PostgreSQL with the third,
uvicorn runs on the last two."""
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
CLOCK_OR_ENVIRONMENT = re.compile(
    r"os\.environ|os\.getenv|datetime\.now\(|date\.today\(|Timestamp\.now\(|Timestamp\.today\(|time\.time\("
)


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="ignore")


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_database_is_committed() -> None:
    assert named(own_files("*.db", "*.sqlite", "*.sqlite3")) == []


def test_every_dependency_is_imported_or_said_to_be_loaded_by_another() -> None:
    listed = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=~!]", dependency)[0] for dependency in listed}
    modules = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names - LOADED_BY_OTHERS}
    trees = [ast.parse(text_of(path)) for package in PACKAGES for path in own_files(f"{package}/*.py")]
    imported = {name.split(".")[0] for tree in trees for node in ast.walk(tree) for name in imported_by(node)}
    assert modules - imported == set()


def imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_no_file_names_a_package_index() -> None:
    assert INDEX_HOST.search("https://" + "py" + "pi.org")
    assert named([path for path in own_files() if INDEX_HOST.search(text_of(path))]) == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    locks = own_files("*.lock")
    assert len(locks) == 2
    for lock in locks:
        text = text_of(lock)
        assert "://" not in text, lock.name
        pins = re.findall(r"^[a-zA-Z0-9_.-]+(?:\[[^\]]*\])?==", text, flags=re.MULTILINE)
        assert len(re.findall(r"--hash=sha256:", text)) >= len(pins) > 0, lock.name


@pytest.mark.parametrize("package", PACKAGES)
def test_an_init_file_holds_a_docstring_only(package: str) -> None:
    for init in (ROOT / package).rglob("__init__.py"):
        module = ast.parse(init.read_text(encoding="utf-8"))
        assert len(module.body) == 1, init
        assert ast.get_docstring(module), init


def test_no_init_file_under_tests() -> None:
    assert named(list((ROOT / "tests").rglob("__init__.py"))) == []


def test_no_python_file_is_crowded() -> None:
    lines = {str(path.relative_to(ROOT)): text_of(path).count("\n") for path in own_files("*.py")}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_every_file_name_says_what_it_is_for() -> None:
    assert named([path for path in own_files("*.py") if path.stem in VAGUE_NAMES]) == []


def test_notebooks_are_committed_without_outputs() -> None:
    for notebook in own_files("notebooks/*.ipynb"):
        for cell in json.loads(text_of(notebook))["cells"]:
            if cell["cell_type"] == "code":
                assert cell["outputs"] == [], notebook.name
                assert cell["execution_count"] is None, notebook.name


def test_rooms_below_the_pipelines_read_no_clock_and_no_environment() -> None:
    rooms = ("features", "rules", "models", "placement", "evaluation", "publication", "simulation")
    files = [path for room in rooms for path in own_files(f"{room}/*.py")]
    assert files
    assert named([path for path in files if CLOCK_OR_ENVIRONMENT.search(text_of(path))]) == []
