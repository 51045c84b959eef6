"""Verdict bits of posts against everybody, worked out once for all posts that ask the same.

Only rules on which eligibility rests are asked of everybody; what others say is shown of few. A rule reads a few facts of the
post, and posts are few in kind: what these rules read (kind of job, family, level, demands) is the same for many posts, so they are
judged once per kind. A pack may have some that read what hardly two posts share (unit, vacancies); they say the same of most
people, are judged once per such place, and only those of whom they say something else are held. The bits of a post are those of its
kind together with its own.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rules.approvals import ANY
from rules.encoding import Codes, Encoded, View, block
from rules.months import month_of
from rules.pack import Rule, RulePack
from rules.predicates.catalogue import PREDICATES
from rules.verdicts import Bits, assessed, deciding_mask, view_bits

OF_A_PLACE = frozenset({"unit_id", "parent_unit_id", "agency_id", "vacant", "staying", "needed"})
"""Facts that hardly two posts share."""
_KEPT = 8_000_000
"""Bits of people that the rules that read the same facts may hold (64 MB)."""


@dataclass(frozen=True, slots=True)
class Own:
    """What the rules that read a post's own place say: the bits of everybody but ``people`` (k,), who are few, and theirs."""

    failed: np.uint64
    unknown: np.uint64
    people: Codes
    failed_of: Bits
    unknown_of: Bits


@dataclass(frozen=True)
class _Shared:
    """Rules that read the same facts of a post, the number of those facts' values each post has, and the bits met last."""

    rules: tuple[tuple[int, Rule], ...]
    target: Codes
    kept: OrderedDict[int, tuple[Bits, Bits]] = field(default_factory=OrderedDict)


class PostKinds:
    """The posts of a city by what rules read of them. ``of`` (posts,): equal numbers, equal bits of the kind, one job family."""

    def __init__(self, pack: RulePack, facts: Encoded, on: pd.Timestamp) -> None:
        self.facts, self.on = facts, month_of(on)
        shared: dict[frozenset[str], list[tuple[int, Rule]]] = {}
        self.own: list[_Shared] = []
        for n, rule in assessed(pack, facts, on):
            if not deciding_mask(pack) >> np.uint64(n) & np.uint64(1):
                continue
            reads = _reads(rule, facts, self.on)
            if reads & OF_A_PLACE:
                self.own.append(_Shared(((n, rule),), self._target(reads, [rule])))
            else:
                shared.setdefault(reads, []).append((n, rule))
        self.shared = [
            _Shared(tuple(rules), self._target(reads, [rule for _, rule in rules]))
            for reads, rules in sorted(shared.items(), key=lambda group: sorted(group[0]))
        ]
        self.of = _joint([*(group.target for group in self.shared), facts.posts["job_family"]])
        self._met: list[dict[int, Own]] = [{} for _ in self.own]

    def runs(self, posts: Codes) -> list[Codes]:
        """Return ``posts`` kind by kind."""
        ordered = posts[np.argsort(self.of[posts], kind="stable")]
        return np.split(ordered, np.flatnonzero(np.diff(self.of[ordered])) + 1) if len(posts) else []

    def bits(self, post: int) -> tuple[Bits, Bits]:
        """Return what the rules of the kind of ``post`` say of everybody: the bits (failed, unknown), each (people,)."""
        count = len(self.facts.employee_ids)
        failed, unknown = np.zeros(count, dtype=np.uint64), np.zeros(count, dtype=np.uint64)
        for group in self.shared:
            fails, open_ = self._group_bits(group, post)
            failed |= fails
            unknown |= open_
        return failed, unknown

    def own_bits(self, post: int) -> Own:
        """Return what the other deciding rules say of everybody and ``post``."""
        parts = [self._own_part(group, met, post) for group, met in zip(self.own, self._met, strict=True)]
        people = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(part.people for part in parts)]))
        failed, unknown = np.zeros(len(people) + 1, dtype=np.uint64), np.zeros(len(people) + 1, dtype=np.uint64)
        for part in parts:
            at = np.searchsorted(people, part.people)
            for out, usual, theirs in ((failed, part.failed, part.failed_of), (unknown, part.unknown, part.unknown_of)):
                bits = np.full(len(out), usual)  # the last stands for everybody else
                bits[at] = theirs
                out |= bits
        return Own(failed[-1], unknown[-1], people, failed[:-1], unknown[:-1])

    def _group_bits(self, group: _Shared, post: int) -> tuple[Bits, Bits]:
        target, most = int(group.target[post]), max(_KEPT // max(2 * len(self.facts.employee_ids), 1), 1)
        if target not in group.kept:
            if len(group.kept) >= most:
                group.kept.popitem(last=False)
            group.kept[target] = self._judged(group.rules, post)
        group.kept.move_to_end(target)
        return group.kept[target]

    def _judged(self, rules: Sequence[tuple[int, Rule]], post: int) -> tuple[Bits, Bits]:
        failed, unknown = view_bits(rules, block(self.facts, np.array([post]), self.on), (1, len(self.facts.employee_ids)))
        return failed[0], unknown[0]

    def _own_part(self, group: _Shared, met: dict[int, Own], post: int) -> Own:
        """Return what one rule says, kept for the next post of the same place."""
        target = int(group.target[post])
        if target not in met:
            failed, unknown = self._judged(group.rules, post)
            codes = (failed != 0) * 2 + (unknown != 0)
            usual = int(np.bincount(codes, minlength=1).argmax())
            people = np.flatnonzero(codes != usual)
            one = np.flatnonzero(codes == usual)[:1]
            usually = np.bitwise_or.reduce(failed[one]), np.bitwise_or.reduce(unknown[one])
            met[target] = Own(*usually, people, failed[people], unknown[people])
        return met[target]

    def _target(self, reads: frozenset[str], rules: Sequence[Rule]) -> Codes:
        """Return a number per post: equal numbers, equal verdicts by ``rules``, which read ``reads`` of a post."""
        columns: list[NDArray[Any]] = [self.facts.posts[name] for name in sorted(reads)]
        places = np.arange(len(self.facts.position_ids))
        for rule in rules:
            approvals = self.facts.approvals.get(rule.id, ()) if rule.approval is not None else ()
            columns += [(places == approval.post) | (approval.post == ANY) for approval in approvals]
        return _joint(columns) if columns else np.zeros(len(places), dtype=np.int64)


@dataclass(frozen=True)
class _Asking(View):
    """A view that notes which facts of the post are read."""

    names: set[str] = field(default_factory=set)

    def post(self, name: str) -> NDArray[Any]:
        """Return a fact of the posts of the pairs, and note its name."""
        self.names.add(name)
        return super().post(name)


def _reads(rule: Rule, facts: Encoded, on: float) -> frozenset[str]:
    """Return the facts of a post that the rule's verdict reads: the same for every pair, as predicates are one expression."""
    people, posts = (np.arange(min(len(ids), 1)) for ids in (facts.employee_ids, facts.position_ids))
    view = _Asking(facts, people[None, :], posts[:, None], on)
    PREDICATES[rule.predicate](view, **rule.params)
    approved = {"job_kind"} if rule.approval is not None and rule.id in facts.approvals else set()
    return frozenset(view.names | approved)


def _joint(columns: Sequence[NDArray[Any]]) -> Codes:
    """Return one number per row: equal numbers, equal rows; missing equals missing."""
    joint = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, levels = pd.factorize(column, use_na_sentinel=False, sort=False)
        joint = pd.factorize(joint * max(len(levels), 1) + codes, sort=True)[0].astype(np.int64)
    return joint
