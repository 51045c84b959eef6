"""Promise against outcome: a true promise is kept, one too large falls short, and small cells are withheld."""

import numpy as np
import pandas as pd
import pytest

from evaluation.effects.study import Study
from evaluation.promises import COLUMNS, PROMISED, no_promises, promises
from simulation.programmes import Programme, ProgrammeKnobs

KNOBS = ProgrammeKnobs(people=800, movers=240, effect=0.3, cause="wrong_match", lost=1.2)


@pytest.fixture(scope="module")
def made(study_of) -> tuple[Programme, Study]:
    return study_of(KNOBS, 3)


def promised_by(programme: Programme, study: Study, more: float = 0.0) -> pd.DataFrame:
    """Return the true effects, and ``more``, as promises made two months before each move."""
    moves = study.panel.moves
    people = np.asarray(study.known.employee_ids.categories)[moves["person"]]
    true = programme.truth.set_index("employee_id")["tau"].loc[people].to_numpy() + more
    return pd.DataFrame({
        "employee_id": people, "position_id": moves["position_id"], "decision_on": moves["start_on"] - pd.Timedelta(days=60),
        "uplift": true, "lower": true - 0.3, "upper": true + 0.3, "grade": np.where(np.arange(len(true)) < 3, "D", "B"),
    })[list(PROMISED)]  # fmt: skip


def kept(made: tuple[Programme, Study], more: float = 0.0) -> pd.DataFrame:
    programme, study = made
    found = study.matched(study.outcome())
    return promises(study, found, promised_by(programme, study, more), 0.95).set_index(["dimension", "cell"])


def test_true_promises_are_kept(made) -> None:
    row = kept(made).loc[("all", "")]
    assert row["people"] == len(made[1].panel.moves)
    assert row["gap_lower"] < 0 < row["gap_upper"]
    assert row["gap"] == pytest.approx(row["realised"] - row["promised"], abs=1e-9)


def test_promises_too_large_fall_short_by_as_much(made) -> None:
    honest, boastful = (kept(made, more).loc[("all", "")] for more in (0.0, 0.8))
    assert boastful["gap"] == pytest.approx(honest["gap"] - 0.8, abs=1e-9)
    assert boastful["gap_upper"] < 0


def test_waves_grades_and_groups_are_told_and_small_cells_are_not(made) -> None:
    table = kept(made)
    assert set(table.index.get_level_values("dimension")) == {"all", "wave", "grade", "kind", "family", "level"}
    assert table.loc[("grade", "D"), "suppressed"]
    assert np.isnan(table.loc[("grade", "D"), "realised"])
    assert table.loc[("family", "same"), "realised"] > table.loc[("family", "new"), "realised"]


def test_promises_of_other_posts_or_too_long_ago_are_none_of_the_moves(made) -> None:
    programme, study = made
    told = promised_by(programme, study)
    found = study.matched(study.outcome())
    for other in (
        no_promises(),
        told.assign(position_id="elsewhere"),
        told.assign(decision_on=told["decision_on"] - pd.Timedelta(days=800)),
    ):
        none = promises(study, found, other, 0.95)
        assert none.empty
        assert list(none.columns) == list(COLUMNS)
