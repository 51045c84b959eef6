"""Courses attended and meetings with mentors, entered by those who follow movers up."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FORMS: dict[str, tuple[tuple[str, Any, bool], ...]] = {
    "intake_trainings": (("employee_id", sa.Text(), True), ("course", sa.Text(), True), ("hours", sa.Double(), False),
        ("finished_on", sa.Text(), True), ("proof", sa.Text(), False)),
    "intake_mentor_meetings": (("employee_id", sa.Text(), True), ("met_on", sa.Text(), True), ("mentor", sa.Text(), True),
        ("text", sa.Text(), False)),
}  # fmt: skip


def upgrade() -> None:
    """Make the tables of both forms, whose rows are only added."""
    for name, columns in FORMS.items():
        op.create_table(
            name,
            sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
            sa.Column("entered_at", sa.Text(), nullable=False),
            sa.Column("entered_by", sa.Text(), nullable=False),
            *(sa.Column(column, kind, nullable=not filled) for column, kind, filled in columns),
        )
        op.create_index(f"ix_{name}_employee_id", name, ["employee_id"])
        _refuse_updates(name)


def _refuse_updates(table: str) -> None:
    name, said = f"{table}_no_update", f"rows of {table} are only added"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{said}'; END $$")
    op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")
