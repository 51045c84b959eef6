"""What lies in a workspace and in its run in force, as tables."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from matplotlib.figure import Figure

from features.drawing import GREY, row_canvas
from publication.read import PublishedRun
from publication.schemas import TABLES
from publication.workspace import Workspace

MEGABYTE = 1e6
HASH_SHOWN = 12


def places(workspace: Workspace) -> pd.DataFrame:
    """Return the folders of a workspace that exist: place, what (in words), files, megabytes; a file counts in the innermost."""
    declared = {getattr(workspace, name): one for name, one in vars(Workspace).items() if isinstance(one, property)}
    folders = {folder: one for folder, one in declared.items() if isinstance(folder, Path) and folder.is_dir()}
    rows = []
    for folder, one in folders.items():
        inner = [other for other in folders if folder in other.parents]
        kept = [path for path in folder.rglob("*") if path.is_file() and not any(other in path.parents for other in inner)]
        what = str(one.__doc__).splitlines()[0].replace("``", "")
        megabytes = sum(path.stat().st_size for path in kept) / MEGABYTE
        rows.append((str(folder.relative_to(workspace.root)), what, len(kept), megabytes))
    return pd.DataFrame(rows, columns=["place", "what", "files", "megabytes"])


def published_tables(run: PublishedRun) -> pd.DataFrame:
    """Return the published tables of a run: table, rows, columns, key (what tells its rows apart); the longest first."""
    rows = []
    for path in sorted(run.folder.glob("*.parquet")):
        held = pq.read_metadata(path)
        rows.append((path.stem, held.num_rows, held.num_columns, ", ".join(TABLES[path.stem].key) if path.stem in TABLES else ""))
    found = pd.DataFrame(rows, columns=["table", "rows", "columns", "key"])
    return found.sort_values("rows", ascending=False, kind="stable", ignore_index=True)


def published_tables_plot(found: pd.DataFrame) -> Figure:
    """Return rows per published table as bars on a logarithmic line."""
    some = found[found["rows"] > 0]
    plot, axes = row_canvas("Rows of the published tables", "rows", some["table"], origin=None)
    axes.barh(range(len(some)), some["rows"], color=GREY)
    axes.set_xscale("log")
    return plot


def run_facts(run: PublishedRun) -> pd.DataFrame:
    """Return what a run stands on: its days, its seed, whether its ranking is supported, and the hashes of what went in."""
    document = run.run()
    plain = {name: document[name] for name in ("run_id", "extracted_on", "as_of", "effective_on", "seed", "ranking_supported")}
    hashes = {f"hash of {name}": value[:HASH_SHOWN] for name, value in document["hashes"].items() if value}
    return pd.DataFrame({"value": {**plain, **hashes}}).rename_axis("fact")


def telling_list(run: PublishedRun, shown: int = 10) -> pd.DataFrame:
    """Return the head of the list with most to tell: of a vacant post, long, and wide in what is expected in the post."""
    listed = run.table("shortlists")
    head = listed[listed["rank"] <= shown]
    vacant = run.table("positions").set_index("position_id")["vacant"] > 0
    lists = head.groupby("position_id").agg(size=("rank", "size"), spread=("expected_in_post", "std"))
    lists = lists.assign(vacant=vacant.reindex(lists.index)).sort_values(["vacant", "size", "spread"])
    return head[head["position_id"] == lists.index[-1]].sort_values("rank").reset_index(drop=True)


def told_reasons(row: pd.Series) -> pd.DataFrame:
    """Return the published reasons of one listed pair: side, concept, contribution, text, record; empty where none stands out."""
    sides = {
        side: json.loads(row[f"reasons_{side}"] or "[]") for side in ("for", "against") if isinstance(row[f"reasons_{side}"], str)
    }
    rows = [
        (side, one["concept"], one["contribution"], one["en"], one["record_en"]) for side, told in sides.items() for one in told
    ]
    return pd.DataFrame(rows, columns=["side", "concept", "contribution", "text", "record"])


def missing_by_rule(run: PublishedRun, position_id: str) -> pd.DataFrame:
    """Return who came nearest to a list and is not cleared for it, by the rule in the way: people, an example, what cures it."""
    rows = run.table("exclusions")
    rows = rows[rows["position_id"] == position_id]
    by_rule = rows.groupby(["rule_id", "verdict"], observed=True)
    found = by_rule.agg(people=("employee_id", "nunique"), example=("reason_en", "first"), cure=("cure_en", "first"))
    return found.sort_values("people", ascending=False, kind="stable").reset_index()
