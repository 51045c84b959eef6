"""Whoever is meant is found: by code however typed, by the source's own identifier, by NIP; nobody else, and nobody by half."""

from collections.abc import Callable

import pandas as pd
import pytest

from features.person_codes import person_code, person_codes
from features.pseudonyms import pseudonyms
from publication.known_as import every_id, hashed_ids, person_named
from publication.publish import Publication, publish
from publication.store import Store
from publication.workspace import Workspace

KEY = b"k" * 32
NIPS = ["198501012010011001", "199001012015032002", None]


def identity(key: bytes, own: list[str], *, coded: bool = True) -> pd.DataFrame:
    ids = pd.Index(own)
    known = person_codes(key, ids) if coded else ids
    return pd.DataFrame({"employee_id": pseudonyms(key, ids), "source_id": known, "nip": pd.Series(NIPS, dtype="str")})


@pytest.mark.parametrize("coded", [True, False])
def test_a_hashed_id_is_found_by_every_name_of_the_person(coded: bool) -> None:
    people = identity(KEY, ["A1", "A2", "A3"], coded=coded)
    outside = people["source_id"].tolist()
    names = pd.Series(["A1", outside[1], NIPS[1], "A3", "A4", None, "A"], index=list("abcdefg"), dtype="str")
    found = hashed_ids(people, names, KEY)
    hashed = people["employee_id"].tolist()
    assert found.index.tolist() == names.index.tolist()
    assert found.fillna("-").tolist() == [hashed[0], hashed[1], hashed[1], hashed[2], "-", "-", "-"]


def test_a_code_is_understood_as_typed() -> None:
    people = identity(KEY, ["A1", "A2", "A3"])
    typed = people["source_id"].str.lower().str.replace("-", " ")
    assert hashed_ids(people, typed, KEY).tolist() == people["employee_id"].tolist()


def test_a_person_of_a_run_is_named_by_code_nip_or_whole_name_and_by_the_sources_id_with_the_key_only(
    store: Store, workspace: Workspace, make: Callable[..., Publication]
) -> None:
    key, nip = workspace.key(), NIPS[0]
    assert nip is not None
    made = make("first")
    codes = {"P1": person_code(key, "S-77"), "P2": person_code(key, "S-78")}
    people = made.people.assign(employee_id=made.people["employee_id"].map(codes), nip=pd.Series([nip, None], dtype="str"))
    publish(workspace, Publication("first", made.tables, made.run, people), store)
    with store.reading() as answers:
        for name in (codes["P1"], codes["P1"].lower().replace("-", ""), nip, f" {nip} ", "orang satu"):
            person = person_named(answers, name)
            assert person is not None, name
            assert person["employee_id"] == codes["P1"], name
        assert person_named(answers, "S-77") is None
        found = person_named(answers, "S-77", key)
        assert found is not None
        assert found["employee_id"] == codes["P1"]
        for nobody in ("", " ", "S-79", nip[:17], "orang", "x" * 100_000, "\0"):
            assert person_named(answers, nobody, key) is None, nobody[:20]


def test_everything_a_person_was_ever_called_is_known_and_nobody_elses_name(workspace: Workspace) -> None:
    key, nip = workspace.key(), NIPS[0]
    assert nip is not None
    for folder, people in (("s1", identity(key, ["A1", "A2", "A3"], coded=False)), ("s2", identity(key, ["A1", "A2", "A3"]))):
        (workspace.snapshots / folder).mkdir(parents=True)
        (workspace.snapshots / folder / "lineage.json").write_text("{}", encoding="ascii")
        people.to_parquet(workspace.snapshots / folder / "identity.parquet")
    code = person_code(key, "A1")
    for name in ("A1", code, code.lower(), nip):
        called = set(every_id(workspace, name))
        assert {"A1", code, nip} <= called
        assert called.isdisjoint({"A2", "A3", NIPS[1], person_code(key, "A2"), person_code(key, "A3")})
    assert every_id(workspace, " ") == ()
    assert set(every_id(workspace, "GONE")) == {"GONE", person_code(key, "GONE")}
