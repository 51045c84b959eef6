"""Whether a position needs a move at all: fill it, leave it, keep who holds it, and why."""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pandas as pd
import yaml

from placement.lists import Case

VERDICTS: dict[str, dict[str, str]] = yaml.safe_load((files("placement") / "advice.yaml").read_text(encoding="utf-8"))
"""Every verdict with its sentence in both languages."""
COLUMNS = (
    "position_id", "verdict", "do_nothing", "employee_id", "promised_net_value", "promised_uplift", "promised_in_post",
    "holder_outlook", "text_id", "text_en",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdviceParams:
    """``least_gain``: net value (SD, weighted) that a move into a vacant post must promise to be worth its trouble.

    ``least_lead``: SD of performance by which a candidate must be sure to beat whoever holds the post.
    """

    least_gain: float = 0.1
    least_lead: float = 0.0


def advice(case: Case, candidates: pd.DataFrame, holder_outlook: pd.Series, params: AdviceParams) -> pd.DataFrame:
    """Return the verdict on every position of ``case``.

    Parameters
    ----------
    candidates
        Pairs not ruled out, of all positions: position_id, employee_id, eligible, lower, uplift and the columns of
        `placement.promise.promised`.
    holder_outlook
        Mean outlook (SD) of those who hold a position, by position_id.

    Returns
    -------
    DataFrame
        One row per position_id: ``verdict`` (a key of `VERDICTS`), ``do_nothing``; of the eligible candidate who promises most
        (missing: there is none) employee_id and what is promised of them; ``holder_outlook``; the sentence in both languages.
        A vacant post is left where nobody promises ``least_gain``, which takes in what the post left behind loses. An occupied
        one is kept unless somebody's performance there, at the lower end of the interval, still beats the holder's.
    """
    best = _best(candidates[candidates["eligible"] == "yes"]).reindex(case.facts.positions.index)
    pending = candidates.loc[candidates["eligible"] == "unknown", "position_id"].unique()
    vacant = (case.facts.positions["vacant"] > 0).to_numpy()
    holder = holder_outlook.reindex(best.index).astype("float64")
    sure = best["promised_in_post"] - (best["uplift"] - best["lower"])
    nobody, unresolved = best["employee_id"].isna().to_numpy(), best.index.isin(pending)
    worth = (best["promised_net_value"] > params.least_gain).to_numpy()
    beats = (sure > holder + params.least_lead).to_numpy() & case.supported
    verdict = np.select(
        [vacant & nobody & unresolved, vacant & nobody, vacant & ~worth, vacant, holder.isna().to_numpy(), beats],
        ["unresolved", "nobody", "leave", "fill", "abolished", "stronger"], default="keep",
    )  # fmt: skip
    texts = {f"text_{lang}": [_said(kind, lang, row) for kind, row in zip(verdict, best.itertuples(), strict=True)]
             for lang in ("id", "en")}  # fmt: skip
    idle = [bool(VERDICTS[kind]["do_nothing"]) for kind in verdict]
    told = best.assign(verdict=verdict, do_nothing=idle, holder_outlook=holder, **texts).rename_axis("position_id").reset_index()
    return told[list(COLUMNS)]


def _best(eligible: pd.DataFrame) -> pd.DataFrame:
    """Return, by position, the candidate who promises most; of equal ones the first in the order of people."""
    order = eligible.sort_values(["position_id", "promised_net_value", "employee_id"], ascending=[True, False, True], kind="stable")
    return order.drop_duplicates("position_id").set_index("position_id")


def _said(kind: str, language: str, row: object) -> str:
    value = getattr(row, "promised_net_value", float("nan"))
    shown = f"{value:.2f}".replace(".", "," if language == "id" else ".")
    return VERDICTS[kind][language].format(value=shown)
