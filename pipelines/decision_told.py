"""The release decision in words, as a table for whoever opens a run in Prefect: both languages, one row a sentence."""

from collections.abc import Iterator

from pipelines.releasing import Released
from pipelines.texts import Language, Texts
from publication.model_in_force import FOUND, ModelsTold, Stand

Row = dict[str, str]
LANGUAGES = {"text": Language.ID, "text_en": Language.EN}
DECISION = (
    "Model mana yang berlaku, apa yang diputuskan tentang model yang baru dilatih, dan mengapa. Mengubahnya: tepat promote, "
    "refuse, rollback (docs/how-to-data-team.md). — Which model is in force, what was decided on the one just trained, and "
    "why. To change it: tepat promote, refuse, rollback."
)
"""Read in Prefect by whoever opens it: both languages."""


def decision_rows(released: Released, told: ModelsTold | None) -> list[Row]:
    """Return what was decided on the model just trained or taken, its reasons, and how the models stand."""
    reasons = [{"text": reason["text_id"], "text_en": reason["text_en"]} for reason in released.decision["reasons"]]
    decided = f"release_{released.decision['release']}"
    heading = {name: Texts(language)("told_decision", said=Texts(language)(decided)) for name, language in LANGUAGES.items()}
    return [heading, *reasons, *([] if told is None else _stands(told))]


def _stands(told: ModelsTold) -> Iterator[Row]:
    """Yield the model in force with how it came there, and the newest one where it is refused."""
    if told.in_force is None:
        yield _both("told_none")
    else:
        yield _stood(f"told_{told.in_force.how}", told.in_force)
    if told.refused is not None:
        yield _stood("told_refused", told.refused)


def _stood(text: str, one: Stand) -> Row:
    values = {"version": one.version, "day": one.at[:10], "until": one.data_cutoff, "former": one.former or "–"}
    reasons = {"text": one.reason_id, "text_en": one.reason_en}
    by = _both("version_by", who=one.by) if one.by else {"text": "", "text_en": ""}
    said = _both(text, **values)
    return {name: f"{said[name]}{by[name]}{'' if one.how == FOUND else f': {reasons[name]}'}" for name in said}


def _both(text: str, **values: object) -> Row:
    return {name: Texts(language)(text, **values) for name, language in LANGUAGES.items()}
