"""The lists of a run: the best people per post, the best posts per person, who was ruled out, streamed over blocks of posts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placement.net_value import NetValue, ValueParams, net_value, post_weights
from placement.ranking import Array, Codes, order_lists, rank
from rules.encoding import Encoded, encode
from rules.facts import Facts
from rules.pack import RulePack
from rules.verdicts import ELIGIBLE, Bits, approval_mask, block_bits, eligibility_of, explain, gate_mask, incurable_mask, judge

Score = Callable[[pd.DataFrame], pd.DataFrame]
"""Pairs (employee_id, position_id) to their estimates on the same index: `models.pair_uplift.PairUplift.predict`, situated."""
Progress = Callable[[int, int], None]

ESTIMATES = (
    "uplift", "lower", "upper", "realised_lower", "realised_upper", "grade", "stay_outlook", "expected_in_post", "overlap",
    "novelty",
)  # fmt: skip
_SPARE = 2  # best posts kept per person while streaming, as a multiple of those shown: bands reorder within them


@dataclass(frozen=True, slots=True)
class ListParams:
    """How long the lists are.

    ``shortlist``: candidates shown per post; ``candidates``: kept per post for a plan; ``best_positions``: posts per person;
    ``exclusions``: people ruled out shown per post; ``explained``: candidates per post whose open rules are explained.
    """

    shortlist: int = 50
    best_positions: int = 10
    candidates: int = 100
    exclusions: int = 25
    explained: int = 10


@dataclass(frozen=True)
class Case:
    """What lists are made of: facts and their encoding, the rule pack, weights of posts, priority of needs, the evidence.

    ``priority`` is the need priority of each position (index of ``facts.positions``); ``supported`` says whether the evidence
    supports ranking.
    """

    facts: Facts
    encoded: Encoded
    pack: RulePack
    weight_post: Array
    weight_present: Array
    priority: Array
    values: ValueParams
    supported: bool


@dataclass(frozen=True)
class Lists:
    """The lists of a run; pairs carry every part of the net value.

    ``candidates`` holds per position its best pairs with ``rank`` and ``band`` (a shortlist is its head), then the best eligible
    ones beyond them that a plan may need; ``best_positions`` the same per employee; ``exclusions`` one row per pair and rule that
    stands against it; ``counts`` per position how many are eligible, unknown and ruled out, and the ``usual_uplift`` of those not
    ruled out; ``rule_counts`` how many each rule rules out (and how many it alone).
    """

    candidates: pd.DataFrame
    best_positions: pd.DataFrame
    exclusions: pd.DataFrame
    counts: pd.DataFrame
    rule_counts: pd.DataFrame


def make_case(facts: Facts, pack: RulePack, needs: pd.DataFrame, values: ValueParams, *, supported: bool) -> Case:
    """Return the case of ``facts``: every post weighed, its need looked up in ``needs`` (`placement.need.needs`)."""
    need = needs.set_index(["unit_id", "job_family"])
    of_post = pd.MultiIndex.from_frame(facts.positions[["unit_id", "job_family"]].fillna(""))
    surging = need["surge"].reindex(of_post).fillna(False).to_numpy(dtype=bool)
    weights = post_weights(facts.positions, values, surging)
    present = facts.employees["position_id"].map(weights).fillna(values.without_post)
    return Case(
        facts=facts,
        encoded=encode(facts),
        pack=pack,
        weight_post=weights.to_numpy(),
        weight_present=present.to_numpy(dtype=np.float64),
        priority=need["priority"].reindex(of_post).fillna(0.0).to_numpy(dtype=np.float64),
        values=values,
        supported=supported,
    )


@dataclass(frozen=True)
class Slab:
    """What the lists need of some of the posts: made on its own wherever there is room, put together by ``lists_of``.

    ``best``: the best of these posts per person; the frames are as in `Lists`, before people ruled out are explained.
    """

    best: "_Best"
    candidates: pd.DataFrame
    nearest: pd.DataFrame
    counts: pd.DataFrame
    rule_counts: pd.DataFrame


def make_lists(
    case: Case, score: Score, params: ListParams, *, posts_at_once: int = 16, progress: Progress = lambda done, of: None
) -> Lists:
    """Return the lists of every position and employee of ``case``.

    The holder of a position is no candidate for it.
    """
    posts = np.arange(len(case.encoded.position_ids))
    slab = list_slab(case, score, params, posts, posts_at_once=posts_at_once, progress=progress)
    return lists_of(case, [slab], score, params)


def list_slab(
    case: Case,
    score: Score,
    params: ListParams,
    posts: Codes,
    *,
    posts_at_once: int = 16,
    progress: Progress = lambda done, of: None,
) -> Slab:
    """Return the slab of ``posts``, codes in unbroken ascending order.

    Posts are judged against everybody in blocks; only pairs not ruled out are scored; memory does not grow with the city beyond
    the rows kept.
    """
    best = _Best.empty(len(case.encoded.employee_ids), params.best_positions * _SPARE)
    listed, misses, counts, tallies = [], [], [], []
    for first in range(0, len(posts), posts_at_once):
        block = posts[first : first + posts_at_once]
        found = _judged(case, block)
        scored = _scored(case, found.posts, found.people, score(_pairs(case, found.posts, found.people)))
        scored = scored.assign(eligible=found.eligible, verdict_bits=found.open_bits)
        best = best.with_block(scored, found, block, case)
        places, ranks, band = order_lists(scored, found.posts, params.candidates, supported=case.supported)
        listed.append(scored.iloc[places].assign(rank=ranks, band=band))
        listed.append(_signable(scored, found.posts, places, params.candidates))
        misses.append(_nearest(case, block, found, params.exclusions))
        counts.append(found.counts.assign(usual_uplift=_usual(scored, block)))
        tallies.append(found.tally)
        progress(first + len(block), len(posts))
    return Slab(best, _joined(listed), _joined(misses), pd.concat(counts, ignore_index=True), pd.concat(tallies, ignore_index=True))


def lists_of(case: Case, slabs: Sequence[Slab], score: Score, params: ListParams) -> Lists:
    """Return the lists of ``slabs`` that together hold every post once, in ascending order: the same however posts were cut."""
    best = reduce(_Best.joined, (slab.best for slab in slabs))
    candidates = _joined([slab.candidates for slab in slabs])
    candidates = candidates.sort_values(["position_id", "rank"], kind="stable", ignore_index=True)
    shown = candidates[candidates["rank"] <= params.explained]
    against = _against(case, _joined([slab.nearest for slab in slabs]))
    return Lists(
        candidates=candidates,
        best_positions=_best_positions(case, best, score, params.best_positions),
        exclusions=pd.concat([against, _open(case, shown)], ignore_index=True),
        counts=pd.concat([slab.counts for slab in slabs], ignore_index=True),
        rule_counts=pd.concat([slab.rule_counts for slab in slabs], ignore_index=True),
    )


def score_pairs(case: Case, pairs: pd.DataFrame, score: Score) -> pd.DataFrame:
    """Return any pairs scored, valued and judged, on a clean index: the columns of a list but ``rank`` and ``band``."""
    people = case.encoded.employee_ids.get_indexer(pairs["employee_id"].astype(object))
    posts = case.encoded.position_ids.get_indexer(pairs["position_id"].astype(object))
    given = _pairs(case, posts, people)
    verdicts = judge(case.pack, case.encoded, given, case.facts.effective_on)
    scored = _scored(case, posts, people, score(given))
    return scored.assign(eligible=verdicts.eligible, verdict_bits=(verdicts.failed | verdicts.unknown).astype(np.int64))


def _signable(scored: pd.DataFrame, posts: Codes, listed: Codes, top: int) -> pd.DataFrame:
    """Return the best eligible pairs of each post beyond the list, so many that a plan finds ``top`` that can be signed.

    Where many of unknown eligibility are worth more (people without a post, for one) they would fill the list and leave a
    plan nobody. These pairs stand in no list: their rank goes on after the last one listed.
    """
    eligible = (scored["eligible"] == "yes").to_numpy()
    length = int(posts.max(initial=-1)) + 1
    room = top - np.bincount(posts[listed], eligible[listed], length)
    beyond = eligible & (room[posts] > 0)
    beyond[listed] = False
    rows = np.flatnonzero(beyond)
    rows = rows[np.lexsort((rows, -scored["net_value"].to_numpy()[rows], posts[rows]))]
    place = pd.Series(posts[rows]).groupby(posts[rows]).cumcount().to_numpy() if len(rows) else np.zeros(0, dtype=np.int64)
    kept = place < room[posts[rows]]
    return scored.iloc[rows[kept]].assign(rank=top + 1 + place[kept], band=np.int64(top + 1))


@dataclass(frozen=True)
class _Judged:
    """One block of posts: the pairs not ruled out, as codes, and the bits of all."""

    posts: Codes
    people: Codes
    eligible: NDArray[np.str_]
    open_bits: Codes
    failed: Bits
    out: NDArray[np.bool_]
    counts: pd.DataFrame
    tally: pd.DataFrame


def _judged(case: Case, posts: Codes) -> _Judged:
    failed, unknown = block_bits(case.pack, case.encoded, posts, case.facts.effective_on)
    tier = eligibility_of(case.pack, failed, unknown)
    holder = np.asarray(case.encoded.people["position"])[None, :] == posts[:, None]
    row, person = np.nonzero((tier >= 0) & ~holder)
    out = (tier < 0) & ~holder
    names = np.array([ELIGIBLE[value] for value in (-1, 0, 1)])
    kept = tier[row, person]
    counts = pd.DataFrame(
        {
            "position_id": case.encoded.position_ids[posts],
            "candidates": ((tier == 1) & ~holder).sum(axis=1),
            "unknown": ((tier == 0) & ~holder).sum(axis=1),
            "excluded": out.sum(axis=1),
        }
    )
    open_bits = (failed | unknown)[row, person].astype(np.int64)
    return _Judged(posts[row], person, names[kept + 1], open_bits, failed, out, counts, _tally(case, posts, failed, out))


def _usual(scored: pd.DataFrame, posts: Codes) -> Array:
    """Return the mean uplift of everybody scored for each of ``posts``; NaN where nobody is."""
    row = scored["_post"].to_numpy() - posts[0]
    people = np.bincount(row, minlength=len(posts))
    total = np.bincount(row, scored["uplift"].to_numpy(), minlength=len(posts))
    return np.where(people > 0, total / np.maximum(people, 1), np.nan)


def _tally(case: Case, posts: Codes, failed: Bits, out: NDArray[np.bool_]) -> pd.DataFrame:
    """Return per position and gate how many people it rules out, and how many it alone."""
    against = np.where(out, failed & gate_mask(case.pack), np.uint64(0))
    alone = np.bitwise_count(against) == 1
    rules = [(n, rule.id) for n, rule in enumerate(case.pack.rules) if rule.gates]
    fails = [(against & np.uint64(1 << n)) != 0 for n, _ in rules]
    tally = pd.DataFrame(
        {
            "position_id": np.tile(case.encoded.position_ids[posts], len(rules)),
            "rule_id": np.repeat([rule_id for _, rule_id in rules], len(posts)),
            "people": np.concatenate([one.sum(axis=1) for one in fails]),
            "alone": np.concatenate([(one & alone).sum(axis=1) for one in fails]),
        }
    )
    return tally[tally["people"] > 0]


def _pairs(case: Case, posts: Codes, people: Codes) -> pd.DataFrame:
    index = case.facts.employees.index
    return pd.DataFrame({"employee_id": index.take(people), "position_id": case.encoded.position_ids.take(posts)})


def _scored(case: Case, posts: Codes, people: Codes, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return pairs with estimates, the parts of the net value, and their codes."""
    value: NetValue = net_value(estimates, case.weight_post[posts], case.weight_present[people], case.values)
    columns = {name: estimates[name].to_numpy() for name in ESTIMATES}
    parts = {name: getattr(value, name) for name in ("net_value", "value_in_post", "value_given_up", "net_lower", "net_upper")}
    return _pairs(case, posts, people).assign(**columns, **parts, _post=posts, _person=people)


@dataclass(frozen=True)
class _Best:
    """The best posts per person so far: values and position codes, people x kept; -inf and -1 where there is none yet."""

    value: Array
    post: Codes

    @classmethod
    def empty(cls, people: int, kept: int) -> "_Best":
        return cls(np.full((people, kept), -np.inf), np.full((people, kept), -1, dtype=np.int64))

    def with_block(self, scored: pd.DataFrame, found: _Judged, posts: Codes, case: Case) -> "_Best":
        """Return the best posts with those of a block considered; of equal ones the earlier position stays."""
        by = scored["net_value"] if case.supported else scored["expected_in_post"] + case.priority[found.posts] * _NEED_FIRST
        better = by.to_numpy() > self.value[found.people, -1]  # only who gains a post is sorted anew
        people, row = np.unique(found.people[better], return_inverse=True)
        value = np.full((len(people), len(posts)), -np.inf)
        value[row, found.posts[better] - posts[0]] = by.to_numpy()[better]
        gained = _Best(self.value[people], self.post[people]).joined(_Best(value, np.broadcast_to(posts, value.shape)))
        best = _Best(self.value.copy(), self.post.copy())
        best.value[people], best.post[people] = gained.value, gained.post
        return best

    def joined(self, later: "_Best") -> "_Best":
        """Return the best of both, as many as are kept here; of equal ones those here stay, then the earlier position."""
        values = np.concatenate([self.value, later.value], axis=1)
        codes = np.concatenate([self.post, later.post], axis=1)
        kept = np.argsort(-values, axis=1, kind="stable")[:, : self.value.shape[1]]
        return _Best(np.take_along_axis(values, kept, axis=1), np.take_along_axis(codes, kept, axis=1))


_NEED_FIRST = 1e3  # where ranking is not supported need comes first: far above any difference of expected_in_post (SD)


def _best_positions(case: Case, best: _Best, score: Score, top: int) -> pd.DataFrame:
    people, column = np.nonzero(np.isfinite(best.value))
    pairs = _pairs(case, best.post[people, column], people)
    ranked = rank(score_pairs(case, pairs, score), by="employee_id", supported=case.supported)
    return ranked[ranked["rank"] <= top].drop(columns=["_post", "_person"], errors="ignore").reset_index(drop=True)


_PAST_CURE = 8  # a fault that nothing cures (age, demotion) stands farther off than eight that something does


def _nearest(case: Case, posts: Codes, found: _Judged, most: int) -> pd.DataFrame:
    """Return, per position, the people ruled out who came nearest: none or fewest faults past cure, fewest gates, same family."""
    against = found.failed & gate_mask(case.pack)
    failed = np.bitwise_count(against).astype(np.int64) + _PAST_CURE * np.bitwise_count(against & incurable_mask(case.pack))
    family = np.asarray(case.encoded.people["job_family"])[None, :] != np.asarray(case.encoded.posts["job_family"])[posts][:, None]
    everybody = np.arange(family.shape[1])  # of equally near ones the first
    distance = np.where(found.out, (2 * failed + family) * len(everybody) + everybody, np.iinfo(np.int64).max)
    most = min(most, len(everybody))
    nearest = (np.argpartition(distance, most - 1, axis=1) if most else distance)[:, :most]
    nearest = np.take_along_axis(nearest, np.argsort(np.take_along_axis(distance, nearest, axis=1), axis=1), axis=1)
    row = np.repeat(np.arange(len(posts)), most)
    chosen = found.out[row, nearest.ravel()]
    row, person = row[chosen], nearest.ravel()[chosen]
    return _pairs(case, posts[row], person).assign(_bits=found.failed[row, person] & gate_mask(case.pack))


def _against(case: Case, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return one explained row per pair and rule of its ``_bits``."""
    asked = (pairs["_bits"].to_numpy(dtype=np.uint64)[:, None] >> np.arange(len(case.pack.rules), dtype=np.uint64)) & np.uint64(1)
    why = explain(case.pack, case.encoded, pairs, case.facts.effective_on, asked.astype(bool))
    named = pairs[["position_id", "employee_id"]].iloc[why["pair"].to_numpy()].reset_index(drop=True)
    return named.join(why.drop(columns="pair"))


def _open(case: Case, shown: pd.DataFrame) -> pd.DataFrame:
    """Return what stands open against candidates shown: unknown gates and approvals not recorded."""
    mask = gate_mask(case.pack) | approval_mask(case.pack)
    return _against(case, shown.assign(_bits=shown["verdict_bits"].to_numpy(dtype=np.uint64) & mask))


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).drop(columns=["_post", "_person"], errors="ignore")
