"""One look of the monitor: today's source against what the champion learned from and what is in force."""

import pandas as pd

from evaluation.monitoring.monitor import InForce, days_watched, monitor, summary
from evaluation.monitoring.readings import REVIEW
from features.as_of import known_at
from features.errors import StalePublicationError
from features.standing import standing
from features.trials import learnable_dates
from pipelines import ingesting
from pipelines.ingesting import Days
from pipelines.job import Job
from pipelines.releasing import registry_of, usable_champion
from pipelines.texts import Language, Texts
from publication import read
from publication.monitoring import Look, keep
from publication.read import PublishedRun
from rules.pack_rows import as_rows

MOVED = ["from_family", "to_family", "level_step"]


def look(job: Job, snapshot_id: str, days: Days) -> Look:
    """Return what the monitor reads as of ``days.as_of``, and keep it as the latest look of the workspace."""
    tables = ingesting.load(job, snapshot_id)
    champion = usable_champion(registry_of(job), days.as_of)
    learned_until = days.as_of if champion is None else champion.data_cutoff
    learned = learnable_dates(known_at(tables, learned_until), learned_until, job.params.trials)
    watched = days_watched(days.as_of, learned, job.params.monitor.earlier)
    there = [standing(tables, day, job.params.trials.ratings) for day in watched]
    run = _run_in_force(job)
    told = None if run is None else in_force(run, job.params.evaluation.verdict.level)
    readings = monitor(there, told, as_rows(job.params.rules.pack()), job.params.monitor)
    found = Look(readings, {
        "as_of": f"{days.as_of:%Y-%m-%d}", "learned_until": f"{learned_until:%Y-%m-%d}" if champion else "",
        "run_id": run.run_id if run else "",
        "compared_with": [f"{day:%Y-%m-%d}" for day in watched[1:]], "budget": job.params.monitor.budget,
    })  # fmt: skip
    keep(job.workspace, found)
    return found


def in_force(run: PublishedRun, level: float) -> InForce:
    """Return what the monitor asks of a publication; ``level`` is that of its intervals of promises."""
    return InForce(run.table("rules"), run.table("promises"), level, recommended(run), run.table("past_moves")[MOVED])


def recommended(run: PublishedRun) -> pd.DataFrame:
    """Return every pair in the plan, and every one a page shows first for a vacant post: columns `MOVED`."""
    posts = run.table("positions").set_index("position_id")
    lists = run.table("shortlists")
    goal = lists["position_id"].map(posts["shown"]), lists["position_id"].map(posts["vacant"])
    shown = lists.loc[(lists["rank"] <= goal[0]) & (goal[1] > 0), ["employee_id", "position_id"]]
    planned = run.table("plan")[["employee_id", "to_position"]].set_axis(["employee_id", "position_id"], axis=1)
    pairs = pd.concat([shown, planned]).drop_duplicates(ignore_index=True)
    held = run.table("facts_employees").set_index("employee_id")["position_id"]
    origin = pairs["employee_id"].map(held)
    family, level = posts["job_family"], posts["level"]
    told = pd.DataFrame({
        "from_family": origin.map(family), "to_family": pairs["position_id"].map(family),
        "level_step": pairs["position_id"].map(level) - origin.map(level),
    })  # fmt: skip
    return told[origin.notna()].reset_index(drop=True)


def _run_in_force(job: Job) -> PublishedRun | None:
    try:
        return read.current(job.workspace)
    except StalePublicationError:
        return None


def figures(found: Look) -> dict[str, int]:
    """Return how many readings there are, and how many are to be reviewed."""
    return {"readings": len(found.readings), "to_review": len(alerts(found))}


def alerts(found: Look) -> pd.DataFrame:
    """Return the readings to be reviewed."""
    return found.readings[found.readings["status"] == REVIEW].reset_index(drop=True)


def as_text(found: Look, language: Language) -> str:
    """Return a look as text: a line per signal, then every reading to be reviewed."""
    texts = Texts(language)
    said = "monitored" if found.account["learned_until"] else "monitored_no_model"
    lines = [texts(said, as_of=found.account["as_of"], learned_until=found.account["learned_until"])]
    for signal, counts in summary(found.readings).iterrows():
        lines.append(texts("monitored_signal", signal=texts(f"signal_{signal}"), **{
            name: texts.count(int(value)) for name, value in zip(("safe", "review", "untold"), counts, strict=True)
        }))  # fmt: skip
    column = "text_en" if language is Language.EN else "text"
    lines += [texts("monitored_review", text=row[column], subject=row["subject"]) for row in alerts(found).to_dict("records")]
    return "\n".join(lines)


def looked(job: Job) -> Look:
    """Return the look of a job whose source is taken in here."""
    ingested = ingesting.ingest(job)
    return look(job, ingested.snapshot_id, ingesting.days(job, ingesting.load(job, ingested.snapshot_id), ingested.entered_until))
