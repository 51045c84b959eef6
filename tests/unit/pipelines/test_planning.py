"""The published plan has its declared types also where the wave is empty or takes in newcomers only."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from features.tables import Tables
from pipelines.planning import COLUMNS, plan_wave
from placement.development import DevelopmentParams
from placement.lists import make_case
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from placement.wave.city import WaveParams
from placement.wave.limits import Limits
from placement.wave.scenario import limits_of, open_scenarios, published_wave
from publication.schemas import TABLES
from rules.facts import collect_facts
from rules.pack import load_pack


@pytest.fixture
def city(small_tables: Tables) -> SimpleNamespace:
    as_of = default_as_of(small_tables)
    known = known_at(small_tables, as_of)
    facts = collect_facts(known, as_of, default_effective_on(as_of))
    pack = load_pack(overrides={"W27": {"mode": "gate"}})
    case = make_case(facts, pack, needs(known, facts, pack, NeedParams()), ValueParams(), supported=False)
    return SimpleNamespace(case=case, standing=SimpleNamespace(known=known), doubt=None)


def test_a_wave_without_a_candidate_is_an_empty_plan_that_can_be_published(city: SimpleNamespace, tmp_path: Path) -> None:
    listed = TABLES["candidates"].schema.columns
    nobody = pd.DataFrame({name: pd.Series(dtype=str(column.dtype)) for name, column in listed.items()})
    nobody = nobody.astype({"employee_id": city.case.facts.employees.index.dtype})
    planned = plan_wave(city, nobody, WaveParams(), DevelopmentParams(), seed=1)
    planned.moves.to_parquet(tmp_path / "plan.parquet", index=False)
    read = pd.read_parquet(tmp_path / "plan.parquet").astype({"employee_id": "str"})
    assert planned.account["moves"] == 0
    assert TABLES["plan"].schema.validate(read[list(TABLES["plan"].schema.columns)]).empty


def test_what_is_published_of_a_wave_makes_the_same_wave_again(city: SimpleNamespace) -> None:
    """Numbers are invented; ids stay hashed here, as their order is that of the people."""
    people, posts = city.case.facts.employees, city.case.facts.positions
    rng = np.random.default_rng(3)
    person, post = (rng.integers(0, len(frame), 400) for frame in (people, posts))
    person[:40] = np.resize(np.column_stack(city.case.encoded.kin), 40)  # relatives among those who may move
    pairs = pd.DataFrame({"employee_id": people.index[person], "position_id": posts.index[post]}).drop_duplicates()
    held = people["position_id"].astype(object).set_axis(people.index.astype(str))
    pairs = pairs[held.reindex(pairs["employee_id"].astype(str)).to_numpy() != pairs["position_id"].to_numpy()].reset_index(
        drop=True
    )
    stay, there = rng.normal(0, 0.3, len(pairs)), rng.normal(0.5, 0.5, len(pairs))
    candidates = pairs.assign(eligible="yes", stay_outlook=stay, expected_in_post=there, lower=there - stay - 0.4,
                              upper=there - stay + 0.4)  # fmt: skip
    asked = WaveParams(limits=Limits(caution=0.25, shares={"job_kind:staff": 0.3}))
    planned = plan_wave(city, candidates, asked, DevelopmentParams(), seed=1)
    assert [(row["group"], row["share"]) for row in planned.account["shares"]] == [("job_kind:staff", 0.3)]
    names = people.index.astype("str")
    sorted_names = pd.Series(sorted(names), index=names)  # places in order, as the source's own ids would be
    order = dict(zip(names, sorted_names, strict=True))
    tables = {
        name: frame.assign(**{c: frame[c].map(order) for c in frame if c.endswith("employee_id")})
        for name, frame in {**planned.scenarios, "plan": planned.moves}.items()
    }
    tables["facts_employees"] = pd.DataFrame({"employee_id": sorted_names, "position_id": people["position_id"].to_numpy(),
                                               "job_kind": people["job_kind"].to_numpy()})  # fmt: skip
    again = open_scenarios(published_wave(tables, limits_of(planned.account["limits"])), WaveParams().search).solve().plan
    assert again.value == planned.account["value"]
    moves = ["employee_id", "to_position"]
    assert again.moves[moves].astype(str).values.tolist() == tables["plan"][moves].astype(str).values.tolist()
    assert len(tables["wave_couples"])
    assert len(tables["wave_relatives"])
    wished = tables["wave_moves"].loc[tables["wave_moves"]["aspired"], ["employee_id", "position_id"]]
    stated = tables["wave_wishes"][["employee_id", "position_id"]]
    assert len(wished)
    assert set(wished.itertuples(index=False, name=None)) <= set(stated.itertuples(index=False, name=None))
    assert tables["wave_wishes"]["aspiration"].between(1, 5).all()


def test_newcomers_only_leave_no_post_and_it_is_still_text() -> None:
    newcomer = pd.DataFrame({"from_position": [None], "to_position": ["P1"]}, dtype=object)
    typed = newcomer.astype({name: COLUMNS[name] for name in newcomer})
    assert list(typed.dtypes) == ["str", "str"]
    assert typed["from_position"].isna().all()
