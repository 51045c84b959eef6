"""Verdicts of the rule pack on pairs of a person and a post: codes, bits, eligibility, and the reason and cure of each."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from features.errors import UsageError
from features.tables import Tables
from rules.approvals import granted, numbers
from rules.encoding import NOBODY_ASKED, Codes, Encoded, View, block, encode, listed, table_bit
from rules.facts import Facts, collect_facts
from rules.identifiers import plain
from rules.months import date_at, month_number, month_of
from rules.pack import Rule, RulePack, Text, Wording
from rules.predicates.catalogue import PREDICATES
from rules.predicates.finding import FAIL, NOT_ASSESSED, PASS, UNKNOWN, Finding, among
from rules.wording import as_json, in_line, worded

Bits = NDArray[np.uint64]
YES, UNSURE, NO = 1, 0, -1
"""Eligibility of a pair as a number; `ELIGIBLE` names them."""
ELIGIBLE = {YES: "yes", UNSURE: "unknown", NO: "no"}
_PAIRS_AT_ONCE = 262_144
VERDICTS = {1: "pass", UNKNOWN: "unknown", FAIL: "fail", NOT_ASSESSED: "not assessed"}


@dataclass(frozen=True)
class Verdicts:
    """Verdicts on a list of pairs.

    Attributes
    ----------
    rule_ids
        The rules, in the order of the columns of ``codes`` and of the bits.
    codes
        int8, pairs x rules: 1 pass, 0 unknown, -1 fail, 2 not assessed.
    failed, unknown
        uint64 per pair: bit n is rule n. Not assessed rules set no bit.
    eligible
        "yes", "no" or "unknown" per pair: a failed gate is no; an unknown gate, or an approval not yet recorded, unknown.
    """

    rule_ids: tuple[str, ...]
    codes: NDArray[np.int8]
    failed: Bits
    unknown: Bits
    eligible: NDArray[np.str_]


def standing(pack: RulePack, facts: Encoded, effective_on: pd.Timestamp) -> dict[str, str]:
    """Return per rule id: ``assessed``, ``not in force`` on that day, ``switched off``, or ``no data`` for it in the source.

    Said once per run; a rule that is not assessed excludes nobody and clears nobody.
    """
    return {rule.id: _standing(rule, facts, effective_on) for rule in pack.rules}


def judge(pack: RulePack, facts: Facts | Encoded, pairs: pd.DataFrame, effective_on: pd.Timestamp) -> Verdicts:
    """Return the verdict of every rule on every pair.

    Parameters
    ----------
    pairs
        One row per pair: employee_id, position_id, and, where known, ``own_request`` (the person has asked for the move).

    Raises
    ------
    UsageError
        A pair names a person not in service or a position unknown at ``as_of``.
    """
    view = _listed(_encoded(facts), pairs, effective_on)
    codes = np.full((len(pairs), len(pack.rules)), NOT_ASSESSED, dtype=np.int8)
    for n, rule in assessed(pack, view.facts, effective_on):
        codes[:, n] = find(rule, view)[0].verdict
    failed, unknown = _pack_bits(codes == FAIL), _pack_bits(codes == UNKNOWN)
    words = np.array(["no", "unknown", "yes"])[eligibility_of(pack, failed, unknown) + 1]
    return Verdicts(pack.rule_ids, codes, failed, unknown, words)


def block_bits(pack: RulePack, facts: Encoded, posts: Codes, effective_on: pd.Timestamp) -> tuple[Bits, Bits]:
    """Return the bits (failed, unknown) of ``posts`` (codes) x all people, each of shape (posts, people).

    The same predicates as `judge`, broadcast: what depends on the person alone is computed once for the block. Call it for
    blocks of some 16 posts; memory is about 40 bytes per pair of the block.
    """
    view = block(facts, posts, month_of(effective_on))
    return view_bits(assessed(pack, facts, effective_on), view, (len(posts), len(facts.employee_ids)))


def pair_bits(pack: RulePack, facts: Encoded, people: Codes, posts: Codes, effective_on: pd.Timestamp) -> tuple[Bits, Bits]:
    """Return the bits (failed, unknown), each (pairs,), of pairs given as codes, as many at a time as memory is worth."""
    rules, on = assessed(pack, facts, effective_on), month_of(effective_on)
    failed, unknown = np.zeros(len(people), dtype=np.uint64), np.zeros(len(people), dtype=np.uint64)
    for first in range(0, len(people), _PAIRS_AT_ONCE):
        run = slice(first, first + _PAIRS_AT_ONCE)
        failed[run], unknown[run] = view_bits(rules, listed(facts, people[run], posts[run], on), failed[run].shape)
    return failed, unknown


def view_bits(rules: Iterable[tuple[int, Rule]], view: View, shape: tuple[int, ...]) -> tuple[Bits, Bits]:
    """Return the bits (failed, unknown) that numbered rules set on a view of that shape."""
    failed, unknown = np.zeros(shape, dtype=np.uint64), np.zeros(shape, dtype=np.uint64)
    for n, rule in rules:
        verdict, bit = find(rule, view)[0].verdict, np.uint64(1 << n)
        for code, bits in ((FAIL, failed), (UNKNOWN, unknown)):
            if (found := verdict == code).any():
                bits |= found * bit
    return failed, unknown


def eligibility_of(pack: RulePack, failed: Bits, unknown: Bits) -> NDArray[np.int8]:
    """Return the eligibility of pairs by their bits: 1 yes, 0 unknown, -1 no."""
    approvals = approval_mask(pack)
    no = (failed & gate_mask(pack)) != 0
    unsure = ((unknown & must_know_mask(pack)) | (failed & approvals)) != 0
    return np.where(no, np.int8(NO), np.where(unsure, np.int8(UNSURE), np.int8(YES)))


def deciding_mask(pack: RulePack) -> np.uint64:
    """Return the bits of the rules on which eligibility rests; all others are only shown."""
    return gate_mask(pack) | must_know_mask(pack) | approval_mask(pack)


def gate_mask(pack: RulePack) -> np.uint64:
    """Return the bits of the rules that rule a pair out of a list."""
    return np.uint64(sum(1 << n for n, rule in enumerate(pack.rules) if rule.gates))


def must_know_mask(pack: RulePack) -> np.uint64:
    """Return the bits of the rules that leave a pair's eligibility unknown where they are."""
    must = [n for n, rule in enumerate(pack.rules) if (rule.gates or rule.severity == "approval") and not rule.unknown_warns]
    return np.uint64(sum(1 << n for n in must))


def approval_mask(pack: RulePack) -> np.uint64:
    """Return the bits of the rules that pass only with a recorded approval."""
    return np.uint64(sum(1 << n for n, rule in enumerate(pack.rules) if rule.severity == "approval"))


def incurable_mask(pack: RulePack) -> np.uint64:
    """Return the bits of the rules whose failure neither waiting nor effort cures."""
    return np.uint64(sum(1 << n for n, rule in enumerate(pack.rules) if not rule.curable))


def explain(
    pack: RulePack, facts: Facts | Encoded, pairs: pd.DataFrame, effective_on: pd.Timestamp, asked: NDArray[np.bool_] | None = None
) -> pd.DataFrame:
    """Return the verdicts of rules on pairs, with their values, reason, smallest cure and the date the pair would pass by itself.

    Parameters
    ----------
    asked
        Which rules are asked of which pairs (pairs, rules; see `asking`); None: every rule of every pair. Words take a hundred
        times as long as verdicts.

    Returns
    -------
    DataFrame
        One row per pair and rule asked, rule by rule: pair (place in ``pairs``), rule_id, verdict, legal_reference, values (JSON
        text), reason_id, reason_en, cure_id, cure_en, cure_short_id, cure_short_en (missing where the rule passes), cure_date
        (missing where waiting does not help).
    """
    view = _listed(_encoded(facts), pairs, effective_on)
    every = np.arange(len(pairs))
    chosen = [(rule, every if asked is None else np.flatnonzero(asked[:, n])) for n, rule in enumerate(pack.rules)]
    said = [_explained(pack, rule, view, rows, effective_on) for rule, rows in chosen if len(rows)]
    columns: dict[str, object] = {name: pd.Series([text for one in said for text in one[name]], dtype="str") for name in _TEXTS}
    places, dates = ([one[name] for one in said] for name in ("pair", "cure_date"))
    columns["cure_date"] = np.concatenate([np.empty(0, dtype="datetime64[us]"), *dates])
    return pd.DataFrame({"pair": np.concatenate([np.empty(0, dtype=np.int64), *places]), **columns})


def asking(pack: RulePack, pairs: pd.DataFrame, rule_ids: Collection[str]) -> NDArray[np.bool_]:
    """Return the question of ``rule_ids`` to every pair, as `explain` takes it (pairs, rules)."""
    return np.tile([rule.id in rule_ids for rule in pack.rules], (len(pairs), 1))


_TEXTS = (
    "rule_id", "verdict", "legal_reference", "values", "reason_id", "reason_en", "cure_id", "cure_en", "cure_short_id",
    "cure_short_en",
)  # fmt: skip


def _explained(pack: RulePack, rule: Rule, view: View, rows: Codes, effective_on: pd.Timestamp) -> dict[str, Any]:
    """Return the columns of `explain` for one rule and the pairs at ``rows``."""
    count, whole = len(rows), (len(view.people),)
    out: dict[str, Any] = {"pair": rows, "rule_id": [rule.id] * count, "legal_reference": [rule.legal_reference] * count}
    if _standing(rule, view.facts, effective_on) != "assessed":
        texts = dict.fromkeys(("reason_id", "reason_en", "cure_id", "cure_en", "cure_short_id", "cure_short_en"), [None] * count)
        nothing = {"verdict": [VERDICTS[NOT_ASSESSED]] * count, "values": ["{}"] * count}
        return {**out, **nothing, **texts, "cure_date": np.full(count, np.datetime64("NaT", "us"))}

    def of_rows(values: ArrayLike) -> NDArray[Any]:
        return np.asarray(np.broadcast_to(np.asarray(values), whole)[rows])

    finding, lost, approval = find(rule, view)
    code, gone = of_rows(finding.verdict), of_rows(lost)
    approved = [""] * count if approval is None else numbers(view.facts.approvals, rule.id, of_rows(approval))
    words = {name: worded(name, of_rows(value), view.facts.names) for name, value in finding.values().items()}
    words["approval_number"] = (approved, approved)
    indonesian, english = ({name: pair[n] for name, pair in words.items()} for n in (0, 1))
    days = np.where(code == FAIL, of_rows(_from(finding, view.on)), np.nan)
    words_of, fills, fills_short = pack.wording, *_filling(rule, pack.wording)
    sentences = [
        words_of.row_set_aside if g else words_of.approved if a else _sentence(rule, c)
        for c, g, a in zip(code, gone, approved, strict=True)
    ]
    full, brief = {PASS: None, FAIL: rule.cure, UNKNOWN: fills}, {PASS: None, FAIL: rule.cure_short, UNKNOWN: fills_short}
    cures = [words_of.row_set_aside_cure if g else full[int(c)] for c, g in zip(code, gone, strict=True)]
    short = [words_of.row_set_aside_short if g else brief[int(c)] for c, g in zip(code, gone, strict=True)]
    shown = {name: said for name, said in indonesian.items() if name != "approval_number" or any(said)}
    return {
        **out,
        "verdict": [VERDICTS[int(c)] for c in code],
        "values": as_json(shown) if shown else ["{}"] * count,
        "reason_id": _texts([text.id for text in sentences], indonesian),
        "reason_en": _texts([text.en for text in sentences], english),
        "cure_id": _texts([text.id if text else None for text in cures], indonesian),
        "cure_en": _texts([text.en if text else None for text in cures], english),
        "cure_short_id": _texts([text.id if text else None for text in short], indonesian),
        "cure_short_en": _texts([text.en if text else None for text in short], english),
        "cure_date": np.asarray(date_at(days)).astype("datetime64[us]"),
    }


def eligibility(pack: RulePack) -> Callable[[Tables, pd.Timestamp, pd.DataFrame], NDArray[np.bool_]]:
    """Return the judge of training trials: ``(known, decision_on, pairs) -> may``, under the rules in force that day.

    Unknown never excludes, so "may" is everything but a failed gate.
    """

    def may(known: Tables, decision_on: pd.Timestamp, pairs: pd.DataFrame) -> NDArray[np.bool_]:
        facts = collect_facts(known, decision_on, decision_on)
        return np.asarray(judge(pack, facts, pairs, decision_on).eligible != "no")

    return may


def _standing(rule: Rule, facts: Encoded, on: pd.Timestamp) -> str:
    if not rule.in_force(on):
        return "not in force"
    if rule.severity == "policy" and rule.mode == "off":
        return "switched off"
    known = all(any(name in facts.present for name in need.split("|")) for need in rule.needs)
    return "assessed" if known else "no data"


def assessed(pack: RulePack, facts: Encoded, on: pd.Timestamp) -> list[tuple[int, Rule]]:
    """Return the rules that are assessed on that day, each with its number (its bit)."""
    return [(n, rule) for n, rule in enumerate(pack.rules) if _standing(rule, facts, on) == "assessed"]


def find(rule: Rule, view: View) -> tuple[Finding, NDArray[np.bool_], Codes | None]:
    """Return what the rule finds, where a row set aside made that unknown, and which recorded approval waived it (-1: none)."""
    finding = PREDICATES[rule.predicate](view, **rule.params)
    overturned = _overturned(rule, view, finding)
    verdict = np.where(overturned, np.int8(UNKNOWN), finding.verdict) if overturned.any() else finding.verdict
    if rule.approval is None or rule.id not in view.facts.approvals:
        return replace(finding, verdict=verdict), overturned, None
    approval = granted(view.facts.approvals, rule.id, view.people, view.posts, view.on)
    kinds = ((rule.approval.present_kinds, view.person("job_kind")), (rule.approval.target_kinds, view.post("job_kind")))
    for names, kind in kinds:
        approval = np.where(among(kind, names), approval, -1) if names else approval
    waived = (approval >= 0) & (verdict != PASS)
    return replace(finding, verdict=np.where(waived, np.int8(PASS), verdict)), overturned & ~waived, np.where(waived, approval, -1)


def _overturned(rule: Rule, view: View, finding: Finding) -> NDArray[np.bool_]:
    """Return where a row of the person that the checks set aside could have turned the verdict."""
    passes, fails = (
        sum(table_bit(name) for name, end in rule.lost_rows.items() if end in (turned, "both")) for turned in ("pass", "fail")
    )
    lost = view.person("set_aside") & (passes | fails)
    if not lost.any():
        return np.array(False)
    return np.asarray(((finding.verdict == PASS) & ((lost & passes) != 0)) | ((finding.verdict == FAIL) & ((lost & fails) != 0)))


def _encoded(facts: Facts | Encoded) -> Encoded:
    return facts if isinstance(facts, Encoded) else encode(facts)


def _listed(facts: Encoded, pairs: pd.DataFrame, effective_on: pd.Timestamp | pd.Series) -> View:
    people = facts.employee_ids.get_indexer(plain(pairs["employee_id"]))
    posts = facts.position_ids.get_indexer(plain(pairs["position_id"]))
    if (people < 0).any() or (posts < 0).any():
        raise UsageError(
            f"Pairs to judge: {int((people < 0).sum())} name nobody in service and {int((posts < 0).sum())} no position known on "
            f"{facts.as_of:%Y-%m-%d}. Give pairs of employees in service and known positions.",
            f"Pasangan yang dinilai: {int((people < 0).sum())} tanpa pegawai yang bertugas dan {int((posts < 0).sum())} tanpa "
            "jabatan "
            f"yang dikenal pada {facts.as_of:%Y-%m-%d}. Berikan pasangan pegawai yang bertugas dan jabatan yang dikenal.",
        )
    asked = pairs["own_request"].fillna(False).to_numpy(dtype=bool) if "own_request" in pairs else NOBODY_ASKED
    day = month_number(effective_on) if isinstance(effective_on, pd.Series) else month_of(effective_on)
    return listed(facts, people, posts, day, asked)


def _pack_bits(flags: NDArray[np.bool_]) -> Bits:
    weights = np.uint64(1) << np.arange(flags.shape[1], dtype=np.uint64)
    return np.asarray((flags * weights).sum(axis=1, dtype=np.uint64))


def _from(finding: Finding, on: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return when the pair would pass by waiting; a date already past says that waiting is not what is missing."""
    passes_on = finding.passes_on()
    return np.where(passes_on > on, passes_on, np.nan)


def _sentence(rule: Rule, code: int) -> Text:
    return {FAIL: rule.fail, UNKNOWN: rule.unknown}.get(int(code), rule.passed)


def _filling(rule: Rule, words: Wording) -> tuple[Text, Text]:
    """Return what makes an unknown verdict known, in full and short: the rule's own words, else those for data to be completed."""

    def about(text: Text) -> Text:
        return Text(id=text.id.replace("{title}", in_line(rule.title.id)), en=text.en.replace("{title}", in_line(rule.title.en)))

    return rule.unknown_cure or about(words.unknown_cure), rule.unknown_short or about(words.unknown_short)


def _texts(templates: list[str | None], values: dict[str, list[str]]) -> list[str | None]:
    rows = zip(*values.values(), strict=True) if values else iter([()] * len(templates))
    return [t.format(**dict(zip(values, row, strict=True))) if t else None for t, row in zip(templates, rows, strict=True)]
