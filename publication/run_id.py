"""The identity of a run: a hash of everything its published bytes follow from, and of nothing else."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KEY_LENGTH = 16


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What decides the bytes of a publication. Every field is text; hashes are SHA-256 in hexadecimal."""

    source: str
    intake: str
    params: str
    rule_pack: str
    as_of: str
    effective_on: str
    seed: str
    code: str
    model: str
    groups: str = ""

    def run_id(self) -> str:
        """Return the RUN_ID: the first 16 hexadecimal digits of the hash of all fields."""
        return content_hash(asdict(self))[:KEY_LENGTH]


def content_hash(value: Mapping[str, Any]) -> str:
    """Return the SHA-256 of ``value`` written as JSON with sorted keys; dates and other objects count as their text."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str, allow_nan=True)
    return hashlib.sha256(text.encode()).hexdigest()


def as_json(value: object) -> Any:  # noqa: ANN401 - JSON values of any kind
    """Return ``value`` with nothing in it but JSON: numbers that are none become null, tuples lists, dates and others text."""
    if isinstance(value, Mapping):
        return {str(key): as_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)


def files_hash(root: Path, patterns: tuple[str, ...]) -> str:
    """Return the SHA-256 over the names and contents of the files below ``root`` that match any of ``patterns``."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()}):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
