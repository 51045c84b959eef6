"""The lists of a run: the best people per post, the best posts per person, who was ruled out.

Posts are taken kind by kind: everybody is judged once per kind (`placement.judged`), and only who is not ruled out is forecast.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.judgement.grades import GRADES
from placement.best_posts import BestPosts, BestSoFar
from placement.estimates import ESTIMATES, Against, Score
from placement.judged import JudgedKind, JudgedPost, holders
from placement.net_value import NetValue, ValueParams, net_value, post_weights
from placement.ranking import Array, Codes, order, order_without_ranking, rank
from rules.encoding import Encoded, encode
from rules.facts import Facts
from rules.kinds import PostKinds
from rules.pack import RulePack
from rules.verdicts import ELIGIBLE, NO, YES, approval_mask, eligibility_of, explain, gate_mask, pair_bits

Progress = Callable[[int, int], None]

PARTS = ("net_value", "value_in_post", "value_given_up", "net_lower", "net_upper")
PAIRS_AT_ONCE = 65_536
"""Pairs forecast together: few enough to stay in cache, many enough to be worth a call."""
_SPARE = 2  # best posts kept per person while posts go by, as a multiple of those shown: bands reorder within them


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

    best: BestPosts
    candidates: pd.DataFrame
    nearest: pd.DataFrame
    counts: pd.DataFrame
    rule_counts: pd.DataFrame


def make_lists(
    case: Case, score: Score, params: ListParams, *, pairs_at_once: int = PAIRS_AT_ONCE, progress: Progress = lambda done, of: None
) -> Lists:
    """Return the lists of every position and employee of ``case``.

    The holder of a position is no candidate for it.
    """
    posts = np.arange(len(case.encoded.position_ids))
    slab = list_slab(case, score, params, posts, pairs_at_once=pairs_at_once, progress=progress)
    return lists_of(case, [slab], score, params)


def list_slab(
    case: Case,
    score: Score,
    params: ListParams,
    posts: Codes,
    *,
    pairs_at_once: int = PAIRS_AT_ONCE,
    progress: Progress = lambda done, of: None,
) -> Slab:
    """Return the slab of ``posts`` (codes, rising).

    Memory does not grow with the city beyond the rows kept, but for a few numbers per person.
    """
    kinds, held = PostKinds(case.pack, case.encoded, case.facts.effective_on), holders(case.encoded)
    best = BestSoFar(len(case.encoded.employee_ids), params.best_positions * _SPARE)
    listed, nearest, counts, tallies, done = [], [], [], [], 0
    for run in kinds.runs(posts):
        kind = JudgedKind(case.pack, case.encoded, kinds, int(run[0]), held)
        judged = [kind.judged(int(post)) for post in run]
        nearest += [(one.post, *kind.nearest(one, params.exclusions)) for one in judged]
        counts += [{"_post": one.post, **kind.counts(one)} for one in judged]
        tallies += [(one.post, *kind.tally(one)) for one in judged]
        listed += list(_listed(case, score, params, best, kind, judged, pairs_at_once))
        done += len(run)
        progress(done, len(posts))
    usual = {int(one["_post"][0]): one["usual_uplift"] for one in listed}
    counted = pd.DataFrame(counts, columns=["_post", "candidates", "unknown", "excluded"]).sort_values("_post", ignore_index=True)
    counted["usual_uplift"] = counted["_post"].map(usual).astype("float64")
    return Slab(best.result(), _candidates(case, listed), _nearest(case, nearest), _named(case, counted), _tally(case, tallies))


def _listed(
    case: Case, score: Score, params: ListParams, best: BestSoFar, kind: JudgedKind, judged: list[JudgedPost], at_once: int
) -> Iterator[dict[str, Any]]:
    """Yield, per post of a kind that anybody may come to, the columns of who is listed; offer it to everybody meanwhile."""
    coming = [one for one in judged if one.tier != NO or (one.tier_of != NO).any()] if len(kind.people) else []
    against = score.among(case.facts.employees.index.take(kind.people)) if coming else None
    size = max(at_once // max(len(kind.people), 1), 1)
    for first in range(0, len(coming), size):
        assert against is not None
        yield from _block(case, against, params, best, kind, coming[first : first + size])


def _block(
    case: Case, against: Against, params: ListParams, best: BestSoFar, kind: JudgedKind, block: list[JudgedPost]
) -> Iterator[dict[str, Any]]:
    posts = np.array([one.post for one in block])
    tiers = kind.tiers(block)
    found = against(case.encoded.position_ids.take(posts))
    value = net_value(found, case.weight_post[posts][:, None], case.weight_present[kind.people], case.values)
    columns = {**{name: found[name] for name in ESTIMATES}, **{name: getattr(value, name) for name in PARTS}}
    by = value.net_value if case.supported else found["expected_in_post"] + case.priority[posts][:, None] * _NEED_FIRST
    for row, one in enumerate(block):
        may = np.flatnonzero(tiers[row] != NO)
        if len(may):
            best.offer(kind.people[may], one.post, by[row, may])
            of_post = {name: np.broadcast_to(of, tiers.shape)[row, may] for name, of in columns.items()}
            places, ranks, band = _chosen(of_post, tiers[row, may], params.candidates, supported=case.supported)
            who = may[places]
            yield {
                "_post": np.full(len(who), one.post), "_person": kind.people[who],
                **{name: of[places] for name, of in of_post.items()},
                "_tier": tiers[row, who], "rank": ranks, "band": band,
                "usual_uplift": np.cumsum(of_post["uplift"])[-1] / len(may),
            }  # fmt: skip


_NAMES = np.array([ELIGIBLE[value] for value in (-1, 0, 1)], dtype=object)
_NEED_FIRST = 1e3  # where ranking is not supported need comes first: far above any difference of expected_in_post (SD)


def _chosen(
    columns: Mapping[str, NDArray[Any]], tier: NDArray[np.int8], top: int, *, supported: bool
) -> tuple[Codes, Codes, Codes]:
    """Return who of one post is kept (places), with rank and band: the list, then who can be signed beyond it."""
    net = columns["net_value"]
    places, band = (
        order(net, (columns["net_lower"], columns["net_upper"]), tier, columns["grade"], top)
        if supported
        else order_without_ranking(columns["expected_in_post"], tier, top)
    )
    beyond = _signable(net, tier == YES, places, top)
    ranks = np.arange(1, len(places) + 1), top + 1 + np.arange(len(beyond))
    return np.r_[places, beyond], np.concatenate(ranks), np.r_[band, np.full(len(beyond), top + 1)]


def _signable(net: Array, eligible: NDArray[np.bool_], listed: Codes, top: int) -> Codes:
    """Return the best eligible people of a post beyond its list, so many that a plan finds ``top`` that can be signed.

    Where many of unknown eligibility are worth more (people without a post, for one) they would fill the list and leave a
    plan nobody. These pairs stand in no list: their rank goes on after the last one listed.
    """
    room = top - np.count_nonzero(eligible[listed])
    if room <= 0:
        return np.zeros(0, dtype=np.int64)
    beyond = eligible.copy()
    beyond[listed] = False
    rows = np.flatnonzero(beyond)
    return rows[np.lexsort((rows, -net[rows]))][:room]


def _candidates(case: Case, listed: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return everybody listed, post by post in their order, with the codes of both."""
    names = ["_post", "_person", *ESTIMATES, *PARTS, "_tier", "rank", "band"]
    columns = {name: np.concatenate([np.zeros(0, _DTYPES.get(name, np.float64)), *(one[name] for one in listed)]) for name in names}
    in_order = np.lexsort((columns["rank"], columns["_post"]))
    columns = {name: column[in_order] for name, column in columns.items()}
    tier = columns.pop("_tier")
    columns["grade"] = np.array(GRADES, dtype=object)[columns["grade"]]
    eligible = _NAMES[tier + 1]
    failed, unknown = pair_bits(case.pack, case.encoded, columns["_person"], columns["_post"], case.facts.effective_on)
    told = {"eligible": eligible, "verdict_bits": (failed | unknown).astype(np.int64)}
    frame = _pairs(case, columns["_post"], columns["_person"]).assign(**columns, **told)
    return frame[["employee_id", "position_id", *ESTIMATES, *PARTS, "_post", "_person", "eligible", "verdict_bits", "rank", "band"]]


_DTYPES: Mapping[str, type] = {
    **dict.fromkeys(("_post", "_person", "rank", "band"), np.int64), "grade": np.int8, "_tier": np.int8,
}  # fmt: skip


def _nearest(case: Case, found: Sequence[tuple[int, Codes, NDArray[np.uint64]]]) -> pd.DataFrame:
    """Return, per position, the people ruled out who came nearest, with the bits of the gates against them."""
    found = sorted(found, key=lambda one: one[0])
    posts = np.repeat([post for post, _, _ in found], [len(people) for _, people, _ in found]).astype(np.int64)
    people = np.concatenate([np.zeros(0, dtype=np.int64), *(people for _, people, _ in found)])
    bits = np.concatenate([np.zeros(0, dtype=np.uint64), *(against for _, _, against in found)])
    return _pairs(case, posts, people).assign(_bits=bits)


def _tally(case: Case, tallies: Sequence[tuple[int, Codes, Codes]]) -> pd.DataFrame:
    """Return per position and gate that rules anybody out how many people it does, and how many it alone."""
    tallies = sorted(tallies, key=lambda one: one[0])
    gates = [rule.id for rule in case.pack.rules if rule.gates]
    posts = np.repeat(np.array([post for post, _, _ in tallies], dtype=np.int64), len(gates))
    people, alone = (np.concatenate([np.zeros(0, dtype=np.int64), *(one[side] for one in tallies)]) for side in (1, 2))
    rules = np.tile(np.array(gates, dtype=object), len(tallies))
    tally = pd.DataFrame({"_post": posts, "rule_id": rules, "people": people, "alone": alone})
    return _named(case, tally[people > 0].reset_index(drop=True))


def _named(case: Case, frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with position_id instead of ``_post``."""
    frame = frame.copy()
    frame.insert(0, "position_id", case.encoded.position_ids.take(frame.pop("_post").to_numpy()))
    return frame


def lists_of(case: Case, slabs: Sequence[Slab], score: Score, params: ListParams) -> Lists:
    """Return the lists of ``slabs`` that together hold every post once: the same however posts were cut."""
    best = reduce(BestPosts.joined, (slab.best for slab in slabs))
    candidates = _joined([slab.candidates for slab in slabs])
    candidates = candidates.sort_values(["position_id", "rank"], kind="stable", ignore_index=True)
    shown = candidates[candidates["rank"] <= params.explained]
    against = _against(case, _joined([slab.nearest for slab in slabs]))
    return Lists(
        candidates=candidates,
        best_positions=_best_positions(case, best, score, params.best_positions),
        exclusions=pd.concat([against, _open(case, shown)], ignore_index=True),
        counts=_joined([slab.counts for slab in slabs]),
        rule_counts=_joined([slab.rule_counts for slab in slabs]),
    )


def score_pairs(case: Case, pairs: pd.DataFrame, score: Score) -> pd.DataFrame:
    """Return any pairs scored, valued and judged, on a clean index: the columns of a list but ``rank`` and ``band``."""
    people = case.encoded.employee_ids.get_indexer(pairs["employee_id"].astype(object))
    posts = case.encoded.position_ids.get_indexer(pairs["position_id"].astype(object))
    given = _pairs(case, posts, people)
    failed, unknown = pair_bits(case.pack, case.encoded, people, posts, case.facts.effective_on)
    eligible = _NAMES[eligibility_of(case.pack, failed, unknown) + 1]
    scored = _scored(case, posts, people, score(given))
    return scored.assign(eligible=eligible, verdict_bits=(failed | unknown).astype(np.int64))


def _pairs(case: Case, posts: Codes, people: Codes) -> pd.DataFrame:
    index = case.facts.employees.index
    return pd.DataFrame({"employee_id": index.take(people), "position_id": case.encoded.position_ids.take(posts)})


def _scored(case: Case, posts: Codes, people: Codes, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return pairs with estimates, the parts of the net value, and their codes."""
    value: NetValue = net_value(estimates, case.weight_post[posts], case.weight_present[people], case.values)
    columns = {name: estimates[name].to_numpy() for name in ESTIMATES}
    parts = {name: getattr(value, name) for name in PARTS}
    return _pairs(case, posts, people).assign(**columns, **parts, _post=posts, _person=people)


def _best_positions(case: Case, best: BestPosts, score: Score, top: int) -> pd.DataFrame:
    people, column = np.nonzero(np.isfinite(best.value))
    pairs = _pairs(case, best.post[people, column], people)
    ranked = rank(score_pairs(case, pairs, score), by="employee_id", supported=case.supported)
    return ranked[ranked["rank"] <= top].drop(columns=["_post", "_person"], errors="ignore").reset_index(drop=True)


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
