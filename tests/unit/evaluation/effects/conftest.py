"""Invented programmes opened for evaluation, each made once for the whole session."""

from collections.abc import Callable
from functools import lru_cache

import pytest

from evaluation.effects.study import Study, open_study
from features.as_of import default_as_of, known_at
from features.ratings import RatingParams, harmonise
from features.tables import Tables
from pipelines.known_truth import typed
from simulation.programmes import Programme, ProgrammeKnobs, invent_programme


def studied(tables: Tables) -> Study:
    """Return the study of everything in ``tables``."""
    as_of = default_as_of(tables)
    known = known_at(tables, as_of)
    return open_study(known, harmonise(known, RatingParams()), as_of, seed=1)


@lru_cache
def made(knobs: ProgrammeKnobs, seed: int) -> tuple[Programme, Study]:
    programme = invent_programme(knobs, seed)
    return programme, studied(typed(programme.tables, programme.extracted_on))


@pytest.fixture(scope="session")
def study_of() -> Callable[..., tuple[Programme, Study]]:
    """Return a maker of (programme, study) for knobs and a seed."""
    return made


@pytest.fixture(scope="session")
def study() -> Study:
    """Return the study of a programme in which misplaced movers lose 0.7 SD."""
    return made(ProgrammeKnobs(people=800, movers=200, cause="wrong_match"), 3)[1]
