"""Invented programmes: the effect asked for, selection after bad years, tables of the contract."""

import numpy as np
import pandas as pd
import pytest

from features.contract import REQUIRED_TABLES, TABLES
from simulation.programmes import CAUSES, ProgrammeKnobs, invent_programme

SMALL = ProgrammeKnobs(people=800, movers=240)


def test_tables_are_those_of_the_contract() -> None:
    programme = invent_programme(SMALL, 1)
    assert set(REQUIRED_TABLES) <= set(programme.tables)
    for name, frame in programme.tables.items():
        assert set(frame.columns) <= set(TABLES[name].names())


def test_a_seed_gives_the_same_programme_again() -> None:
    first, again, other = (invent_programme(SMALL, seed) for seed in (1, 1, 2))
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name])
    assert not first.tables["appraisals"].equals(other.tables["appraisals"])


@pytest.mark.parametrize("cause", ["", *CAUSES[:3]])
def test_the_mean_effect_is_the_one_asked_for(cause: str) -> None:
    knobs = ProgrammeKnobs(people=800, movers=240, effect=0.3, cause=cause)
    true = pd.concat([invent_programme(knobs, seed).truth for seed in range(8)])["tau"]
    assert true.mean() == pytest.approx(0.3, abs=0.05)


def test_movers_had_a_bad_year_before() -> None:
    programme = invent_programme(SMALL, 1)
    rated = programme.tables["appraisals"].assign(year=lambda frame: frame["period_start"].dt.year)
    seen = rated.assign(seen=rated["rating"] + rated["work_result"] + rated["behaviour"]).pivot(
        index="employee_id", columns="year", values="seen"
    )
    z = (seen - seen.mean()) / seen.std()
    moves = programme.truth.set_index("employee_id")["start_on"].dt.year
    before = np.array([z.at[person, year - 1] for person, year in moves.items()])
    assert before.mean() < -0.2


def test_what_a_cause_touches_gains_less() -> None:
    truth = pd.concat(
        [invent_programme(ProgrammeKnobs(people=800, movers=240, cause="no_training"), seed).truth for seed in range(4)]
    )
    assert truth.loc[truth["trained"], "tau"].mean() - truth.loc[~truth["trained"], "tau"].mean() == pytest.approx(0.7, abs=0.12)
