"""How far people got is read from what is published: nothing rules them out, a page shows them first, they are in the plan."""

import pandas as pd

from pipelines.fairness import mean_scores, reached


def tables() -> dict[str, pd.DataFrame]:
    who = pd.Categorical(["a", "a", "b", "c"], categories=["a", "b", "c", "d"])
    candidates = pd.DataFrame({"employee_id": who, "position_id": ["p", "q", "p", "p"]})
    candidates = candidates.assign(net_value=[1.0, 3.0, 0.5, 0.0], uplift=0.5, stay_outlook=0.0)
    return {
        "facts_employees": pd.DataFrame({"employee_id": ["a", "b", "c", "d"], "birth_date": pd.Timestamp("1980-01-01")}),
        "candidates": candidates,
        "shortlists": candidates.assign(rank=[1, 3, 2, 3]),
        "positions": pd.DataFrame({"position_id": ["p", "q"], "shown": [2, 10]}),
        "plan": pd.DataFrame({"employee_id": pd.Categorical(["b"])}),
        "support": pd.DataFrame({"employee_id": ["b"], "trainings": ["[]"], "mentor_employee_id": ["c"]}),
    }


def test_each_step_is_read_from_its_table():
    found = reached(tables())
    assert list(found.index) == ["a", "b", "c", "d"]
    assert found["eligible"].tolist() == [True, True, True, False]
    assert found["shortlisted"].tolist() == [True, True, False, False]
    assert found["planned"].tolist() == [False, True, False, False]
    assert found["trained"].tolist() == [False] * 4
    assert found["mentored"].tolist() == [False, True, False, False]


def test_a_score_is_the_mean_over_the_posts_a_person_may_take_and_only_candidates_have_one():
    found = mean_scores(tables()["candidates"])
    assert found["net_value"].to_dict() == {"a": 2.0, "b": 0.5, "c": 0.0}
