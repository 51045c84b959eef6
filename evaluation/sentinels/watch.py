"""All sentinels over one record, with one budget of false alarms for all of them together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.sentinels import careers, signals
from features.tables import Tables
from features.written import day

REVIEW = "perlu ditelaah"
"""What a sentinel says, and all it says."""

COLUMNS = ("signal", "kind", *signals.COLUMNS, "alarm", "text", "text_en")


@dataclass(frozen=True, slots=True)
class SentinelParams:
    """How sentinels watch.

    ``budget``: false alarms expected of all tests together where only chance is at work; ``draws``: exchanges behind a p value;
    ``fewest``: people behind a subject; ``soon_months``: a move follows a rating within so many months; ``before_days``: before a
    freeze; ``discipline_months``: a punishment explains a step down for so long; ``years``: looked back for units.
    """

    budget: float = 1.0
    draws: int = 1999
    fewest: int = 8
    soon_months: int = 12
    before_days: int = 90
    discipline_months: int = 24
    years: int = 8


def watch(known: Tables, scores: pd.DataFrame, as_of: pd.Timestamp, params: SentinelParams, seed: int) -> pd.DataFrame:
    """Return every subject looked at, those to be reviewed first.

    Parameters
    ----------
    known
        Through `features.as_of.known_at`.
    scores
        ``HarmonisedRatings.scores`` of the same day.

    Returns
    -------
    DataFrame
        ``COLUMNS``: ``kind`` says what ``subject`` is (rater, unit, freeze, employee); ``alarm`` where ``p_value`` is at most the
        budget over the number of tests, so that chance alone raises no more than the budget on average, however the tests hang
        together. The sentence asks for a review only where there is an alarm; of all others it says that nothing stands out.
    """
    spells = careers.spells(known, as_of)
    moves = careers.moves(spells)
    years = careers.person_years(spells, as_of, params.years)
    posts = known["positions"].drop_duplicates("position_id").set_index("position_id")[["level", "job_family"]]
    soon, fewest, draws = params.soon_months, params.fewest, params.draws
    frames = {name: known.frames.get(name) for name in ("freezes", "relations", "disciplines")}
    found = {
        "rating_jumps": signals.rating_jumps(scores, moves, soon, fewest, draws, seed),
        "favourites": signals.favourites(scores, moves, posts, soon, fewest, draws, seed + 1),
        "never_releasing": signals.never_releasing(years, fewest, draws, seed + 2),
    }
    if frames["freezes"] is not None:
        found["bunched"] = signals.bunched(moves, frames["freezes"], params.before_days, as_of, draws, seed + 3)
    if frames["relations"] is not None:
        found["connected"] = signals.connected(moves, spells, frames["relations"], fewest, draws, seed + 4)
    if frames["disciplines"] is not None:
        found["demotions"] = signals.demotions(moves, frames["disciplines"], params.discipline_months)
    return _told(pd.concat([frame.assign(signal=name) for name, frame in found.items()], ignore_index=True), params)


def _told(frame: pd.DataFrame, params: SentinelParams) -> pd.DataFrame:
    tests = int(frame["p_value"].notna().sum())
    alarm = (frame["p_value"] <= params.budget / max(tests, 1)) | frame["p_value"].isna()
    frame = frame.assign(kind=frame["signal"].map(KINDS), alarm=alarm, on=frame.get("on", pd.NaT))
    for place, name in enumerate(("text", "text_en")):
        frame[name] = [
            _sentence(row.signal, place, row.observed, row.expected, bool(row.alarm), row.on) for row in frame.itertuples()
        ]
    order = np.lexsort((frame["subject"], frame["signal"], frame["p_value"].fillna(0.0), ~frame["alarm"]))
    return frame.iloc[order].reset_index(drop=True)[list(COLUMNS)]


LANGUAGES = ("id", "en")
KINDS = {"rating_jumps": "rater", "favourites": "rater", "never_releasing": "unit", "bunched": "freeze", "connected": "unit",
         "demotions": "employee"}  # fmt: skip

COUNTED = ("favourites", "never_releasing", "bunched", "connected")
"""Signals that count people or moves: what was observed is a whole number."""
_HEADS = {True: ("Perlu ditelaah: ", "To be reviewed: "), False: ("Tidak menonjol: ", "Nothing stands out: ")}

_TEXTS = {
    "rating_jumps": (
        "nilai pegawai yang segera dimutasi naik {0} SB (dijumlahkan) lebih daripada pegawai lain dari penilai yang sama; wajarnya "
        "{1}.",
        "ratings of those about to move rose {0} SD in sum beside others of the same rater; by chance {1}.",
        "prestasi yang memang naik", "Real achievement",
    ),
    "favourites": (
        "{0} pegawai penilai ini naik jenjang tidak lama setelah dinilai; wajarnya {1} di antara pegawai dengan nilai dan rumpun "
        "sama.",
        "{0} people of this rater rose soon after being rated; {1} expected among people of equal rating and job family.",
        "unitnya sedang membutuhkan", "Vacancies in their unit",
    ),
    "never_releasing": (
        "{0} pegawai pindah keluar dari unit ini; wajarnya {1}.", "{0} people moved out of this unit; {1} expected.",
        "kekurangan pegawai", "A shortage of staff",
    ),
    "bunched": (
        "{0} mutasi menjelang masa larangan ini; wajarnya {1} pada bulan yang sama di tahun lain.",
        "{0} moves just before this freeze; {1} expected in the same months of other years.",
        "penataan organisasi", "A reorganisation",
    ),
    "connected": (
        "{0} pegawai datang ke unit tempat kerabatnya bekerja; wajarnya {1}.",
        "{0} people came to a unit where a relative worked; {1} expected.", "domisili", "Where they live",
    ),
    "demotions": (
        "turun jenjang pada {2} tanpa catatan hukuman disiplin.", "a step down on {2} without a punishment on record.",
        "penyederhanaan jabatan atau data yang belum lengkap", "A reform of posts or missing data",
    ),
}  # fmt: skip
"""What was seen, in both languages, and what may innocently explain it."""


def _sentence(signal: str, language: int, observed: float, expected: float, alarm: bool, on: pd.Timestamp) -> str:
    seen = f"{observed:.0f}" if signal in COUNTED else f"{observed:.1f}"
    told = [figure.replace(".", ",") if language == 0 else figure for figure in (seen, f"{expected:.1f}")]
    told.append("" if pd.isna(on) else day(on, LANGUAGES[language]))
    words, why = _TEXTS[signal][language].format(*told), _TEXTS[signal][2 + language]
    explained = f" Bisa jadi karena {why}." if language == 0 else f" {why} may explain it."
    return _HEADS[alarm][language] + words + (explained if alarm else "")
