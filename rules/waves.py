"""Rules on a wave: what the moves of a plan break together, though each of them alone may be lawful."""

import numpy as np
import pandas as pd

from features.errors import UsageError
from rules.encoding import Encoded, encode
from rules.facts import Facts
from rules.identifiers import plain
from rules.pack import RulePack, WaveRule
from rules.predicates.catalogue import WAVE_PREDICATES
from rules.predicates.waves import Broken
from rules.wording import worded

COLUMNS = ("rule_id", "gates", "legal_reference", "moves", "reason_id", "reason_en")


def judge_wave(pack: RulePack, facts: Facts | Encoded, moves: pd.DataFrame) -> pd.DataFrame:
    """Return what a plan breaks: rules on pairs (`rules.verdicts.judge`) are not judged again here.

    Parameters
    ----------
    moves
        The moves of a plan, one row each: employee_id, position_id (to). The post left is the one the facts say is held.

    Returns
    -------
    DataFrame
        One row per breach: rule_id, gates (a plan with it may not stand), legal_reference, moves (list of places in ``moves``),
        reason_id, reason_en. A policy rule switched off is not judged.

    Raises
    ------
    UsageError
        A move names a person not in service or a position unknown at ``as_of``.
    """
    encoded = facts if isinstance(facts, Encoded) else encode(facts)
    people = encoded.employee_ids.get_indexer(plain(moves["employee_id"]))
    posts = encoded.position_ids.get_indexer(plain(moves["position_id"]))
    if (people < 0).any() or (posts < 0).any():
        raise UsageError(
            f"Wave to judge: {int((people < 0).sum())} moves name nobody in service and {int((posts < 0).sum())} no position known "
            f"on {encoded.as_of:%Y-%m-%d}. Give moves of employees in service to known positions.",
            f"Gelombang yang dinilai: {int((people < 0).sum())} mutasi menyebut orang yang tidak bertugas dan "
            f"{int((posts < 0).sum())} jabatan yang tidak dikenal pada {encoded.as_of:%Y-%m-%d}. Berikan pegawai yang bertugas.",
        )
    rules = [rule for rule in pack.wave_rules if not (rule.severity == "policy" and rule.mode == "off")]
    found = [_told(rule, WAVE_PREDICATES[rule.predicate](encoded, people, posts, **rule.params)) for rule in rules]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _told(rule: WaveRule, broken: Broken) -> pd.DataFrame:
    count = len(broken.moves)
    words = {name: worded(name, np.array(values)) for name, values in broken.values.items()}
    reasons = (
        [text.format(**{name: said[language][n] for name, said in words.items()}) for n in range(count)]
        for language, text in enumerate((rule.fail.id, rule.fail.en))
    )
    told = dict(zip(("reason_id", "reason_en"), reasons, strict=True))
    frame = pd.DataFrame({"moves": pd.Series([list(places) for places in broken.moves], dtype=object), **told})
    return frame.assign(rule_id=rule.id, gates=rule.gates, legal_reference=rule.legal_reference)[list(COLUMNS)]
