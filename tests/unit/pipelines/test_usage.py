"""Help and usage errors are in the reader's language, which is known before any option is parsed."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer import rich_utils
from typer.testing import CliRunner

from features.errors import UsageError
from pipelines.headings import TITLES, speak_indonesian
from pipelines.texts import Language
from pipelines.usage import spoken, usage_error


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["check", "x"], {}, Language.ID),
        (["check", "x", "--lang", "en"], {}, Language.EN),
        (["check", "x", "--lang=en"], {"TEPAT_LANG": "id"}, Language.EN),
        (["check", "x"], {"TEPAT_LANG": "en"}, Language.EN),
        (["check", "x", "--lang", "id"], {"TEPAT_LANG": "en"}, Language.ID),
        (["check", "x"], {"TEPAT_LANG": "fr"}, Language.ID),
    ],
)
def test_the_language_is_the_one_asked_for(arguments: list[str], environment: dict[str, str], language: Language) -> None:
    assert spoken(arguments, environment) is language


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "Perintah 'nothing' tidak ada."),
        (["chekc"], "Perintah 'chekc' tidak ada; mungkin 'check'."),
        (["run", "--sed", "3"], "Opsi --sed tidak ada; mungkin --seed."),
        (["run", "x", "--help=3"], "Opsi --help tidak menerima nilai."),
        (["leaderboard", "--cities=0"], "Nilai untuk '--cities' paling sedikit 1."),
        (["check"], "Argumen 'source' belum diberikan."),
        (["promote", "1"], "Opsi '--reason' belum diberikan."),
        (["check", "x", "--nope"], "Opsi --nope tidak ada."),
        (["run", "x", "--seed", "abc"], "Nilai untuk '--seed' harus bilangan bulat."),
        (["check", "x", "--lang", "fr"], "Nilai 'fr' untuk '--lang' tidak sah; pilihannya 'id', 'en'."),
        (["check", "x", "--seed"], "Opsi --seed memerlukan nilai."),
        (["check", "x", "y"], "Argumen berlebih: y."),
    ],
)
def test_what_the_parser_says_is_said_in_indonesian(arguments: list[str], said: str) -> None:
    from pipelines.command_line import app

    with pytest.raises(Exception) as caught:  # noqa: PT011 - the parser's own exception, which is not ours to name
        app(arguments, standalone_mode=False)
    error = usage_error(caught.value.format_message())
    assert error.into("id") == said
    assert error.into("en") == caught.value.format_message()


def test_no_fault_of_the_parser_is_left_in_english_alone() -> None:
    assert usage_error("Something new.").into("id").startswith("Perintah tidak dapat dibaca (Something new.)")


OF_THE_PARSER = ("Usage", "Options", "Arguments", "Commands", "OPTIONS", "default", "required", "Show this message")


@pytest.mark.parametrize("arguments", [["--help"], ["group", "--help"], ["group", "work", "--help"]])
def test_help_has_no_word_of_the_parser_in_english(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TITLES:
        monkeypatch.setattr(rich_utils, name, getattr(rich_utils, name))  # put back at the end: they are the process's
    app, group = typer.Typer(help="Contoh."), typer.Typer(help="Kumpulan.")
    app.add_typer(group, name="group")

    @group.command(help="Bekerja.")
    def work(source: str, times: int = 1) -> None:
        raise AssertionError

    @group.command(help="Beristirahat.")
    def rest() -> None:
        raise AssertionError

    assert "Usage: " in CliRunner().invoke(app, arguments).output
    speak_indonesian(app)
    said = CliRunner().invoke(app, arguments).output
    assert "Pemakaian: " in said
    assert "Menampilkan bantuan ini." in said
    assert not [word for word in OF_THE_PARSER if word in said]


def test_the_program_speaks_the_language_asked_for() -> None:
    def page(*more: str) -> str:
        command = [sys.executable, "-m", "pipelines.command_line", "map", "--help", *more]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "Pemakaian: " in page()
    assert "Usage: " in page("--lang", "en")


def test_the_program_ends_with_one_line_and_the_exit_code_of_a_usage_error() -> None:
    ended = subprocess.run([sys.executable, "-m", "pipelines.command_line", "x"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (UsageError.exit_code, "T010 Perintah 'x' tidak ada.\n")


def test_ctrl_c_says_that_nothing_is_lost(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines import command_line

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("features.source.drafting.draft_mapping", stopped)
    monkeypatch.setattr(sys, "argv", ["tepat", "map", "x"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == command_line.INTERRUPTED
    assert "Dihentikan" in capsys.readouterr().out


def test_an_output_of_unknown_format_is_refused_before_any_work(tmp_path: Path) -> None:
    from pipelines.job import open_job
    from pipelines.request import Request
    from pipelines.scoring import score_file

    with pytest.raises(UsageError, match="ends in neither"):
        score_file(open_job(Request("nowhere", str(tmp_path))), tmp_path / "none.csv", tmp_path / "out.txt")
