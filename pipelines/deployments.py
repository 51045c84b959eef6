"""What a Prefect server runs by itself: a nightly ingest, a weekly look, a monthly retrain, a shortlist whenever someone asks."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner

from pipelines import flows
from pipelines.request import Request

NIGHTLY, WEEKLY, MONTHLY = "15 1 * * *", "15 2 * * 1", "0 3 2 * *"
"""Cron times: every night at 01:15; every Monday at 02:15; on the second of a month at 03:00, when
the month's export has come in."""
STOP_SECONDS = 20


def deployments(request: Request) -> list[RunnerDeployment]:
    """Return the deployments of one city, every path absolute: a worker may start anywhere."""
    parameters = {"request": asdict(absolute(request))}
    planned = [
        flows.take_in.to_deployment("nightly-ingest", cron=NIGHTLY, parameters=parameters),
        flows.monitor.to_deployment("weekly-monitor", cron=WEEKLY, parameters=parameters),
        flows.run.to_deployment("monthly-retrain", cron=MONTHLY, parameters=parameters),
        flows.shortlist.to_deployment("shortlist", parameters=parameters),
    ]
    return [deployment for deployment in planned if isinstance(deployment, RunnerDeployment)]


def serve_deployments(request: Request) -> None:
    """Register the deployments with the server named by PREFECT_API_URL (or a local one) and run what falls due, until stopped."""
    runner = Stoppable(limit=1)
    for deployment in deployments(request):
        runner.add_deployment(deployment)
    with suppress(KeyboardInterrupt):
        asyncio.run(runner.start())


class Stoppable(Runner):
    """A runner that SIGTERM ends even where its server is gone: pausing the schedules there would be tried for minutes."""

    def handle_sigterm(self, *arguments: object, **named: object) -> None:
        """End in order, or after ``STOP_SECONDS`` at once: the alarm is nowhere handled, so it ends the process."""
        signal.alarm(STOP_SECONDS)
        super().handle_sigterm(*arguments, **named)


def absolute(request: Request) -> Request:
    """Return ``request`` with every path of this machine absolute; database URLs and shipped mappings stay as they are."""
    return replace(
        request,
        source=_absolute(request.source) or request.source,
        workspace=str(Path(request.workspace).resolve()),
        mapping=_absolute(request.mapping),
        params=_absolute(request.params),
        pool=tuple(str(Path(name).resolve()) for name in request.pool),
    )


def _absolute(name: str | None) -> str | None:
    return str(Path(name).resolve()) if name is not None and Path(name).exists() else name
