"""Who takes part: the methods on every board, and classes of the user's own, loaded by module:Class or path.py:Class."""

import hashlib
import importlib
import importlib.util
import inspect
import sys
import sysconfig
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from features.bilingual import Bilingual, listed
from features.errors import UsageError
from pipelines.leaderboard.method import Method

EXPECTED = Bilingual(
    "Expected for each --method: module:Class or path/to/file.py:Class, a class made without arguments, with fit(world, seed) and "
    "effect(pairs).",
    "Untuk setiap --method: modul:Kelas atau folder/berkas.py:Kelas, kelas tanpa argumen yang memiliki fit(world, seed) dan "
    "effect(pairs).",
)


@dataclass(frozen=True, slots=True)
class Entrant:
    """One method: its row, how a new one is made for each city, and a hash of its source.

    ``origin``: ``baseline``, ``ours`` or ``yours``. ``orders_only``: it gives an order and no effect.
    """

    name: str
    make: Callable[[], Method]
    origin: str
    orders_only: bool
    source: str


def entrant(make: Callable[[], Any], origin: str, source: str = "") -> Entrant:
    """Return the entrant of a class, or of any function that makes a new method."""
    one = make()
    name = str(getattr(one, "name", getattr(make, "__name__", "method")))
    return Entrant(name, make, origin, bool(getattr(one, "orders_only", False)), source)


def load_entrants(specs: Sequence[str]) -> list[Entrant]:
    """Return the user's methods.

    Raises
    ------
    UsageError
        A file, module or class is missing or cannot be loaded, lacks a method, or two have one name; all are named at once.
    """
    found, faults = [], []
    for spec in specs:
        try:
            found.append(_load(spec))
        except UsageError as error:
            faults.append(error.message)
    if faults:
        raise UsageError(listed(" ", [*faults, EXPECTED]))
    return found


def require_distinct(entrants: Sequence[Entrant]) -> None:
    """Raise UsageError where two methods have one name: rows could not be told apart."""
    names = [one.name for one in entrants]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        names_twice = ", ".join(repr(name) for name in twice)
        raise UsageError(
            f"Two methods are called {names_twice}. Give yours another `name`.",
            f"Dua metode bernama {names_twice}. Beri metode Anda `name` lain.",
        )


def _load(spec: str) -> Entrant:
    where, _, name = spec.rpartition(":")
    if not where or not name:
        raise UsageError(f"--method '{spec}' names no class.", f"--method '{spec}' tidak menyebut kelas.")
    module = _module(spec, where)
    kind = getattr(module, name, None)
    if not inspect.isclass(kind):
        raise UsageError(
            f"--method '{spec}': '{where}' has no class '{name}'.", f"--method '{spec}': '{where}' tidak memuat kelas '{name}'."
        )
    lacking = [one for one in ("fit", "effect") if not callable(getattr(kind, one, None))]
    if lacking:
        raise UsageError(
            f"--method '{spec}': the class has no {' and no '.join(lacking)}.",
            f"--method '{spec}': kelas itu tidak memiliki {' dan '.join(lacking)}.",
        )
    try:
        return entrant(kind, "yours", _source_hash(module) + name)
    except Exception as error:
        raise UsageError(
            f"--method '{spec}': {name}() fails: {described(error)}.", f"--method '{spec}': {name}() gagal: {described(error)}."
        ) from error


def described(error: BaseException) -> str:
    """Return an error in one line: its kind, its words, and the last line outside libraries that it passed through."""
    passed = [step for step in traceback.extract_tb(error.__traceback__) if not _of_a_library(step.filename)]
    where = f" ({Path(passed[-1].filename).name}, line {passed[-1].lineno})" if passed else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{where}"


def _of_a_library(file: str) -> bool:
    return file.startswith("<") or any(
        Path(file).is_relative_to(place) for place in (*sysconfig.get_paths().values(), sys.base_prefix)
    )


def _module(spec: str, where: str) -> ModuleType:
    try:
        return _from_file(Path(where)) if where.endswith(".py") else importlib.import_module(where)
    except FileNotFoundError as error:
        raise UsageError(
            f"--method '{spec}': there is no file '{where}'.", f"--method '{spec}': berkas '{where}' tidak ada."
        ) from error
    except Exception as error:
        raise UsageError(
            f"--method '{spec}': '{where}' cannot be loaded: {described(error)}.",
            f"--method '{spec}': '{where}' tidak dapat dimuat: {described(error)}.",
        ) from error


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(path)
    name = f"leaderboard_method_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickle look a class's module up here
    spec.loader.exec_module(module)
    return module


def _source_hash(module: ModuleType) -> str:
    file = module.__file__
    return hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else module.__name__
