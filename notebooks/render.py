"""Executes every notebook on a workspace and writes it as a Markdown page with small pictures: `make notebooks`."""

import io
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter
from PIL import Image

from publication.read import current
from publication.workspace import Workspace

HERE = Path(__file__).resolve().parent
SHADES = 16
"""Figures are black, white and grey: so many shades are enough, and a third of the bytes."""
STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
BETWEEN_TAGS = re.compile(r">\s+<")
TABLE = re.compile(r"<div>.*?</div>", re.DOTALL)


def main(workspace: Path, folder: Path) -> None:
    os.environ["TEPAT_WORKSPACE"] = str(workspace.resolve())
    os.environ["PYTHONPATH"] = str(HERE.parent)
    run = current(Workspace(workspace)).run()
    made_by = f"Rendered by `make notebooks` from run `{run['run_id']}` of a workspace, as of {run['as_of']}; do not edit."
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.md"), *folder.glob("*.png")):
        old.unlink()
    for path in sorted(HERE.glob("*.ipynb")):
        print(path.stem, flush=True)
        text, pictures = page(executed(path), path.stem)
        (folder / f"{path.stem}.md").write_text(f"{text.strip()}\n\n---\n\n{made_by}\n", encoding="utf-8")
        for name, picture in pictures.items():
            (folder / name).write_bytes(small(picture))


def executed(path: Path) -> nbformat.NotebookNode:
    """Return the notebook with the outputs it displays; warnings of libraries are left out."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=None, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.output_type == "display_data"]
    return notebook


def page(notebook: nbformat.NotebookNode, name: str) -> tuple[str, dict[str, bytes]]:
    """Return the Markdown of an executed notebook, and its pictures by file name."""
    text, resources = MarkdownExporter().from_notebook_node(notebook, {"unique_key": name, "output_files_dir": "."})
    tables = TABLE.sub(lambda found: BETWEEN_TAGS.sub("><", STYLE.sub("", found[0])), text.replace("](./", "]("))
    return tables, {Path(file).name: data for file, data in resources.get("outputs", {}).items()}


def small(picture: bytes) -> bytes:
    """Return a PNG in few shades of grey."""
    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("L").quantize(SHADES).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
