"""Whoever tries to bring a protected trait into the model process fails, by whichever door.

A source whose sex decides ratings entirely is the bait: any path from the trait to a feature would show.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from features.checking.checks import check_source
from features.definitions import FEATURES
from features.errors import SourceError
from features.snapshot import load_tables, write_snapshot
from features.source.mapping import load_mapping
from features.source.protected import tells_who
from features.source.readers import read_source
from features.standing import standing
from features.tables import Tables
from features.trials import TrialParams
from rules.facts import collect_facts
from simulation.city import City, write_city

TRAITS = ("sex", "disability")
DOORS = [
    "sex",
    "jenis_kelamin",
    "JK",
    "Agama",
    "suku",
    "status_perkawinan",
    "disabilitas",
    "NIP",
    "namaLengkap",
    "tanggal_lahir",
    "usia",
]


@pytest.fixture(scope="module")
def taken_in(small_city: City, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folder of a source and its snapshots."""
    source, snapshots = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("snapshots")
    write_city(small_city, source)
    return source, snapshots


@pytest.fixture(scope="module")
def tables(taken_in: tuple[Path, Path]) -> Tables:
    source, snapshots = taken_in
    return load_tables(snapshots, write_snapshot(check_source(read_source(str(source), None)), snapshots, b"k" * 32))


def test_the_source_has_the_traits_and_what_models_read_has_not(taken_in: tuple[Path, Path], tables: Tables) -> None:
    written = pd.read_csv(taken_in[0] / "employees.csv")
    assert set(written["sex"]) == {"F", "M"}
    for name in TRAITS:
        assert tables["employees"][name].isna().all()


@pytest.mark.parametrize("name", DOORS)
def test_a_mapping_that_names_it_as_a_feature_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(yaml.safe_dump({"employees": {"from": "pegawai", "attributes": [name, "tinggi_cm"]}}), encoding="utf-8")
    with pytest.raises(SourceError, match=name) as refusal:
        load_mapping(path)
    assert "tinggi_cm" not in str(refusal.value)


def test_harmless_attributes_are_let_through() -> None:
    assert not any(map(tells_who, ("tinggi_cm", "foot", "jarak_rumah", "nilai_tes", "kelas_jabatan", "masa_kerja")))


def test_no_feature_is_declared_of_it_and_no_feature_frame_or_fact_holds_it(tables: Tables) -> None:
    assert [feature.name for feature in FEATURES if {*TRAITS, "gender", "religion"} & set(feature.name.split("_"))] == []
    there = standing(tables, pd.Timestamp("2025-12-31"), TrialParams().ratings)
    facts = collect_facts(there.known, there.as_of, there.as_of)
    for frame in (there.frames.employees, there.frames.positions, facts.employees):
        assert not set(TRAITS) & set(frame.columns)


def test_tables_that_hold_it_all_the_same_give_the_same_features(tables: Tables) -> None:
    there = standing(tables, pd.Timestamp("2025-12-31"), TrialParams().ratings)
    rng = np.random.default_rng(1)
    baited = tables["employees"].assign(sex=pd.Series(rng.choice(["F", "M"], len(tables["employees"])), dtype="str"))
    other = standing(
        Tables({**tables.frames, "employees": baited}, tables.extracted_on, tables.set_aside), there.as_of, TrialParams().ratings
    )
    pd.testing.assert_frame_equal(there.frames.employees, other.frames.employees)
