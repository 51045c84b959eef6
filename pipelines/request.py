"""What a command was asked to do, as plain values; light to import, so that help and usage errors come at once."""

from dataclasses import dataclass

from pipelines.texts import Language


@dataclass(frozen=True, slots=True)
class Request:
    """A command's arguments as plain values, so that a Prefect deployment can carry them as JSON."""

    source: str
    workspace: str = "workspace"
    mapping: str | None = None
    params: str | None = None
    seed: int = 1
    as_of: str | None = None
    effective_on: str | None = None
    lang: Language = Language.ID
    pool: tuple[str, ...] = ()
