"""What the threat model says of the code itself: nothing is unpickled or evaluated, nothing listens beyond this machine."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.repository.own_files import own_files

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "requirements"))
ROOMS = ("features", "rules", "models", "placement", "evaluation", "publication", "pipelines", "serving", "simulation")
UNSAFE_MODULES = {
    "pickle",
    "cPickle",
    "cloudpickle",
    "dill",
    "joblib",
    "shelve",
    "marshal",
    "torch",
    "telnetlib",
    "ftplib",
    "xmlrpc",
}
UNSAFE_NAMES = {"eval", "exec", "compile", "__import__"}
UNSAFE_CALLS = {"read_pickle", "to_pickle", "unsafe_load", "full_load", "mktemp", "system", "popen"}
EVERYWHERE = "0.0" + ".0.0"


def trees() -> Iterator[tuple[str, ast.AST]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def unsafe(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in UNSAFE_MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNSAFE_MODULES:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            yield from unsafe_call(node)


def unsafe_call(node: ast.Call) -> Iterator[str]:
    if isinstance(node.func, ast.Name) and node.func.id in UNSAFE_NAMES:
        yield node.func.id
    named = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    given = {word.arg: word.value for word in node.keywords}
    loads = named == "load" and ast.unparse(node.func) == "yaml.load"
    if named in UNSAFE_CALLS or (loads and ast.unparse(given.get("Loader", node)) not in ("yaml.SafeLoader", "yaml.CSafeLoader")):
        yield named
    if named == "extractall" and "filter" not in given:
        yield "extractall without a filter"
    for word in ("shell", "allow_pickle"):
        if word in given and ast.unparse(given[word]) != "False":
            yield word


def test_nothing_is_unpickled_evaluated_or_handed_to_a_shell() -> None:
    assert {name: found for name, tree in trees() if (found := sorted(unsafe(tree)))} == {}


@pytest.mark.parametrize(
    "code",
    ["import pickle", "from joblib import load", "eval('1')", "pd.read_pickle(p)", "yaml.load(t)", "t.extractall(p)",
     "run(c, shell=True)", "np.load(f, allow_pickle=True)", "os.system('x')", "yaml.load(t, Loader=yaml.Loader)"],
)  # fmt: skip
def test_what_is_unsafe_would_be_seen(code: str) -> None:
    assert list(unsafe(ast.parse(code)))


def test_nothing_listens_beyond_this_machine() -> None:
    nodes = [node for _, tree in trees() for node in ast.walk(tree)]
    assert [node.lineno for node in nodes if isinstance(node, ast.Constant) and node.value == EVERYWHERE] == []
    servers = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "uvicorn.run"]
    assert [ast.unparse(word.value) for node in servers for word in node.keywords if word.arg == "host"] == ["'127.0.0.1'"]


def test_no_secret_stands_in_a_tracked_file() -> None:
    names = {path.name for path in own_files()}
    assert names & {".env", "secret", "id_rsa"} == set()
    assert {name for name in names if name.endswith((".pem", ".key", ".p12"))} == set()


def test_what_is_installed_is_what_was_locked() -> None:
    from audit import unlike_the_lock

    assert sum(1 for _ in distributions()) > 100
    assert list(unlike_the_lock()) == []
