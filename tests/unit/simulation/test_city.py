"""The invented city as a source: complete, well formed, deterministic, and nobody in it is real."""

import re

import numpy as np
import pandas as pd
import pytest

from features.contract import TABLES, Kind
from features.tables import Tables
from simulation.city import City, invent_city, write_city
from simulation.knobs import Knobs
from simulation.truth import true_uplift

PNS = re.compile(r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(19|20)\d{2}(0[1-9]|1[0-2])[12]\d{3}$")
PPPK = re.compile(r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])20\d{2}2\d[12]\d{3}$")


def test_every_contract_table_has_rows(small_city: City) -> None:
    assert {name for name, frame in small_city.tables.items() if len(frame)} == set(TABLES)


def test_every_table_conforms_to_the_contract(small_tables: Tables) -> None:
    assert set(small_tables.frames) == set(TABLES)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_keys_are_unique_and_required_cells_filled(small_city: City, table) -> None:
    frame = small_city.tables[table.name]
    if table.key:
        assert not frame.duplicated([name for name in table.key if name in frame]).any()
    for column in table.columns:
        if column.required:
            assert frame[column.name].notna().all(), column.name


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_cells_keep_to_codes_bounds_and_references(small_city: City, table) -> None:
    frame = small_city.tables[table.name]
    for column in table.columns:
        if column.name not in frame:
            continue
        cells = frame[column.name].dropna()
        if column.codes:
            assert set(cells) <= set(column.codes), column.name
        if column.refers_to:
            assert set(cells) <= set(small_city.tables[column.refers_to].iloc[:, 0]), column.name
        if column.kind in (Kind.NUMBER, Kind.INTEGER):
            assert (column.minimum is None) or (cells >= column.minimum).all(), column.name
            assert (column.maximum is None) or (cells <= column.maximum).all(), column.name


def test_nips_are_valid_unique_and_agree_with_the_record(small_city: City) -> None:
    people = small_city.tables["employees"]
    contract = people["status"].str.startswith("PPPK")
    assert contract.any()
    assert people.loc[~contract, "nip"].map(lambda nip: bool(PNS.match(nip))).all()
    assert people.loc[contract, "nip"].map(lambda nip: bool(PPPK.match(nip))).all()
    assert people["nip"].is_unique
    assert (people["nip"].str[:8] == people["birth_date"].dt.strftime("%Y%m%d")).all()
    assert (people["nip"].str[14] == people["sex"].map({"M": "1", "F": "2"})).all()
    assert (people.loc[~contract, "nip"].str[8:14] == people.loc[~contract, "hired_on"].dt.strftime("%Y%m")).all()


def test_nobody_holds_two_definitive_posts_at_once(small_city: City) -> None:
    spells = small_city.tables["assignments"].query("kind == 'definitive'").sort_values(["employee_id", "start_on"])
    before = spells.groupby("employee_id")["end_on"].shift()
    later = spells["employee_id"].duplicated()
    assert before[later].notna().all()
    assert (spells["start_on"] > before)[later].all()
    assert not (spells["end_on"] < spells["start_on"]).any()


def test_the_last_day_has_vacancies_and_people_who_retire_soon(small_city: City) -> None:
    last = pd.Timestamp(f"{small_city.knobs.last_year}-12-31")
    people, spells = small_city.tables["employees"], small_city.tables["assignments"]
    held = spells[(spells["kind"] == "definitive") & spells["end_on"].isna()].groupby("position_id").size()
    positions = small_city.tables["positions"].set_index("position_id")
    announced = small_city.tables["vacancies"]["position_id"].drop_duplicates()
    free = positions["headcount"] - held.reindex(positions.index).fillna(0)
    assert (free[announced] > 0).sum() >= 3
    assert people["retires_on"].between(last, last + pd.DateOffset(years=2)).sum() >= 5


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path) -> None:
    knobs = Knobs.from_scale(300, 3)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_city(invent_city(knobs, seed), tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
    assert (tmp_path / "a" / "employees.csv").read_bytes() != (tmp_path / "c" / "employees.csv").read_bytes()


def test_wider_quotas_raise_the_best_bodies_and_nothing_else() -> None:
    usual, wide = (invent_city(Knobs(employees=600, years=3, **dial), seed=4) for dial in ({}, {"quota_top": 0.75}))
    shares = []
    for city in (usual, wide):
        rated = city.tables["appraisals"].assign(
            year=lambda frame: frame["period_end"].dt.year, top=lambda frame: frame["rating"] == 5
        )
        unit = city.tables["positions"].set_index("position_id")["unit_id"]
        grade = city.truth["unit_years"].set_index(["unit_id", "year"])["grade"]
        at = pd.MultiIndex.from_arrays([rated["position_id"].map(unit), rated["year"]])
        shares.append(rated["top"].groupby(grade.reindex(at).to_numpy()).mean())
    assert wide.tables["appraisals"]["rating"].eq(5).mean() == pytest.approx(
        usual.tables["appraisals"]["rating"].eq(5).mean(), abs=0.02
    )
    assert shares[0]["Istimewa"] == pytest.approx(0.56, abs=0.08)
    assert shares[1]["Istimewa"] == pytest.approx(0.75, abs=0.08)
    pd.testing.assert_frame_equal(usual.tables["assignments"], wide.tables["assignments"])


def test_staying_in_the_own_post_changes_nothing(small_city: City) -> None:
    last = pd.Timestamp(f"{small_city.knobs.last_year}-12-31")
    spells = small_city.truth["spells"]
    now = spells[spells["end"].isna()]
    effect = true_uplift(small_city.truth, now["employee_id"].to_numpy(), now["position_id"].to_numpy(), last)
    assert np.allclose(effect["tau"], 0)


def test_unknown_pairs_are_refused(small_city: City) -> None:
    with pytest.raises(KeyError, match="1 employees"):
        true_uplift(small_city.truth, ["nobody"], ["PST00001"], "2025-01-01")
