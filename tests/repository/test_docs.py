"""What the documents say exists does exist: links, files, commands, settings, addresses, rooms."""

import re
from pathlib import Path

import pytest
import yaml
from fastapi.routing import APIRoute, iter_route_contexts
from typer.main import get_command

from pipelines.command_line import app
from pipelines.settings import Environment
from publication.accounts.roles import GRANTS
from serving.accounts import provider, signing
from serving.api import routes as interface
from serving.documents import routes as document_routes
from serving.pages import routes as pages
from serving.settings import API_PREFIX, ServingSettings
from tests.repository.own_files import own_files

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("features", "rules", "models", "placement", "evaluation", "publication", "pipelines", "serving", "simulation")
LINK = re.compile(r"\]\(([^)#\s]+)?(#[^)\s]+)?\)")
MENTIONED = re.compile(r"\b(?:docs|tests|benchmarks|" + "|".join(ROOMS) + r")/[\w./-]+\.(?:md|py|yaml|css|html)\b")
COMMAND = re.compile(r"(?:^|[\s`(|])tepat ([a-z]+)((?:[^\n`|#]|\|(?! tepat))*)", re.MULTILINE)
HELP_ITSELF = {"--help"}
ROUTERS = (
    *(("", router) for router in (*pages.MOST_ASKED, *pages.OTHERS)),
    ("", document_routes.router),
    (API_PREFIX, interface.router),
    ("", signing.router),
    ("", provider.router),
)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """Return the anchors a Markdown renderer gives the headings of ``path``."""
    headings = re.findall(r"^#+ (.+)$", text_of(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def words_of_code(text: str) -> list[str]:
    """Return the indented lines, fenced lines and backticked words: where commands stand."""
    return [*re.findall(r"^(?: {4}|\t).*$", text, flags=re.MULTILINE), *re.findall(r"`([^`\n]+)`", text),
            *"\n".join(re.findall(r"^```.*?^```", text, flags=re.MULTILINE | re.DOTALL)).splitlines()]  # fmt: skip


def test_every_link_between_documents_leads_somewhere() -> None:
    lost = []
    for page in own_files("*.md"):
        for target, anchor in LINK.findall(text_of(page)):
            if "://" in target or target.startswith("mailto:"):
                continue
            goal = (page.parent / target).resolve() if target else page
            if not goal.exists() or (anchor and anchor[1:] not in anchors(goal)):
                lost.append(f"{page.relative_to(ROOT)}: {target}{anchor}")
    assert lost == []


def test_every_file_named_in_a_document_or_a_docstring_exists() -> None:
    files = [path for path in own_files("*.md", "*.py", "*.yaml") if not path.is_relative_to(ROOT / "tests")]
    lost = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        for name in MENTIONED.findall(text_of(path))
        if not (ROOT / name).exists()
    }
    assert lost == set()


def test_every_command_in_a_document_is_one_of_the_program_with_these_options() -> None:
    commands = get_command(app).commands
    options = {
        name: {opt for param in parameters(command) for opt in (*param.opts, *param.secondary_opts)} | HELP_ITSELF
        for name, command in commands.items()
    }
    lost = set()
    for page in own_files("*.md"):
        for line in words_of_code(text_of(page)):
            for name, rest in COMMAND.findall(line.replace(".venv/bin/", "")):
                unknown = set(re.findall(r"(?<=\s)--[a-z-]+", rest)) - options.get(name, set())
                if name not in commands or unknown:
                    lost.add(f"{page.name}: tepat {name} {sorted(unknown)}")
    assert lost == set()


def parameters(command) -> list:
    """Return the parameters of a command and of those below it."""
    return [*command.params, *(param for below in getattr(command, "commands", {}).values() for param in parameters(below))]


def test_every_command_of_the_program_is_in_a_how_to() -> None:
    said = "\n".join(text_of(page) for page in own_files("*.md") if page.name.startswith(("how-to", "README")))
    assert [name for name in get_command(app).commands if f"tepat {name}" not in said] == []


def test_every_make_target_in_a_document_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), flags=re.MULTILINE))
    named = {
        name
        for page in own_files("*.md")
        for line in words_of_code(text_of(page))
        for name in re.findall(r"\bmake ([a-z-]+)", line)
    }
    assert named - targets == set()


def test_every_study_choice_says_what_it_is() -> None:
    """Comments are the documentation of params.yaml: every key that holds a value has one on its line."""
    bare = [line for line in text_of(ROOT / "params.yaml").splitlines() if re.match(r"\s*\w+:", line) and "#" not in line]
    assert bare == []


def test_every_section_of_params_names_the_file_that_reads_it() -> None:
    text = text_of(ROOT / "params.yaml")
    for section in yaml.safe_load(text):
        heading = next(line for line in text.splitlines() if line.startswith(f"{section}:"))
        named = re.findall(r"\((\S+)\)", heading)
        assert section == "pages" or (named and (ROOT / named[-1]).exists()), heading


def routes() -> set[str]:
    """Return the address of every route, with ID and EMPLOYEE_ID for its parameters."""
    found = set()
    for prefix, router in ROUTERS:
        for route in iter_route_contexts(router.routes):
            assert isinstance(route.original_route, APIRoute)
            path = re.sub(r"\{position_id(:path)?\}", "ID", prefix + route.path)
            found.add(re.sub(r"\{employee_id(:path)?\}", "EMPLOYEE_ID", path).replace("{move_id}", "NUMBER"))
    return found | {"/health", "/static/"}


def test_every_address_of_the_server_is_in_the_analysts_how_to() -> None:
    said = text_of(ROOT / "docs" / "how-to-analyst.md")
    documented = set(re.findall(r"`(/[\w/.{}-]*)", said))
    assert routes() - documented == set()


@pytest.mark.parametrize(("settings", "prefix"), [(Environment, "TEPAT_"), (ServingSettings, "TEPAT_")])
def test_every_environment_variable_is_in_the_data_teams_how_to(settings, prefix: str) -> None:
    said = text_of(ROOT / "docs" / "how-to-data-team.md")
    assert [name for name in settings.model_fields if f"`{prefix}{name.upper()}`" not in said] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_map_of_rooms_names_every_file_and_no_other(room: str) -> None:
    files = text_of(ROOT / "docs" / "architecture.md").split(f"### `{room}/`\n")[1].split("\n#")[0]
    named = {name.split("/")[0].split(".")[0] for name in re.findall(r"`([^`]+)`", files)}
    there = _names(ROOT / room)
    for package in (path.parent for path in (ROOT / room).glob("*/__init__.py")):
        there |= _names(package) & named if package.name in ONE_FILE_A_KIND else _names(package)
    assert (named - there, there - named) == (set(), set())


ONE_FILE_A_KIND = {"contents", "families", "layouts", "pages", "texts"}
"""Packages of many alike files, which the map need not name one by one."""


def _names(folder: Path) -> set[str]:
    return {path.name.split(".")[0] for path in folder.iterdir() if not path.name.startswith("__")}


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    for path in (ROOT / "docs" / "adr").glob("*.md"):
        assert text_of(path).startswith(f"# {int(path.name[:4])}. "), path.name


def test_the_page_of_records_shows_every_role_as_it_is_declared() -> None:
    said = text_of(ROOT / "docs" / "records.md")
    for role, grant in GRANTS.items():
        permissions = " ".join(f"`{permission}`" for permission in sorted(grant.permissions))
        hidden = " ".join(f"`{field}`" for field in sorted(grant.hidden | grant.hidden_elsewhere)) or "–"
        assert f"| `{role}` ({grant.title}) | {grant.scope} | {permissions} | {hidden} |" in said, role
