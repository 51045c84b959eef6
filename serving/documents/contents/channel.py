"""The sheet HR keys into the national channel (I-MUT): every field of each move, and the papers with their state."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from placement.reasons import catalogue
from publication.accounts.roles import Field
from rules.submission import submission
from serving.documents.asking import Ask, Source, content, unknown
from serving.documents.content import MISSING, Content, number
from serving.documents.contents.moves import proposed

STATES = {"filled": "terisi", "missing": "belum ada", "in order": "lengkap", "to attach": "lampirkan", "refused": "tidak memenuhi"}


_TIME_IN_POST = catalogue().model["tenure"].record.id.partition("{")[0]
"""How the record of reasons begins that rest on the time in post: the sheet tells it itself, with its article."""


def _grounds(move: Mapping[str, Any]) -> list[str]:
    """Return the reasons for a move that the sheet does not tell of its own accord."""
    return [reason["text"] for reason in move["reasons_for"] if not reason["source"].startswith(_TIME_IN_POST)]


def sheet(source: Source, ask: Ask) -> Content:
    """Return the pre-submission sheet of the moves asked about, judged by the rules and facts of the run."""
    moves = proposed(source, ask, "submission")
    if source.law is None:
        raise unknown("usulan", "submission")
    pack, facts = source.law()
    starts = {(row["employee_id"], row["to_position"]): row["start_on"] for row in source.answers.plan()}
    asked = pd.DataFrame(
        {
            "employee_id": [move["employee_id"] for move in moves],
            "position_id": [move["position"]["position_id"] for move in moves],
            "reason": [" ".join(_grounds(move)) or None for move in moves],
            "present_unit": [move["from_unit"] for move in moves],
            "target_unit": [move["to_unit"] for move in moves],
            "name": [move["name"] for move in moves],
            "nip": [move["nip"] for move in moves],
            "start_on": [starts.get((move["employee_id"], move["position"]["position_id"])) for move in moves],
        }
    ).astype({"reason": "str"})
    rows = submission(pack, facts, asked, facts.effective_on)
    masked = source.hides(Field.RULINGS)
    for place, entries in rows.groupby("move"):
        moves[int(place)]["entries"] = [
            {
                "label": str(row.label_id),
                "said": "disamarkan" if masked and row.section == "papers" else str(row.value) if pd.notna(row.value) else MISSING,
                "state": STATES[str(row.state)],
                "reference": str(row.legal_reference) if pd.notna(row.legal_reference) else "",
            }
            for row in entries.itertuples()
        ]
    return content(source, "submission", "Lembar prausul mutasi (I-MUT)", {"moves": moves, "count": number(len(moves))})
