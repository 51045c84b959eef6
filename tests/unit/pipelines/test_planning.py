"""The published plan has its declared types also where the wave is empty or takes in newcomers only."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from features.tables import Tables
from pipelines.planning import COLUMNS, plan_wave
from placement.lists import make_case
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from placement.wave.city import WaveParams
from publication.schemas import TABLES
from rules.facts import collect_facts
from rules.pack import load_pack


@pytest.fixture
def city(small_tables: Tables) -> SimpleNamespace:
    as_of = default_as_of(small_tables)
    known = known_at(small_tables, as_of)
    facts = collect_facts(known, as_of, default_effective_on(as_of))
    pack = load_pack()
    case = make_case(facts, pack, needs(known, facts, pack, NeedParams()), ValueParams(), supported=False)
    return SimpleNamespace(case=case, standing=SimpleNamespace(known=known))


def test_a_wave_without_a_candidate_is_an_empty_plan_that_can_be_published(city: SimpleNamespace, tmp_path: Path) -> None:
    listed = TABLES["candidates"].schema.columns
    nobody = pd.DataFrame({name: pd.Series(dtype=str(column.dtype)) for name, column in listed.items()})
    nobody = nobody.astype({"employee_id": city.case.facts.employees.index.dtype})
    planned = plan_wave(city, nobody, WaveParams(), seed=1)
    planned.moves.to_parquet(tmp_path / "plan.parquet", index=False)
    read = pd.read_parquet(tmp_path / "plan.parquet").astype({"employee_id": "str"})
    assert planned.account["moves"] == 0
    assert TABLES["plan"].schema.validate(read[list(TABLES["plan"].schema.columns)]).empty


def test_newcomers_only_leave_no_post_and_it_is_still_text() -> None:
    newcomer = pd.DataFrame({"from_position": [None], "to_position": ["P1"]}, dtype=object)
    typed = newcomer.astype({name: COLUMNS[name] for name in newcomer})
    assert list(typed.dtypes) == ["str", "str"]
    assert typed["from_position"].isna().all()
