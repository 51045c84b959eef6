"""Source data are kept as long as a publication rests on them, and no longer."""

import json
from pathlib import Path

from publication.upkeep.retention import let_go
from publication.workspace import Workspace


def lived_in(root: Path, *published: str) -> Workspace:
    """Return a workspace of three deliveries, of which some are published."""
    workspace = Workspace(root)
    for name in "abc":
        for place in (workspace.snapshots / f"s{name}", workspace.quarantine / (name * 16), workspace.intake / (name * 16)):
            place.mkdir(parents=True)
            (place / "rows").write_text("x")
    workspace.cache.mkdir(parents=True)
    for name in published:
        folder = workspace.published / f"run-{name}"
        folder.mkdir(parents=True)
        hashes = {"snapshot": f"s{name}", "source": name * 64, "intake": name * 64}
        (folder / "run.json").write_text(json.dumps({"hashes": hashes}))
    return workspace


def test_what_no_publication_rests_on_goes_and_the_rest_stays(tmp_path: Path) -> None:
    workspace = lived_in(tmp_path, "b", "c")
    assert let_go(workspace) == 3
    assert sorted(path.name for path in workspace.snapshots.iterdir()) == ["sb", "sc"]
    assert sorted(path.name for path in workspace.quarantine.iterdir()) == ["b" * 16, "c" * 16]
    assert sorted(path.name for path in workspace.intake.iterdir()) == ["b" * 16, "c" * 16]
    assert not workspace.cache.exists()
    assert let_go(workspace) == 0


def test_before_anything_is_published_nothing_goes(tmp_path: Path) -> None:
    workspace = lived_in(tmp_path)
    assert let_go(workspace) == 0
    assert len(list(workspace.snapshots.iterdir())) == 3
    assert workspace.cache.exists()
