"""Everything people write to, opened together: accounts, access log, intake, moves and the ledger behind them."""

from dataclasses import dataclass
from pathlib import Path

from features.bilingual import Bilingual
from publication.accounts.access import AccessLog
from publication.accounts.accounts import Accounts
from publication.accounts.administration import Administration
from publication.accounts.views import Views
from publication.database.records import RecordsDatabase
from publication.decisions.moves import Moves
from publication.intake.entries import Intake
from publication.ledger.chain import Head
from publication.ledger.head import FILE
from publication.ledger.ledger import Ledger, Verification
from publication.uploads.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Records:
    """The tables people write to, by what they are for; one database, one ledger."""

    database: RecordsDatabase
    accounts: Accounts
    administration: Administration
    views: Views
    access: AccessLog
    ledger: Ledger
    intake: Intake
    moves: Moves
    uploads: Uploads

    def verify(self, anchor: Head | None = None) -> Verification:
        """Return what is wrong with the ledger, or with the table of moves that is read in its stead."""
        found = self.ledger.verify(anchor)
        also: tuple[Bilingual, ...] = () if found.faults else tuple(self.moves.faults())
        return Verification(found.entries, found.head, (*found.faults, *also))


def open_records(url: str, folder: Path | None = None) -> Records:
    """Return the records at a database URL, migrated; ``folder`` (the workspace) keeps the ledger's head file."""
    database = RecordsDatabase(url)
    ledger = Ledger(database, folder / FILE if folder else None)
    return Records(
        database, Accounts(database), Administration(database, ledger), Views(database), AccessLog(database), ledger,
        Intake(database, ledger), Moves(database, ledger), Uploads(database, ledger),
    )  # fmt: skip
