"""The command line: reads arguments, calls one flow or stage, prints. Nothing is computed here."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from features.errors import TepatError
from pipelines.texts import Language

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Tepat: mutasi ASN berdasarkan bukti."
)

Source = Annotated[str, typer.Argument(help="Folder of CSV, Parquet or XLSX files, or a database URL.", show_default=False)]
MappingFile = Annotated[str | None, typer.Option("--mapping", help="Mapping file, or the name of a shipped one (siasn).")]
WorkspaceDir = Annotated[Path, typer.Option("--workspace", help="Folder of this city.")]
ParamsFile = Annotated[Path | None, typer.Option("--params", help="A city's own study choices, over params.yaml.")]
Seed = Annotated[int, typer.Option("--seed", help="Fixes every random choice.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="What is known at the end of this day (YYYY-MM-DD).")]
EffectiveOn = Annotated[str | None, typer.Option("--effective-on", help="Day on which a move would start (YYYY-MM-DD).")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of what is printed.")]
OutFile = Annotated[Path | None, typer.Option("--out", help="CSV or Parquet, by its ending.")]
Version = Annotated[int, typer.Argument(help="Version of the model in the registry.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the version.")]

WORKSPACE = Path("workspace")


def main() -> None:
    """Run the command line; a fault the user can act on ends with one message and its exit code, no traceback."""
    try:
        app()
    except TepatError as error:
        Console(stderr=True).print(f"[bold red]{error.code}[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)


@app.callback()
def _commands() -> None:
    """Make every command a word of its own, even where there is only one."""


@app.command()
def serve(
    workspace: WorkspaceDir = WORKSPACE,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 8000,
) -> None:
    """Open the HR pages and the JSON API on this machine only."""
    import uvicorn

    os.environ["TEPAT_WORKSPACE"] = str(workspace.resolve())
    uvicorn.run("serving.application:create", factory=True, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
