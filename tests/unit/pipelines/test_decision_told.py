"""Whoever opens a run in Prefect reads in both languages what was decided, why, and which model is in force."""

from pathlib import Path

import pytest

from pipelines.decision_told import decision_rows
from pipelines.releasing import Released
from publication.model_in_force import ModelsTold, Stand

IN_FORCE = "In force: version 1, data until 2026-01-31"

REASON = {"code": "newest_shares", "blocks": "release", "text_id": "Tahun 2025 menyimpang", "text_en": "2025 departs"}
RELEASED = Released(Path("model"), "hash1", "2026-01-31", True, {"release": "refused", "reasons": [REASON]})
REFUSED = Stand(2, "hash2", "2026-03-01", "2026-04-02T03:00:00+07:00", "released", "", "tidak terpenuhi: skala", "not met: scale")


@pytest.mark.parametrize(
    ("how", "by", "said"),
    [
        ("released", "", f"{IN_FORCE}, since 2026-02-02: because"),
        ("promoted", "terminal:ani", f"{IN_FORCE}, promoted on 2026-02-02 (by terminal:ani): because"),
        ("rolled_back", "terminal:ani",
         f"{IN_FORCE}, back since 2026-02-02 in place of version 2 (by terminal:ani): because"),
        ("withdrawn", "", f"{IN_FORCE}, back since 2026-02-02, for version 2 was withdrawn: because"),
        ("found", "", IN_FORCE),
    ],
)  # fmt: skip
def test_a_refusal_is_told_with_its_reasons_and_the_model_that_stays(how: str, by: str, said: str) -> None:
    now = Stand(1, "hash1", "2026-01-31", "2026-02-02T03:00:00+07:00", how, by, "sebab", "because", 2)
    rows = decision_rows(RELEASED, ModelsTold(now, REFUSED, {}))
    assert [row["text_en"] for row in rows] == [
        "Decision: the one just trained is refused", "2025 departs", said,
        "Refused: version 2, data until 2026-03-01, 2026-04-02: not met: scale",
    ]  # fmt: skip
    assert rows[1]["text"] == "Tahun 2025 menyimpang"
    assert all(row["text"] != row["text_en"] for row in rows)


def test_where_no_model_is_in_force_it_says_so() -> None:
    assert decision_rows(RELEASED, ModelsTold(None, None, {}))[-1]["text"] == "Tidak ada model yang berlaku"
    assert len(decision_rows(RELEASED, None)) == 2
