"""What pages say of models: which is in force and why, which was refused, and whether the lists were made by another."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from publication.model_in_force import ModelsTold

NO_MODEL = "none"


def models_of(told: ModelsTold | None, run: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is said beside ``run``: in_force, refused (None: not told of), of_lists, other; None where nothing is known.

    ``of_lists``: version of the model behind the lists (None: none registered); ``other``: that is not the one in force.
    """
    if told is None:
        return None
    behind = run.get("hashes", {}).get("model", NO_MODEL)
    now, refused = told.in_force, told.refused
    ordered = behind != NO_MODEL and bool(run.get("ranking_supported"))
    other = behind != now.model_hash if now is not None else ordered
    said_already = refused is not None and now is not None and now.former == refused.version
    return {
        "in_force": asdict(now) if now is not None else None,
        "refused": asdict(refused) if refused is not None and not said_already else None,
        "of_lists": told.versions.get(behind), "other": other,
    }  # fmt: skip


def newest_year(run: Mapping[str, Any], models: Mapping[str, Any] | None) -> list[Mapping[str, str]]:
    """Return what the release of ``run`` found to be reviewed in the newest year's ratings: text_id, text_en.

    Nothing where ``models`` (`models_of`) says that another model is in force by now: whoever made it so has judged since.
    """
    if models is not None and models["other"]:
        return []
    return [one for one in run.get("release", {}).get("reasons", ()) if one["code"].startswith("newest_")]
