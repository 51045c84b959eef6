"""The class shown in the how-to is a method: it loads, is fitted and answers."""

import re
from pathlib import Path

import numpy as np

from pipelines.leaderboard.entrants import load_entrants
from pipelines.leaderboard.method import checked
from pipelines.leaderboard.world import World

PAGE = Path(__file__).resolve().parents[4] / "docs" / "how-to-analyst.md"


def test_the_method_of_the_how_to_works_as_it_stands(world: World, tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (shown,) = (block for block in blocks if "class MyMethod" in block)
    file = tmp_path / "my_method.py"
    file.write_text(shown)
    (mine,) = load_entrants([f"{file}:MyMethod"])
    some = world.pairs.sample(200, random_state=1)[["employee_id", "position_id"]]
    forecast = checked(mine.make().fit(world.view, seed=1).effect(some), some)
    assert mine.name == "my S-learner"
    assert np.ptp(forecast["uplift"]) > 0
