"""All signals of the monitor over one city, with one budget of false alarms for all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from evaluation.monitoring.labels import LabelParams, label_health
from evaluation.monitoring.law import changed_rules
from evaluation.monitoring.outcomes import OutcomeParams, promises_kept, untried
from evaluation.monitoring.persons import persons
from evaluation.monitoring.population import DriftParams, drift
from evaluation.monitoring.readings import REVIEW, SIGNALS, STATUSES, TESTED, as_readings
from evaluation.monitoring.scales import ScaleParams, shares, spellings, unit_years
from features.standing import Standing


@dataclass(frozen=True, slots=True)
class MonitorParams:
    """How the monitor watches.

    ``budget``: false alarms expected of one look where nothing has changed, over all tests together; ``earlier``: days looked at
    before the last one learned from, which tell what changes are usual.
    """

    budget: float = 0.1
    earlier: int = 2
    people: DriftParams = field(default_factory=DriftParams)
    scales: ScaleParams = field(default_factory=ScaleParams)
    labels: LabelParams = field(default_factory=LabelParams)
    outcomes: OutcomeParams = field(default_factory=OutcomeParams)

    def share(self) -> float:
        """Return the false alarms expected of one tested signal."""
        return self.budget / len(TESTED)


@dataclass(frozen=True, slots=True)
class InForce:
    """What the publication in force says.

    ``rules`` (rule_id, definition); ``promises`` with the ``level`` of their intervals; ``recommended`` and ``past`` moves
    (from_family, to_family, level_step).
    """

    rules: pd.DataFrame
    promises: pd.DataFrame
    level: float
    recommended: pd.DataFrame
    past: pd.DataFrame


def days_watched(today: pd.Timestamp, learned: Sequence[pd.Timestamp], earlier: int) -> list[pd.Timestamp]:
    """Return the days to compare, the newest first: today, and days of the same date in earlier years that were learned from.

    The second is the newest such day not after the last of ``learned``, whole years before today so that the season is the same;
    further ones follow at the same distance, as long as they lie within ``learned``, at most ``earlier`` of them.
    """
    if not len(learned):
        return [today]
    first, last = min(learned), max(learned)
    lag = next((years for years in range(1, 50) if today - pd.DateOffset(years=years) <= last), 50)
    days = [today - pd.DateOffset(years=lag * step) for step in range(1, earlier + 2)]
    return [today, *(day for day in days if day >= first)]


def monitor(
    days: Sequence[Standing], in_force: InForce | None, rules: pd.DataFrame, params: MonitorParams
) -> pd.DataFrame:  # fmt: skip
    """Return every reading, sorted by signal, those to be reviewed first.

    Parameters
    ----------
    days
        The city on `days_watched`, the newest first.
    in_force
        None where nothing is published yet.
    rules
        rule_id, definition of the pack in use today.
    params

    Returns
    -------
    DataFrame
        ``readings.COLUMNS``: value (what was read), usual (what it was before), limit, p_value against the limit, budget (false
        alarms that this test may raise on average), cases, status and sentence. Empty numbers: the signal knows none.
    """
    share = params.share()
    now, appraisals = days[0], days[0].known["appraisals"]
    rows: list[dict[str, Any]] = []
    if len(days) > 1:
        rows += drift([day.frames for day in days], params.people, share)
    rows += newest_year(appraisals, now.ratings.scores, params)
    rows += label_health([(f"{day.as_of:%Y-%m-%d}", day.ratings.health) for day in days], params.labels, share)
    if in_force is not None:
        rows += changed_rules(in_force.rules, rules)
        rows += promises_kept(in_force.promises, in_force.level, params.outcomes, share)
        rows += untried(in_force.recommended, in_force.past, params.outcomes)
    frame = as_readings(rows)
    ranked = frame.assign(place=frame["signal"].map(SIGNALS.index), first=frame["status"] != REVIEW)
    return ranked.sort_values(["place", "first", "subject"], kind="stable", ignore_index=True).drop(columns=["place", "first"])


def newest_year(appraisals: pd.DataFrame, scores: pd.DataFrame, params: MonitorParams) -> list[dict[str, Any]]:
    """Return all readings of the newest year's ratings alone; every one names its ``year``.

    ``appraisals`` as known on the day, and their ``HarmonisedRatings.scores``.
    """
    share = params.share()
    of_scales = [*shares(appraisals, params.scales, share), *unit_years(scores, params.scales, share)]
    return [*of_scales, *spellings(appraisals, params.scales), *persons(scores, params.labels, share)]


def summary(readings: pd.DataFrame) -> pd.DataFrame:
    """Return the number of readings by signal (index, in their order) and status (columns)."""
    table = pd.crosstab(readings["signal"], readings["status"])
    return table.reindex(index=[name for name in SIGNALS if name in table.index], columns=list(STATUSES), fill_value=0)
