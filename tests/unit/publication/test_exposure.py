"""A scan finds whoever is named where nobody may be, in whatever kind of file, and passes over the places meant for it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from publication.upkeep.exposure import Exposure, exposures
from publication.workspace import Workspace

NIP, NAME, ID = "199001012015032002", "Sari Dewi Lestari, S.E.", "EMP-000042"


@pytest.fixture
def lived_in(workspace: Workspace) -> Workspace:
    """Return a workspace with one known person, everywhere where they may be."""
    snapshot = workspace.snapshots / "s1"
    for folder in (snapshot, workspace.quarantine / "q", workspace.published / "r1", workspace.runs, workspace.trials / "t"):
        folder.mkdir(parents=True)
    person = pd.DataFrame({"employee_id": ["ab12"], "source_id": [ID], "nip": [NIP], "name": [NAME]})
    person.to_parquet(snapshot / "identity.parquet")
    pd.DataFrame({"employee_id": ["ab12"], "sex": ["F"]}).to_parquet(snapshot / "vault.parquet")
    person.to_csv(workspace.quarantine / "q" / "faults.csv")
    person[["source_id"]].to_parquet(workspace.published / "r1" / "shortlists.parquet")
    person[["source_id"]].to_csv(workspace.trials / "t" / "entrants.csv")
    pd.DataFrame({"sex": ["F", "M"], "listed": [0.5, 0.5]}).to_parquet(workspace.published / "r1" / "fairness.parquet")
    return workspace


def test_what_lies_in_its_place_is_no_exposure(lived_in: Workspace) -> None:
    assert exposures(lived_in) == []


@pytest.mark.parametrize(("text", "kind"), [(NIP, "nip"), (NAME, "name"), (ID, "source_id")])
def test_a_person_in_a_log_a_compressed_table_or_a_database_is_found(text: str, kind: str, lived_in: Workspace) -> None:
    (lived_in.runs / "run.log").write_text(f'taking in {text}; "{text}" again', encoding="utf-8")
    pd.DataFrame({"note": [f"see {text}"] * 50}).to_parquet(lived_in.runs / "cache.parquet", compression="zstd")
    with sqlite3.connect(lived_in.root / "mlflow.db") as database:
        database.execute("CREATE TABLE params (value TEXT)")
        database.execute("INSERT INTO params VALUES (?)", (text,))
    database.close()
    assert exposures(lived_in) == [
        Exposure("mlflow.db params value", kind, 1),
        Exposure("runs/cache.parquet note", kind, 1),
        Exposure("runs/run.log", kind, 1),
    ]


def test_a_publication_may_hold_source_ids_but_no_name_and_no_trait_of_anybody(lived_in: Workspace) -> None:
    folder = lived_in.published / "r1"
    pd.DataFrame({"employee_id": [ID], "reason": [f"{NAME} is ready"], "sex": ["F"]}).to_parquet(folder / "plan.parquet")
    found = exposures(lived_in)
    assert [(one.place, one.kind) for one in found] == [
        ("published/r1/plan.parquet reason", "name"), ("published/r1/plan.parquet sex", "trait"),
    ]  # fmt: skip


def test_other_folders_are_looked_through_and_a_finding_never_repeats_what_it_found(lived_in: Workspace, tmp_path: Path) -> None:
    (tmp_path / "notebook.ipynb").write_text(f'{{"outputs": ["{NAME}"]}}', encoding="utf-8")
    found = exposures(lived_in, [tmp_path / "notebook.ipynb"])
    assert [one.kind for one in found] == ["name"]
    assert not any(private in str(found) for private in (NIP, NAME, ID))


def test_the_command_ends_with_its_own_exit_code(
    lived_in: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipelines import command_line

    run: Callable[[], None] = command_line.main
    monkeypatch.setattr("sys.argv", ["tepat", "scan", "--workspace", str(lived_in.root), "--lang", "en"])
    with pytest.raises(SystemExit) as ended:
        run()
    assert not ended.value.code
    (lived_in.runs / "run.log").write_text(NIP, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        run()
    said = capsys.readouterr()
    assert ended.value.code == 13
    assert "runs/run.log: NIP (1)" in said.err
    assert NIP not in said.err + said.out
