"""Champion against challenger, forward in time: both forecast the same held-out moves, each by a version that had not seen them.

The challenger is represented by the model of its trial run, which ended before the held-out decisions. The champion forecasts what
was decided after its data ended itself, and what was decided before by the model of its own trial. The same moves are an account of
what the champion promised, kept with it in the registry.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from features.standing import standing
from features.tables import Tables
from models.judgement.account import NOTHING, Account, account_of
from models.judgement.evidence import as_plain, figure_from
from models.judgement.succession import Beside, beside
from models.pair_uplift import PairUplift
from models.tracking.registered import RegisteredModel
from models.tracking.run_record import folder_hash
from pipelines.cache import Outcome
from pipelines.ingesting import Days
from pipelines.job import Job
from pipelines.modelling import MODEL, Trained
from pipelines.releasing import registry_of, sample_of, usable_champion

CONTEST = "contest.json"


@dataclass(frozen=True, slots=True)
class Contest:
    """``beside``: the challenger less the champion, None where they forecast no move in common; ``account``: of the champion."""

    beside: Beside | None
    account: Account

    def save(self, folder: Path) -> None:
        """Write both as JSON; no row about a person."""
        plain = {"beside": None if self.beside is None else as_plain(self.beside), "account": self.account.to_dict()}
        (folder / CONTEST).write_text(json.dumps(plain, indent=2), encoding="utf-8")

    @staticmethod
    def load(folder: Path) -> "Contest":
        """Return what ``save`` wrote."""
        plain = json.loads((folder / CONTEST).read_text(encoding="utf-8"))
        told = plain["beside"]
        found = None if told is None else Beside(told["moves"], figure_from(told["order"]), figure_from(told["loss"]))
        return Contest(found, Account.from_dict(plain["account"]))


def rival_of(job: Job, learned: Outcome, days: Days) -> RegisteredModel | None:
    """Return the champion that what was ``learned`` is to be compared with; None where there is none, or it is the same model."""
    champion = usable_champion(registry_of(job), days.as_of)
    if champion is None or not (learned.folder / MODEL).exists():
        return None
    return None if folder_hash(learned.folder / MODEL) == champion.model_hash else champion


def contest(job: Job, tables: Tables, learned: Outcome, champion: RegisteredModel) -> Contest:
    """Return how challenger and ``champion`` did on the moves that the challenger's trial held out."""
    later = Trained.load(learned.folder).unseen
    if later is None:
        return Contest(None, NOTHING)
    told = foretold(job, tables, later, champion)
    both = later.assign(uplift=told["uplift"], grade=told["grade"])
    known = told["uplift"].notna().to_numpy()
    if not (later["weight"].to_numpy() > 0)[known].any():
        return Contest(None, NOTHING)
    theirs, grade, day = sample_of(both[known])
    ours = theirs.forecasting(later.loc[known, "uplift"].to_numpy(dtype=np.float64))
    compared = beside(ours, theirs.effect, job.params.release.succession.draws, job.seed)
    return Contest(compared, account_of(theirs, grade, day, job.params.account, job.seed))


def foretold(job: Job, tables: Tables, later: pd.DataFrame, champion: RegisteredModel) -> pd.DataFrame:
    """Return uplift and grade (on the index of ``later``) by the newest version of the champion that had not seen the decision."""
    parts = [
        _on(tables, day, rows, model, job)
        for day, rows in later.groupby("decision_on", sort=True)
        if (model := _unseeing(job, champion, pd.Timestamp(str(day)))) is not None
    ]
    found = pd.concat(parts) if parts else pd.DataFrame({"uplift": [], "grade": []})
    return found.reindex(later.index)


def _unseeing(job: Job, champion: RegisteredModel, day: pd.Timestamp) -> PairUplift | None:
    """Return the newest version of the champion that knew nothing after ``day``; None where none was kept."""
    if champion.data_cutoff <= day:
        return PairUplift.load(champion.folder)
    tried = registry_of(job).tried(champion)
    return PairUplift.load(tried[0]) if tried is not None and tried[1] <= day else None


def _on(tables: Tables, day: object, rows: pd.DataFrame, model: PairUplift, job: Job) -> pd.DataFrame:
    """Return what ``model`` says of the pairs in ``rows``, knowing what was known on ``day``."""
    there = standing(tables, pd.Timestamp(str(day)), job.params.trials.ratings)
    situation = model.situate(there.frames, there.ratings, there.posts)
    pairs = rows[["employee_id", "position_id"]].assign(employee_id=rows["employee_id"].astype(tables.employee_ids))
    told = model.predict(situation, pairs)[["uplift", "grade"]]
    return told.assign(grade=told["grade"].astype("str"))
