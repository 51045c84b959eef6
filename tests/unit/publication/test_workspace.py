"""The workspace's key and its hold."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from features.errors import SourceError, WorkspaceBusyError
from publication.workspace import Workspace


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "city")
    key = workspace.key()
    assert len(key) == 32
    assert workspace.key() == key
    assert stat.S_IMODE((workspace.root / "secret").stat().st_mode) == 0o600
    assert [path.name for path in workspace.root.iterdir()] == ["secret"]


def test_two_workspaces_have_two_keys(tmp_path: Path) -> None:
    assert Workspace(tmp_path / "a").key() != Workspace(tmp_path / "b").key()


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("abcd")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(SourceError, match="2 bytes"):
        Workspace(tmp_path).key()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_may_read_hashes_nobody(tmp_path: Path, mode: int) -> None:
    Workspace(tmp_path).key()
    (tmp_path / "secret").chmod(mode)
    with pytest.raises(SourceError, match="chmod 600"):
        Workspace(tmp_path).key()


def test_a_second_run_is_refused_while_the_first_holds_the_workspace(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.hold(), pytest.raises(WorkspaceBusyError, match="--workspace"), workspace.hold():
        pass
    with workspace.hold():
        pass


def test_the_hold_ends_with_a_killed_process(tmp_path: Path) -> None:
    program = (
        "import sys, os, pathlib; from publication.workspace import Workspace\n"
        "with Workspace(pathlib.Path(sys.argv[1])).hold(): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    with Workspace(tmp_path).hold():
        pass


def test_whoever_holds_the_workspace_finds_nothing_left_aside_by_the_dead(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    aside = [workspace.cache / ".learn-ab.7", workspace.published / ".ab.tmp", workspace.snapshots / ".ab-x"]
    whole = [workspace.cache / "learn-ab", workspace.published / "ab", workspace.snapshots / "ab"]
    for folder in aside + whole:
        folder.mkdir(parents=True)
        (folder / "file").write_text("")
    with workspace.hold():
        assert not any(folder.exists() for folder in aside)
        assert all((folder / "file").exists() for folder in whole)


def test_rows_about_people_are_for_the_owner_only_and_what_an_office_has_opened_stays_open(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "city")
    with workspace.hold():
        made = [workspace.snapshots, workspace.quarantine, workspace.published, workspace.runs, workspace.artifacts]
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in made} == {0o700}
    workspace.published.chmod(0o750)
    with workspace.hold():
        assert stat.S_IMODE(workspace.published.stat().st_mode) == 0o750
