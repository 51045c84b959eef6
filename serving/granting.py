"""Wishes of a run granted in a drawn order, beside the pages and the JSON: the draws on record, and the work on each."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from threading import Lock, Thread
from typing import Any

from fastapi import HTTPException, Request

from features.errors import EntryError, TepatError, UsageError
from placement.wave.draws import MOST_SERVED, drawn_order, in_time, ranked_wishes
from placement.wave.limits import Wave
from placement.wave.scenario import open_scenarios
from placement.wave.wishes import Granted
from publication.answers import Answers
from serving.accounts.guard import records_of
from serving.masking import visitor_of
from serving.pages.reading import kept_of
from serving.scenarios import SEARCH, files_of, replanner_of

MOST_DRAWS = 500
"""Draws of a run shown, the latest."""
SECONDS = 900.0
"""After which no further turn of a draw begins."""
Wishes = dict[str, list[str]]


class Granting:
    """One draw being worked out in a thread of its own, with a solver of its own: no other page waits for it."""

    def __init__(self, order: Sequence[str], wishes: Wishes, share: float, turn: Lock) -> None:
        self.order = list(order)
        self.served = 0
        """People whose turn has come."""
        self._wishes, self._share, self._turn = wishes, share, turn
        self._made: Future[Granted] = Future()

    def begin(self, wave: Wave) -> "Granting":
        """Start on the wave of the run."""
        Thread(target=self._grant, args=(wave,), name="wishes", daemon=True).start()
        return self

    def result(self) -> Granted | None:
        """Return what was granted; None while it is being worked out.

        Raises
        ------
        EntryError
            This run's wave cannot grant wishes by lot.
        """
        try:
            return self._made.result() if self._made.done() else None
        except UsageError as error:
            raise EntryError(*error.args) from error

    def _grant(self, wave: Wave) -> None:
        try:
            with self._turn:
                order = self._counted(in_time(self.order, SECONDS, time.monotonic))
                self._made.set_result(open_scenarios(wave, SEARCH).granted(order, self._wishes, self._share))
        except TepatError as error:  # told to whoever asks
            self._made.set_exception(error)
        except Exception as error:
            self._made.set_exception(error)
            raise

    def _counted(self, order: Iterable[str]) -> Iterator[str]:
        for who in order:
            self.served += 1
            yield who


def draws(request: Request, answers: Answers) -> list[dict[str, Any]]:
    """Return the draws on record for the run in force, the latest first (rows of the form ``scenarios``)."""
    return records_of(request).intake.rows("scenarios", limit=MOST_DRAWS, run_id=answers.run_id, wish="draw")


def drawn(request: Request, answers: Answers, entry_id: int) -> dict[str, Any]:
    """Return a draw of the run in force.

    Raises
    ------
    HTTPException
        There is no such draw (404).
    """
    row = records_of(request).intake.row("scenarios", entry_id) if entry_id < 2**53 else None
    if row is None or row["wish"] != "draw" or row["run_id"] != answers.run_id:
        raise HTTPException(404)
    return row


def put_on_record(request: Request, run_id: str, lot: str, share: float, scenario: str) -> int:
    """Put a lot on record, from when on its order stands, and return the number of the draw; ``share`` in percent."""
    row = {"scenario": scenario, "run_id": run_id, "wish": "draw", "value": share, "reason": lot.strip()}
    return records_of(request).intake.enter("scenarios", row, visitor_of(request).username, datetime.now().astimezone())


def wishes_of(request: Request, answers: Answers) -> Wishes:
    """Return per person the posts wished for, the strongest wish first."""
    run = files_of(request, answers)
    return kept_of(request).get(answers.run_id, "wishes", lambda: ranked_wishes(run.table("wave_wishes"), run.table("wave_moves")))


def order_of(request: Request, answers: Answers, row: Mapping[str, Any]) -> list[str]:
    """Return whose turn comes in a draw, first served first."""
    return drawn_order(row["reason"], wishes_of(request, answers))[:MOST_SERVED]


def work_on(request: Request, answers: Answers, row: Mapping[str, Any]) -> Granting:
    """Return the work on a draw, begun at the first question; one draw is worked on at a time."""
    kept, wave = kept_of(request), replanner_of(request, answers).scenarios.wave
    turn = kept.get(answers.run_id, "turn", Lock)

    def begun() -> Granting:
        return Granting(order_of(request, answers, row), wishes_of(request, answers), row["value"] / 100, turn).begin(wave)

    return kept.get(answers.run_id, ("granting", row["reason"], row["value"]), begun)
