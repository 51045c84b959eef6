"""Telling pages and JSON which model is in force, whenever the registry may have changed: by a run, its gate, or a person."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from models.tracking.registered import Standing
from pipelines.job import Job
from pipelines.releasing import registry_of
from pipelines.texts import Language, Texts
from pipelines.versions import why
from publication.model_in_force import FOUND, PROMOTED, ModelsTold, Stand, keep, latest


@dataclass(frozen=True, slots=True)
class Deed:
    """What may have changed the registry: how, by whom (empty: a rule), when (ISO time)."""

    how: str
    by: str
    at: str


@contextmanager
def telling(job: Job, how: str, by: str = "") -> Iterator[None]:
    """Tell what the registry says once the block has ended; a block that fails tells nothing."""
    before = registry_of(job).standings()
    yield
    after = registry_of(job).standings()
    deed = Deed(how, by, datetime.now().astimezone().isoformat(timespec="seconds"))
    keep(job.workspace, as_told(before, after, latest(job.workspace), deed))


def as_told(before: Sequence[Standing], after: Sequence[Standing], known: ModelsTold | None, deed: Deed) -> ModelsTold:
    """Return what is to be told of the versions ``after`` a deed, given those ``before`` it and what was ``known`` of them."""
    was, now = _in_force(before), _in_force(after)
    same = now is not None and was is not None and was.version == now.version
    in_force = None
    if now is not None and same and deed.how != PROMOTED:
        kept = known.in_force if known is not None else None
        in_force = kept if kept is not None and kept.version == now.version else _stand(now, Deed(FOUND, "", ""))
    elif now is not None:
        in_force = _stand(now, deed, former=was.version if was is not None and not same else None)
    return ModelsTold(in_force, _refused(before, after, known, deed), {one.model_hash: one.version for one in after})


def _refused(
    before: Sequence[Standing], after: Sequence[Standing], known: ModelsTold | None, deed: Deed
) -> Stand | None:  # fmt: skip
    """Return the newest version, if it is refused."""
    if not after or after[-1].state != "refused":
        return None
    if any(one.version == after[-1].version and one.state == "refused" for one in before):
        kept = known.refused if known is not None else None
        return kept if kept is not None and kept.version == after[-1].version else _stand(after[-1], Deed(FOUND, "", ""))
    return _stand(after[-1], deed)


def _in_force(standings: Sequence[Standing]) -> Standing | None:
    return next((one for one in standings if one.state == "in_force"), None)


def _stand(one: Standing, deed: Deed, former: int | None = None) -> Stand:
    indonesian, english = (
        why(one.reason, Texts(language), refused=one.state == "refused") for language in (Language.ID, Language.EN)
    )
    return Stand(one.version, one.model_hash, one.data_cutoff, deed.at, deed.how, deed.by, indonesian, english, former)
