"""Questions put to the driver itself answer as SQLAlchemy does, types and faults alike."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from publication.database.engine import engine
from publication.database.questions import Question

METADATA = sa.MetaData()
THINGS = sa.Table(
    "things_asked_for", METADATA,
    sa.Column("name", sa.Text, primary_key=True), sa.Column("size", sa.Double), sa.Column("whole", sa.BigInteger),
    sa.Column("good", sa.Boolean), sa.Column("on", sa.Date), sa.Column("facts", sa.JSON),
)  # fmt: skip
ROWS = [
    {"name": "a", "size": 1.5, "whole": 7, "good": True, "on": date(2026, 3, 1), "facts": {"x": [1, None, "é"]}},
    {"name": "b", "size": None, "whole": None, "good": False, "on": None, "facts": None},
]
WANTED = (
    sa.select(THINGS).where(THINGS.c.good == sa.bindparam("good"), THINGS.c.name != sa.bindparam("but")).limit(sa.bindparam("most"))
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Connection]:
    """Yield a connection to a database with two things in it."""
    made = engine(f"sqlite:///{tmp_path / 'x.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres"))
    METADATA.create_all(made)
    with made.connect() as connection, connection.begin():
        connection.execute(THINGS.insert(), ROWS)
        yield connection
    METADATA.drop_all(made)
    made.dispose()


@pytest.mark.parametrize("good", [True, False])
def test_cells_are_what_sqlalchemy_makes_of_them(connection: sa.Connection, good: bool) -> None:
    given = {"good": good, "but": "nobody", "most": 5}
    expected = [dict(row) for row in connection.execute(WANTED, given).mappings()]
    assert Question(WANTED).mappings(connection, given) == expected == [row for row in ROWS if row["good"] is good]


def test_a_value_that_stands_in_the_question_need_not_be_given(connection: sa.Connection) -> None:
    assert Question(sa.select(THINGS.c.name).where(THINGS.c.size > 1.0)).rows(connection) == [("a",)]


def test_text_that_looks_like_a_question_is_text(connection: sa.Connection) -> None:
    assert Question(WANTED).rows(connection, {"good": True, "but": "' OR 1=1 --", "most": 5})[0][0] == "a"


def test_a_fault_is_sqlalchemys_and_tells_no_values(connection: sa.Connection) -> None:
    lost = sa.select(sa.table("nowhere", sa.column("name")).c.name).where(sa.column("name") == sa.bindparam("who", type_=sa.Text()))
    with pytest.raises(DBAPIError) as raised:
        Question(lost).rows(connection, {"who": "Siti Rahmawati"})
    assert isinstance(raised.value, OperationalError | ProgrammingError)
    assert "Rahmawati" not in str(raised.value)


def test_a_fault_of_what_is_written_tells_no_values_either(connection: sa.Connection) -> None:
    lost = sa.insert(sa.table("nowhere", sa.column("name"))).values(name="Siti Rahmawati")
    with pytest.raises(DBAPIError) as raised:
        connection.execute(lost)
    assert "nowhere" in str(raised.value)
    assert "Rahmawati" not in str(raised.value)
