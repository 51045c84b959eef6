"""The identity of the code: a hash of the source of its rooms."""

from functools import cache
from pathlib import Path

from publication.run_id import files_hash

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("features", "rules", "models", "placement", "evaluation", "publication", "pipelines")
"""Rooms whose code can change what is published; serving only shows it, the simulation only feeds it."""


@cache
def code_hash(*rooms: str) -> str:
    """Return the hash of all sources of ``rooms``, of every room that can change a publication where none is named."""
    patterns = tuple(f"{room}/**/*{ending}" for room in rooms or ROOMS for ending in (".py", ".yaml", ".md"))
    return files_hash(ROOT, patterns)
