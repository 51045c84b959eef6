"""The memory of a run is that of all its processes at one time."""

import subprocess
import sys

import pytest

from pipelines.memory import resident_gb

HOLD = "import sys; kept = b'x' * 60_000_000; print(flush=True); sys.stdin.read()"


PEAK = """
import time
from pipelines import memory
memory.SECONDS_BETWEEN = 0.005
before = memory.resident_gb()
with memory.watched() as peak:
    held = b"x" * 60_000_000
    time.sleep(0.1)
    del held
print(peak.gigabytes - before, memory.resident_gb() - before)
"""


def test_a_peak_that_has_passed_is_seen() -> None:
    told = subprocess.run([sys.executable, "-c", PEAK], check=True, capture_output=True, text=True)  # alone: nobody else's memory
    peak, after = map(float, told.stdout.split())
    assert peak > 0.05
    assert after < 0.03


def test_processes_started_count_while_they_last() -> None:
    before = resident_gb()
    with subprocess.Popen([sys.executable, "-S", "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        meanwhile, alone = resident_gb(), resident_gb(child.pid)
        child.communicate()
    assert 0.06 < alone < 0.1
    assert meanwhile - before == pytest.approx(alone, abs=0.01)
    assert resident_gb() < before + 0.03
