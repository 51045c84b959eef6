"""The folder of one city: what lies where, its key, and who may write to it now."""

import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from features.bilingual import Bilingual
from features.errors import SourceError, WorkspaceBusyError

KEY_BYTES = 32
ENTRANTS = "entrants.csv"
"""The file of a trial that says who is behind the labels."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The layout below ``root``; nothing is created before it is asked for (``docs/workspace.md``)."""

    root: Path

    @property
    def snapshots(self) -> Path:
        """Immutable Parquet snapshots of sources."""
        return self.root / "snapshots"

    @property
    def quarantine(self) -> Path:
        """Rows set aside, and data reports, by snapshot."""
        return self.root / "quarantine"

    @property
    def published(self) -> Path:
        """Published runs, and ``current`` naming the run in force."""
        return self.root / "published"

    @property
    def intake(self) -> Path:
        """Frozen extracts of what people entered, by digest; each joined the source of the runs that name it."""
        return self.root / "intake"

    @property
    def uploads(self) -> Path:
        """Exports handed in on a page, by number; each with its check, for the data team to run or discard."""
        return self.root / "uploads"

    @property
    def runs(self) -> Path:
        """What happened when: logs, times, MLflow ids; never part of a publication."""
        return self.root / "runs"

    @property
    def cache(self) -> Path:
        """Outputs of stages by the hash of their inputs; may be deleted at any time."""
        return self.runs / "cache"

    @property
    def trials(self) -> Path:
        """Trials of the city: protocols, commitments, draws; one folder a trial."""
        return self.root / "trials"

    @property
    def monitoring(self) -> Path:
        """The latest look of the monitor (``publication.monitoring``)."""
        return self.root / "monitoring" / "latest.json"

    @property
    def model_in_force(self) -> Path:
        """Which model is in force and which was refused, as pages tell it (``publication.model_in_force``)."""
        return self.root / "models" / "in_force.json"

    @property
    def further_groups(self) -> Path:
        """Further protected groups of people, under the source's ids; opened by the fairness evaluation only."""
        return self.root / "vault" / "groups.csv"

    @property
    def prefect(self) -> Path:
        """Prefect's home."""
        return self.root / "prefect"

    @property
    def artifacts(self) -> Path:
        """MLflow's artifacts."""
        return self.root / "mlartifacts"

    @property
    def tracking_uri(self) -> str:
        """MLflow's tracking database, where no server is named."""
        return f"sqlite:///{self.root.resolve() / 'mlflow.db'}"

    @property
    def database_url(self) -> str:
        """The application database, where no other is named."""
        return f"sqlite:///{self.root.resolve() / 'tepat.db'}"

    def key(self) -> bytes:
        """Return the key that hashes employee ids; made once, readable by its owner only.

        Raises
        ------
        SourceError
            The workspace cannot be written, or its key is damaged, or others may read it.
        """
        path = self.root / "secret"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            _create_secret(path)
            shared = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise SourceError(
                f"The workspace's file 'secret' cannot be made or read ({type(error).__name__}). {_KEY_ADVICE}",
                f"Berkas 'secret' di ruang kerja tidak dapat dibuat atau dibaca ({type(error).__name__}). {_KEY_ADVICE.indonesian}",
            ) from error
        if shared:
            raise SourceError(
                f"Others on this machine may read the file 'secret' of the workspace '{self.root}': chmod 600 it. If they may have "
                "read it, the hashes of people are no longer secret: start a new workspace.",
                f"Berkas 'secret' di ruang kerja '{self.root}' dapat dibaca pengguna lain: jalankan chmod 600. Bila mungkin sudah "
                "terbaca, penyamaran pegawai tidak lagi rahasia: mulai ruang kerja baru.",
            )
        if len(key) != KEY_BYTES:
            raise SourceError(
                f"The workspace's file 'secret' holds {len(key)} bytes instead of {KEY_BYTES}. {_KEY_ADVICE}",
                f"Berkas 'secret' di ruang kerja berisi {len(key)} bita, seharusnya {KEY_BYTES}. {_KEY_ADVICE.indonesian}",
            )
        return key

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the workspace for writing until the block ends; the hold ends with the process, however it dies.

        Whoever holds it is the only writer, so what lies aside was left by a process that died: it is removed.

        Raises
        ------
        WorkspaceBusyError
            Another process holds it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a", encoding="ascii") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise WorkspaceBusyError(
                    f"Another run holds the workspace '{self.root}'. Wait until it has ended, or name another one with "
                    "--workspace.",
                    f"Proses lain sedang memakai ruang kerja '{self.root}'. Tunggu sampai selesai, atau pilih yang lain "
                    "dengan --workspace.",
                ) from error
            self._clear_aside()
            for folder in (self.snapshots, self.quarantine, self.published, self.runs, self.artifacts):
                folder.mkdir(mode=0o700, exist_ok=True)  # rows about people: the owner's only, until the office opens one to others
            yield

    def _clear_aside(self) -> None:
        """Remove the folders that were being written when a process died; whole ones have no dot before their name."""
        for folder in (self.snapshots, self.published, self.cache):
            for aside in folder.glob(".*/"):
                shutil.rmtree(aside, ignore_errors=True)


_KEY_ADVICE = Bilingual(
    "Check the folder's permissions; restore 'secret' from a backup if it was damaged.",
    "Periksa izin foldernya; pulihkan 'secret' dari cadangan bila rusak.",
)


def _create_secret(path: Path) -> None:
    """Write a new key to ``path`` unless one is there; the link makes a half-written key impossible."""
    if path.exists():
        return
    aside = path.with_name(f".secret.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(secrets.token_hex(KEY_BYTES))
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
