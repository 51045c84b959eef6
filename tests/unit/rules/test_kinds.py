"""Judging everybody once per kind of post says of every pair what judging the pair says."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.rules.city import ON, random_facts
from rules.encoding import encode
from rules.kinds import OF_A_PLACE, PostKinds
from rules.pack import load_pack
from rules.verdicts import block_bits, deciding_mask, pair_bits

EVERYTHING_ALLOWED = {
    "R02": {"allow_internal_unit_move": True},
    "R03": {"exempt_promotion": True, "exempt_reorganisation": True, "executive_waiver": True},
    "R27": {"reporting_line": True},
}


@pytest.fixture(scope="module", params=[1, 2])
def facts(request):
    return random_facts(300, 60, seed=request.param)


def alike(facts):
    """Return the facts with posts that are few in kind: every post asks what one of the first six asks."""
    positions = facts.positions.copy()
    own = [*OF_A_PLACE & set(positions.columns), "headcount", "holders", "need", "leaving"]
    asked = [name for name in positions.columns if name not in own]
    positions[asked] = positions[asked].iloc[np.arange(len(positions)) % 6].set_axis(positions.index)
    standards = facts.standards[facts.standards["position_id"].isin(positions.index[:6])]
    return replace(facts, positions=positions, standards=standards)


@pytest.mark.parametrize("overrides", [{}, EVERYTHING_ALLOWED])
@pytest.mark.parametrize("few", [False, True])
def test_a_posts_bits_are_those_of_its_kind_and_its_own(facts, overrides, few):
    pack, encoded = load_pack(overrides=overrides), encode(alike(facts) if few else facts)
    kinds = PostKinds(pack, encoded, ON)
    failed, unknown = (bits & deciding_mask(pack) for bits in block_bits(pack, encoded, np.arange(len(facts.positions)), ON))
    for run in kinds.runs(np.arange(len(facts.positions))):
        fails, open_ = kinds.bits(int(run[0]))
        for post in run:
            own = kinds.own_bits(int(post))
            theirs, left = np.full(len(fails), own.failed), np.full(len(fails), own.unknown)
            theirs[own.people], left[own.people] = own.failed_of, own.unknown_of
            np.testing.assert_array_equal(fails | theirs, failed[post])
            np.testing.assert_array_equal(open_ | left, unknown[post])


def test_posts_that_ask_the_same_are_one_kind_wherever_they_are(facts):
    encoded = encode(alike(facts))
    kinds = PostKinds(load_pack(), encoded, ON)
    assert len(np.unique(kinds.of)) < len(kinds.of) / 2
    for run in kinds.runs(np.arange(len(kinds.of))):
        assert len(np.unique(encoded.posts["job_family"][run])) == 1


def test_pairs_given_as_codes_have_the_bits_of_the_block(facts):
    encoded = encode(facts)
    posts, people = (at.ravel() for at in np.indices((len(facts.positions), len(facts.employees))))
    for ours, theirs in zip(pair_bits(load_pack(), encoded, people, posts, ON),
                            block_bits(load_pack(), encoded, np.arange(len(facts.positions)), ON), strict=True):  # fmt: skip
        np.testing.assert_array_equal(ours, theirs.ravel())


def test_the_shipped_rules_that_decide_read_nothing_of_a_place(facts):
    encoded = encode(facts)
    assert not PostKinds(load_pack(), encoded, ON).own
    some = PostKinds(load_pack(overrides=EVERYTHING_ALLOWED), encoded, ON)
    assert {rule.id for group in some.own for _, rule in group.rules} == {"R02", "R03"}
