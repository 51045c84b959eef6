"""The registered models in words: which is in force, which were, which are refused, and why."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.judgement.release_texts import REASONS
from pipelines.texts import Language, Texts

if TYPE_CHECKING:
    from models.tracking.registry import Standing


def told(standings: "Sequence[Standing]", texts: Texts) -> Iterator[str]:
    """Yield a line per version, or one that says that there is none."""
    for one in standings:
        ranking = texts(f"ranking_{one.ranking_supported}")
        yield texts("version_line", version=one.version, until=one.data_cutoff, state=texts(f"version_{one.state}"),
                    ranking=ranking, reason=why(one.reason, texts))  # fmt: skip
    if not standings:
        yield texts("version_none")


def why(reason: str, texts: Texts) -> str:
    """Return why a version stands as it does: what a person wrote, as it is; the codes of the rules that decided, in words."""
    codes = reason.split("; ")
    if not set(codes) <= REASONS.keys():
        return reason
    names = [REASONS[code][texts.language is not Language.ID] for code in codes]
    rules = ", ".join(name for name in names if "{" not in name)  # the others are whole sentences about one model
    return "; ".join([texts("version_passed"), *([texts("version_beside", rules=rules)] if rules else [])])
