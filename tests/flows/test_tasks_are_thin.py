"""Flows only wrap: no task holds logic that cannot be tested without a server."""

import ast
from pathlib import Path

import pipelines

LONGEST = 10
FRAMES = {"pandas", "numpy", "pyarrow"}


def decorated(name: str) -> list[ast.FunctionDef]:
    tree = ast.parse((Path(pipelines.__file__).parent / "flows.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [one for one in functions if any(name in ast.unparse(mark) for mark in one.decorator_list)]


def test_every_task_and_flow_is_at_most_ten_lines() -> None:
    wrapped = [*decorated("thin"), *decorated("flow")]
    assert len(wrapped) >= 8
    long = [one.name for one in wrapped if one.end_lineno is None or one.end_lineno - one.lineno >= LONGEST]
    assert long == []


def test_flows_know_no_frames() -> None:
    tree = ast.parse((Path(pipelines.__file__).parent / "flows.py").read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} & FRAMES == set()
