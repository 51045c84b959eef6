"""The project's own files, in a clone and in a copy on a machine without git."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def own_files(*patterns: str) -> list[Path]:
    """Return the files that git tracks or, without git, those that ``.gitignore`` does not name; of ``patterns`` if there are any.

    A pattern is one of ``git ls-files``: ``*`` goes through folders.
    """
    names = _tracked() if shutil.which("git") and (ROOT / ".git").exists() else _not_ignored()
    wanted = (name for name in names if not patterns or any(fnmatch(name, one) for one in patterns))
    return [ROOT / name for name in wanted if (ROOT / name).is_file()]


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [name for name in listed.decode().split("\0") if name]


def _not_ignored() -> Iterator[str]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    files_too = [line for line in lines if not line.endswith("/")]
    folders = [".git", *(line.rstrip("/") for line in lines)]
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [name for name in inner if not _one_of(name, folders)]
        yield from (str((Path(folder) / name).relative_to(ROOT)) for name in files if not _one_of(name, files_too))


def _one_of(name: str, patterns: list[str]) -> bool:
    return any(fnmatch(name, one) for one in patterns)
