"""Every notebook runs from top to bottom on an invented city, shows what it promises, and is thin."""

import ast
import json
import re
import resource
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from pipelines import stages
from pipelines.job import open_job
from pipelines.modelling import Trained
from pipelines.request import Request
from simulation.city import invent_city, write_city
from simulation.knobs import Knobs

ROOT = Path(__file__).resolve().parents[2]
FOLDER, PAGES = ROOT / "notebooks", ROOT / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS_PER_CELL = 300
MOST_SECONDS = 120.0
"""Processor seconds of one notebook, its kernel's start included."""
MOST_BYTES = 1_500_000
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells_of(path: Path) -> list[tuple[str, str]]:
    """Return kind and text of every cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]


def code_of(path: Path) -> str:
    return "\n".join(text for kind, text in cells_of(path) if kind == "code")


def shows(code: str) -> bool:
    return re.search(r"^display\(", code, re.MULTILINE) is not None


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with a publication in force: the stages of a run on a small invented city."""
    root = tmp_path_factory.mktemp("analysed")
    write_city(invent_city(Knobs(employees=1200, years=8), seed=5), root / "source")
    job = open_job(Request(source=str(root / "source"), workspace=str(root / "workspace"), seed=5))
    opened = stages.take_in(job)
    learned = stages.learn(job, opened)
    released = stages.decide(job, opened, learned)
    lists, measured = stages.draw_up(job, opened, released), stages.measure(job, opened, learned)
    stages.publish(job, opened, Trained.load(learned.folder), released, lists, measured)
    return root / "workspace"


def test_there_are_ten_numbered_notebooks() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == [f"{number:02d}-" for number in range(1, 11)]


@EACH
def test_a_notebook_begins_with_question_data_and_a_finding_without_numbers(path: Path) -> None:
    first = cells_of(path)[0][1]
    positions = [first.find(word) for word in ("**Question.**", "**Data.**", "**Finding.**")]
    assert -1 not in positions
    assert positions == sorted(positions)
    finding = first[positions[2] :].split("\n\n")[0]
    assert not re.search(r"\d", finding), "a number in a text goes stale: compute it where it is shown"


@EACH
def test_every_display_has_its_question_its_data_and_a_finding_of_its_own(path: Path) -> None:
    cells = cells_of(path)
    shown = [place for place, (kind, text) in enumerate(cells) if kind == "code" and shows(text)]
    assert len(shown) >= 3
    for place in shown:
        kind, told = cells[place - 1]
        assert kind == "markdown"
        assert "**Question.**" in told
        assert "**Data.**" in told
        assert cells[place][1].count("**Finding.**") >= 1


@EACH
def test_a_notebook_defines_nothing_uses_no_magic_and_shows_by_display_only(path: Path) -> None:
    tree = ast.parse(code_of(path))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
    bare = [node.value for node in tree.body if isinstance(node, ast.Expr)]
    assert all(isinstance(node, ast.Call) for node in bare)


@EACH
def test_the_rendered_page_tells_what_the_notebook_tells(path: Path) -> None:
    page = (PAGES / f"{path.stem}.md").read_text(encoding="utf-8")
    stale = [text for _, text in cells_of(path) if text.strip() not in page]
    assert not stale, "render again: make notebooks"
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page)
    assert pictures
    assert all((PAGES / picture).is_file() for picture in pictures)
    assert page.count("**Finding.**") > sum(text.count("**Finding.**") for _, text in cells_of(path)), "findings are outputs too"


def test_rendered_pages_are_small_and_leave_nothing_behind() -> None:
    files = list(PAGES.iterdir())
    assert {path.suffix for path in files} == {".md", ".png"}
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    told = "".join(path.read_text(encoding="utf-8") for path in files if path.suffix == ".md")
    assert not [path.name for path in files if path.suffix == ".png" and path.name not in told]


def texts(outputs: list[Any]) -> list[str]:
    return [output["data"]["text/markdown"] for output in outputs if "text/markdown" in output.get("data", {})]


@pytest.mark.slow
@EACH
def test_a_notebook_runs_on_the_invented_city_and_finds_something(
    path: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEPAT_WORKSPACE", str(workspace))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(FOLDER)}}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    NotebookClient(notebook, timeout=SECONDS_PER_CELL, kernel_name="python3", resources=where).execute()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert any("text/html" in output.get("data", {}) for output in shown)
    for cell in notebook.cells:
        if cell.cell_type == "code" and shows(cell.source):
            findings = [text for text in texts(cell.outputs) if "**Finding.**" in text]
            assert len(findings) == 1
            assert not re.search(r"\bnan\b", findings[0])
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < MOST_SECONDS
