"""The append-only tables behind the forms, made from their declarations."""

from typing import Any

import sqlalchemy as sa

from publication.database.metadata import APPEND_ONLY, RECORDS
from publication.intake.forms import FORMS, WITHDRAWALS, Form, Kind

_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {Kind.NUMBER: sa.Double(), Kind.INTEGER: sa.BigInteger()}


def _stamped(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        name, RECORDS,
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("entered_at", sa.Text, nullable=False),
        sa.Column("entered_by", sa.Text, nullable=False),
        *columns,
        info={APPEND_ONLY: True},
    )  # fmt: skip


def _table(form: Form) -> sa.Table:
    columns = [
        sa.Column(field.name, _TYPES.get(field.kind, sa.Text()), nullable=not field.required, index=field.kind is Kind.EMPLOYEE)
        for field in form.fields
    ]
    return _stamped(f"intake_{form.name}", *columns)


ENTRIES: dict[str, sa.Table] = {name: _table(form) for name, form in FORMS.items()}
"""The table of every form, by the form's name; ``entered_at`` is local time with its offset, its day the row's ``known_on``."""

WITHDRAWN = _stamped(
    f"intake_{WITHDRAWALS}",
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("withdrawn_id", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
sa.Index("intake_withdrawals_by_entry", WITHDRAWN.c.form, WITHDRAWN.c.withdrawn_id)
