"""A lottery from its proposal to its verdict by command, judged on a source in which the years after the draw have come."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from features.snapshot import load_identity
from pipelines.trial_commands import app
from publication.workspace import ENTRANTS, Workspace

TRIAL, EVE, START, POSTS, ENTER, PLACES = "2020-mei", "2020-04-30", "2020-05-01", 4, 10, 4
RATED_FROM = "2021-01-01"
"""The city's years end with 2021, whose rating lies in the window: months 7 to 18 after the start."""


@pytest.fixture
def drawn(city: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Return a source and a workspace with a lottery drawn in it: four posts with ten tied candidates and four places each."""
    source, root = tmp_path / "source", tmp_path / "ws"
    source.mkdir()
    for file in city.glob("*.csv"):
        (source / file.name).write_bytes(file.read_bytes())
    ratings = pd.read_csv(source / "appraisals.csv", dtype="str")
    rated = ratings.loc[ratings["period_start"] == RATED_FROM, "employee_id"].drop_duplicates().sort_values()[: POSTS * ENTER]
    posts = pd.read_csv(source / "positions.csv", dtype="str")["position_id"].sort_values().iloc[:POSTS]
    folder = root / "published" / "run1"
    folder.mkdir(parents=True)
    listed = pd.DataFrame({"position_id": posts.repeat(ENTER).to_numpy(), "employee_id": rated.to_numpy(), "rank": 1, "band": 1})
    listed.assign(eligible="yes", stay_outlook=0.1).to_parquet(folder / "shortlists.parquet")
    pd.DataFrame({"position_id": posts, "vacant": PLACES}).to_parquet(folder / "positions.parquet")
    (folder / "run.json").write_text(json.dumps({"run_id": "run1", "effective_on": START}), encoding="utf-8")
    (root / "published" / "current").write_text("run1", encoding="ascii")
    for step in (["propose", TRIAL], ["commit", TRIAL, "--beacon", "an index"], ["draw", TRIAL, "--number", "7"]):
        assert said(*step, "--workspace", str(root)).exit_code == 0
    return source, root


def said(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--lang", "en"])


def moved_and_gained(source: Path, root: Path) -> None:
    """Let everybody drawn move into the post and be rated as high as anybody in the year the trial is judged by."""
    entrants = pd.read_csv(Workspace(root).trials / TRIAL / ENTRANTS, dtype="str")
    winners = entrants[entrants["arm"] == "drawn"]
    spells = pd.read_csv(source / "assignments.csv", dtype="str")
    decree = {"start_on": START, "known_on": START, "end_on": None, "kind": "definitive"}
    new = spells.drop_duplicates("employee_id").set_index("employee_id").loc[winners["employee_id"]].reset_index()
    new = new.assign(position_id=winners["position_id"].to_numpy(), **decree)
    theirs = spells["employee_id"].isin(winners["employee_id"])
    spells = spells[~theirs | (spells["start_on"] < START)]
    spells.loc[theirs & ~(spells["end_on"] < START), "end_on"] = EVE
    pd.concat([spells, new]).to_csv(source / "assignments.csv", index=False)
    ratings = pd.read_csv(source / "appraisals.csv")
    year = ratings["period_start"] == RATED_FROM
    ratings.loc[year & ratings["employee_id"].isin(winners["employee_id"]), "score"] = ratings.loc[year, "score"].max()
    ratings.to_csv(source / "appraisals.csv", index=False)


def shares(output: str) -> list[str]:
    """Return the shares of both sides that came into the post, as they are said."""
    return output.split("In that post before the window ended: ")[1].split(" of the others")[0].split(", ")


@pytest.mark.slow
def test_a_lottery_is_judged_on_the_years_that_came_after_it(drawn: tuple[Path, Path]) -> None:
    source, root = drawn
    folder = Workspace(root).trials / TRIAL
    given = ["analyse", str(source), TRIAL, "--workspace", str(root)]
    record = str(folder / "draw.json")
    before = said(*given)
    assert "Power for an effect" in before.output
    assert "not proven" in before.output
    moved_and_gained(source, root)
    after = said(*given)
    assert "Verdict: they worked" in after.output
    assert shares(after.output) == ["100 % of those drawn", "0 %"]
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result["judged_treated"] + result["judged_others"] == POSTS * ENTER
    assert said("verify", record, "--published", result["commitment"]).exit_code == 0
    known = load_identity(Workspace(root).snapshots, next(Workspace(root).snapshots.glob("[!.]*/")).name)
    assert not any(name in after.output for name in known["source_id"])
