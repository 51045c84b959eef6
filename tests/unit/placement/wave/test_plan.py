"""Plans against every set of moves tried by hand, and what may be asked about them."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from features.errors import UsageError
from placement.wave import search
from placement.wave.chains import chained, scheduled
from placement.wave.clashes import clashes
from placement.wave.comparison import compare
from placement.wave.limits import Limits, Wave
from placement.wave.plan import Plan, Planning, make_plan
from placement.wave.prices import price_of_shares, prices
from placement.wave.program import FIXED, Program, program_of
from placement.wave.search import SearchParams
from placement.wave.solver import Solver, best_whole
from placement.wave.stability import firmness
from placement.wave.why_not import why_not

EXACT = SearchParams(gap=0.0, seconds=30.0)
TOLERANCE = 1e-6
"""HiGHS keeps limits to 1e-6; values here are of order one."""
PAIR = ["employee_id", "position_id"]


def pairs_of(plan: Plan) -> pd.DataFrame:
    return plan.moves.rename(columns={"to_position": "position_id"})[PAIR]


@pytest.mark.parametrize("seed", range(40))
def test_no_lawful_set_of_moves_beats_the_plan(waves, keeps_to_limits, by_trying, seed: int) -> None:
    wave = waves(seed)
    plan, best = make_plan(wave, EXACT), by_trying(seed)
    if best == -np.inf:
        assert plan.status == "infeasible"
        return
    assert keeps_to_limits(wave, wave.moves.merge(pairs_of(plan), on=PAIR))
    assert plan.value == pytest.approx(best, abs=TOLERANCE)
    assert plan.bound >= best - TOLERANCE


@pytest.mark.parametrize("seed", range(40))
def test_the_same_is_found_where_most_moves_are_settled_first(waves, by_trying, monkeypatch, seed: int) -> None:
    for name, columns in {"_NEAR": 4, "_FIRST": 2, "_WINDOW": 1}.items():
        monkeypatch.setattr(search, name, columns)
    plan, best = make_plan(waves(seed), EXACT), by_trying(seed)
    assert (plan.status == "infeasible") == (best == -np.inf)
    if np.isfinite(best):
        assert plan.value == pytest.approx(best, abs=TOLERANCE)
        assert best - TOLERANCE <= plan.bound <= best + TOLERANCE


@pytest.mark.parametrize("seed", range(20))
def test_numbers_of_moves_bound_a_plan_that_must_hold_a_share(waves, seed: int) -> None:
    """The bound of the branches together is no lower than the best plan and no higher than the relaxation."""
    wave = replace(waves(seed), locked=waves(seed).locked.iloc[:0], forced_people=(), forced_posts=())
    program = program_of(replace(wave, limits=Limits(moves=4, aspirations=0.4)))
    free, whole = Solver(program).relax(), best_whole(program, seconds=30, gap=0.0)
    near = search._settled(program, free, np.inf, np.zeros(len(program.value)), program.most)
    branches = search._by_count(near, free.x)
    bound = max(branch.bound for branch in branches)
    assert whole.value - TOLERANCE <= bound <= free.bound + TOLERANCE
    assert branches


def test_small_waves_hold_both_kinds_of_case(by_trying) -> None:
    found = [by_trying(seed) for seed in range(40)]
    assert sum(value == -np.inf for value in found) >= 3
    assert sum(np.isfinite(value) and value > 0 for value in found) >= 20


@pytest.mark.parametrize("seed", range(20))
def test_a_second_plan_after_a_lock_is_the_plan_of_the_locked_wave(waves, seed: int) -> None:
    wave = replace(waves(seed), locked=waves(seed).locked.iloc[:0], forced_people=(), forced_posts=())
    planning = Planning(wave, EXACT)
    first = planning.plan()
    pair = wave.moves.iloc[[4]][PAIR]
    again, afresh = planning.plan(locked=pair), make_plan(replace(wave, locked=pair), EXACT)
    assert again.status == afresh.status
    if afresh.status != "infeasible":
        assert again.value == pytest.approx(afresh.value, abs=TOLERANCE)
    assert planning.plan().value == pytest.approx(first.value, abs=TOLERANCE)


@pytest.mark.parametrize("seed", range(40))
def test_limits_that_clash_are_few_and_each_of_them_counts(waves, by_trying, seed: int) -> None:
    program = program_of(waves(seed))
    found = clashes(program)
    assert (len(found) > 0) == (by_trying(seed) == -np.inf)
    for left_out in range(len(found)):
        assert not len(clashes(_only(program, found.drop(index=left_out))))


def _only(program: Program, limits: pd.DataFrame) -> Program:
    """Return the program with seats, one move a person and ``limits`` alone."""
    named = pd.MultiIndex.from_frame(program.limits).isin(pd.MultiIndex.from_frame(limits))
    kept = np.flatnonzero(named | program.limits["kind"].isin(FIXED).to_numpy())
    return replace(program, matrix=program.matrix[kept], lower=program.lower[kept], upper=program.upper[kept],
                   limits=program.limits.iloc[kept].reset_index(drop=True))  # fmt: skip


def test_a_lock_and_a_ban_on_the_same_move_clash_and_nothing_else(waves) -> None:
    wave = replace(waves(1), limits=Limits(moves=3), forced_people=(), forced_posts=(), together=waves(1).together.iloc[:0])
    pair = wave.moves.iloc[[2]][PAIR]
    wave = replace(wave, locked=pair, forbidden=pair, floors=wave.floors.iloc[:0], posts=wave.posts.assign(vacant=1))
    assert sorted(clashes(program_of(wave))["kind"]) == ["forbidden", "locked"]


def test_the_price_of_a_limit_is_what_one_more_would_bring(waves) -> None:
    wave = replace(waves(3), limits=Limits(moves=2), forced_people=(), forced_posts=(), locked=waves(3).locked.iloc[:0])
    wave = replace(wave, together=wave.together.iloc[:0], floors=wave.floors.iloc[:0], forbidden=wave.forbidden.iloc[:0])
    program = program_of(wave)
    found = prices(program, Solver(program)).set_index("kind")["gain"]
    values = [Solver(program_of(replace(wave, limits=Limits(moves=most)))).relax().value for most in (2, 3)]
    assert found["moves"] == pytest.approx(values[1] - values[0], abs=TOLERANCE)


def test_the_price_of_a_share_is_said_before_it_is_imposed(waves) -> None:
    wave = replace(waves(5), limits=Limits(shares={"g": 1.0}), forced_people=(), forced_posts=(), locked=waves(5).locked.iloc[:0])
    cost = price_of_shares(wave)["cost"].item()
    free = Solver(program_of(replace(wave, limits=Limits()))).relax().value
    assert cost == pytest.approx(free - Solver(program_of(wave)).relax().value, abs=TOLERANCE)
    assert cost > 0


def everybody_related(wave: Wave) -> pd.DataFrame:
    return pd.DataFrame(list(combinations(wave.people.index, 2)), columns=["employee_id", "other_id"])


@pytest.mark.parametrize("seed", range(20))
def test_of_relatives_at_most_one_enters_a_unit(waves, keeps_to_limits, seed: int) -> None:
    wave = replace(waves(seed), locked=waves(seed).locked.iloc[:0], forced_people=(), forced_posts=())
    wave = replace(wave, apart=everybody_related(wave), limits=Limits())
    plan = make_plan(wave, EXACT)
    entered = wave.posts["unit_id"].reindex(plan.moves["to_position"])
    assert not entered.duplicated().any()
    assert keeps_to_limits(wave, wave.moves.merge(pairs_of(plan), on=PAIR))


def test_what_keeping_relatives_apart_costs_is_told(waves) -> None:
    wave = replace(waves(3), limits=Limits(), forced_people=(), forced_posts=(), locked=waves(3).locked.iloc[:0])
    wave = replace(wave, together=wave.together.iloc[:0], floors=wave.floors.iloc[:0], forbidden=wave.forbidden.iloc[:0])
    free = make_plan(replace(wave, apart=wave.apart.iloc[:0]), EXACT)
    entered = wave.posts["unit_id"].reindex(free.moves["to_position"]).to_numpy()
    unit = next(name for name in entered if (entered == name).sum() > 1)
    one, other = free.moves.loc[entered == unit, "employee_id"].iloc[:2]
    apart = replace(wave, apart=pd.DataFrame({"employee_id": [one], "other_id": [other]}))
    program = program_of(apart)
    told = prices(program, Solver(program)).set_index(["kind", "scope"])["gain"]
    assert told["apart", f"{one} + {other} / {unit}"] == pytest.approx(free.value - make_plan(apart, EXACT).value, abs=TOLERANCE)


def test_why_not_says_what_a_forced_move_costs_and_whom(waves) -> None:
    wave = replace(waves(8), limits=Limits(), forced_people=(), forced_posts=(), locked=waves(8).locked.iloc[:0])
    planning = Planning(wave, EXACT)
    plan = planning.plan()
    out = wave.moves[~wave.moves.set_index(PAIR).index.isin(pairs_of(plan).set_index(PAIR).index)]
    for pair in out[PAIR].itertuples(index=False):
        answer = why_not(planning, pair.employee_id, pair.position_id)
        forced = make_plan(replace(wave, locked=pd.DataFrame([pair], columns=PAIR)), EXACT)
        assert answer.possible == (forced.status != "infeasible")
        if answer.possible:
            assert answer.cost <= plan.value - forced.value + TOLERANCE
            assert tuple(pair) in set(answer.gained.itertuples(index=False, name=None))


def test_plans_are_compared_person_by_person(waves) -> None:
    wave = replace(waves(2), limits=Limits(), forced_people=(), forced_posts=(), locked=waves(2).locked.iloc[:0])
    planning = Planning(wave, EXACT)
    one = planning.plan()
    dropped = pairs_of(one).iloc[[0]]
    found = compare(one, planning.plan(forbidden=dropped)).set_index("employee_id")
    assert found.loc[dropped["employee_id"].item(), "change"] in {"only one", "elsewhere"}
    assert set(compare(one, one)["change"]) == {"same"}


def test_a_wave_that_is_not_whole_names_every_fault(waves) -> None:
    wave = waves(0)
    broken = replace(
        wave, moves=wave.moves.assign(value=np.nan), limits=Limits(shares={"nobody": 0.5}), forced_posts=("P99",),
        posts=wave.posts.assign(vacant=-1),
    )  # fmt: skip
    with pytest.raises(UsageError) as caught:
        make_plan(broken, EXACT)
    assert all(word in str(caught.value) for word in ("not finite (10)", "negative", "forced posts", "groups"))


def moves_frame(rows: list[tuple[str, str | None, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["employee_id", "from_position", "to_position"])


def test_chains_begin_at_a_vacant_seat_and_each_step_takes_the_seat_before() -> None:
    moves = moves_frame([("a", "P2", "P1"), ("b", "P3", "P2"), ("c", None, "P3"), ("d", "P8", "P9"), ("e", "P9", "P8")])
    found = chained(moves, pd.Series({"P1": 1})).set_index("employee_id")
    assert found.loc[["a", "b", "c"], "step"].tolist() == [1, 2, 3]
    assert found.loc[["a", "b", "c"], "chain"].nunique() == 1
    assert found["swap"].to_dict() == {"a": False, "b": False, "c": False, "d": True, "e": True}


def test_no_step_starts_before_the_seat_is_free_and_a_swap_starts_on_one_day() -> None:
    moves = chained(moves_frame([("a", "P2", "P1"), ("b", "P3", "P2"), ("d", "P8", "P9"), ("e", "P9", "P8")]), pd.Series({"P1": 1}))
    ready = pd.Series(pd.to_datetime(["2026-03-01", "2026-01-01", "2026-01-15", "2026-02-02"]), index=["a", "b", "d", "e"])
    starts = pd.DatetimeIndex(["2026-01-01", "2026-02-01", "2026-03-01"])
    found = scheduled(moves, ready.reindex(moves["employee_id"]), starts).set_axis(moves["employee_id"])
    assert found["b"] >= found["a"] == pd.Timestamp("2026-03-01")
    assert found["d"] == found["e"] == pd.Timestamp("2026-03-01")
    late = scheduled(moves, ready.reindex(moves["employee_id"]) + pd.Timedelta(days=60), starts)
    assert late.isna().any()


def test_a_wave_without_any_possible_move_is_planned_as_such(waves) -> None:
    wave = replace(waves(0), moves=waves(0).moves.iloc[:0], limits=Limits(moves=3), forced_people=(), forced_posts=())
    wave = replace(wave, locked=wave.locked.iloc[:0])
    planning = Planning(wave, EXACT)
    plan = planning.plan()
    assert (plan.status, len(plan.moves), plan.value, plan.gap) == ("optimal", 0, 0.0, 0.0)
    assert prices(planning.program, planning.solver).empty
    assert firmness(planning, plan, None, draws=2, seed=0).moves.empty
    assert clashes(planning.program).empty


def test_the_same_wave_gives_the_same_plan(waves) -> None:
    wave: Wave = waves(21)
    one, other = make_plan(wave, EXACT), make_plan(wave, EXACT)
    pd.testing.assert_frame_equal(one.moves, other.moves)
