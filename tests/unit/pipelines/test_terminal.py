"""The terminal says what the reader knows: no developer words, no line of a library, the command as the user types it."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import process
from pipelines.texts import Language, Texts
from publication.schemas import TABLES

FIGURES: dict[str, object] = {
    "rows": 12345, "set_aside": 0, "faults": 7, "snapshot": "s1", "as_of": "2026-03-30", "effective_on": "2026-05-01",
    "risk_rows": 98927, "movers": 2530, "label_health": "tidak layak", "tried_out_on": 40, "autoc": "0.182", "reused": False,
    "release": "champion", "ranking_supported": True, "reasons": "passed", "run_id": "ab", "tables": 9,
}  # fmt: skip


def test_stage_figures_are_words_not_keys() -> None:
    said = Texts(Language.ID).figures(FIGURES)
    assert said.startswith("12.345 baris dibaca; 0 disisihkan; 7 temuan; data sampai 2026-03-30")
    assert "98.927 baris pembelajaran; 2.530 di antaranya pindah; penilaian tidak layak" in said
    assert "_" not in said
    assert "False" not in said
    assert "model in use; ranking supported" in Texts(Language.EN).figures(FIGURES)


def test_a_negative_figure_has_a_true_minus() -> None:
    assert "−0,06" in Texts(Language.ID).figures({"autoc": -0.06})


def test_every_published_table_has_its_words_or_none_on_purpose() -> None:
    for language in Language:
        assert "_" not in Texts(language).figures(dict.fromkeys(TABLES, 3))


@pytest.mark.parametrize(
    ("called", "found", "typed"),
    [(".venv/bin/tepat", None, ".venv/bin/tepat"), ("/opt/bin/tepat", "/opt/bin/tepat", "tepat"),
     ("/a/tepat", "/b/tepat", "/a/tepat")],
)  # fmt: skip
def test_the_program_is_named_as_it_was_called(monkeypatch: pytest.MonkeyPatch, called: str, found: str | None, typed: str) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    monkeypatch.setattr(process.shutil, "which", lambda name: found)
    assert process.program() == typed


def test_a_new_registry_says_nothing_on_the_terminal(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pipelines.process import prepare; folder = Path(sys.argv[1]); prepare(folder)\n"
        "from models.tracking.registry import Registry\n"
        "assert Registry(f'sqlite:///{folder}/mlflow.db', folder.as_uri()).champion() is None"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert ended.stdout + ended.stderr == ""
