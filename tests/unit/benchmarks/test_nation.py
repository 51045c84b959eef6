"""What the nation takes: the model adds up, and tells what more machines do not shorten."""

from dataclasses import replace

import pytest

from benchmarks.scale.nation import NATION, NETWORK_BYTES_A_SECOND, Constants, Country, cost, in_cities

KNOWN = Constants(
    people=1000, posts=100, days=10, risk_rows=9000, ingest=2.0, tables=0.5, day=1.0, rows=2.0, fit=5.0, open=1.0, pairs=100_000,
    slab=0.25, tables_bytes=4_000_000, day_bytes=3_000_000, rows_bytes=9_000_000, city_bytes=8_000_000,
    people_bytes=300_000, listed_bytes=1_280_000,
    elsewhere=10.0,
)  # fmt: skip
CITY = Country(KNOWN.people, KNOWN.posts, KNOWN.people)


def seconds(country, machines, cores=1):
    return cost(KNOWN, country, machines, cores).set_index("stage")["seconds"]


def test_on_one_core_it_is_the_city_that_was_measured():
    found = seconds(CITY, 1)
    assert found["ingest, checks, snapshot"] == 2.0
    assert found["decision days"] == pytest.approx(10 * 1.0 + 10 * 3_000_000 / NETWORK_BYTES_A_SECOND)
    assert found["lists"] == pytest.approx(0.25 + 4 * KNOWN.fixed_piece + (4 * 300_000 + 1_000_000) / NETWORK_BYTES_A_SECOND)
    assert found["city opened, and taken to every machine"] == 1.0


def test_machines_shorten_pieces_and_nothing_else():
    one, many = seconds(NATION, 1), seconds(NATION, 50)
    assert many["lists"] < one["lists"] / 10
    assert many["past moves, plan, documents, publication"] == one["past moves, plan, documents, publication"]
    assert many["city opened, and taken to every machine"] > one["city opened, and taken to every machine"]
    days = [seconds(NATION, machines)["decision days"] for machines in (10, 11, 50)]
    assert days[0] == days[1] == days[2]


def test_posts_open_to_fewer_people_cost_less_to_list_only():
    market, own = seconds(NATION, 4), seconds(replace(NATION, reach=1000), 4)
    assert own["lists"] < market["lists"] / 100
    assert own.drop("lists").equals(market.drop("lists"))


def test_cities_of_their_own_are_runs_side_by_side():
    assert in_cities(120.0, 8000, Country(16_001, 1, 1), 3) == 120.0
