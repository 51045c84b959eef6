"""Work done beside this process: same results, faults told, and nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor

import pytest

from features.errors import TooLittleDataError
from pipelines import second_core
from pipelines.second_core import Here

DEADLINE = 60
"""Seconds for what takes two or three on an idle machine."""
HELD = """
import os, sys, time
from pipelines import second_core
second_core.cores = lambda: 2
if __name__ == "__main__":
    with second_core.second_core(worth_it=True) as beside:
        print(beside.submit(os.getpid).result(), flush=True)
        beside.submit(time.sleep, 300)
        if sys.argv[1] == "fail":
            raise KeyError
        time.sleep(300)
"""


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[Executor]:
    monkeypatch.setattr(second_core, "cores", lambda: 2)
    with second_core.second_core(worth_it=True) as beside:
        yield beside


def too_little(value: int) -> int:
    raise TooLittleDataError(f"{value} rows", f"{value} baris")


def test_another_process_does_the_work_and_tells_faults_in_both_languages(two_cores):
    assert two_cores.submit(os.getpid).result() != os.getpid()
    with pytest.raises(TooLittleDataError) as told:
        two_cores.submit(too_little, 3).result()
    assert told.value.into("id") == "3 baris"


@pytest.mark.parametrize(("worth_it", "cores"), [(False, 2), (True, 1)])
def test_without_a_reason_or_a_core_everything_is_done_here(worth_it, cores, monkeypatch):
    monkeypatch.setattr(second_core, "cores", lambda: cores)
    with second_core.second_core(worth_it=worth_it) as beside:
        assert beside.submit(os.getpid).result() == os.getpid()


def test_a_fault_here_waits_for_whoever_asks():
    with pytest.raises(TooLittleDataError):
        Here().submit(too_little, 3).result()


@pytest.mark.parametrize("how", ["fail", signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_other_process_ends_at_once_however_this_one_does(how):
    program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n" + HELD
    command = [sys.executable, "-c", program, "fail" if how == "fail" else "wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as started:
        assert started.stdout is not None
        other = int(started.stdout.readline())
        if how != "fail":
            started.send_signal(how)
        ends(started, other)


def ends(started: subprocess.Popen[str], other: int) -> None:
    """Wait until nobody holds the output any more that ``started`` and its other process share."""
    before = time.monotonic()
    try:
        started.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        os.kill(other, signal.SIGKILL)
        started.kill()
        pytest.fail("the other process outlived this one")
    assert time.monotonic() - before < DEADLINE
