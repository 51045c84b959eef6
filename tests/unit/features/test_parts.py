"""Features made of parts of the people are those of everybody at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, known_at
from features.families.context import build_chart, summed
from features.frames import counted, feature_frames, people_and_counts
from features.in_parts import EMPLOYEES_FILE, POSITIONS_FILE, write_features, write_ratings
from features.parts import ABOUT_PEOPLE, part_numbers, part_of, parts_for, parts_of, ratings_of
from features.ratings import RatingParams, harmonise
from features.tables import Tables, conform, employee_dtype
from simulation.city import invent_city
from simulation.knobs import Knobs

PARTS = 3
EXACT = {"rtol": 0.0, "atol": 0.0}
CLOSE = {"rtol": 0.0, "atol": 1e-12}
"""Sums over people are added part by part: their last bits depend on the order."""


@pytest.fixture(scope="module")
def city() -> Tables:
    made = invent_city(Knobs.from_scale(employees=150, years=4), 3)
    people = employee_dtype(sorted(made.tables["employees"]["employee_id"]))
    frames = {name: conform(name, frame, people) for name, frame in made.tables.items()}
    whole = Tables(frames, extracted_on=pd.Timestamp(made.knobs.extracted_on))
    return known_at(whole, default_as_of(whole))


def test_parts_share_nobody_and_leave_nobody_out(city: Tables) -> None:
    parts = list(parts_of(city, PARTS))
    for name, frame in city.frames.items():
        if name in ABOUT_PEOPLE:
            assert sum(len(part[name]) for part in parts) == len(frame)
        else:
            assert all(part[name] is frame for part in parts)
    people = pd.concat([part["employees"]["employee_id"].astype("str") for part in parts])
    assert people.is_unique
    assert len(people) == len(city["employees"])
    assert min(len(part["employees"]) for part in parts) > 0


def test_a_part_is_a_matter_of_the_identifier_alone() -> None:
    names = pd.Index([f"p{number}" for number in range(1000)])
    numbers = part_numbers(names, 8)
    assert (part_numbers(names[::-1], 8)[::-1] == numbers).all()
    assert np.bincount(numbers, minlength=8).min() > 90
    assert part_numbers(pd.Index(["p0", "p1", "p2"]), 1000).tolist() == [923, 377, 185]


def test_features_of_parts_are_those_of_everybody(city: Tables) -> None:
    as_of = default_as_of(city)
    ratings = harmonise(city, RatingParams())
    whole = feature_frames(city, ratings, as_of)
    chart = build_chart(city)
    parts = list(parts_of(city, PARTS))
    totals = summed([counted(part, ratings_of(ratings, part), as_of, chart) for part in parts])
    made = [feature_frames(part, ratings_of(ratings, part), as_of, totals, chart) for part in parts]

    people = pd.concat([frames.employees for frames in made]).sort_index()
    pd.testing.assert_frame_equal(people, whole.employees, check_index_type=False, **EXACT)
    for frames, part in zip(made, parts, strict=True):
        pd.testing.assert_frame_equal(frames.positions, whole.positions, **CLOSE)
        alone, counts = people_and_counts(part, ratings_of(ratings, part), as_of, chart)
        pd.testing.assert_frame_equal(alone, frames.employees)
        assert set(counts) == set(totals)
        everywhere = np.arange(len(whole.positions))[None, :]
        mine = whole.employees.index.get_indexer(frames.employees.index)[:, None]
        theirs = frames.pair_values(np.arange(len(mine))[:, None], everywhere)
        for name, values in whole.pair_values(mine, everywhere).items():
            np.testing.assert_allclose(theirs[name], values, err_msg=name, **CLOSE)


def test_without_the_totals_a_part_would_take_itself_for_everybody(city: Tables) -> None:
    as_of = default_as_of(city)
    ratings = harmonise(city, RatingParams())
    part = part_of(city, 0, PARTS)
    alone = feature_frames(part, ratings_of(ratings, part), as_of)
    assert alone.positions["unit_staff"].sum() < feature_frames(city, ratings, as_of).positions["unit_staff"].sum()


@pytest.mark.parametrize(("people", "parts"), [(0, 1), (15_000, 1), (50_000, 1), (50_001, 2), (1_000_000, 20)])
def test_a_city_is_one_part(people: int, parts: int) -> None:
    assert parts_for(people) == parts


@dataclass(frozen=True)
class Split:
    """Tables in memory, read as a snapshot in parts is."""

    whole: Tables
    parts: int

    def tables(self, names: Iterable[str]) -> Tables:
        frames = {name: self.whole[name] for name in names if name in self.whole}
        return Tables(frames, self.whole.extracted_on)

    def part(self, number: int, names: Iterable[str]) -> Tables:
        part = part_of(self.whole, number, self.parts)
        return Tables({name: part[name] for name in names if name in part}, self.whole.extracted_on)


def test_features_written_part_after_part_are_those_of_everybody(city: Tables, tmp_path: Path) -> None:
    as_of = default_as_of(city)
    whole = feature_frames(city, harmonise(city, RatingParams()), as_of)
    kept = Split(city, PARTS)
    ratings = write_ratings(kept, as_of, RatingParams(), tmp_path)
    assert ratings.scores.empty
    write_features(kept, ratings, as_of, tmp_path)
    people = pd.concat([pd.read_parquet(tmp_path / EMPLOYEES_FILE.format(number)) for number in range(PARTS)])
    people = people.set_index("employee_id").loc[whole.employees.index.astype("str")]
    for name, column in whole.employees.items():
        if column.dtype == "float64":
            np.testing.assert_array_equal(people[name].to_numpy(), column.to_numpy(), err_msg=str(name))
        else:
            assert people[name].astype("str").tolist() == column.astype("str").tolist()
    positions = pd.read_parquet(tmp_path / POSITIONS_FILE)
    pd.testing.assert_frame_equal(
        positions, whole.positions, check_index_type=False, check_categorical=False, check_dtype=False, **CLOSE
    )
