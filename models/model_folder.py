"""A model as a folder of plain text: one JSON manifest and LightGBM texts, nothing pickled."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import lightgbm as lgb

_MANIFEST = "manifest.json"
_THREADS = re.compile(r"^\[num_threads: \d+\]\n", re.MULTILINE)
"""LightGBM writes how many threads trained a model into its text; two equal models must not differ by that."""


def write(folder: Path, manifest: Mapping[str, Any], trees: Mapping[str, lgb.Booster]) -> None:
    """Write ``manifest`` (NaN: null) and the text of all ``trees``; equal models give equal bytes, whatever trained them."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_plain(manifest), indent=1, sort_keys=True, allow_nan=False)
    (folder / _MANIFEST).write_text(text + "\n", encoding="utf-8")
    for name, booster in trees.items():
        text = _THREADS.sub("", booster.model_to_string(num_iteration=-1))
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of ``folder``."""
    return dict(json.loads((folder / _MANIFEST).read_text(encoding="utf-8")))


def boosters(folder: Path, names: Iterable[str]) -> dict[str, lgb.Booster]:
    """Return the boosters ``names`` of ``folder``."""
    return {name: lgb.Booster(model_str=(folder / f"{name}.txt").read_text(encoding="utf-8")) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and value != value else value
