"""What the parser of the command line itself writes into a help page, in Indonesian: its own words are English.

Typer knows no languages, but lets its classes of commands be replaced, and keeps the titles of its panels in `typer.rich_utils`.
"""

from typing import TYPE_CHECKING

from typer import Typer, rich_utils
from typer.core import TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    from typer._click.core import Context

TITLES = {
    "ARGUMENTS_PANEL_TITLE": "Argumen",
    "OPTIONS_PANEL_TITLE": "Opsi",
    "COMMANDS_PANEL_TITLE": "Perintah",
    "ERRORS_PANEL_TITLE": "Kesalahan",
    "DEFAULT_STRING": "[bawaan: {}]",
    "ENVVAR_STRING": "[variabel lingkungan: {}]",
    "REQUIRED_LONG_STRING": "[wajib]",
}
USAGE = (("Usage: ", "Pemakaian: "), ("[OPTIONS]", "[OPSI]"), ("COMMAND [ARGS]...", "PERINTAH [ARGUMEN]..."))
HELP = "Menampilkan bantuan ini."


class IndonesianCommand(TyperCommand):
    """A command whose usage line and help option are Indonesian."""

    def get_usage(self, ctx: "Context") -> str:
        """Return the usage line."""
        return _translated(super().get_usage(ctx))

    def get_help_option(self, ctx: "Context") -> TyperOption | None:
        """Return the option that shows the help page."""
        return _explained(super().get_help_option(ctx))


class IndonesianGroup(TyperGroup):
    """A group of commands whose usage line and help option are Indonesian."""

    def get_usage(self, ctx: "Context") -> str:
        """Return the usage line."""
        return _translated(super().get_usage(ctx))

    def get_help_option(self, ctx: "Context") -> TyperOption | None:
        """Return the option that shows the help page."""
        return _explained(super().get_help_option(ctx))


def speak_indonesian(app: Typer) -> None:
    """Let ``app``, with all its groups and commands so far, write its help in Indonesian."""
    for name, title in TITLES.items():
        setattr(rich_utils, name, title)
    _replace_classes(app)


def _replace_classes(app: Typer) -> None:
    app.info.cls = IndonesianGroup
    for command in app.registered_commands:
        command.cls = IndonesianCommand
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _replace_classes(group.typer_instance)


def _translated(usage: str) -> str:
    for english, indonesian in USAGE:
        usage = usage.replace(english, indonesian)
    return usage


def _explained(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = HELP
    return option
