"""The command for reasons on demand does what it says in a shell, whatever the ids hold."""

import shlex
import subprocess
from pathlib import Path

import pandas as pd
from fastapi.testclient import TestClient

from serving.on_demand import reasons_command

RUN = {"ranking_supported": True, "as_of": "2026-03-30", "effective_on": "2026-05-01"}


def test_the_first_line_writes_the_pair_and_the_second_is_one_command(tmp_path: Path) -> None:
    command = reasons_command(RUN, Path("a city"), "P/4, 'a' %s", 'E"1"')
    assert command is not None
    first, second = command.splitlines()
    subprocess.run(["/bin/sh", "-c", first], cwd=tmp_path, check=True)
    assert pd.read_csv(tmp_path / "pairs.csv", dtype="str").to_dict("records") == [
        {"employee_id": 'E"1"', "position_id": "P/4, 'a' %s"}
    ]
    words = shlex.split(second)
    assert words[:5] == ["tepat", "score", "SOURCE", "--workspace", "a city"]
    assert words[5:] == ["--pairs", "pairs.csv", "--as-of", "2026-03-30", "--effective-on", "2026-05-01", "--out", "reasons.csv"]


def test_where_ranking_is_not_supported_there_is_nothing_to_explain() -> None:
    assert reasons_command(RUN | {"ranking_supported": False}, Path("city"), "P1", "E1") is None


def test_the_answer_names_the_command_only_where_reasons_were_not_made(client: TestClient) -> None:
    below = client.get("/api/v1/positions/P002/candidates/E11").json()
    assert below["candidate"]["reasons_for"] is None
    assert "E11,P002" in below["reasons_command"]
    assert "reasons_command" not in client.get("/api/v1/positions/P002/candidates/E00").json()
