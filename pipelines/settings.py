"""Settings of three kinds, never mixed: study choices (``params.yaml``), the environment, and what one command asks for.

Study choices are read strictly into the frozen dataclasses that stand beside the functions using them: an unknown key, a missing
value or a wrong type is an error that names the key.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import yaml
from pydantic import SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from features.errors import UsageError
from publication.run_id import content_hash

SHIPPED = Path(__file__).resolve().parent.parent / "params.yaml"
"""The study choices that ship with the program; a city's file overrides single keys."""

Parsed = TypeVar("Parsed")


class Environment(BaseSettings):
    """What the machine decides: where the database and the tracking server are. Variables start with ``TEPAT_``."""

    model_config = SettingsConfigDict(env_prefix="TEPAT_", extra="ignore")

    database_url: SecretStr | None = None
    mlflow_uri: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class RunParams:
    """How a run uses the machine; nothing here changes a result."""

    threads: int = 2


@dataclass(frozen=True, slots=True)
class ListParams:
    """How long the published lists are."""

    shortlist: int = 50
    best_positions: int = 10
    candidates: int = 100
    exclusions: int = 25
    explained: int = 10
    shown: int = 10
    shown_executive: int = 3


@dataclass(frozen=True, slots=True)
class Params:
    """All study choices, one section per function that uses them."""

    run: RunParams = field(default_factory=RunParams)
    lists: ListParams = field(default_factory=ListParams)

    def digest(self, *sections: str) -> str:
        """Return the hash of the named sections; of all that can change a result where none is named."""
        values = asdict(self)
        wanted = sections or tuple(sorted(set(values) - {"run"}))
        return content_hash({name: values[name] for name in wanted})


def load_params(overrides: Path | None = None) -> Params:
    """Return the shipped study choices, with those of a city's file in place of single keys.

    Raises
    ------
    UsageError
        A file is missing or no YAML, or holds keys that do not exist or values of the wrong type; all are named at once.
    """
    values = _read_yaml(SHIPPED)
    if overrides is not None:
        values = _merged(values, _read_yaml(overrides))
    return parse(Params, values, str(overrides or SHIPPED.name))


def parse(kind: type[Parsed], values: Mapping[str, Any], source: str) -> Parsed:
    """Return ``values`` as the dataclass ``kind``; every unknown key, missing key and wrong type is named in one error."""
    faults = [*_misnamed(kind, values, "")]
    try:
        result = TypeAdapter(kind).validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        faults += [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
    if faults:
        raise UsageError(f"{source}: {len(faults)} wrong settings: {'; '.join(faults)}. params.yaml lists and explains every key.")
    return result


def _misnamed(kind: Any, values: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - types and YAML values of any kind
    if not is_dataclass(kind) or not isinstance(values, Mapping):
        return
    hints = get_type_hints(kind)
    for name in values:
        if name not in hints:
            yield f"{path}{name}: no such key"
        else:
            yield from _misnamed(hints[name], values[name], f"{path}{name}.")


def required_keys(kind: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401
    """Yield every dotted key of dataclass ``kind``, nested ones included."""
    hints = get_type_hints(kind)
    for item in fields(kind):
        if is_dataclass(hints[item.name]):
            yield from required_keys(hints[item.name], f"{path}{item.name}.")
        else:
            yield f"{path}{item.name}"


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merged(merged[name], value) if both else value
    return merged


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"There is no settings file '{path}'. Check --params.") from error
    except yaml.YAMLError as error:
        raise UsageError(f"'{path}' is not valid YAML: {error}".replace("\n", " ")) from error
    if not isinstance(values or {}, dict):
        raise UsageError(f"'{path}' must hold sections with keys and values, as params.yaml does.")
    return dict(values or {})
