"""A scenario solved beside the published plan, told to each reader in words."""

from dataclasses import dataclass
from typing import Any

from features.bilingual import Bilingual
from features.errors import UsageError
from placement.wave.limits import Changes
from placement.wave.plan import Plan
from placement.wave.scenario import Solved, differences, told_of
from placement.wave.wording import Names
from serving.scenarios import Replanner


@dataclass(frozen=True)
class Answer:
    """A scenario solved beside the published plan ``before``; ``refused``: what cannot be asked at all, in words.

    Kept for every reader: people are named only when it is told.
    """

    before: Plan
    changes: Changes
    solved: Solved | None
    refused: Bilingual | None = None

    @property
    def plan(self) -> Plan | None:
        """The plan; None: it cannot be met."""
        return None if self.solved is None or self.solved.plan.status == "infeasible" else self.solved.plan

    def told(self, names: Names) -> list[Bilingual]:
        """Return what is to be said of it: what clashes, what limits and shares cost."""
        return told_of(self.solved, names) if self.solved is not None else [self.refused] if self.refused is not None else []

    def changed(self, names: Names) -> list[dict[str, Any]]:
        """Return who moves otherwise than published, and why, in words."""
        if self.plan is None:
            return []
        rows = differences(self.before, self.plan, names, self.changes)
        changed = rows[rows["change"] != "same"].to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in changed]


def answered(replanner: Replanner, changes: Changes, before: Plan) -> Answer:
    """Return the plan under ``changes`` beside the plan ``before``; what cannot be is said instead."""
    try:
        return Answer(before, changes, replanner.solve(changes, priced=True))
    except UsageError as error:
        return Answer(before, changes, None, error.message)
