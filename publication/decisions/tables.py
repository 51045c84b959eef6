"""The table of moves: how each decided pair stands now. A projection of the ledger, which holds every step."""

import sqlalchemy as sa

from publication.database.metadata import RECORDS

MOVES = sa.Table(
    "moves",
    RECORDS,
    sa.Column("move_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("position_id", sa.Text, nullable=False),
    sa.Column("employee_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("prepared_by", "checked_by", "approved_by")),
    sa.Column("departs", sa.Boolean, nullable=False),
    sa.Column("opened_at", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
)
sa.Index("moves_by_position", MOVES.c.position_id, MOVES.c.employee_id)
sa.Index("moves_by_employee", MOVES.c.employee_id)
sa.Index("moves_by_state", MOVES.c.state)
