"""The registered models in words: which is in force, which were, which are refused, and why."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.judgement.release_texts import REASONS, names_of
from pipelines.texts import Texts

if TYPE_CHECKING:
    from models.tracking.registered import Standing


def told(standings: "Sequence[Standing]", texts: Texts) -> Iterator[str]:
    """Yield a line per version, or one that says that there is none."""
    for one in standings:
        ranking = texts(f"ranking_{one.ranking_supported}")
        yield texts("version_line", version=one.version, until=one.data_cutoff, state=texts(f"version_{one.state}"),
                    ranking=ranking, reason=why(one.reason, texts, refused=one.state == "refused"), by=_by(one, texts))  # fmt: skip
    if not standings:
        yield texts("version_none")


def _by(one: "Standing", texts: Texts) -> str:
    return texts("version_by", who=one.by) if one.by else ""


def why(reason: str, texts: Texts, *, refused: bool = False) -> str:
    """Return why a version stands as it does: what a person wrote, as it is; the codes of the rules that decided, in words."""
    codes = reason.split("; ")
    if not set(codes) <= REASONS.keys():
        return reason
    if refused:
        return texts("version_failed", rules=names_of(codes).into(texts.language.value))
    rules = names_of(code for code in codes if "{" not in REASONS[code][0])  # the others are whole sentences about one model
    beside = [texts("version_beside", rules=rules.into(texts.language.value))] if rules else []
    return "; ".join([texts("version_passed"), *beside])
