"""How an account likes to see a page: the query of its address kept under a name, and which of them the page opens with."""

from dataclasses import dataclass

import sqlalchemy as sa

from features.errors import EntryError
from publication.accounts.tables import VIEWS
from publication.database.questions import Question
from publication.database.records import RecordsDatabase

LONGEST_NAME = 60
LONGEST_QUERY = 2000
MOST_KEPT = 30
"""Views one account may keep of one page."""


@dataclass(frozen=True, slots=True)
class KeptView:
    """A kept view: of which page, its name, the query of the page's address, whether the page opens with it."""

    page: str
    name: str
    query: str
    preferred: bool


class Views:
    """The kept views in the application database; each belongs to one account."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database

    def keep(self, username: str, page: str, name: str, query: str) -> None:
        """Keep a view, in place of the account's own of the same page and name.

        Raises
        ------
        EntryError
            The name is empty or too long, the query too long, or the account keeps `MOST_KEPT` views of the page already.
        """
        named = _required(name)
        if len(query) > LONGEST_QUERY:
            raise EntryError(
                f"A view holds at most {LONGEST_QUERY} characters.", f"Tampilan paling banyak {LONGEST_QUERY} karakter."
            )
        with self._database.writing() as connection:
            done = connection.execute(VIEWS.update().where(*_key(username, page, named)).values(query=query))
            if done.rowcount:
                return
            kept = sa.select(sa.func.count()).select_from(VIEWS).where(VIEWS.c.username == username, VIEWS.c.page == page)
            if (connection.scalar(kept) or 0) >= MOST_KEPT:
                raise EntryError(
                    f"At most {MOST_KEPT} views are kept of a page; delete one first.",
                    f"Paling banyak {MOST_KEPT} tampilan disimpan untuk satu halaman; hapus salah satu dahulu.",
                )
            connection.execute(VIEWS.insert().values(username=username, page=page, name=named, query=query))

    def rename(self, username: str, page: str, name: str, wanted: str) -> None:
        """Give a view another name; nothing happens where there is none.

        Raises
        ------
        EntryError
            The new name is empty, too long, or another view's.
        """
        named = _required(wanted)
        if named == name:
            return
        with self._database.writing() as connection:
            if connection.execute(sa.select(VIEWS.c.name).where(*_key(username, page, named))).first() is not None:
                raise EntryError(f"There is a view named '{named}' already.", f"Sudah ada tampilan bernama '{named}'.")
            connection.execute(VIEWS.update().where(*_key(username, page, name)).values(name=named))

    def prefer(self, username: str, page: str, name: str | None) -> None:
        """Let the page open with the view ``name``, with none of them where it is None or there is no such view."""
        mine = (VIEWS.c.username == username, VIEWS.c.page == page)
        with self._database.writing() as connection:
            connection.execute(VIEWS.update().where(*mine).values(preferred=VIEWS.c.name == name if name else sa.false()))

    def forget(self, username: str, page: str, name: str) -> None:
        """Forget a view; nothing happens where there is none."""
        with self._database.writing() as connection:
            connection.execute(VIEWS.delete().where(*_key(username, page, name)))

    def of(self, username: str, page: str | None = None) -> list[KeptView]:
        """Return an account's views of one page, or of all, by page and name."""
        wanted = _OWN if page is None else _OWN_OF_PAGE
        return [KeptView(*row) for row in self._database.asked(wanted, {"owner": username, "of_page": page})]


_OF_OWNER = (
    sa.select(*(VIEWS.c[name] for name in KeptView.__slots__))
    .where(VIEWS.c.username == sa.bindparam("owner"))
    .order_by(VIEWS.c.page, VIEWS.c.name)
)
_OWN, _OWN_OF_PAGE = Question(_OF_OWNER), Question(_OF_OWNER.where(VIEWS.c.page == sa.bindparam("of_page")))
"""Asked by every list that is opened, so put together once."""


def _key(username: str, page: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (VIEWS.c.username == username, VIEWS.c.page == page, VIEWS.c.name == name)


def _required(name: str) -> str:
    named = " ".join(name.split())
    if not 0 < len(named) <= LONGEST_NAME or not named.isprintable():
        raise EntryError(
            f"Name the view in 1 to {LONGEST_NAME} characters.", f"Beri nama tampilan sepanjang 1 sampai {LONGEST_NAME} karakter."
        )
    return named
