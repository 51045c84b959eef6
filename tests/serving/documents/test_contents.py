"""What documents say, and to whom."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from features.errors import UsageError
from serving.documents.asking import CAUTION, Ask, Source
from serving.documents.content import MISSING
from serving.documents.contents.moves import ASPECTS
from serving.documents.kinds import KINDS

City = Callable[[int], Source]
ROOT = Path(__file__).resolve().parents[3]


def build(kind: str, source: Source, ask: Ask) -> dict:
    return dict(KINDS[kind].build(source, ask).fields)


def test_why_not_tells_rule_cure_and_date_and_nobody_else(city: City) -> None:
    told = build("why_not", city(3), Ask("T000", ("E998",)))
    assert told["rules"][0]["cure"] == "Menunggu 17 bulan lagi."
    assert told["rules"][0]["cure_date"] == "27 September 2027"
    assert "E000" not in repr(told)
    assert "Pegawai 000" not in repr(told)


def test_why_not_tells_a_listed_person_their_place(city: City) -> None:
    told = build("why_not", city(3), Ask("T000", ("E001",)))
    assert str(told["candidate"]["rank"]) == "2"
    assert told["is_candidate"]
    assert not told["is_held_back"]
    assert [gap["competency"] for gap in told["gaps"]] == ["komunikasi"]


def test_a_competency_not_assessed_is_neither_met_nor_short(city: City) -> None:
    move = build("aspects", city(3), Ask(employee_ids=("E001",)))["moves"][0]
    states = {gap["competency"]: gap["state"] for gap in move["gaps"]}
    assert states == {"integritas": "memenuhi", "komunikasi": "kurang", "pelayanan publik": "belum dinilai"}


def test_the_eight_aspects_are_those_of_the_regulation_in_order(city: City) -> None:
    move = build("aspects", city(3), Ask(employee_ids=("E001",)))["moves"][0]
    assert [row["aspect"] for row in move["aspects"]] == list(ASPECTS)
    assert len(ASPECTS) == 8
    assert "1 dari 2 kompetensi" in move["aspects"][0]["said"]
    assert "horizontal" in move["aspects"][1]["said"]
    assert "belum tercatat" in move["aspects"][3]["said"]


def test_moves_are_those_asked_for(city: City) -> None:
    assert len(build("letter", city(3), Ask())["moves"]) == 3
    assert [move["employee_id"] for move in build("letter", city(3), Ask(employee_ids=("E002",)))["moves"]] == ["E002"]
    assert len(build("letter", city(3), Ask(unit_id="UT"))["moves"]) == 3
    pair = build("letter", city(3), Ask("T000", ("E001",)))["moves"][0]
    assert (pair["to_post"], pair["start_on"], pair["chain"]) == ("Kepala Seksi 0", "1 Mei 2026", "–")


def test_a_briefing_tells_who_comes_and_who_goes(city: City) -> None:
    assert len(build("briefing", city(3), Ask(unit_id="UT"))["arriving"]) == 3
    assert len(build("briefing", city(3), Ask(unit_id="UA"))["leaving"]) == 3


def test_a_form_is_blank_or_for_a_person(city: City) -> None:
    assert build("objection_form", city(3), Ask())["people"][0]["name"].startswith("....")
    assert build("objection_form", city(3), Ask(employee_ids=("E001",)))["people"][0]["name"] == "Pegawai 001 Rekaan, S.H."


def test_what_is_not_on_record_is_said(city: City) -> None:
    shortlist = build("shortlist", city(3), Ask("T001"))
    assert shortlist["position"]["certificates"] == "tidak disyaratkan"
    person = build("questionnaire_before", city(3), Ask(employee_ids=("E998",)))["people"][0]
    assert person["rank_since"] == "1 April 2022"
    assert MISSING == "belum tercatat"


def test_unsupported_rankings_carry_their_caution(city: City) -> None:
    source = city(3)
    unsupported = Source(source.answers, source.office, source.reasons, {**source.run, "ranking_supported": False})
    assert build("shortlist", source, Ask("T000"))["caution"] == ""
    assert build("shortlist", unsupported, Ask("T000"))["caution"] == CAUTION


@pytest.mark.parametrize(
    ("kind", "ask"),
    [
        ("shortlist", Ask("nowhere")),
        ("comparison", Ask("T000", ("E000",))),
        ("why_not", Ask("T000")),
        ("why_not", Ask("T001", ("E998",))),
        ("letter", Ask(employee_ids=("nobody",))),
        ("letter", Ask("T000", ("E998",))),
        ("briefing", Ask(unit_id="nowhere")),
    ],
)
def test_what_the_run_does_not_hold_is_refused_in_words(kind: str, ask: Ask, city: City) -> None:
    with pytest.raises(UsageError, match=kind) as refused:
        KINDS[kind].build(city(3), ask)
    assert kind in refused.value.into("id")


def test_every_field_of_a_document_is_in_its_page(city: City) -> None:
    """An office that edits a template looks its placeholders up in docs/documents.md."""
    said = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")))
    asks = {"position": Ask("T000"), "pair": Ask("T000", ("E998",)), "unit": Ask(unit_id="UT")}

    def names(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for part in value.values() for name in names(part)}
        return {name for part in value for name in names(part)} if isinstance(value, list | tuple) else set()

    used = {name for kind in KINDS.values() for name in names(build(kind.name, city(3), asks.get(kind.about, Ask())))}
    assert used - said == set()
    assert set(KINDS) - said == set()
