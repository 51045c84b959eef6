"""What a file may settle of a plan; anything else is refused with its line."""

from pathlib import Path

import pytest

from features.errors import UsageError
from pipelines.replanning import read_settled

HEAD = "wish,employee_id,position_id,limit_name,value\n"


def written(folder: Path, rows: str) -> Path:
    path = folder / "settled.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def test_every_kind_of_wish_is_read(tmp_path: Path) -> None:
    rows = (
        "lock,E1,P1,,\nforbid,E1,P1,,\nforce_person,E1,,,\nforce_post,,P1,,\nlimit,,,moves,3\nlimit,,,share:job_kind:staff,37.5\n"
    )
    read = read_settled(written(tmp_path, rows))
    assert [row["wish"] for row in read] == ["lock", "forbid", "force_person", "force_post", "limit", "limit"]
    assert read[2]["position_id"] is None


@pytest.mark.parametrize("row", [
    "draw,E1,P1,,", "lock,E1,,,", "lock,,P1,,", "force_person,,P1,,", "force_post,E1,,,", "limit,,,budget,3", "limit,,,moves,",
    "limit,,,moves,-1", "limit,,,moves,many", ",E1,P1,,",
])  # fmt: skip
def test_what_is_no_wish_is_refused_with_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(UsageError, match="line 3"):
        read_settled(written(tmp_path, f"lock,E1,P1,,\n{row}\n"))


def test_a_file_without_the_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("employee_id,position_id\nE1,P1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        read_settled(path)
