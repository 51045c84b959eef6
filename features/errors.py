"""Error families: each has a stable code, an exit code of the command line, and one section in docs/errors.md."""

from typing import ClassVar

from features.bilingual import Bilingual


class TepatError(Exception):
    """A fault the user can act on. The message says what is wrong, where, what was expected and what to do next.

    Messages never hold a name, a NIP or an ``employee_id``: logs travel further than data. ``str()`` is the English message;
    ``into`` gives it to a reader in their language. A fault that only a program can make (wrong arguments to a Python function)
    may be in English alone.
    """

    code: ClassVar[str] = "T000"
    exit_code: ClassVar[int] = 1

    def __init__(self, english: str, indonesian: str | None = None) -> None:
        known = english.indonesian if isinstance(english, Bilingual) else english
        super().__init__(english, indonesian or known)

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def message(self) -> Bilingual:
        """The message in both languages."""
        return Bilingual(*self.args)

    def into(self, language: str) -> str:
        """Return the message in Indonesian (``id``) or English (``en``)."""
        return self.message.into(language)


class UsageError(TepatError, ValueError):
    """A parameter, option or setting is wrong."""

    code = "T010"
    exit_code = 2


class ContractError(TepatError):
    """The source breaks the contract so badly that no run may go on."""

    code = "T100"
    exit_code = 3


class SourceError(TepatError):
    """The source cannot be read at all (missing, no permission, damaged file, unreachable database)."""

    code = "T110"
    exit_code = 4


class LookAheadError(TepatError):
    """Something known only after ``as_of`` was asked for."""

    code = "T200"
    exit_code = 5


class TooLittleDataError(TepatError):
    """There are too few rows to estimate or to judge anything."""

    code = "T210"
    exit_code = 6


class ReleaseRefusedError(TepatError):
    """The release rules refuse a model, or a promotion breaks them."""

    code = "T300"
    exit_code = 7


class StalePublicationError(TepatError):
    """There is no publication in force, or it does not fit what was asked of it."""

    code = "T400"
    exit_code = 8


class WorkspaceBusyError(TepatError):
    """Another run holds the workspace."""

    code = "T410"
    exit_code = 9


class PublicationError(TepatError):
    """What was to be published does not fit its declared schema; the publication in force stays."""

    code = "T420"
    exit_code = 10


class OutageError(TepatError):
    """A disk, a database or a server that the command needs gave up."""

    code = "T430"
    exit_code = 14


class EntryError(TepatError, ValueError):
    """What somebody entered, or the step of a move they asked for, cannot be accepted."""

    code = "T500"
    exit_code = 11


class LedgerError(TepatError):
    """The ledger is not what was written, or what stands beside it contradicts it."""

    code = "T510"
    exit_code = 12


class ExposureError(TepatError):
    """Something that identifies a person lies where it may not."""

    code = "T520"
    exit_code = 13
