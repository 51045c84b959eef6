"""The Prefect server of a run ends with the process that started it, however that one dies.

Prefect stops its temporary server when Python exits in order; after a kill the server would run on for ever. The environment
(``pipelines.process``) makes uvicorn ask this module for the server's event loop, the one documented way into a process that
Prefect starts. Rejected: Linux's parent-death signal, which is sent when the starting *thread* ends, and Prefect starts its
server from any; a list of process ids to be ended by the next run, which may never come.
"""

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

STARTED_BY = "TEPAT_PROCESS"
"""Environment variable: the process the command line runs in."""
LOOP = f"{__name__}:watched_loop"
POLL_SECONDS = 0.5
GRACE_SECONDS = 30
"""For a server that must finish a migration of its database first; half a migration would stop every later run."""


def watched_loop() -> asyncio.AbstractEventLoop:
    """Return a new event loop in a process that is asked to end, and after a while made to, once its parent has died.

    The process leaves its parent's group: Ctrl+C is for the parent, which still has things to tell its server.
    """
    os.setpgid(0, 0)
    threading.Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
    return asyncio.new_event_loop()


def _end_with(parent: int) -> None:
    """Wait for ``parent`` to die, then end this process.

    Whoever dies before this process looks leaves it another parent; the command line's process is therefore known by its number.
    """
    starter = int(os.environ.get(STARTED_BY, parent))
    while os.getppid() == parent and _alive(starter):
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _waits_to_be_reaped(process)


def _waits_to_be_reaped(process: int) -> bool:
    """Return whether a process is dead but for whoever started it, who has not looked yet; only Linux tells."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="ignore").rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False
