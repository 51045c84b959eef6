"""Roles and scopes of accounts, tokens, kept views, the access log, the forms people enter, moves, and the ledger."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Type = sa.types.TypeEngine[Any]
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED_ONLY = (
    "intake_aspirations", "intake_offers", "intake_surveys", "intake_peer_reviews", "intake_feedback", "intake_pulses",
    "intake_cases", "intake_case_steps", "intake_corrections", "intake_objections", "intake_questions", "intake_replies",
    "intake_acknowledgements", "intake_clearances", "intake_approvals", "intake_scenarios", "intake_withdrawals",
    "access_log", "ledger", "ledger_private",
)  # fmt: skip
"""Tables whose rows are never changed."""
KEPT = ("access_log", "ledger")
"""Tables whose rows are never deleted either."""


def upgrade() -> None:
    """Widen the accounts, make the tables, and have the database itself refuse changes to what is only ever added to."""
    _accounts()
    _entries()
    _decisions()
    for table in ADDED_ONLY:
        _refuse("UPDATE", table)
    for table in KEPT:
        _refuse("DELETE", table)


def _accounts() -> None:
    op.add_column("accounts", sa.Column("role", sa.Text(), server_default="hr", nullable=False))
    op.add_column("accounts", sa.Column("employee_id", sa.Text()))
    op.add_column("accounts", sa.Column("units", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("accounts", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("accounts", sa.Column("demo", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("sessions", sa.Column("kind", sa.Text(), server_default="browser", nullable=False))
    op.add_column("sessions", sa.Column("label", sa.Text(), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("opened_at", sa.Double(), server_default="0", nullable=False))
    op.create_table("saved_views", *(sa.Column(name, sa.Text(), primary_key=True) for name in ("username", "page", "name")),
                    sa.Column("query", sa.Text(), nullable=False))  # fmt: skip
    op.create_table(
        "access_log",
        sa.Column("entry_id", NUMBER, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("at", "username", "role", "action", "subject", "address")),
        sa.Column("status", sa.Integer(), nullable=False),
    )
    op.create_index("access_log_by_subject", "access_log", ["subject"])


TEXT: Type = sa.Text()
NUMERIC: Type = sa.Double()
WHOLE: Type = sa.BigInteger()
FORMS: dict[str, tuple[tuple[str, Type, bool], ...]] = {
    "intake_aspirations": (("employee_id", TEXT, True), ("position_id", TEXT, False), ("unit_id", TEXT, False), ("job_family",
        TEXT, False), ("stated_on", TEXT, True), ("strength", WHOLE, False), ("reason", TEXT, False)),
    "intake_offers": (("employee_id", TEXT, True), ("position_id", TEXT, True), ("offered_on", TEXT, True), ("response", TEXT,
        True), ("reason_code", TEXT, False), ("reason", TEXT, False), ("move_id", WHOLE, False)),
    "intake_surveys": (("employee_id", TEXT, True), ("date", TEXT, True), ("item", TEXT, True), ("answer", WHOLE, True)),
    "intake_peer_reviews": (("employee_id", TEXT, True), ("date", TEXT, True), ("item", TEXT, True), ("answer", WHOLE, True),
        ("reviewer_kind", TEXT, True)),
    "intake_feedback": (("employee_id", TEXT, True), ("date", TEXT, True), ("item", TEXT, True), ("answer", WHOLE, True),
        ("reviewer_kind", TEXT, True)),
    "intake_pulses": (("employee_id", TEXT, True), ("move_id", WHOLE, False), ("date", TEXT, True), ("days", TEXT, True),
        ("item", TEXT, True), ("answer", WHOLE, True), ("note", TEXT, False)),
    "intake_cases": (("employee_id", TEXT, True), ("move_id", WHOLE, False), ("opened_on", TEXT, True), ("problem", TEXT,
        True), ("text", TEXT, False), ("owner", TEXT, True), ("option", TEXT, True), ("due_on", TEXT, True)),
    "intake_case_steps": (("employee_id", TEXT, True), ("case_id", WHOLE, True), ("status", TEXT, True), ("owner", TEXT,
        False), ("option", TEXT, False), ("due_on", TEXT, False), ("text", TEXT, False)),
    "intake_corrections": (("employee_id", TEXT, True), ("table_name", TEXT, True), ("column_name", TEXT, False), ("stated",
        TEXT, True), ("proof", TEXT, False)),
    "intake_objections": (("employee_id", TEXT, True), ("position_id", TEXT, False), ("run_id", TEXT, False), ("move_id",
        WHOLE, False), ("ground", TEXT, True), ("text", TEXT, True)),
    "intake_questions": (("employee_id", TEXT, True), ("move_id", WHOLE, False), ("unit_id", TEXT, False), ("text", TEXT,
        True)),
    "intake_replies": (("employee_id", TEXT, True), ("form", TEXT, True), ("about_id", WHOLE, True), ("outcome", TEXT, True),
        ("text", TEXT, True)),
    "intake_acknowledgements": (("employee_id", TEXT, True), ("move_id", WHOLE, False), ("briefing", TEXT, True),
        ("acknowledged_on", TEXT, True)),
    "intake_clearances": (("employee_id", TEXT, True), ("kind", TEXT, True), ("value", TEXT, True), ("valid_from", TEXT,
        True), ("valid_to", TEXT, False)),
    "intake_approvals": (("employee_id", TEXT, True), ("rule_id", TEXT, True), ("position_id", TEXT, False), ("number", TEXT,
        True), ("from_on", TEXT, True), ("to_on", TEXT, False)),
    "intake_scenarios": (("scenario", TEXT, True), ("run_id", TEXT, True), ("wish", TEXT, True), ("employee_id", TEXT, False),
        ("position_id", TEXT, False), ("limit_name", TEXT, False), ("value", NUMERIC, False), ("reason", TEXT, False)),
    "intake_withdrawals": (("form", TEXT, True), ("withdrawn_id", WHOLE, True), ("reason", TEXT, True)),
}  # fmt: skip
"""Columns of every form as they were at this step: name, type, whether it must be filled."""


def _entries() -> None:
    for name, columns in FORMS.items():
        op.create_table(
            name,
            sa.Column("entry_id", NUMBER, primary_key=True, autoincrement=True),
            sa.Column("entered_at", sa.Text(), nullable=False),
            sa.Column("entered_by", sa.Text(), nullable=False),
            *(sa.Column(column, kind, nullable=not filled) for column, kind, filled in columns),
        )
        if "employee_id" in {column for column, *_ in columns}:
            op.create_index(f"ix_{name}_employee_id", name, ["employee_id"])
    op.create_index("intake_withdrawals_by_entry", "intake_withdrawals", ["form", "withdrawn_id"])


def _decisions() -> None:
    op.create_table(
        "moves",
        sa.Column("move_id", NUMBER, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("position_id", "employee_id", "state", "run_id")),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("prepared_by", "checked_by", "approved_by")),
        sa.Column("departs", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
    )
    op.create_index("moves_by_position", "moves", ["position_id", "employee_id"])
    op.create_index("moves_by_employee", "moves", ["employee_id"])
    op.create_index("moves_by_state", "moves", ["state"])
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("at", "actor", "kind", "subject", "public", "commitment")),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
    )
    op.create_index("ledger_by_subject", "ledger", ["subject", "seq"])
    op.create_table(
        "ledger_private",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )


def _refuse(change: str, table: str) -> None:
    """Make a trigger that refuses a kind of change: a guard against accidents, the ledger's chain is the proof."""
    name = f"{table}_no_{change.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'rows of {table} are only added'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")
