"""Outcomes are found again by the content of their inputs, whole or not at all."""

import os
from pathlib import Path

import pytest

from pipelines.cache import Cache

NOW = 10**18


def test_the_same_inputs_are_made_once(tmp_path: Path) -> None:
    made: list[str] = []

    def make(folder: Path) -> None:
        made.append("made")
        (folder / "x").write_text("1")

    first = Cache(tmp_path).outcome("learn", {"a": "1"}, make)
    again = Cache(tmp_path).outcome("learn", {"a": "1"}, make)
    other = Cache(tmp_path).outcome("learn", {"a": "2"}, make)
    assert made == ["made", "made"]
    assert (first.reused, again.reused, other.reused) == (False, True, False)
    assert first.folder == again.folder != other.folder
    assert (again.folder / "x").read_text() == "1"


def test_an_interrupted_stage_leaves_nothing_to_be_found(tmp_path: Path) -> None:
    def interrupted(folder: Path) -> None:
        (folder / "half").write_text("")
        raise KeyboardInterrupt

    cache = Cache(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        cache.outcome("learn", {}, interrupted)
    outcome = cache.outcome("learn", {}, lambda folder: (folder / "whole").write_text("") and None)
    assert not outcome.reused
    assert sorted(path.name for path in outcome.folder.iterdir()) == ["inputs.json", "whole"]


def test_an_outcome_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: set[str] = set()
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.add(Path(f"/proc/self/fd/{handle}").readlink().name))

    def make(folder: Path) -> None:
        (folder / "x").write_text("1")

    folder = Cache(tmp_path).outcome("learn", {}, make).folder
    assert {"x", "inputs.json"} < flushed
    assert folder.name not in flushed, "under its own name only afterwards"


def test_outcomes_used_last_are_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    folders = [cache.outcome("learn", {"a": str(number)}, lambda _: None).folder for number in range(4)]
    other = cache.outcome("release", {}, lambda _: None).folder
    for age, folder in enumerate(reversed(folders)):
        os.utime(folder, ns=(0, NOW - age))
    cache.outcome("learn", {"a": "0"}, lambda _: None)
    cache.trim("learn", 2)
    assert sorted(tmp_path.iterdir()) == sorted([folders[0], folders[3], other])
