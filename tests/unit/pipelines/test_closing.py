"""The end of a run reads well at 80 columns and more: one line a candidate, ties said, each reason beside its record."""

from typing import Any, cast

import pytest
from rich.console import Console

from pipelines.closing import EXPLAINED, SHOWN, heard, shortlist, way_on
from pipelines.flows import Finished
from pipelines.job import open_job
from pipelines.request import Request
from pipelines.texts import Language, Texts
from publication.answers import Answers

LONG = "Rd. Bagaskara Adiputra Wirasena Kusumawardhana, S.STP., M.Si., Ph.D."
POSITION = {"position_id": "P1", "title": "Camat Seroja", "unit_name": None, "vacant": 1, "candidates": 1049, "unknown": 0,
            "excluded": 7861}  # fmt: skip


def candidate(rank: int) -> dict[str, Any]:
    told = {"concept": "performance", "contribution": 0.12, "id": f"Kinerja {rank}", "en": f"Performance {rank}",
            "record": f"Penilaian {rank}", "record_en": f"Appraisals {rank}"}  # fmt: skip
    against = told | {"contribution": None, "id": f"Perlu pelatihan {rank}", "en": f"Training {rank}"}
    return {"rank": rank, "employee_id": f"E{rank}", "band": 1 + rank // 3, "uplift": -0.04, "lower": -0.431, "upper": 0.0,
            "grade": "B", "eligible": "yes" if rank % 2 else "unknown", "reasons_for": [told],
            "reasons_against": [against]}  # fmt: skip


class FiveCandidates:
    def shortlist(self, position_id: str, limit: int) -> list[dict[str, Any]]:
        return [candidate(rank) for rank in range(1, 9)][:limit]

    def people(self, employee_ids: object) -> dict[str, dict[str, Any]]:
        return {"E1": {"name": LONG}, "E2": {"name": "Sri"}}


def printed(width: int, language: Language = Language.ID) -> list[str]:
    console = Console(width=width, force_terminal=False, color_system=None)
    with console.capture() as captured:
        for part in shortlist(cast(Answers, FiveCandidates()), POSITION, Texts(language)):
            console.print(part)
    return [line.rstrip() for line in captured.get().splitlines()]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(("language", "eligible"), [(Language.ID, "belum pasti"), (Language.EN, "unknown")])
def test_each_candidate_takes_one_whole_line(width: int, language: Language, eligible: str) -> None:
    lines = printed(width, language)
    assert max(map(len, lines)) <= width
    whole = [line for line in lines if line.endswith((eligible, "terpenuhi", "yes"))]
    assert len(whole) == SHOWN
    assert all("−0" in line and " B " in line for line in whole)
    headings = Texts(language)
    assert any(all(headings(name) in line for name in ("candidate", "uplift", "grade", "eligible")) for line in lines)


def test_a_long_name_is_shortened_with_a_mark_and_only_where_it_must_be() -> None:
    assert any("…  −0,04" in line and line.startswith(" 1  Rd. Bagaskara") for line in printed(80))
    assert any(LONG in line and "−0,04" in line for line in printed(140))


def test_what_may_be_kept_as_a_log_holds_no_name() -> None:
    console = Console(width=120, force_terminal=False, color_system=None)
    with console.capture() as captured:
        for part in shortlist(cast(Answers, FiveCandidates()), POSITION, Texts(Language.EN), named=False):
            console.print(part)
    assert "Bagaskara" not in captured.get()
    assert "Sri" not in captured.get()
    assert "E1" in captured.get()
    assert "Names are left out" in captured.get()


def test_a_tie_is_said_once_above_its_members() -> None:
    lines = printed(80)
    assert [line.strip() for line in lines if "setara" in line] == ["setara 1", "setara 2"]


def test_the_first_three_have_their_reasons_with_the_record_each_rests_on() -> None:
    text = "\n".join(printed(80))
    for rank in range(1, EXPLAINED + 1):
        assert f"+0,12 Kinerja {rank}  [Penilaian {rank}]" in text
        assert f"− Perlu pelatihan {rank}  [Penilaian {rank}]" in text
    assert f"Kinerja {EXPLAINED + 1}" not in text


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    indonesian, english = (" ".join(" ".join(printed(80, language)).split()) for language in (Language.ID, Language.EN))
    assert "−0,04 (−0,43 … 0,00)" in indonesian
    assert "−0.04 (−0.43 … 0.00)" in english
    assert "1.049" in indonesian
    assert "1,049" in english
    assert "-0" not in indonesian + english


def test_the_command_that_opens_the_pages_is_whole_and_can_be_pasted() -> None:
    job = open_job(Request("source", "a city/workspace"))
    last = way_on(job, Finished("ab12", ()), Language.ID, ".venv/bin/tepat").splitlines()[-1]
    assert last.strip() == ".venv/bin/tepat serve --workspace 'a city/workspace'"


def test_where_the_rows_set_aside_lie_is_said_if_there_are_any() -> None:
    job = open_job(Request("source", "workspace"))
    faulty, clean = (way_on(job, Finished("ab12", (), folder), Language.EN, "tepat") for folder in ("quarantine/ab", ""))
    assert "Rows set aside and the full report: quarantine/ab\n" in faulty
    assert "set aside" not in clean


@pytest.mark.parametrize(
    ("supported", "words"), [(True, "Dipelajari dengan statistik"), (False, "harus terbukti dahulu pada mutasi kota ini")]
)
def test_what_other_cities_told_is_said_as_far_as_it_reaches_the_lists(supported: bool, words: str) -> None:
    said = heard({"cities_heard": 2, "ranking_supported": supported}, Texts(Language.ID))
    assert words in said
    assert "2 kota" in said
