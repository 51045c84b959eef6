"""`--pool`: what other cities told, read strictly from their files of fitted statistics."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from features.errors import SourceError, UsageError
from models.pooling.belief_of import belief_of
from models.pooling.contribution import FORMAT, Contribution, columns_digest
from pipelines.settings import Params, parse


def own_mark(key: bytes) -> str:
    """Return the mark by which a city knows its own file among others; it says nothing of the city to anybody else."""
    return hmac.new(key, b"contribution", hashlib.sha256).hexdigest()[:16]


def hearing(params: Params, named: Sequence[str], key: bytes) -> Params:
    """Return ``params`` with what the contributions at ``named`` (files, or folders of them) make one expect.

    The city's own file, known by its workspace's ``key``, is left out.

    Raises
    ------
    UsageError
        No contribution of another city is there, or one is of another format or damaged.
    SourceError
        A file cannot be read.
    """
    told = {found.origin: found for found in map(read_contribution, _files(named)) if found.origin != own_mark(key)}
    if not told:
        raise UsageError(
            "--pool names no contribution of another city. Make one there with `tepat contribute SOURCE --out FILE`.",
            "--pool tidak memuat kontribusi kota lain. Buat di sana dengan `tepat contribute SUMBER --out BERKAS`.",
        )
    belief = belief_of([told[origin] for origin in sorted(told)], params.pool)
    return replace(params, uplift=replace(params.uplift, belief=belief))


def read_contribution(path: Path) -> Contribution:
    """Return the contribution in ``path``.

    Raises
    ------
    UsageError
        It is of another format, tells of other columns, or is damaged.
    SourceError
        It cannot be read.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(
            f"'{path}' cannot be read as a contribution ({type(error).__name__}). Ask the city for it again.",
            f"'{path}' tidak terbaca sebagai kontribusi ({type(error).__name__}). Minta lagi kepada kotanya.",
        ) from error
    marks = (plain.get("format"), plain.get("columns")) if isinstance(plain, dict) else (None, None)
    if marks != (FORMAT, columns_digest()):
        raise UsageError(
            f"'{path}' is of another version: expected format {FORMAT}, columns {columns_digest()}. "
            "Both cities need the same version of the program; make it anew there with `tepat contribute`.",
            f"'{path}' dari versi lain: diharapkan format {FORMAT}, kolom {columns_digest()}. "
            "Kedua kota memerlukan versi program yang sama; buat lagi di sana dengan `tepat contribute`.",
        )
    found = parse(Contribution, plain, str(path))
    if faults := found.faults():
        named = ", ".join(faults)
        raise UsageError(
            f"'{path}' is damaged: {named} do not fit together. Ask the city for it again.",
            f"'{path}' rusak: {named} tidak saling cocok. Minta lagi kepada kotanya.",
        )
    return found


def _files(named: Sequence[str]) -> list[Path]:
    paths = [Path(name) for name in named]
    return [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
