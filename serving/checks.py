"""Checks of uploads: one at a time, each in a process of its own, so that pages stay quick while an export is read."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.bilingual import Bilingual
from publication.uploads.places import REPORT_FILE, write

_LOG = logging.getLogger(__name__)

MOST_SECONDS = 900.0
"""A check that takes longer is ended: an export of a large city takes one to two minutes."""
PATIENCE = 6.0
"""Seconds a page waits for a check before it says that it is still going on."""

SLOW = Bilingual(
    "The check took too long and was ended. Hand the export to the data team, who check it by `tepat check`.",
    "Pemeriksaan terlalu lama dan dihentikan. Serahkan ekspor ini kepada tim data untuk diperiksa dengan `tepat check`.",
)
BROKEN = Bilingual(
    "The check ended with a fault, which was logged. Check again; if it ends so twice, ask the data team.",
    "Pemeriksaan berakhir dengan kesalahan yang sudah dicatat. Periksa lagi; bila terulang, hubungi tim data.",
)


@dataclass
class Checks:
    """The checks that wait or go on; `close` ends them."""

    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="check"))
    _waiting: dict[int, Future[None]] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def begin(self, number: int, folder: Path, language: str, settle: Callable[[dict[str, Any]], None]) -> None:
        """Check upload ``number`` in ``folder`` when its turn comes, hand its report to ``settle``; wait `PATIENCE` for it."""
        if not self.waits(number):
            self._waiting[number] = self._pool.submit(self._check, folder, language, settle)
        try:
            self._waiting[number].result(timeout=PATIENCE)
        except NotYet:
            return

    def waits(self, number: int) -> bool:
        """Return whether upload ``number`` waits for its check or is being checked."""
        waiting = self._waiting.get(number)
        return waiting is not None and not waiting.done()

    def close(self) -> None:
        """End the check that goes on, and forget those that wait."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._process is not None:
            self._process.kill()

    def _check(self, folder: Path, language: str, settle: Callable[[dict[str, Any]], None]) -> None:
        (folder / REPORT_FILE).unlink(missing_ok=True)
        command = [sys.executable, "-P", "-m", "publication.uploads.checking", language]
        self._process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            code = self._process.wait(MOST_SECONDS)
            fault = None if code == 0 else BROKEN
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            fault = SLOW
        finally:
            self._process = None
        if fault is not None:
            _LOG.error("the check of an upload ended: %s", fault)
            told = {"usable": False, "fatal": {"en": str(fault), "id": fault.indonesian}}
            write(folder / REPORT_FILE, json.dumps(told, ensure_ascii=False))
        settle(json.loads((folder / REPORT_FILE).read_text(encoding="utf-8")))
