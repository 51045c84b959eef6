"""Designs beside the matched one, tests that must find nothing, and the causes planted in invented programmes."""

import numpy as np
import pandas as pd
import pytest

from evaluation.effects import designs
from evaluation.effects.causes import CauseParams, causes
from evaluation.effects.event_study import event_study
from evaluation.effects.study import Study
from simulation.programmes import ProgrammeKnobs

ZERO = ProgrammeKnobs(people=800, movers=200)


def test_after_less_before_takes_the_return_to_the_mean_for_an_effect(study_of) -> None:
    study = study_of(ZERO, 3)[1]
    found = designs.beside(study)
    main = study.matched(study.outcome()).effect()
    assert found["before_after"].estimate > main.estimate + 0.2
    assert found["before_after"].p_value() < 0.001 < main.p_value()


def test_differences_from_the_last_year_are_further_off_than_from_the_one_before(study_of) -> None:
    found = designs.beside(study_of(ZERO, 3)[1])
    assert found["did_last"].estimate > 0.2
    assert found["did_earlier"].estimate < found["did_last"].estimate


def test_the_placebo_finds_nothing_where_people_are_picked_by_what_is_matched_on(study_of) -> None:
    assert abs(designs.placebo(study_of(ZERO, 3)[1]).estimate) < 0.35


def test_the_placebo_speaks_where_movers_were_rising_before(study: Study) -> None:
    score = study.panel.score.copy()
    movers = study.panel.moves["person"].to_numpy()
    first = study.sets.last[study.sets.move >= 0].max() - designs.PLACEBO_BACK - study.panel.years[0]
    score[movers, first] += 2.0
    panel = type(study.panel)(**{name: getattr(study.panel, name) for name in study.panel.__slots__} | {"score": score})
    risen = type(study)(**{name: getattr(study, name) for name in study.__slots__} | {"panel": panel})
    assert designs.placebo(risen).p_value() < 0.01


def test_hidden_selection_is_told_as_a_share_and_a_shift(study: Study) -> None:
    found = designs.hidden_selection(study)
    assert 0 <= found["robustness_value"] < 1
    assert found["bias_like_last"] >= 0


def test_the_event_study_sees_the_bad_year_before_the_move_and_the_dip_in_it(study_of) -> None:
    found = event_study(study_of(ZERO, 3)[1].panel)
    assert found.steps[-1].estimate < -0.1
    assert found.steps[0].estimate < 0
    assert -1 in found.steps
    assert -2 not in found.steps


@pytest.mark.parametrize("cause", ["wrong_match", "too_early"])
def test_a_planted_cause_is_named_first(study_of, cause: str) -> None:
    study = study_of(ProgrammeKnobs(people=800, movers=200, cause=cause, lost=1.2), 3)[1]
    later, grown = study.later()
    found = causes(study.matched(study.outcome()), study.of_rows(), later.matched(grown).effect(), CauseParams())
    assert found["cause"][0] == cause
    assert found["named"][0]


def test_circumstances_are_those_the_programme_made(study_of) -> None:
    programme, study = study_of(ZERO, 3)
    people = np.asarray(study.known.employee_ids.categories)
    made = study.circumstances.set_axis(people[study.panel.moves["person"]], axis=0)
    truth = programme.truth.set_index("employee_id").loc[made.index]
    pd.testing.assert_series_equal(made["trained"] == 1, truth["trained"], check_names=False)
    pd.testing.assert_series_equal(made["unfit"] == 1, truth["unfit"], check_names=False)
    told = made["explained"].isin([0.0, 1.0])
    assert (made["explained"][told] == truth["explained"][told]).mean() > 0.8
    assert (made["bound"].dropna() == 0).all()


def test_a_body_that_rates_everybody_alike_is_bound(study_of) -> None:
    programme, study = study_of(ProgrammeKnobs(people=800, movers=200, cause="rating_quota"), 3)
    people = np.asarray(study.known.employee_ids.categories)
    made = study.circumstances.set_axis(people[study.panel.moves["person"]], axis=0)["bound"].dropna()
    truth = programme.truth.set_index("employee_id")["bound"].loc[made.index]
    assert (made == truth).mean() > 0.9
