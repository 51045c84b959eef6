"""`tepat contribute`: what this city tells others, as a file of fitted statistics."""

import json
from dataclasses import asdict
from pathlib import Path

from features.errors import TooLittleDataError
from features.trials import training_rows
from models.pooling.contribution import Contribution
from models.pooling.gathering import contribution_of
from pipelines import ingesting, stages
from pipelines.job import Job
from pipelines.modelling import Trained
from pipelines.pooling import own_mark
from pipelines.texts import Language, Texts
from rules.verdicts import eligibility


def contribute(job: Job, out: Path) -> Contribution:
    """Write what the city tells others to ``out``; its model is trained where no run has done so, and told of.

    Raises
    ------
    TooLittleDataError
        The city has too few ratings for a model: it can hear others, but has nothing to tell.
    """
    opened = stages.take_in(job)
    trained = Trained.load(stages.learn(job, opened).folder)
    if trained.model is None:
        raise TooLittleDataError(
            "There is no model to tell of: too few rated years. Load more years of appraisals; `--pool` needs none of this.",
            "Belum ada model untuk dibagikan: tahun penilaian terlalu sedikit. Muat lebih banyak tahun; `--pool` tidak perlu itu.",
        )
    tables = ingesting.load(job, opened.ingested.snapshot_id)
    pack = job.params.rules.pack()
    rows = training_rows(tables, opened.days.as_of, job.params.trials, eligibility(pack), job.seed)
    found = contribution_of(rows, trained.model, (pack.name, own_mark(job.workspace.key())))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(asdict(found), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return found


def as_text(found: Contribution, out: Path, language: Language) -> str:
    """Return in words what was written to ``out``: how much stands behind it, and what to do before it leaves."""
    texts = Texts(language)
    cells = ", ".join(f"{cell.family} {texts.count(cell.products.people)}" for cell in found.cells)
    counts = {"count": len(found.cells), "people": texts.count(found.people), "years": found.years}
    return texts("contributed", out=out, cells=cells, **counts)
