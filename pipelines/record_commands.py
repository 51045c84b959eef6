"""Commands over what people write: the ledger, accounts, backup and restore, erasure."""

from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from features.bilingual import Bilingual, listed
from features.errors import ExposureError, LedgerError, StalePublicationError, UsageError
from pipelines.options import LANGUAGE, WORKSPACE, Lang, WorkspaceDir, existing, officer, opened, say, told
from pipelines.process import quieten
from pipelines.request import Request
from pipelines.texts import Texts
from publication.accounts.roles import GRANTS, Role

if TYPE_CHECKING:
    from pipelines.job import Job
    from publication.records import Records

ledger_app = typer.Typer(no_args_is_help=True, help=told("ledger"))
users_app = typer.Typer(no_args_is_help=True, help=told("users"))

Name = Annotated[str, typer.Argument(help=told("username"), show_default=False)]
Employee = Annotated[str | None, typer.Option("--employee", help=told("employee"))]
Units = Annotated[list[str] | None, typer.Option("--unit", help=told("unit"))]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(ledger_app, name="ledger")
    app.add_typer(users_app, name="users")
    app.command("backup", help=told("backup"))(backup)
    app.command("restore", help=told("restore"))(restore)
    app.command("forget", help=told("forget"))(forget)
    app.command("scan", help=told("scan"))(scan)


@ledger_app.command("verify", help=told("ledger_verify"))
def verify(
    anchor: Annotated[str | None, typer.Option("--anchor", help=told("anchor"))] = None, workspace: WorkspaceDir = WORKSPACE,
    lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Walk the ledger from its first entry to its last and say whether it is what was written; exit code 12: it is not."""
    from publication.ledger.ledger import anchor_of

    _, records = _records(workspace)
    found = records.verify(anchor_of(anchor) if anchor else None)
    if found.faults:
        english, indonesian = ("\n  - ".join(["", *faults]) for faults in (
            map(str, found.faults), (fault.indonesian for fault in found.faults)))  # fmt: skip
        raise LedgerError(
            f"The ledger is not what was written:{english}\nKeep database and workspace as they are and tell the auditor.",
            f"Buku catatan tidak sama dengan yang ditulis:{indonesian}\nBiarkan basis data dan ruang kerja apa adanya dan beri "
            "tahu auditor.",
        )
    say(Texts(lang)("ledger_intact", count=found.entries, head=f"{found.head.seq}:{found.head.hash}"))


@ledger_app.command("overrides", help=told("ledger_overrides"))
def overrides(workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE) -> None:
    """Report how often decisions depart from the list, why, and what became of them; never by officer."""
    from publication.decisions.overrides import decisions_of, override_report

    _, records = _records(workspace)
    texts = Texts(lang)
    for name, frame in override_report(decisions_of(records.ledger.entries())).items():
        say(texts(f"overrides_{name}"))
        typer.echo(frame.to_string(index=False, float_format="{:.2f}".format) if len(frame) else f"  {texts('overrides_few')}")


@users_app.command("list", help=told("users_list"))
def list_users(workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE) -> None:
    """List the accounts: name, role, employee, units, and whether they may sign in."""
    _, records = _records(workspace)
    for row in records.accounts.all():
        title = GRANTS[Role(row["role"])].title.into(lang.value)
        parts = [row["username"], title, row["employee_id"] or "", ",".join(row["units"]), "" if row["active"] else "x"]
        typer.echo("\t".join(parts))


@users_app.command("add", help=told("users_add"))
def add_user(
    username: Name, role: Annotated[Role, typer.Option("--role", help=told("role"))], employee: Employee = None,
    unit: Units = None, workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Add an account and show its first password once."""
    from publication.accounts.administration import Granted
    from publication.accounts.passwords import hashed, random_password

    job, records = _records(workspace)
    password = random_password()
    granted = Granted(role, _whose(job, employee), tuple(unit or ()))
    records.administration.add(username, granted, officer(), _now(), hashed(password))
    say(Texts(lang)("user_added", account=username, password=password))


@users_app.command("change", help=told("users_change"))
def change_user(
    username: Name, role: Annotated[Role | None, typer.Option("--role", help=told("role"))] = None, employee: Employee = None,
    unit: Units = None, active: Annotated[bool | None, typer.Option("--active/--inactive", help=told("active"))] = None,
    workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Change an account's role, employee or units, or switch it off; its sessions end."""
    from publication.accounts.administration import Granted

    job, records = _records(workspace)
    found = records.administration.account(username)
    if found is None or (role is None and employee is None and unit is None and active is None):
        raise UsageError(
            f"Nothing to change, or no account '{username}'.", f"Tidak ada perubahan, atau akun '{username}' tidak ada."
        )
    present, at = found[0], _now()
    if role is not None or employee is not None or unit is not None:
        units, whose = present.units if unit is None else tuple(unit), _whose(job, employee) or present.employee_id
        records.administration.grant(username, Granted(role or present.role, whose, units), officer(), at)
    if active is not None:
        (records.administration.unlock if active else records.administration.lock)(username, officer(), at)
    say(Texts(lang)("user_changed", account=username))


@users_app.command("password", help=told("users_password"))
def new_password(username: Name, workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE) -> None:
    """Give an account a new random password, shown once; its sessions end."""
    from publication.accounts.passwords import hashed, random_password

    _, records = _records(workspace)
    password = random_password()
    records.administration.set_password(username, hashed(password), officer(), _now())
    say(Texts(lang)("user_added", account=username, password=password))


@users_app.command("remove-demo", help=told("users_remove_demo"))
def remove_demo(workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE) -> None:
    """Remove the demonstration's accounts."""
    _, records = _records(workspace)
    say(Texts(lang)("demo_removed", count=records.accounts.remove_demo()))


def backup(
    out: Annotated[Path, typer.Argument(help=told("backup_file"), show_default=False)], workspace: WorkspaceDir = WORKSPACE,
    lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Write the whole workspace with its application database to one file."""
    from publication.upkeep.backup import back_up

    job = _job(workspace)
    with job.workspace.hold():
        made = back_up(job.workspace, job.database_url, out, _now())
    say(Texts(lang)("backed_up", count=len(made.members), out=out, head=f"{made.head.seq}:{made.head.hash}"))


def restore(
    file: Annotated[Path, typer.Argument(help=told("backup_file"), show_default=False)], workspace: WorkspaceDir = WORKSPACE,
    lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Put a backup into a new workspace and its database."""
    from publication.upkeep.backup import restore as put_back

    quieten()
    from pipelines.job import open_job

    job = open_job(Request("", str(workspace)))
    made = put_back(file, job.workspace, job.database_url)
    say(Texts(lang)("restored", count=len(made.members), folder=workspace, made=made.made_at))


def forget(
    employee: Annotated[str, typer.Argument(help=told("employee"), show_default=False)],
    ground: Annotated[str, typer.Option("--ground", help=told("ground"))],
    workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Erase a person by law; decisions stay in the ledger without them."""
    from pipelines.ingesting import withdraw
    from publication.upkeep.forgetting import forget as erase

    job, records = _records(workspace)
    with job.workspace.hold():
        gone = erase(job.workspace, records, employee, ground, officer(), _now())
        withdraw(job)
    text = "forgotten" if any(astuple(gone)) else "forgotten_nobody"
    say(Texts(lang)(text, entries=gone.entries, ledger=gone.ledger_entries, rows=gone.published_rows, snapshots=gone.snapshots))


def scan(
    also: Annotated[list[Path] | None, typer.Argument(help=told("scan_also"), show_default=False)] = None,
    workspace: WorkspaceDir = WORKSPACE, lang: Lang = LANGUAGE,
) -> None:  # fmt: skip
    """Look for what identifies people, or protects them, where it may not be; exit code 13: it is somewhere."""
    from publication.upkeep.exposure import KINDS, exposures
    from publication.workspace import Workspace

    found = exposures(Workspace(existing(workspace)), also or ())
    if found:
        places = listed("\n  - ", [Bilingual(
            f"{one.place}: {KINDS[one.kind]} ({one.count})", f"{one.place}: {KINDS[one.kind].indonesian} ({one.count})"
        ) for one in found])  # fmt: skip
        raise ExposureError(
            f"Personal data lie where they may not:\n  - {places}\nRemove them there; report what the program itself wrote.",
            f"Data pribadi berada di tempat yang tidak semestinya:\n  - {places.indonesian}\nHapus di sana; laporkan bila ditulis "
            "oleh program ini.",
        )
    say(Texts(lang)("scanned"))


def _job(workspace: Path) -> "Job":
    return opened(Request("", str(existing(workspace))))


def _records(workspace: Path) -> "tuple[Job, Records]":
    from publication.records import open_records

    job = _job(workspace)
    return job, open_records(job.database_url, job.workspace.root)


def _whose(job: "Job", given: str | None) -> str | None:
    """Return what the person meant is known by in the run in force; as given, where there is no run yet or nobody is meant."""
    from publication.known_as import person_named

    if not given:
        return None
    try:
        with job.store.reading() as answers:
            person = person_named(answers, given, job.workspace.key())
    except StalePublicationError:
        return given
    return given if person is None else str(person["employee_id"])


def _now() -> datetime:
    return datetime.now().astimezone()
