"""What the application asks of a plan: from published tables, under changes, in words of both languages."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.errors import UsageError
from placement.wave.clashes import clashes
from placement.wave.groups import KINDS as KINDS_OF_GROUPS
from placement.wave.limits import Changes, Limits, Wave
from placement.wave.plan import make_plan
from placement.wave.program import KINDS, program_of
from placement.wave.scenario import Scenarios, differences, limits_of, open_scenarios, published_wave, stored_limits, told_of
from placement.wave.search import SearchParams
from placement.wave.swaps import SwapParams
from placement.wave.wording import TEXTS, clash_texts, price_texts, share_texts

PARAMS = SearchParams(gap=0.0, seconds=10)
NOTHING = pd.DataFrame({"employee_id": [], "position_id": []}, dtype=object)


def plain(wave: Wave) -> Wave:
    """Return the wave with nothing settled."""
    return replace(wave, locked=NOTHING, forbidden=NOTHING, forced_people=(), forced_posts=())


def tables(wave: Wave) -> dict[str, pd.DataFrame]:
    return {
        "wave_moves": wave.moves.sample(frac=1, random_state=1), "wave_floors": wave.floors,
        "wave_posts": wave.posts.rename_axis("position_id").reset_index(),
        "wave_couples": wave.together.rename(columns={"other_id": "other_employee_id"}),
        "wave_relatives": wave.apart.rename(columns={"other_id": "other_employee_id"}),
        "facts_employees": wave.people.assign(job_kind="staff").rename_axis("employee_id").reset_index(),
    }  # fmt: skip


def scenarios(wave: Wave) -> Scenarios:
    return open_scenarios(plain(wave), PARAMS)


def pair(plan, number: int) -> tuple[str, str]:
    return tuple(plan.moves[["employee_id", "to_position"]].iloc[number])


@pytest.mark.parametrize("seed", range(8))
def test_the_wave_comes_back_whole_from_its_tables(waves, seed: int) -> None:
    wave = replace(plain(waves(seed)), groups=pd.DataFrame(), limits=replace(waves(seed).limits, shares={}))
    limits = limits_of(stored_limits(wave.limits))
    assert limits == wave.limits
    again = make_plan(published_wave(tables(wave), limits), PARAMS)
    assert again.value == pytest.approx(make_plan(wave, PARAMS).value)


def test_a_lock_is_kept_a_ban_too_and_neither_changes_what_comes_next(waves, keeps_to_limits) -> None:
    asked = scenarios(waves(3))
    free = asked.solve().plan
    banned = asked.solve(Changes(forbidden=(pair(free, 0),))).plan
    assert pair(free, 0) not in set(banned.moves[["employee_id", "to_position"]].itertuples(index=False, name=None))
    assert banned.value <= free.value + 1e-9
    for who, post in asked.wave.moves[["employee_id", "position_id"]].itertuples(index=False):
        locked = asked.solve(Changes(locked=((who, post),))).plan
        assert locked.status == "infeasible" or (who, post) in {pair(locked, n) for n in range(len(locked.moves))}
    assert asked.solve().plan.value == pytest.approx(free.value)


def test_people_and_posts_can_be_forced_and_limits_changed(waves) -> None:
    asked = scenarios(waves(3))
    free = asked.solve().plan
    out = sorted(set(asked.wave.moves["employee_id"]) - set(free.moves["employee_id"]))
    forced = asked.solve(Changes(forced_people=(out[0],), limits=Limits())).plan
    assert out[0] in set(forced.moves["employee_id"])
    assert len(asked.solve(Changes(limits=Limits(moves=1))).plan.moves) == 1


def test_what_clashes_is_said_and_loosening_it_helps(waves) -> None:
    asked = scenarios(waves(3))
    free = asked.solve(Changes(limits=Limits())).plan
    assert len(free.moves) >= 2
    settled = Changes(locked=(pair(free, 0), pair(free, 1)), limits=Limits(moves=1))
    stuck = asked.solve(settled)
    assert stuck.plan.status == "infeasible"
    assert set(stuck.clashes["kind"]) == {"moves", "locked"}
    assert "batas jumlah mutasi" in told_of(stuck)[0].indonesian
    assert asked.solve(replace(settled, limits=Limits(moves=2))).plan.status == "optimal"


def test_a_move_that_is_none_is_refused_without_naming_anybody(waves) -> None:
    asked = scenarios(waves(3))
    with pytest.raises(UsageError) as caught:
        asked.solve(Changes(locked=(("E-secret", "P0"),)))
    assert "E-secret" not in str(caught.value)
    assert "bukan mutasi yang mungkin" in asked.why_not("E-secret", "P0").indonesian


def test_why_not_tells_the_cost_that_locking_shows(waves) -> None:
    asked = open_scenarios(replace(plain(waves(3)), limits=Limits()), PARAMS)
    free = asked.solve().plan
    taken = {pair(free, n) for n in range(len(free.moves))}
    left = [row for row in asked.wave.moves[["employee_id", "position_id"]].itertuples(index=False, name=None) if row not in taken]
    found = 0
    for who, post in left:
        forced = asked.solve(Changes(locked=((who, post),))).plan
        text = asked.why_not(who, post, names={who: "Orang", post: "Jabatan"})
        if forced.status == "optimal" and free.value - forced.value > 0.01:
            found += 1
            assert f"{free.value - forced.value:.2f}".replace(".", ",") in text.indonesian
            assert text.startswith("Taking Orang into Jabatan would cost")
    assert found


def test_prices_are_told_with_the_names_pages_use(waves) -> None:
    asked = scenarios(waves(3))
    solved = asked.solve(Changes(limits=Limits(moves=1)), priced=True)
    assert "moves" in set(solved.prices["kind"])
    assert any(text.startswith("Limit on the number of moves: one more would add") for text in told_of(solved))
    rows = pd.DataFrame({"kind": ["floor", "locked"], "scope": ["U1 / law", "E1 -> P2"], "gain": [0.25, 1.0]})
    told = price_texts(rows, {"U1": "Dinas Kesehatan", "E1": "Siti", "P2": "Analis"})
    assert "Dinas Kesehatan / law" in told[0]
    assert "0,25" in told[0].indonesian
    assert "Siti → Analis" in told[1]


def test_every_kind_of_limit_has_its_words() -> None:
    optional = set(KINDS) - {"one_move", "seats"}
    assert set(TEXTS["prices"]) == set(TEXTS["clashes"]) == optional


def test_required_shares_are_priced_before_they_bind(waves) -> None:
    wave = replace(plain(waves(3)), limits=Limits())
    movers = open_scenarios(wave, PARAMS).solve().plan.moves["employee_id"]
    groups = pd.DataFrame({"g": ~wave.people.index.isin(movers[:-1])}, index=wave.people.index)
    asked = open_scenarios(replace(wave, groups=groups), PARAMS)
    foretold = asked.share_prices({"g": 0.9})
    solved = asked.solve(Changes(limits=Limits(shares={"g": 0.9})), priced=True)
    pd.testing.assert_frame_equal(foretold, solved.share_prices)
    assert foretold["cost"].iloc[0] > 0
    assert "90 %" in told_of(solved)[0]
    without = asked.solve().plan.value
    assert without - solved.plan.value >= foretold["cost"].iloc[0] - 1e-6


def test_a_share_no_plan_has_is_told_so(waves) -> None:
    wave = replace(plain(waves(3)), limits=Limits())
    asked = open_scenarios(replace(wave, groups=pd.DataFrame({"nobody": False}, index=wave.people.index)), PARAMS)
    first = pair(asked.solve().plan, 0)
    price = asked.share_prices({"nobody": 0.5}, Changes(locked=(first,)))
    assert share_texts(price)[0].startswith("No plan has a share of 50 %")


def test_shares_may_be_asked_of_the_groups_of_a_published_wave(waves) -> None:
    asked = open_scenarios(published_wave(tables(plain(waves(3))), Limits()), PARAMS)
    assert {"job_kind:staff"} < set(asked.groups)
    assert all(name.partition(":")[0] in KINDS_OF_GROUPS for name in asked.groups)
    assert asked.share_prices({"job_kind:staff": 1.0})["cost"].item() == pytest.approx(0)
    with pytest.raises(UsageError, match="job_kind:staff"):
        asked.solve(Changes(limits=Limits(shares={"sex:F": 0.5})))


def test_two_plans_are_told_apart_person_by_person(waves) -> None:
    asked = scenarios(waves(3))
    one = asked.solve().plan
    other = asked.solve(Changes(forbidden=(pair(one, 0),))).plan
    rows = differences(one, other, {pair(one, 0)[1]: "Kepala Seksi"})
    assert rows["text_id"].str.len().gt(0).all()
    changed = rows[rows["employee_id"] == pair(one, 0)[0]].iloc[0]
    assert changed["change"] in ("only one", "elsewhere")
    assert "Kepala Seksi" in changed["text_id"]
    assert differences(one, one)["change"].eq("same").all()


def test_clash_texts_are_none_where_nothing_clashes(waves) -> None:
    assert clash_texts(clashes(program_of(plain(waves(3)))), {}) == []


def test_wishes_are_granted_in_order_while_the_plan_keeps_its_worth(waves) -> None:
    asked = open_scenarios(replace(plain(waves(3)), limits=Limits()), PARAMS)
    best = asked.solve().plan
    people = sorted(set(asked.wave.moves["employee_id"]))
    wishes = {who: [*asked.wave.moves.loc[asked.wave.moves["employee_id"] == who, "position_id"], None] for who in people}
    free = asked.granted(people, wishes, -10.0).wishes
    assert free[people[0]] == next(wish for wish in wishes[people[0]] if wish is None or asked.solve(
        Changes(locked=((people[0], wish),))).plan.status == "optimal")  # fmt: skip
    result = asked.granted(people, wishes, 0.9)
    held = result.wishes
    locked = tuple((who, post) for who, post in held.items() if post is not None)
    staying = tuple((who, post) for who in held if held[who] is None
                    for post in asked.wave.moves.loc[asked.wave.moves["employee_id"] == who, "position_id"])  # fmt: skip
    kept = asked.solve(Changes(locked=locked, forbidden=staying)).plan.value
    assert kept >= result.floor - 1e-9
    assert (result.free, result.floor, result.value) == pytest.approx((best.value, 0.9 * best.value, kept))
    assert asked.granted(people, {people[0]: ["P-no-such", None]}, 0.0).wishes == {people[0]: None}


@pytest.mark.parametrize("seed", range(6))
def test_every_wish_looked_at_has_the_value_of_the_plan_with_it(waves, seed: int) -> None:
    asked = open_scenarios(replace(plain(waves(seed)), limits=Limits()), PARAMS)
    people = sorted(set(asked.wave.moves["employee_id"]))
    wishes = {who: [*asked.wave.moves.loc[asked.wave.moves["employee_id"] == who, "position_id"]][::-1] for who in people}
    result = asked.granted(people, wishes, 0.7)
    before: list[tuple[str, str]] = []
    for who, post, value, given in result.tried.itertuples(index=False):
        plan = asked.solve(Changes(locked=(*before, (who, post)))).plan
        assert value == pytest.approx(plan.value if plan.status == "optimal" else -np.inf)
        assert given == (value >= result.floor)
        before += [(who, post)] if given else []
    assert dict(before) == result.wishes


def test_beside_a_share_of_aspirations_no_order_is_granted(waves) -> None:
    asked = open_scenarios(replace(plain(waves(3)), limits=Limits(aspirations=0.3)), PARAMS)
    with pytest.raises(UsageError, match=r"wave\.limits\.aspirations"):
        asked.granted([], {}, 0.9)


def test_rings_come_on_top_of_the_plan_even_where_the_number_of_moves_binds(waves) -> None:
    seen = 0
    for seed in range(40):
        asked = open_scenarios(replace(plain(waves(seed)), limits=Limits(moves=0)), PARAMS)
        pairs = pd.MultiIndex.from_frame(asked.wave.moves[["employee_id", "position_id"]])
        found = asked.swaps(pd.Series(0.1, index=pairs), SwapParams())
        assert set(found["from_position"]) == set(found["to_position"])
        assert asked.swaps(pd.Series(dtype=float, index=pairs[:0]), SwapParams()).empty
        seen += len(found) > 0
    assert seen > 2, "waves without rings show nothing"
