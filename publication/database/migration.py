"""Bringing the tables people write to to the schema of this program, by Alembic's numbered steps."""

from pathlib import Path

import sqlalchemy as sa

from features.errors import StalePublicationError

SCRIPTS = Path(__file__).parent / "migrations"
HEAD = "0005"
"""The newest step; a database that has it is not looked at further (importing Alembic costs a quarter of a second)."""

_LOCK = 7_429_001
"""PostgreSQL's advisory lock held while migrating; SQLite's write lock serves there."""


def migrate(writer: sa.Engine) -> None:
    """Bring the database to ``HEAD`` in one transaction; several processes at once wait for the first.

    Raises
    ------
    StalePublicationError
        The database has a step this program does not know: a newer version wrote it.
    """
    with writer.connect() as connection, connection.begin():
        if revision(connection) == HEAD:
            return
    with writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        found = revision(connection)
        if found != HEAD:
            _upgrade(connection, found)


def revision(connection: sa.Connection) -> str | None:
    """Return the database's last step, None where it has none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: sa.Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if found is not None and found not in {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}:
        raise StalePublicationError(
            f"The application database was written by a newer version of the program (step {found}). Install that version, or "
            "restore a backup made before.",
            f"Basis data aplikasi ditulis oleh versi program yang lebih baru (langkah {found}). Pasang versi itu, atau pulihkan "
            "cadangan yang dibuat sebelumnya.",
        )
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
