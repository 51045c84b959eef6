"""`tepat serve` before it serves."""

from pathlib import Path

import pytest

from features.errors import UsageError
from pipelines.command_line import serve


def test_a_workspace_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tepat run"):
        serve(workspace=tmp_path / "mistyped")
    assert not (tmp_path / "mistyped").exists()
