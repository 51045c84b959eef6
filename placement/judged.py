"""Who may come to each post: everybody judged once per kind of post, and post by post only those of whom it says something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rules.encoding import Codes, Encoded
from rules.kinds import PostKinds
from rules.pack import RulePack
from rules.verdicts import NO, UNSURE, YES, Bits, eligibility_of, gate_mask, incurable_mask

Tiers = NDArray[np.int8]
_PAST_CURE = 8
"""A fault that nothing cures (age, demotion) stands farther off than eight that something does."""


@dataclass(frozen=True, slots=True)
class JudgedPost:
    """One post: what its own rules say of everybody but ``people`` (k,), and all that is known of these.

    ``failed`` are bits of those rules, ``tier`` the best eligibility they leave. ``failed_of`` are all bits of ``people`` by rules
    that decide, ``tier_of`` their eligibility, ``holds`` who of them holds the post: no candidate for it.
    """

    post: int
    failed: np.uint64
    tier: int
    people: Codes
    failed_of: Bits
    tier_of: Tiers
    holds: NDArray[np.bool_]


class JudgedKind:
    """Everybody against the posts of one kind, of which ``post`` is one.

    ``people`` (places, rising) are those whom the rules of the kind do not rule out: nobody else comes into a list of these posts.
    """

    def __init__(self, pack: RulePack, facts: Encoded, kinds: PostKinds, post: int, holders: Mapping[int, Codes]) -> None:
        self.pack, self.kinds, self.holders, self.gates = pack, kinds, holders, gate_mask(pack)
        self.failed, self.unknown = kinds.bits(post)
        self.tier = eligibility_of(pack, self.failed, self.unknown)
        self.people = np.flatnonzero(self.tier != NO)
        self.other_family = np.asarray(facts.people["job_family"]) != facts.posts["job_family"][post]

    def judged(self, post: int) -> JudgedPost:
        """Return what is to be said of ``post``, one of this kind."""
        own, holders = self.kinds.own_bits(post), self.holders.get(post, np.zeros(0, dtype=np.int64))
        people = np.union1d(own.people, holders)
        failed, unknown = np.full(len(people), own.failed), np.full(len(people), own.unknown)
        at = np.searchsorted(people, own.people)
        failed[at], unknown[at] = own.failed_of, own.unknown_of
        failed, unknown = failed | self.failed[people], unknown | self.unknown[people]
        usual = eligibility_of(self.pack, np.array([own.failed]), np.array([own.unknown]))
        tiers = eligibility_of(self.pack, failed, unknown)
        return JudgedPost(post, own.failed, int(usual[0]), people, failed, tiers, np.isin(people, holders))

    def tiers(self, posts: list[JudgedPost]) -> Tiers:
        """Return the eligibility of ``people`` for posts (k, people); who holds a post is none of its candidates."""
        out = np.minimum(self.tier[self.people], np.array([one.tier for one in posts], dtype=np.int8)[:, None])
        for row, one in zip(out, posts, strict=True):
            at, here = self.places(one.people)
            row[at] = np.where(one.holds, np.int8(NO), one.tier_of)[here]
        return out

    def places(self, people: Codes) -> tuple[Codes, NDArray[np.bool_]]:
        """Return the places among the candidates of those of ``people`` (rising) who are candidates, and which these are."""
        at = np.searchsorted(self.people, people)
        here = np.append(self.people, -1)[at] == people
        return at[here], here

    def counts(self, one: JudgedPost) -> dict[str, int]:
        """Return how many are eligible, of unknown eligibility, and ruled out, who holds the post left out."""
        eligible, unsure, out = (self._rest(one, tier) for tier in (YES, UNSURE, NO))
        if one.tier == NO:
            eligible, unsure, out = 0, 0, eligible + unsure + out
        elif one.tier == UNSURE:
            eligible, unsure = 0, eligible + unsure
        theirs = [int(np.count_nonzero(one.tier_of[~one.holds] == tier)) for tier in (YES, UNSURE, NO)]
        return {"candidates": eligible + theirs[0], "unknown": unsure + theirs[1], "excluded": out + theirs[2]}

    def tally(self, one: JudgedPost) -> tuple[Codes, Codes]:
        """Return per gate, in the order of the pack, how many people it rules out of a post, and how many it alone."""
        pattern, patterns = self._patterns
        weight = self._pattern_counts - np.bincount(pattern[one.people], minlength=len(patterns))
        against = np.concatenate([patterns | (one.failed & self.gates), (one.failed_of & self.gates)[~one.holds]])
        weight = np.concatenate([weight, np.ones(len(against) - len(patterns), dtype=np.int64)]).astype(np.uint64)
        fails = (against[None, :] >> self._gate_numbers[:, None]) & np.uint64(1)
        alone = weight * (np.bitwise_count(against) == 1)
        return (fails @ weight).astype(np.int64), (fails @ alone).astype(np.int64)

    def nearest(self, one: JudgedPost, most: int) -> tuple[Codes, Bits]:
        """Return the people ruled out who come nearest to a post, and the gates against each.

        None or fewest faults past cure first, then fewest gates, then those of the same family; of equally near ones the first.
        """
        gates = one.failed & self.gates
        pool = self._by_distance if gates else self._ruled_out
        head = pool[: most + len(one.people)]
        head = head[~np.isin(head, one.people)]
        theirs = (one.tier_of == NO) & ~one.holds
        people = np.concatenate([head, one.people[theirs]])
        against = np.concatenate([self.failed[head] | one.failed, one.failed_of[theirs]]) & self.gates
        order = np.lexsort((people, self._distance_of(against, people)))[:most]
        return people[order], against[order]

    def _rest(self, one: JudgedPost, tier: int) -> int:
        """Return how many whom a post says nothing of in particular have a tier by the kind."""
        return int(self._tier_counts[tier + 1]) - int(np.count_nonzero(self.tier[one.people] == tier))

    @cached_property
    def _gate_numbers(self) -> Bits:
        return np.array([n for n, rule in enumerate(self.pack.rules) if rule.gates], dtype=np.uint64)

    @cached_property
    def _tier_counts(self) -> Codes:
        return np.bincount(self.tier + 1, minlength=3)

    @cached_property
    def _patterns(self) -> tuple[Codes, Bits]:
        """Return the number of each person's gates that fail, and the gates by number."""
        pattern, patterns = pd.factorize(self.failed & self.gates)
        return pattern.astype(np.int64), patterns

    @cached_property
    def _pattern_counts(self) -> Codes:
        pattern, patterns = self._patterns
        return np.bincount(pattern, minlength=len(patterns))

    @cached_property
    def _by_distance(self) -> Codes:
        distance = self._distance_of(self.failed & self.gates, np.arange(len(self.failed)))
        return np.argsort(distance.astype(np.int16), kind="stable")

    @cached_property
    def _ruled_out(self) -> Codes:
        return np.asarray(self._by_distance[self.tier[self._by_distance] == NO])

    def _distance_of(self, against: Bits, people: Codes) -> Codes:
        faults = np.bitwise_count(against) + _PAST_CURE * np.bitwise_count(against & incurable_mask(self.pack))
        return np.asarray(2 * faults.astype(np.int64) + self.other_family[people])


def holders(facts: Encoded) -> dict[int, Codes]:
    """Return the people (places, rising) who hold each post."""
    position = np.asarray(facts.people["position"])
    order = np.argsort(position, kind="stable")
    posts, first = np.unique(position[order], return_index=True)
    return {int(post): people for post, people in zip(posts, np.split(order, first[1:]), strict=True) if post >= 0}
