"""The protocol of a trial: who enters, how many places there are, and how it will be analysed, fixed before anything is drawn."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

LOTTERY, PHASED = "lottery", "phased"
DRAWN, WAITING = "drawn", "waiting"
"""Arms of a lottery: who gets the place, and who stays as before."""
FEWEST_IN_BLOCK = 2
Places = Mapping[str, tuple[tuple[str, int], ...]]
"""Arms of each block with their numbers of places."""
LABEL = 16
"""Characters of a label that stands for a person in public files."""


@dataclass(frozen=True, slots=True)
class LotteryParams:
    """How trials are planned and analysed.

    ``level``: of the interval; ``power``: wanted; ``effect``: smallest effect worth finding (SD of performance); ``explained``:
    share of the outcome's variance that the outlook known before explains; ``attrition``: share of outcomes expected missing;
    ``first_month``, ``last_month``: window after the start in which the outcome is measured; ``redraws``: of the test that
    repeats the draw; ``most_attrition_gap``: largest difference of missing outcomes between the arms at which the result may
    still decide.
    """

    level: float = 0.95
    power: float = 0.8
    effect: float = 0.3
    explained: float = 0.25
    attrition: float = 0.1
    first_month: int = 7
    last_month: int = 18
    redraws: int = 4999
    most_attrition_gap: float = 0.1


@dataclass(frozen=True, slots=True)
class Block:
    """People among whom chance decides.

    ``name``: the post, or the course; ``arms``: name and number of places, in the order they are filled; places sum to the number
    of entrants; ``entrants``: their labels, sorted.
    """

    name: str
    arms: tuple[tuple[str, int], ...]
    entrants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """What is registered before the draw; its hash is published, so nothing of it can change afterwards unseen.

    ``start_on``: ISO date of the first start; ``every``: months between the waves of a phased start (0: a lottery); ``treated``:
    the arms that start first; ``compared``: those that have not started when the outcome is measured. Arms in neither are drawn,
    and not judged.
    """

    trial: str
    kind: str
    run_id: str
    start_on: str
    every: int
    blocks: tuple[Block, ...]
    treated: tuple[str, ...]
    compared: tuple[str, ...]
    analysis: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """Return the protocol as plain values."""
        told: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return told


ANALYSIS = {
    "outcome": "mean harmonised performance score (neutral rater, SD units) of the rated periods whose middle lies in the window",
    "estimand": "effect of being drawn, among all who entered (intention to treat)",
    "estimator": "least squares of the outcome on the draw, block indicators and the outlook known before the draw",
    "test": "randomisation test: the same draw repeated within blocks; interval by its inversion",
    "missing": "outcomes missing are counted by arm; the result decides nothing where the arms differ by more than stated",
    "rule": "berhasil: the interval lies above zero; merugikan: below zero; belum terbukti: otherwise",
}
"""The analysis registered with every protocol."""
OF_STARTING = "effect of having started, among the first wave and those whose wave starts after the window (intention to treat)"
"""The estimand of a phased start: waves in between have started for a part of the window, and are not judged."""


def registered(kind: str, params: LotteryParams) -> dict[str, Any]:
    """Return the registered analysis with its numbers."""
    return {**ANALYSIS, **({"estimand": OF_STARTING} if kind == PHASED else {}), **asdict(params)}


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the one byte form of a document that its hash is taken of: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document's canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def labels(entrants: pd.DataFrame, trial: str, key: bytes) -> pd.Series:
    """Return the label of each entrant of one trial: keyed, so that no public file names or tracks anybody.

    A label stands for all that the analysis knows of an entrant beforehand (employee_id, position_id, baseline): with the
    labels of a protocol these are registered too, and whoever changes one later is found.
    """
    told = (f"tepat trial {trial} {row.employee_id} {row.position_id} {float(row.baseline)!r}" for row in entrants.itertuples())
    made = [hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:LABEL] for text in told]
    return pd.Series(made, index=entrants.index, dtype="str")


def protocol(
    trial: str, kind: str, run_id: str, start_on: str, entrants: pd.DataFrame, places: Places, every: int, params: LotteryParams,
) -> Protocol:  # fmt: skip
    """Return the protocol of a trial.

    Parameters
    ----------
    entrants
        One row per entrant: ``block``, ``label``.
    places
        Arms of each block with their numbers of places.
    every
        Months between the waves of a phased start; a lottery has none.
    """
    treated, compared = sides(kind, places, every, params.last_month)
    blocks = [
        Block(str(name), places[str(name)], tuple(sorted(rows["label"]))) for name, rows in entrants.groupby("block", sort=True)
    ]
    months = every if kind == PHASED else 0
    return Protocol(trial, kind, run_id, start_on, months, tuple(blocks), treated, compared, registered(kind, params))


def sides(kind: str, places: Places, every: int, last_month: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the arms that have started when the outcome is measured, and those that have not: ``last_month`` ends the window."""
    if kind == LOTTERY:
        return (DRAWN,), (WAITING,)
    waves = max(places.values(), key=len, default=())
    late = tuple(arm for number, (arm, _) in enumerate(waves) if number > 0 and number * every >= last_month)
    return tuple(arm for arm, _ in waves[:1]), late


def parsed(document: Mapping[str, Any]) -> Protocol:
    """Return the protocol written by ``document``."""
    blocks = tuple(
        Block(
            str(block["name"]),
            tuple((str(arm), int(count)) for arm, count in block["arms"]),
            tuple(str(label) for label in block["entrants"]),
        )
        for block in document["blocks"]
    )
    given = {name: str(document[name]) for name in ("trial", "kind", "run_id", "start_on")}
    treated, compared = tuple(document["treated"]), tuple(document["compared"])
    every, analysis = int(document["every"]), dict(document["analysis"])
    return Protocol(**given, every=every, blocks=blocks, treated=treated, compared=compared, analysis=analysis)
