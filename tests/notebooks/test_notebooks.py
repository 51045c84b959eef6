"""Every notebook runs from top to bottom on an invented city, shows what it promises, and is thin."""

import ast
import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipelines import stages
from pipelines.job import open_job
from pipelines.modelling import Trained
from pipelines.request import Request
from simulation.city import invent_city, write_city
from simulation.knobs import Knobs

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS_PER_CELL = 300


def code_of(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@pytest.fixture(scope="session")
def workspace(quick: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with a publication in force: the stages of a run on a small invented city."""
    root = tmp_path_factory.mktemp("analysed")
    write_city(invent_city(Knobs(employees=500, years=7), seed=3), root / "source")
    job = open_job(Request(source=str(root / "source"), workspace=str(root / "workspace"), params=str(quick)))
    opened = stages.take_in(job)
    learned = stages.learn(job, opened)
    released = stages.decide(job, opened, learned)
    lists, measured = stages.draw_up(job, opened, released), stages.measure(job, opened, learned)
    stages.publish(job, opened, Trained.load(learned.folder), released, lists, measured)
    return root / "workspace"


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_begins_with_question_data_and_finding(path: Path) -> None:
    first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    positions = [first.find(word) for word in ("**Question.**", "**Data.**", "**Finding.**")]
    assert -1 not in positions
    assert positions == sorted(positions)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_nothing_and_uses_no_magic(path: Path) -> None:
    tree = ast.parse(code_of(path))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_on_the_invented_city_and_draws(
    path: Path, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEPAT_WORKSPACE", str(workspace))
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=SECONDS_PER_CELL, kernel_name="python3", resources=where).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert any("text/html" in output.get("data", {}) for output in shown)
