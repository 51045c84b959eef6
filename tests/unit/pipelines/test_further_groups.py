"""Further protected groups come from a file of their own, apart from every source, and only as it should be."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.fairness.evaluate import ELIGIBLE, REACHED, SCORES, FairnessParams, fairness
from features.errors import SourceError
from features.person_codes import person_code, person_codes
from features.pseudonyms import pseudonyms
from pipelines.further_groups import digest, further_groups
from publication.workspace import Workspace

PEOPLE = [f"P{number:03d}" for number in range(240)]
NIP = "198501012010011001"


def kept(root: Path, rows: str, mode: int = 0o600) -> tuple[Workspace, pd.DataFrame]:
    """Return a workspace with the file of further groups, and who its people are: coded, the first of them with a NIP."""
    workspace = Workspace(root)
    key = workspace.key()
    workspace.further_groups.parent.mkdir()
    workspace.further_groups.write_text(f"employee_id,trait,group\n{rows}", encoding="utf-8")
    workspace.further_groups.chmod(mode)
    hashed, codes = pseudonyms(key, PEOPLE), person_codes(key, pd.Index(PEOPLE))
    nips = pd.Series([NIP, *[None] * (len(PEOPLE) - 1)], dtype="str")
    return workspace, pd.DataFrame({"employee_id": hashed, "source_id": codes, "nip": nips})


def test_traits_become_columns_and_whoever_is_not_named_has_none(tmp_path: Path) -> None:
    workspace, people = kept(tmp_path, "P000,origin,north\nP001,origin,south\nP001,faith,one\nNOBODY,origin,north\n")
    found = further_groups(workspace, people)
    assert list(found.index) == list(people["employee_id"])
    assert found["origin"].dropna().tolist() == ["north", "south"]
    assert found["faith"].notna().sum() == 1


def test_people_are_named_by_the_sources_id_by_code_or_by_nip(tmp_path: Path) -> None:
    code = person_code(Workspace(tmp_path).key(), "P001")
    workspace, people = kept(tmp_path, f"{NIP},origin,north\nP000,origin,north\n{code},origin,south\nP002,origin,west\n")
    assert further_groups(workspace, people)["origin"].iloc[:4].fillna("-").tolist() == ["north", "south", "west", "-"]


def test_without_the_file_there_is_no_trait_and_with_it_a_digest_that_follows_its_rows(tmp_path: Path) -> None:
    empty = Workspace(tmp_path / "empty")
    assert further_groups(empty, pd.DataFrame({"employee_id": ["a"]})).columns.empty
    assert digest(empty) == ""
    workspace, _ = kept(tmp_path, "P000,origin,north\n")
    before = digest(workspace)
    workspace.further_groups.write_text("employee_id,trait,group\nP000,origin,south\n", encoding="utf-8")
    assert len(before) == 64
    assert digest(workspace) != before


@pytest.mark.parametrize(
    ("rows", "mode", "said"),
    [
        ("P000,origin,north\n", 0o644, "chmod 600"),
        ("P000,origin,north\nP000,origin,south\n", 0o600, "1 people two groups"),
        ("P000,sex,F\n", 0o600, "1 trait"),
        ("P000,Asal Daerah,x\n", 0o600, "1 trait"),
        ("SOMEBODY,origin,north\n", 0o600, "names nobody"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused_without_naming_anybody(
    rows: str, mode: int, said: str, tmp_path: Path
) -> None:
    workspace, people = kept(tmp_path, rows, mode)
    with pytest.raises(SourceError, match=said) as refusal:
        further_groups(workspace, people)
    assert not {"P000", "SOMEBODY", "north"} & set(str(refusal.value).replace(",", " ").split())


def test_a_further_trait_is_compared_alone_and_with_sex_and_small_groups_are_joined_and_counted(tmp_path: Path) -> None:
    origin = ["north"] * 120 + ["south"] * 110 + ["east"] * 6 + ["west"] * 4
    rows = "".join(f"{who},origin,{group}\n" for who, group in zip(PEOPLE, origin, strict=True))
    workspace, identity = kept(tmp_path, rows)
    index = pd.Index(identity["employee_id"])
    rng = np.random.default_rng(1)
    people = pd.DataFrame({"birth_date": pd.Timestamp("1980-01-01"), **dict.fromkeys(REACHED, True)}, index=index)
    people[ELIGIBLE] = rng.random(240) < np.where(np.array(origin) == "south", 0.2, 0.8)
    vault = pd.DataFrame({"employee_id": index, "sex": rng.choice(["F", "M"], 240), "disability": pd.array([False] * 240)})
    vault = vault.join(further_groups(workspace, identity), on="employee_id")
    scores = pd.DataFrame(rng.normal(size=(240, len(SCORES))), index=index, columns=list(SCORES))
    found = fairness(people, scores, vault, pd.Timestamp("2026-01-01"), FairnessParams())
    eligible = found[(found["measure"] == ELIGIBLE) & ~found["suppressed"]]
    alone = eligible[eligible["dimension"] == "origin"].set_index("cell")
    assert alone.index.tolist() == ["north", "south+east+west"]
    assert alone["merged"].eq(2).all()
    assert alone.loc["south+east+west", "upper"] < 0.8
    assert set(eligible.loc[eligible["dimension"] == "sex x origin", "cell"]) == {
        f"{sex}, {group}" for sex in "FM" for group in alone.index
    }  # fmt: skip
    assert alone["people"].min() >= 10
