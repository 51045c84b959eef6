"""Verdicts of the rule pack on pairs of a person and a post: codes, bits, eligibility, and the reason and cure of each."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import UsageError
from features.tables import Tables
from rules.encoding import Codes, Encoded, View, block, encode, listed, table_bit
from rules.facts import Facts, collect_facts
from rules.identifiers import plain
from rules.months import month_number
from rules.pack import Rule, RulePack, Text
from rules.predicates import FAIL, NOT_ASSESSED, PASS, PREDICATES, UNKNOWN, Finding
from rules.wording import as_json, date_column, worded

Bits = NDArray[np.uint64]
YES, UNSURE, NO = 1, 0, -1
"""Eligibility of a pair as a number; `ELIGIBLE` names them."""
ELIGIBLE = {YES: "yes", UNSURE: "unknown", NO: "no"}
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
        One row per pair: employee_id, position_id.

    Raises
    ------
    UsageError
        A pair names a person not in service or a position unknown at ``as_of``.
    """
    view = _listed(_encoded(facts), pairs, effective_on)
    codes = np.full((len(pairs), len(pack.rules)), NOT_ASSESSED, dtype=np.int8)
    for n, rule in _assessed(pack, view.facts, effective_on):
        codes[:, n] = _find(rule, view)[0].verdict
    failed, unknown = _pack_bits(codes == FAIL), _pack_bits(codes == UNKNOWN)
    words = np.array(["no", "unknown", "yes"])[eligibility_of(pack, failed, unknown) + 1]
    return Verdicts(pack.rule_ids, codes, failed, unknown, words)


def block_bits(pack: RulePack, facts: Encoded, posts: Codes, effective_on: pd.Timestamp) -> tuple[Bits, Bits]:
    """Return the bits (failed, unknown) of ``posts`` (codes) x all people, each of shape (posts, people).

    The same predicates as `judge`, broadcast: what depends on the person alone is computed once for the block. Call it for
    blocks of some 16 posts; memory is about 40 bytes per pair of the block.
    """
    view = block(facts, posts, _month(effective_on))
    shape = (len(posts), len(facts.employee_ids))
    failed, unknown = np.zeros(shape, dtype=np.uint64), np.zeros(shape, dtype=np.uint64)
    for n, rule in _assessed(pack, facts, effective_on):
        verdict, bit = _find(rule, view)[0].verdict, np.uint64(1 << n)
        failed |= (verdict == FAIL) * bit
        unknown |= (verdict == UNKNOWN) * bit
    return failed, unknown


def eligibility_of(pack: RulePack, failed: Bits, unknown: Bits) -> NDArray[np.int8]:
    """Return the eligibility of pairs by their bits: 1 yes, 0 unknown, -1 no."""
    gates, approvals = gate_mask(pack), approval_mask(pack)
    no = (failed & gates) != 0
    unsure = ((unknown & (gates | approvals)) | (failed & approvals)) != 0
    return np.where(no, np.int8(NO), np.where(unsure, np.int8(UNSURE), np.int8(YES)))


def gate_mask(pack: RulePack) -> np.uint64:
    """Return the bits of the rules that rule a pair out of a list."""
    return np.uint64(sum(1 << n for n, rule in enumerate(pack.rules) if rule.gates))


def approval_mask(pack: RulePack) -> np.uint64:
    """Return the bits of the rules that pass only with a recorded approval."""
    return np.uint64(sum(1 << n for n, rule in enumerate(pack.rules) if rule.severity == "approval"))


def incurable_mask(pack: RulePack) -> np.uint64:
    """Return the bits of the rules whose failure neither waiting nor effort cures."""
    return np.uint64(sum(1 << n for n, rule in enumerate(pack.rules) if not rule.curable))


def explain(pack: RulePack, facts: Facts | Encoded, pairs: pd.DataFrame, rule_id: str, effective_on: pd.Timestamp) -> pd.DataFrame:
    """Return the verdict of one rule on every pair, with its values, reason, smallest cure and the date it would pass by itself.

    Returns
    -------
    DataFrame
        On the index of ``pairs``: rule_id, verdict, legal_reference, values (JSON text), reason_id, reason_en, cure_id, cure_en
        (missing where the rule passes), cure_date (missing where waiting does not help).
    """
    encoded, rule = _encoded(facts), pack[rule_id]
    count = len(pairs)
    out = pd.DataFrame({"rule_id": rule_id, "legal_reference": rule.legal_reference}, index=pairs.index)
    if _standing(rule, encoded, effective_on) != "assessed":
        texts = dict.fromkeys(("reason_id", "reason_en", "cure_id", "cure_en"), pd.NA)
        return _typed(out.assign(verdict=VERDICTS[NOT_ASSESSED], values="{}", **texts, cure_date=pd.NaT))
    view = _listed(encoded, pairs, effective_on)
    finding, lost = _find(rule, view)
    code = np.broadcast_to(finding.verdict, (count,))
    sentences = [
        pack.row_set_aside if gone else _sentence(rule, c) for c, gone in zip(code, np.broadcast_to(lost, (count,)), strict=True)
    ]
    cures = [pack.row_set_aside_cure if gone else rule.cure for gone in np.broadcast_to(lost, (count,))]
    words = {name: worded(name, np.broadcast_to(np.asarray(value, dtype=np.float64), (count,)), list(encoded.demands))
             for name, value in finding.values.items()}  # fmt: skip
    indonesian, english = ({name: pair[n] for name, pair in words.items()} for n in (0, 1))
    days = np.where(code == FAIL, _from(finding, view.on), np.nan)
    texts = {
        "reason_id": _texts([text.id for text in sentences], indonesian),
        "reason_en": _texts([text.en for text in sentences], english),
        "cure_id": _texts([t.id if c in (FAIL, UNKNOWN) else None for t, c in zip(cures, code, strict=True)], indonesian),
        "cure_en": _texts([t.en if c in (FAIL, UNKNOWN) else None for t, c in zip(cures, code, strict=True)], english),
    }
    values = as_json(indonesian) if indonesian else ["{}"] * count
    dates = date_column(days, count).to_numpy()
    return _typed(out.assign(verdict=[VERDICTS[int(c)] for c in code], values=values, **texts, cure_date=dates))


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


def _assessed(pack: RulePack, facts: Encoded, on: pd.Timestamp) -> list[tuple[int, Rule]]:
    return [(n, rule) for n, rule in enumerate(pack.rules) if _standing(rule, facts, on) == "assessed"]


def _find(rule: Rule, view: View) -> tuple[Finding, NDArray[np.bool_]]:
    """Return what the rule finds, and where a row set aside made that unknown."""
    finding = PREDICATES[rule.predicate](view, **rule.params)
    overturned = _overturned(rule, view, finding)
    return replace(finding, verdict=np.where(overturned, np.int8(UNKNOWN), finding.verdict)), overturned


def _overturned(rule: Rule, view: View, finding: Finding) -> NDArray[np.bool_]:
    """Return where a row of the person that the checks set aside could have turned the verdict."""
    lost = view.person("set_aside")
    passes, fails = (
        sum(table_bit(name) for name, end in rule.lost_rows.items() if end in (turned, "both")) for turned in ("pass", "fail")
    )
    return np.asarray(((finding.verdict == PASS) & ((lost & passes) != 0)) | ((finding.verdict == FAIL) & ((lost & fails) != 0)))


def _encoded(facts: Facts | Encoded) -> Encoded:
    return facts if isinstance(facts, Encoded) else encode(facts)


def _listed(facts: Encoded, pairs: pd.DataFrame, effective_on: pd.Timestamp) -> View:
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
    return listed(facts, people, posts, _month(effective_on))


def _month(day: pd.Timestamp) -> float:
    return float(month_number([day])[0])


def _pack_bits(flags: NDArray[np.bool_]) -> Bits:
    weights = np.uint64(1) << np.arange(flags.shape[1], dtype=np.uint64)
    return np.asarray((flags * weights).sum(axis=1, dtype=np.uint64))


def _from(finding: Finding, on: float) -> NDArray[np.float64]:
    """Return when the pair would pass by waiting; a date already past says that waiting is not what is missing."""
    passes_on = finding.passes_on()
    return np.where(passes_on > on, passes_on, np.nan)


def _sentence(rule: Rule, code: int) -> Text:
    return {FAIL: rule.fail, UNKNOWN: rule.unknown}.get(int(code), rule.passed)


def _texts(templates: list[str | None], values: dict[str, list[str]]) -> list[str | None]:
    rows = zip(*values.values(), strict=True) if values else iter([()] * len(templates))
    return [t.format(**dict(zip(values, row, strict=True))) if t else None for t, row in zip(templates, rows, strict=True)]


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    texts = ("rule_id", "verdict", "legal_reference", "values", "reason_id", "reason_en", "cure_id", "cure_en")
    frame = frame.astype(dict.fromkeys(texts, "str"))
    return frame.assign(cure_date=frame["cure_date"].astype("datetime64[us]"))[[*texts, "cure_date"]]
