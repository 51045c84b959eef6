"""A doctor is no pharmacist: each licensed profession of the invented city has a degree and a register of its own."""

import pandas as pd
import pytest

from features.as_of import known_at
from features.tables import Tables
from rules.facts import collect_facts
from rules.pack import load_pack
from rules.verdicts import judge
from simulation.catalogue import LICENSED, registration
from simulation.city import City

EXTRACTED = pd.Timestamp("2026-03-31")


@pytest.fixture(scope="module")
def profession(small_city: City) -> pd.Series:
    """Return the licensed profession of each such post, by position_id."""
    positions = small_city.tables["positions"].set_index("position_id")
    first = positions["title"].str.split(" ").str[0]
    return first[first.isin(list(LICENSED))]


@pytest.fixture(scope="module")
def worked(small_city: City, profession: pd.Series) -> pd.DataFrame:
    """Return who ever worked in which licensed profession."""
    spells = small_city.tables["assignments"]
    return spells.assign(profession=spells["position_id"].map(profession)).dropna(subset="profession")


def test_every_profession_is_practised(worked: pd.DataFrame) -> None:
    assert set(worked["profession"]) == set(LICENSED)


def test_nobody_works_in_two_professions(worked: pd.DataFrame) -> None:
    assert worked.groupby("employee_id")["profession"].nunique().eq(1).all()


def test_everybody_has_the_degree_of_the_profession(small_city: City, worked: pd.DataFrame) -> None:
    degrees = small_city.tables["educations"]
    field = degrees[degrees["value"] != "SLTA"].groupby("employee_id")["field"].last()
    assert worked["employee_id"].map(field).eq(worked["profession"].map(LICENSED)).all()


def test_every_post_asks_for_the_degree_and_the_registration_of_its_profession(small_city: City, profession: pd.Series) -> None:
    posts = small_city.tables["positions"].set_index("position_id").loc[profession.index]
    assert posts["education_fields"].eq(profession.map(LICENSED)).all()
    assert posts["certificates"].eq(profession.map(registration)).all()


def test_nobody_of_another_profession_may_enter(small_tables: Tables, small_city: City, profession: pd.Series) -> None:
    facts = collect_facts(known_at(small_tables, EXTRACTED), EXTRACTED, EXTRACTED + pd.DateOffset(days=32))
    people = facts.employees["position_id"].map(profession).dropna().rename("own").rename_axis("employee_id").reset_index()
    posts = profession.rename("asked").rename_axis("position_id").reset_index()
    pairs = people.merge(posts, how="cross")
    eligible = pd.Series(judge(load_pack(), facts, pairs, facts.effective_on).eligible)
    same = pairs["own"] == pairs["asked"]
    assert set(eligible[~same]) == {"no"}
    assert eligible[same].groupby(pairs["asked"]).agg(lambda found: (found != "no").any()).all()
