"""What others tell decides less the more a city has of its own: the weight the benchmark prints."""

from dataclasses import replace

from benchmarks.pooling.weight import shares
from models.pooling.contribution import FORMAT, Cell, Contribution, Line, Products, columns_digest


def city(people: int, origin: str) -> Contribution:
    """Return a contribution whose cross-products grow with its people."""
    told = Products(people, ((4.0 * people, 1.0 * people), (1.0 * people, 9.0 * people)), (0.5 * people, 0.2 * people))
    return Contribution(
        FORMAT, columns_digest(), "pack", origin, people, 8, ("stale", "pair_gap_sum"), (1.0, 2.0), (Cell("lainnya", told),),
        replace(told, precision=((0.0, 0.0), (0.0, 0.0)), potential=(0.0, 0.0)), Line(None, None, 1.0, 10), (),
    )  # fmt: skip


def test_the_weight_of_others_falls_as_a_city_grows_and_is_a_share() -> None:
    others = [city(800, "a"), city(1200, "b"), city(2000, "c")]
    found = [shares(city(people, "own"), others)["all"] for people in (60, 600, 6000)]
    assert 0 < found[2] < found[1] < found[0] < 1
    assert found[1] / found[2] > 5
