"""Alembic's way in: migrate over the connection that was handed in, inside its transaction."""

from alembic import context

from publication.database.metadata import RECORDS

context.configure(connection=context.config.attributes["connection"], target_metadata=RECORDS)
context.run_migrations()
