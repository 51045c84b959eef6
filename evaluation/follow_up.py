"""Who moved lately and seems to struggle: warnings for support, learned from what early signs meant for earlier movers.

A warning goes to whoever may offer support, expires, and is never read by anything that ranks. It is made of what the person said
or what the record of the move shows (feedback and pulses after the move, training, explanation, distance), weighed by how movers of
earlier years with such signs did. Answers stay where they are: the warning says which sign it rests on, not what was answered.
"""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.effects.circumstances import answers, told
from evaluation.effects.matched import Effect, Matched
from evaluation.effects.panel import Array
from evaluation.effects.study import Study
from evaluation.effects.vocabulary import FIT, MOTIVATION, NETWORK, SUPPORT
from features.bilingual import Bilingual

ASKED: dict[str, tuple[str, ...]] = {"fit": FIT, "support": SUPPORT, "motivation": MOTIVATION, "network": NETWORK}
LOW = 2.5
"""Answers (1-5) up to which an item is a sign."""
HALF_ANSWERS = 3.0
"""Answers at which their mean is half signal: one answer after a month says little, ten over half a year say most."""

FEWEST_SHOWN = 5
"""People behind a count that is shown outside support."""

SIGNS: dict[str, Bilingual] = {
    "fit": Bilingual("says that the post does not suit", "menyatakan jabatan kurang sesuai"),
    "support": Bilingual("says that support is missing", "menyatakan kurang mendapat dukungan"),
    "motivation": Bilingual("says that motivation fell", "menyatakan motivasi menurun"),
    "network": Bilingual("says that contacts are missing", "menyatakan belum memiliki jejaring kerja"),
    "silence": Bilingual("was not told the reasons", "belum mendapat penjelasan alasan mutasi"),
    "untrained": Bilingual("had no training for the post", "belum mendapat pelatihan untuk jabatan baru"),
    "unfit": Bilingual("field and experience lie elsewhere", "bidang dan pengalaman berbeda dari jabatan baru"),
}
"""Early signs a warning can rest on, as the person who offers support reads them."""

OPTIONS: dict[str, Bilingual] = {
    "training": Bilingual("training for the new post", "pelatihan untuk jabatan baru"),
    "coaching": Bilingual("coaching by the superior", "pembimbingan oleh atasan"),
    "talk": Bilingual("a talk on reasons and expectations", "dialog mengenai alasan mutasi dan harapan"),
    "duties": Bilingual("adjusted duties", "penyesuaian tugas"),
    "return": Bilingual("return to the former field", "kembali ke bidang semula"),
}
ANSWER_TO: dict[str, tuple[str, ...]] = {
    "fit": ("duties", "return"), "support": ("coaching",), "motivation": ("coaching", "talk"), "network": ("coaching",),
    "silence": ("talk",), "untrained": ("training",), "unfit": ("training", "duties"),
}  # fmt: skip
PROVEN_BY: dict[str, str] = {"training": "no_training", "talk": "poor_communication"}
"""Which cause (`effects.causes`) tells what an option brought to earlier movers."""


@dataclass(frozen=True, slots=True)
class FollowUpParams:
    """When somebody is watched and warned of.

    ``watch_months``: months after a move within which a warning may be given, and after which it expires; ``struggle``: expected
    loss (SD) from which it is; ``fewest``: earlier movers to learn signs from; ``point``: what one point (1-5) of the mean answer
    stands for (SD) before anything is learned; ``pull``: earlier movers that this counts for, and zero for every other sign.
    """

    watch_months: int = 18
    struggle: float = 0.1
    fewest: int = 60
    point: float = 0.5
    pull: float = 100.0


COLUMNS: tuple[str, ...] = ("employee_id", "position_id", "moved_on", "expires_on", "expected_change", "signs", "options")


def follow_up(study: Study, found: Matched, causes: pd.DataFrame, as_of: pd.Timestamp, params: FollowUpParams) -> pd.DataFrame:
    """Return one row per person warned of.

    Parameters
    ----------
    study : Study
    found : Matched
        The matched effect on performance, whose gains teach what signs mean.
    causes : DataFrame
        Of `effects.causes`: what training and explanations were worth.
    as_of : Timestamp
    params : FollowUpParams

    Returns
    -------
    DataFrame
        ``COLUMNS``: employee_id (hashed), position_id, moved_on, expires_on, expected_change (SD of performance), signs and
        options (JSON lists of code, id, en; options with ``helped``, ``lower``, ``upper`` in SD where measured), worst first.
    """
    moves = study.panel.moves
    signs, columns = _signs(study)
    movers = np.flatnonzero(found.usable & (found.moved > 0))
    watched = moves["start_on"] + pd.DateOffset(months=params.watch_months) > as_of
    watched &= ~moves["person"].duplicated(keep="last")
    if len(movers) < params.fewest or not watched.any():
        return _nobody(study)
    expected = _expected(columns, study.sets.move[movers], found.gain[movers], params)
    warned = np.flatnonzero(watched.to_numpy() & (expected <= -params.struggle) & signs.any(axis=1).to_numpy())
    warned = warned[np.argsort(expected[warned], kind="stable")]
    if not len(warned):
        return _nobody(study)
    chosen = moves.iloc[warned]
    return pd.DataFrame({
        "employee_id": pd.Categorical.from_codes(chosen["person"].to_numpy(), dtype=study.known.employee_ids),
        "position_id": chosen["position_id"].to_numpy(), "moved_on": chosen["start_on"].to_numpy(),
        "expires_on": (chosen["start_on"] + pd.DateOffset(months=params.watch_months)).to_numpy(),
        "expected_change": expected[warned],
        "signs": [_told(SIGNS, [name for name in signs if row[name]]) for row in signs.iloc[warned].to_dict("records")],
        "options": [_options([name for name in signs if row[name]], causes) for row in signs.iloc[warned].to_dict("records")],
    }, columns=list(COLUMNS))  # fmt: skip


def signs_counted(warned: pd.DataFrame, language: str = "id") -> pd.DataFrame:
    """Return how many of the ``warned`` (`follow_up`) show each sign: sign (in words), people; empty where one to four do."""
    shown = pd.Series([sign["code"] for signs in warned["signs"] for sign in json.loads(signs)], dtype="str")
    counted = shown.value_counts().reindex(list(SIGNS), fill_value=0).astype("Int64")
    told = [SIGNS[code].into(language) for code in counted.index]
    return pd.DataFrame({"sign": told, "people": counted.mask((counted > 0) & (counted < FEWEST_SHOWN)).to_numpy()})


def _nobody(study: Study) -> pd.DataFrame:
    """Return the empty table of warnings, typed."""
    dtypes = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(("moved_on", "expires_on"), "datetime64[us]")
    dtypes |= {"expected_change": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=dtypes[name]) for name in COLUMNS}).astype({"employee_id": study.known.employee_ids})


def _signs(study: Study) -> tuple[pd.DataFrame, Array]:
    """Return which signs every move shows, and the numbers signs are learned from (moves, k)."""
    moves, made = study.panel.moves, study.circumstances
    said = {name: told(moves, study.known, vocabulary) for name, vocabulary in ASKED.items()}
    known = {"silence": made["explained"], "untrained": made["trained"], "unfit": 1.0 - made["unfit"]}
    good = {name: values.to_numpy(dtype=np.float64) for name, values in known.items()}
    signs = {name: values <= LOW for name, values in said.items()} | {name: values == 0.0 for name, values in good.items()}
    given = sum((answers(moves, study.known, vocabulary) for vocabulary in ASKED.values()), np.zeros(len(moves)))
    overall = _mood(np.column_stack(list(said.values())), given)
    parts = [overall, given > 0, *(np.nan_to_num(values - np.nanmean(values)) if np.isfinite(values).any() else 0 * overall
                                          for values in good.values())]  # fmt: skip
    return pd.DataFrame(signs), np.column_stack([np.asarray(part, dtype=np.float64) for part in parts])


def _mood(mean: Array, given: Array) -> Array:
    """Return the mean answer of every move (moves,), drawn to that of all by how few were ``given``; theirs where none was."""
    seen = np.isfinite(mean)
    own = np.where(seen, mean, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    usual = float(own[given > 0].mean()) if (given > 0).any() else 0.0
    return np.asarray(usual + np.where(given > 0, own - usual, 0.0) * given / (given + HALF_ANSWERS))


def _expected(columns: Array, learned: np.ndarray, gain: Array, params: FollowUpParams) -> Array:
    """Return what every move is expected to change, from what the ``learned`` ones did: ridge on standardised signs."""
    spread = columns[learned].std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    scaled = (columns - columns[learned].mean(axis=0)) / spread
    prior = np.zeros(columns.shape[1])
    prior[0] = params.point * spread[0]
    x, centre = scaled[learned], float(gain.mean())
    left = gain - centre - x @ prior
    weights = prior + np.linalg.solve(x.T @ x + params.pull * np.eye(x.shape[1]), x.T @ left)
    return np.asarray(centre + scaled @ weights)


def _told(texts: dict[str, Bilingual], codes: list[str]) -> str:
    rows = [{"code": code, "id": texts[code].indonesian, "en": str(texts[code])} for code in codes]
    return json.dumps(rows, ensure_ascii=False)


def _options(signs: list[str], causes: pd.DataFrame) -> str:
    """Return the options that answer the signs: those that helped earlier movers first."""
    measured = {row.cause: Effect(row.lost, row.standard_error, int(row.movers), 0) for row in causes.itertuples(index=False)}
    asked = list(dict.fromkeys(option for sign in signs for option in ANSWER_TO[sign]))
    rows = []
    for option in asked:
        effect = measured.get(PROVEN_BY.get(option, ""))
        lower, upper = effect.interval(0.8) if effect is not None else (None, None)
        rows.append({
            "code": option, "id": OPTIONS[option].indonesian, "en": str(OPTIONS[option]),
            "helped": None if effect is None else round(effect.estimate, 4),
            "lower": None if lower is None else round(lower, 4), "upper": None if upper is None else round(upper, 4),
        })  # fmt: skip
    rows.sort(key=lambda row: -float(row["lower"]) if row["lower"] is not None and float(row["lower"]) > 0 else 0.0)
    return json.dumps(rows, ensure_ascii=False)
