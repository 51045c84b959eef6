"""Why each move is another in the second plan: what was settled, who takes or leaves the posts, else the plan as a whole."""

import pandas as pd
import pytest

from placement.wave.comparison import Why, compare
from placement.wave.limits import Changes, Limits
from placement.wave.plan import Plan
from placement.wave.wording import change_texts


def plan(*moves: tuple[str, str | None, str]) -> Plan:
    frame = pd.DataFrame(list(moves), columns=["employee_id", "from_position", "to_position"]).astype(object)
    return Plan(frame.assign(value=1.0), float(len(moves)), float(len(moves)), 0.0, "optimal")


BASE = plan(("ana", "A", "B"), ("budi", "C", "A"))
"""Ana leaves A for B; Budi follows into A."""


@pytest.mark.parametrize(("other", "settled", "who", "why"), [
    (plan(("budi", "C", "B")), Changes(locked=(("budi", "B"),)), "ana", [Why("taken", "B", "budi")]),
    (plan(("budi", "C", "B")), Changes(locked=(("budi", "B"),)), "budi",
     [Why("locked"), Why("not_vacated", "A", "ana"), Why("freed", "B", "ana")]),
    (plan(), Changes(forbidden=(("ana", "B"),)), "ana", [Why("forbidden")]),
    (plan(), Changes(forbidden=(("ana", "B"),)), "budi", [Why("not_vacated", "A", "ana")]),
    (plan(("ana", "A", "B"), ("budi", "C", "A"), ("citra", "D", "C")), Changes(forced_people=("citra",)), "citra",
     [Why("forced_person")]),
    (plan(("ana", "A", "B"), ("budi", "C", "A"), ("citra", "D", "E")), Changes(forced_posts=("E",)), "citra",
     [Why("forced_post", "E")]),
    (plan(("ana", "A", "B"), ("budi", "C", "A"), ("citra", "D", "E"), ("dedi", "F", "D")), Changes(), "dedi",
     [Why("vacated", "D", "citra")]),
    (plan(("ana", "A", "B"), ("budi", "C", "A"), ("citra", "D", "E")), Changes(), "citra", [Why("sum")]),
    (plan(("ana", "A", "B"), ("budi", "C", "A"), ("citra", "D", "E")), Changes(limits=Limits(moves=3)), "citra", [Why("limits")]),
    (BASE, Changes(), "ana", []),
])  # fmt: skip
def test_every_change_has_its_reason(other: Plan, settled: Changes, who: str, why: list[Why]) -> None:
    assert compare(BASE, other, settled).set_index("employee_id").loc[who, "why"] == why


def test_reasons_are_told_in_both_languages() -> None:
    rows = compare(BASE, plan(("budi", "C", "B")), Changes(locked=(("budi", "B"),)))
    told = change_texts(rows, {"ana": "Ana", "budi": "Budi", "A": "Kepala Seksi", "B": "Kepala Bidang"}).set_axis(
        rows["employee_id"]
    )
    assert told.loc["ana", "text_id"] == ("Tidak lagi ke Kepala Bidang: tetap di tempat. Sebab: Kepala Bidang kini diisi Budi.")
    assert told.loc["budi", "text_en"] == (
        "To Kepala Bidang instead of Kepala Seksi (difference 0.00 SD). "
        "Why: this move is locked; Ana now stays in Kepala Seksi; Kepala Bidang no longer goes to Ana."
    )
