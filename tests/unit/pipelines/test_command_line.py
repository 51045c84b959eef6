"""The command line names its faults once, with their exit code, and shows no traceback."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
from typer.testing import CliRunner

from features.errors import ContractError, SourceError, UsageError
from pipelines.command_line import app, main

COMMANDS = (
    "simulate", "map", "check", "run", "train", "shortlist", "score", "backtest", "promote", "refuse", "rollback", "serve",
    "schedule", "leaderboard", "submission", "prune", "evaluate", "backup", "restore", "forget", "sentinels", "scan", "monitor",
    "contribute", "swaps", "wishes", "plan", "versions",
)  # fmt: skip
SHARED = ("--mapping", "--workspace", "--params", "--seed")


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "pipelines.command_line", *arguments], capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Ended:
    returncode: int | str | None
    stderr: str


@pytest.fixture
def tepat(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Ended]]:
    """Return the program as a function: the same ``main``, without four seconds of imports at each call."""

    def call(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["tepat", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ended(ended.value.code or 0, capsys.readouterr().err)

    with mock.patch.dict(os.environ):  # what the program sets for the libraries it loads
        yield call


def test_every_command_has_its_help() -> None:
    for command in COMMANDS:
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0
    registered = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}
    assert registered == set(COMMANDS)


@pytest.mark.parametrize("command", ["check", "run", "train", "shortlist", "score", "backtest", "schedule"])
def test_commands_that_take_a_source_take_the_shared_options(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"], terminal_width=200).output
    assert all(option in shown for option in SHARED)


def test_a_missing_source_ends_with_its_exit_code_and_no_traceback(tmp_path: Path) -> None:
    ended = program("check", str(tmp_path / "nowhere"), "--workspace", str(tmp_path / "city"))
    assert ended.returncode == SourceError.exit_code
    assert SourceError.code in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_wrong_date_is_a_usage_error(tmp_path: Path, tepat: Callable[..., Ended]) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("employee_id,position_id\n")
    options = (
        "--pairs",
        str(pairs),
        "--as-of",
        "31-12-2020",
        "--out",
        str(tmp_path / "out.csv"),
        "--workspace",
        str(tmp_path / "city"),
    )
    ended = tepat("score", str(tmp_path), *options)
    assert ended.returncode == UsageError.exit_code
    assert "--as-of" in ended.stderr


def test_a_source_that_passes_is_told_so_and_one_too_broken_stops(tmp_path: Path, tepat: Callable[..., Ended]) -> None:
    source = tmp_path / "source"
    write_source(source, ratings="4")
    assert tepat("check", str(source), "--workspace", str(tmp_path / "city")).returncode == 0
    write_source(source, ratings="44")
    broken = tepat("check", str(source), "--workspace", str(tmp_path / "city"), "--lang", "en")
    assert broken.returncode == ContractError.exit_code
    assert "appraisals" in broken.stderr


def write_source(folder: Path, ratings: str) -> None:
    folder.mkdir(exist_ok=True)
    people = [f"P{number}" for number in range(1, 9)]
    (folder / "employees.csv").write_text("employee_id,hired_on\n" + "".join(f"{one},2015-01-01\n" for one in people))
    (folder / "units.csv").write_text("unit_id,parent_id\nU1,\n")
    (folder / "positions.csv").write_text("position_id,unit_id\nJ1,U1\nJ2,U1\n")
    spells = "".join(f"{one},J{1 + place % 2},2015-01-01,\n" for place, one in enumerate(people))
    (folder / "assignments.csv").write_text("employee_id,position_id,start_on,end_on\n" + spells)
    rated = "".join(f"{one},{year}-01-01,{year}-12-31,{ratings}\n" for one in people for year in (2022, 2023))
    (folder / "appraisals.csv").write_text("employee_id,period_start,period_end,rating\n" + rated)


def test_a_workspace_that_cannot_be_written_is_named(tmp_path: Path, tepat: Callable[..., Ended]) -> None:
    (tmp_path / "file").write_text("")
    ended = tepat("check", str(tmp_path), "--workspace", str(tmp_path / "file" / "city"))
    assert ended.returncode == UsageError.exit_code
    assert "--workspace" in ended.stderr


@pytest.mark.slow
def test_a_siasn_shaped_city_can_be_written_and_checked(tmp_path: Path) -> None:
    made = program("simulate", str(tmp_path / "siasn"), "--employees", "300", "--years", "3", "--shape", "siasn")
    assert made.returncode == 0
    assert (tmp_path / "siasn" / "rw-jabatan.csv").exists()
    assert (tmp_path / "siasn" / "truth" / "knobs.json").exists()
    assert program("check", str(tmp_path / "siasn"), "--mapping", "siasn", "--workspace", str(tmp_path / "c")).returncode == 0
