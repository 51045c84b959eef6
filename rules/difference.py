"""What another rule pack would change: which pairs of people and posts flip, and which rules make them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rules.encoding import Encoded, encode
from rules.facts import Facts
from rules.pack import RulePack
from rules.verdicts import ELIGIBLE, Bits, block_bits, eligibility_of, explain, gate_mask, must_know_mask

AT_ONCE = 16
EXAMPLES = 3
_FLIP = ["old", "new", "rule_id"]


@dataclass(frozen=True)
class Difference:
    """What changes between two packs.

    ``rules``: one row per rule and part that differs (rule_id, part, old, new). ``counts``: pairs by change of eligibility (old,
    new, pairs). ``flips``: the same by rule behind the change (old, new, rule_id, pairs; a pair with several rules behind it
    counts under each). ``examples``: a few pairs per row of ``flips`` (employee_id, position_id, the rule's reasons then and now).
    """

    rules: pd.DataFrame
    counts: pd.DataFrame
    flips: pd.DataFrame
    examples: pd.DataFrame


def difference(old: RulePack, new: RulePack, facts: Facts, effective_on: pd.Timestamp) -> Difference:
    """Return what ``new`` changes against ``old`` for every pair of ``facts``; the holder of a post is no candidate for it.

    Posts are judged in blocks by both packs; only pairs that flip are kept.
    """
    encoded = encode(facts)
    count = len(encoded.position_ids)
    blocks = [_block(old, new, encoded, np.arange(first, min(first + AT_ONCE, count)), effective_on)
              for first in range(0, count, AT_ONCE)]  # fmt: skip
    flipped = pd.concat(blocks, ignore_index=True)
    pairs = flipped.drop_duplicates(["person", "post"])
    first = flipped.groupby(_FLIP, sort=True).head(EXAMPLES).sort_values(_FLIP, kind="stable")
    return Difference(
        rules=changed_rules(old, new),
        counts=pairs.groupby(["old", "new"]).size().rename("pairs").reset_index(),
        flips=flipped.groupby(_FLIP).size().rename("pairs").reset_index(),
        examples=_told(old, new, encoded, first.reset_index(drop=True), effective_on),
    )


def changed_rules(old: RulePack, new: RulePack) -> pd.DataFrame:
    """Return one row per rule and part that differs: rule_id, part (a parameter as ``params.NAME``), old, new ("-": not there)."""
    before, after = ({rule.id: _parts(rule.model_dump(mode="json")) for rule in pack.rules} for pack in (old, new))
    rows = [
        (rule_id, part, str(before.get(rule_id, {}).get(part, "-")), str(after.get(rule_id, {}).get(part, "-")))
        for rule_id in sorted({*before, *after})
        for part in sorted({*before.get(rule_id, {}), *after.get(rule_id, {})})
        if before.get(rule_id, {}).get(part, "-") != after.get(rule_id, {}).get(part, "-")
    ]
    return pd.DataFrame(rows, columns=["rule_id", "part", "old", "new"])


def _parts(dumped: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in dumped.items() if name not in ("params", "id")}
    return {**plain, **{f"params.{name}": value for name, value in dumped["params"].items()}}


def _block(old: RulePack, new: RulePack, facts: Encoded, posts: NDArray[np.int64], on: pd.Timestamp) -> pd.DataFrame:
    """Return one row per pair of the block that flips and rule behind it."""
    bits = [block_bits(pack, facts, posts, on) for pack in (old, new)]
    tiers = [eligibility_of(pack, *found) for pack, found in zip((old, new), bits, strict=True)]
    holder = np.asarray(facts.people["position"])[None, :] == posts[:, None]
    row, person = np.nonzero((tiers[0] != tiers[1]) & ~holder)
    before, after = (_weights(pack, *(side[row, person] for side in found)) for pack, found in zip((old, new), bits, strict=True))
    words = {
        name: pd.Series(tier[row, person]).map(ELIGIBLE).astype("str") for name, tier in zip(("old", "new"), tiers, strict=True)
    }
    pairs = pd.DataFrame({"person": person, "post": posts[row], **words})
    nothing = np.zeros(len(row), dtype=np.int8)
    behind = [pairs[before.get(rule_id, nothing) != after.get(rule_id, nothing)].assign(rule_id=rule_id)
              for rule_id in sorted({*before, *after})]  # fmt: skip
    return pd.concat([pairs.iloc[:0].assign(rule_id=pd.Series(dtype="str")), *behind], ignore_index=True)


def _weights(pack: RulePack, failed: Bits, unknown: Bits) -> dict[str, NDArray[np.int8]]:
    """Return, per rule that counts for eligibility, what it does to each pair: 2 rules out, 1 leaves open, 0 nothing."""
    gates, known = gate_mask(pack), must_know_mask(pack)
    found = {}
    for n, rule in enumerate(pack.rules):
        bit = np.uint64(1 << n)
        if rule.gates or rule.severity == "approval":
            out = (failed & bit) != 0
            left = ((unknown & bit & known) != 0) | (out & (rule.severity == "approval"))
            found[rule.id] = np.where(out & bool(gates & bit), np.int8(2), left.astype(np.int8))
    return found


def _told(old: RulePack, new: RulePack, facts: Encoded, chosen: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """Return examples with what the rule behind each said then and says now; nothing where a pack has no such rule."""
    ids = {"employee_id": facts.employee_ids[chosen["person"]], "position_id": facts.position_ids[chosen["post"]]}
    told = chosen[_FLIP].assign(**ids)
    for side, pack in (("old", old), ("new", new)):
        asked = told["rule_id"].to_numpy()[:, None] == np.array(pack.rule_ids, dtype=object)
        reasons = explain(pack, facts, told, on, asked).set_index("pair")[["reason_id", "reason_en"]]
        said = reasons.reindex(np.arange(len(told))).set_axis(told.index)
        told = told.assign(**{f"{side}_{name}": said[name] for name in said})
    return told
