"""Further protected groups of people, kept in a file apart from every source: read for the fairness evaluation alone.

``WORKSPACE/vault/groups.csv`` has one row per person and trait: employee_id (the source's own, or the code or NIP the person is
known by), trait, group. It is no part of a source, a snapshot or a mapping, so that no feature, rule or model can come by it.
"""

import re
import stat
from pathlib import Path

import pandas as pd

from evaluation.group_figures import TRAITS
from features.errors import SourceError
from publication.known_as import hashed_ids
from publication.run_id import files_hash
from publication.workspace import Workspace

COLUMNS = ("employee_id", "trait", "group")
_TRAIT = re.compile(r"[a-z][a-z0-9_]{0,31}")


def digest(workspace: Workspace) -> str:
    """Return the hash of the file of further groups, empty where there is none."""
    path = workspace.further_groups
    return files_hash(path.parent, (path.name,)) if path.exists() else ""


def further_groups(workspace: Workspace, identity: pd.DataFrame) -> pd.DataFrame:
    """Return every trait of the file as a column: index of everybody of ``identity`` (hashed ids), None where no group is recorded.

    Raises
    ------
    SourceError
        The file may be read by others, is no such table, has two groups of a trait for one person, a trait under the name of one
        that is in the source, or nobody of ``identity``.
    """
    path = workspace.further_groups
    if not path.exists():
        return pd.DataFrame(index=pd.Index(identity["employee_id"].astype("str")))
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _wrong("may be read by others on this machine: chmod 600 it", "dapat dibaca pengguna lain: jalankan chmod 600")
    rows = _rows(path)
    rows = rows.assign(employee_id=hashed_ids(identity, rows["employee_id"], workspace.key())).dropna().drop_duplicates()
    if rows.empty:
        raise _wrong("names nobody of this source: employee_id must be the source's own",
                     "tidak memuat seorang pun dari sumber ini: employee_id harus pengenal dari sumber")  # fmt: skip
    twice = int(rows.duplicated(["employee_id", "trait"]).sum())
    if twice:
        raise _wrong(f"gives {twice} people two groups of one trait", f"memberi {twice} pegawai dua kelompok untuk satu ciri")
    wide = rows.pivot(index="employee_id", columns="trait", values="group")
    return wide.reindex(pd.Index(identity["employee_id"].astype("str"))).rename_axis(columns=None)


def _rows(path: Path) -> pd.DataFrame:
    try:
        rows = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        name = type(error).__name__
        raise _wrong(f"cannot be read as CSV ({name})", f"tidak dapat dibaca sebagai CSV ({name})") from error
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        raise _wrong(f"lacks the column(s) {', '.join(missing)}", f"tidak memiliki kolom {', '.join(missing)}")
    rows = rows[list(COLUMNS)].apply(lambda column: column.str.strip())
    rows = rows[(rows != "").all(axis=1)]
    strange = sorted(trait for trait in set(rows["trait"]) if not _TRAIT.fullmatch(trait) or trait in TRAITS)
    if strange:
        raise _wrong(
            f"has {len(strange)} trait(s) named like one of the source, or with other than lower-case letters, digits and _",
            f"memuat {len(strange)} ciri yang namanya sama dengan ciri dalam sumber, atau bukan huruf kecil, angka, dan _",
        )
    return rows


def _wrong(english: str, indonesian: str) -> SourceError:
    return SourceError(
        f"The workspace's file 'vault/groups.csv' {english}.", f"Berkas 'vault/groups.csv' di ruang kerja {indonesian}."
    )
