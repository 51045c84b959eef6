"""Which model is in force, since when and by whose word, and which was refused last: told beside the publications, for the pages.

The registry decides; this file only tells pages and the JSON, which know no registry. It is replaced in one step.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from publication.workspace import Workspace

RELEASED, PROMOTED, ROLLED_BACK, WITHDRAWN, FOUND = "released", "promoted", "rolled_back", "withdrawn", "found"
"""How a model came into force: by the rules, by a person, back from a later one, because the gate withdrew a later one; unknown."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How one version stands: ``at`` (ISO time; empty: not known) it came so, ``how`` and ``by`` whose word (empty: a rule's).

    ``former``: the version in force before it. ``reason`` in both languages; what a person wrote is the same in both.
    """

    version: int
    model_hash: str
    data_cutoff: str
    at: str = ""
    how: str = ""
    by: str = ""
    reason_id: str = ""
    reason_en: str = ""
    former: int | None = None


@dataclass(frozen=True, slots=True)
class ModelsTold:
    """The model in force and the newest one if it is refused, None where there is none; ``versions``: number by model hash."""

    in_force: Stand | None
    refused: Stand | None
    versions: Mapping[str, int]


def keep(workspace: Workspace, told: ModelsTold) -> Path:
    """Write ``told`` and return its file."""
    path = workspace.model_in_force
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(asdict(told), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)
    return path


def latest(workspace: Workspace) -> ModelsTold | None:
    """Return what was told last, None where nothing was."""
    if not workspace.model_in_force.exists():
        return None
    found: dict[str, Any] = json.loads(workspace.model_in_force.read_text(encoding="utf-8"))
    in_force, refused = (None if found[name] is None else Stand(**found[name]) for name in ("in_force", "refused"))
    return ModelsTold(in_force, refused, found["versions"])
