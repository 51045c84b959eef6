"""What is written down of a training run: parameters, hashes, counts, figures, reasons; nothing about any single person."""

import hashlib
import importlib.metadata
import json
import math
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from models.judgement.evidence import ValidationEvidence
from models.judgement.release import ReleaseDecision

REQUIREMENTS = ("lightgbm", "mlflow", "numpy", "pandas", "scikit-learn", "scipy")
"""Packages a loaded model needs beside Tepat itself."""
LONGEST_TAG = 5000
"""Longest text MLflow's store takes as a tag."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Everything about one training run but the model itself.

    Attributes
    ----------
    name : str
        The run's name in MLflow, the RUN_ID of the publication where there is one.
    data_cutoff : Timestamp
        Newest day the model knows of; it is never used for an earlier ``as_of``.
    parameters : Mapping
        Study choices, nested as in ``params.yaml``; logged flat with dots.
    hashes : Mapping
        Names and hashes of what went in: source, snapshot, parameters, code, ...
    funnel : DataFrame
        One row per step: step, rows, reason.
    features : DataFrame
        One row per feature: name, family, meaning, ...
    health : Mapping
        Label-health verdict, reasons and figures.
    evidence : ValidationEvidence or None
        None where too little data could be judged.
    decision : ReleaseDecision
        What the release rules said.
    """

    name: str
    data_cutoff: pd.Timestamp
    parameters: Mapping[str, Any]
    hashes: Mapping[str, str]
    funnel: pd.DataFrame
    features: pd.DataFrame
    health: Mapping[str, Any]
    evidence: ValidationEvidence | None
    decision: ReleaseDecision

    def parameter_texts(self) -> dict[str, str]:
        """Return the parameters flat, keys joined by dots."""
        return {key: str(value) for key, value in _flat(self.parameters, "")}

    def metrics(self) -> dict[str, float]:
        """Return every finite number of the run: funnel counts, validation figures with their bounds."""
        counts = {f"funnel.{_word(step)}": float(rows) for step, rows in zip(self.funnel["step"], self.funnel["rows"], strict=True)}
        found = {} if self.evidence is None else _evidence_metrics(self.evidence)
        return {key: value for key, value in {**counts, **found}.items() if math.isfinite(value)}

    def tags(self) -> dict[str, str]:
        """Return hashes, cut-off and the decision as tags."""
        reasons = [{"code": r.code, "blocks": r.blocks, "value": _round(r.seen.value)} for r in self.decision.reasons]
        return {
            **{f"hash.{key}": value for key, value in self.hashes.items()},
            "data_cutoff": self.data_cutoff.date().isoformat(),
            "release": self.decision.release,
            "ranking_supported": str(self.decision.ranking_supported).lower(),
            "reasons": json.dumps(reasons)[:LONGEST_TAG],
        }


def environment() -> dict[str, str]:
    """Return the versions the model was made with."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in REQUIREMENTS}}


def requirements() -> list[str]:
    """Return the pinned requirements of a loaded model; given to MLflow, which would spend seconds on guessing them."""
    return [f"{name}=={importlib.metadata.version(name)}" for name in REQUIREMENTS]


def folder_hash(folder: Path) -> str:
    """Return one SHA-256 over the names and bytes of all files in ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _flat(nested: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in nested.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _evidence_metrics(evidence: ValidationEvidence) -> dict[str, float]:
    out = {name: float(getattr(evidence, name)) for name in ("movers", "stayers", "employees", "decision_days", "plan_likeness")}
    told = {**evidence.figures(), **{f"fifth.{place}": cell.realised for place, cell in enumerate(evidence.gates, start=1)}}
    for rival in evidence.baselines:
        told |= {f"rival.{rival.name}.{name}": getattr(rival, name) for name in ("loss_gain", "autoc", "qini", "plan_value")}
    for name, figure in told.items():
        out |= {name: figure.value, f"{name}.lower": figure.lower, f"{name}.upper": figure.upper}
    return {**out, "slope.p": evidence.slope.p_value, "autoc.p": evidence.autoc.p_value}


def _word(text: object) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in str(text))


def _round(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
