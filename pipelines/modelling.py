"""Second stage: training rows, the model, and its trial on years it has not seen. Nothing here touches a registry."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from evaluation.monitoring.for_release import newest_readings
from features.as_of import known_at
from features.errors import TooLittleDataError
from features.heap import give_back
from features.ratings import HarmonisedRatings, harmonise
from features.tables import Tables
from features.trials import TrainingRows, training_rows
from models.judgement.evidence import ValidationEvidence, as_plain
from models.judgement.newest_ratings import Reading
from models.pair_uplift import STATE, PairUplift, fit_pair_uplift
from models.pairs.situation import with_arrival
from pipelines.history import KEPT_UP_TO, look_back
from pipelines.settings import Params
from pipelines.trial_run import Apart, hold_out, judged, promised, set_apart, unseen
from pipelines.workers import Promise, Workers, workers

MODEL, EVIDENCE, HEALTH, FUNNEL, SAMPLE = "model", "evidence.json", "health.json", "funnel.parquet", "sample.parquet"
PROMISED_FILE, UNSEEN_FILE, TRIED, NEWEST = "promised.parquet", "unseen.parquet", "tried", "newest.json"
SAMPLE_ROWS = 20
WORTH_A_CORE = 30_000
"""Appraisals from which a second process is worth the seconds of its start; of a province it would need the memory twice."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What training left: the model (None where the data are too few), its trial, label health, and what became of every row.

    ``sample`` holds a few rows of model inputs, for the model's signature; ``promised`` what the trial promised of each move made;
    ``unseen`` (`trial_run.UNSEEN`) what the held-out decisions gained, and ``tried`` the model that forecast them and ended before;
    ``newest`` what the monitor reads of the newest year's ratings.
    """

    model: PairUplift | None
    evidence: ValidationEvidence | None
    health: dict[str, Any]
    funnel: pd.DataFrame
    sample: pd.DataFrame | None = None
    promised: pd.DataFrame | None = None
    unseen: pd.DataFrame | None = None
    tried: PairUplift | None = None
    newest: tuple[Reading, ...] = ()

    def save(self, folder: Path) -> None:
        """Write everything to ``folder``: model text, JSON, Parquet. ``promised`` and ``unseen`` name people, by hashed id."""
        for name, model in ((MODEL, self.model), (TRIED, self.tried)):
            if model is not None:
                (folder / name).mkdir()
                model.save(folder / name)
        if self.evidence is not None:
            (folder / EVIDENCE).write_text(json.dumps(self.evidence.to_dict(), indent=2), encoding="utf-8")
        (folder / HEALTH).write_text(json.dumps(self.health, indent=2), encoding="utf-8")
        (folder / NEWEST).write_text(json.dumps([as_plain(one) for one in self.newest], indent=2), encoding="utf-8")
        self.funnel.to_parquet(folder / FUNNEL, index=False)
        if self.sample is not None:
            self.sample.to_parquet(folder / SAMPLE, index=False)
        if self.promised is not None:
            self.promised.to_parquet(folder / PROMISED_FILE, index=False)
        if self.unseen is not None:
            self.unseen.to_parquet(folder / UNSEEN_FILE, index=False)

    @staticmethod
    def load(folder: Path) -> "Trained":
        """Return what ``save`` wrote."""
        evidence = json.loads((folder / EVIDENCE).read_text(encoding="utf-8")) if (folder / EVIDENCE).exists() else None
        return Trained(
            PairUplift.load(folder / MODEL) if (folder / MODEL).exists() else None,
            None if evidence is None else ValidationEvidence.from_dict(evidence),
            json.loads((folder / HEALTH).read_text(encoding="utf-8")),
            pd.read_parquet(folder / FUNNEL),
            pd.read_parquet(folder / SAMPLE) if (folder / SAMPLE).exists() else None,
            pd.read_parquet(folder / PROMISED_FILE) if (folder / PROMISED_FILE).exists() else None,
            pd.read_parquet(folder / UNSEEN_FILE) if (folder / UNSEEN_FILE).exists() else None,
            PairUplift.load(folder / TRIED) if (folder / TRIED).exists() else None,
            tuple(map(Reading.from_dict, json.loads((folder / NEWEST).read_text(encoding="utf-8")))),
        )


def train(
    tables: Tables, cut_off: pd.Timestamp, params: Params, seed: int, again: Callable[[], Tables] | None = None
) -> Trained:  # fmt: skip
    """Return the model fitted on what was known at ``cut_off``, tried out on the years before it.

    Too little data is an answer, not an error: then there is no model, or no evidence, and the reasons are in the funnel. The
    model is fitted by others while this process tries it out; ``again`` makes the same tables where they are, on machines that
    see the same storage.
    """
    trained, ratings = _trained(tables, cut_off, params, seed, again)
    rated = replace(tables, frames={"appraisals": tables["appraisals"]})
    return replace(trained, newest=newest_readings(known_at(rated, cut_off)["appraisals"], ratings.scores, params.monitor))


def _trained(
    tables: Tables, cut_off: pd.Timestamp, params: Params, seed: int, again: Callable[[], Tables] | None
) -> tuple[Trained, HarmonisedRatings]:
    """Return what training left, and the ratings as harmonised at ``cut_off``."""
    worth_it = len(tables["appraisals"]) >= WORTH_A_CORE and len(tables["employees"]) <= KEPT_UP_TO
    with workers(worth_it=worth_it) as beside:
        try:
            there = tables if again is None else beside.kept(tables, again)
            rows, fitted, apart = _begun(tables, there, cut_off, params, seed, beside)
        except TooLittleDataError:
            unlearned = harmonise(known_at(tables, cut_off), params.trials.ratings)
            return Trained(None, None, asdict(unlearned.health), pd.DataFrame({"step": [], "rows": [], "reason": []})), unlearned
        give_back()
        health = asdict(rows.ratings.health)
        trial = _tried_out(rows, apart, params, seed, beside)
        try:
            model = fitted.result()
        except TooLittleDataError:
            return Trained(None, None, health, rows.funnel), rows.ratings
    evidence, told, later, tried = trial or (None, None, None, None)
    return Trained(model, evidence, health, rows.funnel, _sample(rows), told, later, tried), rows.ratings


def _begun(
    tables: Tables, there: Tables | Promise[Tables], cut_off: pd.Timestamp, params: Params, seed: int, beside: Workers
) -> tuple[TrainingRows, Promise[PairUplift], Apart | None]:
    """Return the training rows, the model being fitted on them, and what the trial sets apart, if the data are enough for one.

    The days behind them are let go with the end of this function, before both processes fit: they are the largest thing there is.

    Raises
    ------
    TooLittleDataError
        No row can be learned from.
    """
    history = look_back(tables, cut_off, params.trials, params.rules.pack(), beside, there)
    rows = training_rows(tables, cut_off, params.trials, history.may, seed, history.on)
    fitted = beside.submit(fit_pair_uplift, rows, params.uplift, seed)
    try:
        return rows, fitted, set_apart(tables, rows, history, params, seed)
    except TooLittleDataError:
        return rows, fitted, None


def _tried_out(
    rows: TrainingRows, apart: Apart | None, params: Params, seed: int, beside: Workers
) -> tuple[ValidationEvidence, pd.DataFrame, pd.DataFrame, PairUplift] | None:
    """Return the trial's evidence, what it promised of the moves made, what these gained, and its model; None: too few data."""
    if apart is None:
        return None
    try:
        held_out = hold_out(rows, apart, params, seed, beside)
        return judged(rows, held_out, params, seed), promised(rows, held_out.forecasts), unseen(rows, held_out), held_out.model
    except TooLittleDataError:
        return None


def _sample(rows: TrainingRows) -> pd.DataFrame:
    """Return a few rows shaped as model inputs; the numbers before the pair columns are zero."""
    matrix = with_arrival(rows.risk_matrix.head(SAMPLE_ROWS), "assigned")
    return pd.concat([pd.DataFrame(0.0, index=matrix.index, columns=list(STATE)), matrix], axis=1)
