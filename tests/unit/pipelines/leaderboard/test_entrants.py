from pathlib import Path

import pytest

from features.errors import UsageError
from pipelines.leaderboard.baselines import baselines
from pipelines.leaderboard.entrants import entrant, load_entrants, require_distinct
from pipelines.leaderboard.ours import ours

MINE = """
from dataclasses import dataclass
import numpy as np

@dataclass
class Mine:
    name: str = "mine"
    def fit(self, world, seed):
        return self
    def effect(self, pairs):
        return np.zeros(len(pairs))

class Blind:
    def fit(self, world, seed):
        return self

class Needy:
    def __init__(self, needed):
        pass
    fit = effect = __init__
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    file = tmp_path / "mine.py"
    file.write_text(MINE)
    return file


def test_a_class_is_loaded_from_a_file_with_its_name(mine: Path) -> None:
    (loaded,) = load_entrants([f"{mine}:Mine"])
    assert (loaded.name, loaded.origin, loaded.orders_only) == ("mine", "yours", False)
    assert loaded.make() is not loaded.make()


def test_a_class_is_loaded_from_a_module() -> None:
    (loaded,) = load_entrants(["pipelines.leaderboard.baselines:Zero"])
    assert loaded.name == "zero"


def test_another_source_is_another_method(mine: Path) -> None:
    (before,) = load_entrants([f"{mine}:Mine"])
    mine.write_text(MINE.replace("np.zeros", "np.ones"))
    (after,) = load_entrants([f"{mine}:Mine"])
    assert before.source != after.source


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("mine.py", "names no class"),
        ("nowhere.py:Mine", "no file 'nowhere.py'"),
        ("no_such_module:Mine", "ModuleNotFoundError"),
        ("{file}:Other", "has no class 'Other'"),
        ("{file}:Blind", "the class has no effect"),
        ("{file}:Needy", "Needy\\(\\) fails: TypeError"),
    ],
)
def test_what_cannot_be_loaded_is_told_with_what_was_expected(mine: Path, spec: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        load_entrants([spec.format(file=mine)])
    assert "Expected for each --method: module:Class" in str(caught.value)
    assert "tanpa argumen" in caught.value.into("id")


def test_a_file_with_a_fault_is_told_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("x = 1\ny = undefined\n")
    with pytest.raises(UsageError, match=r"NameError: .*undefined.* \(broken.py, line 2\)"):
        load_entrants([f"{broken}:Mine"])


def test_all_faults_are_told_at_once(mine: Path) -> None:
    with pytest.raises(UsageError, match=r"no file 'a.py'.*has no effect"):
        load_entrants(["a.py:A", f"{mine}:Blind"])


def test_methods_on_the_board_have_names_of_their_own() -> None:
    shipped = [*baselines(), *ours()]
    require_distinct(shipped)
    with pytest.raises(UsageError, match="'zero'"):
        require_distinct([*shipped, entrant(shipped[0].make, "yours")])
