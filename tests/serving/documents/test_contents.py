"""What documents say, and to whom."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.errors import UsageError
from publication.accounts.roles import Field, Permission
from publication.decisions.life import Asked, Listed
from serving.documents.asking import CAUTION, Ask, Source
from serving.documents.content import MISSING
from serving.documents.contents import evidence
from serving.documents.contents.moves import ASPECTS
from serving.documents.kinds import KINDS
from serving.documents.records import MASKED

City = Callable[[int], Source]
RUN = "abcdef0123456789"
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


def test_a_mover_reads_which_courses_when_and_who_mentors(city: City) -> None:
    move = build("transition", city(3), Ask(employee_ids=("E001",)))["moves"][0]
    assert [row["text"] for row in move["support"]] == [
        "Bimtek Komunikasi, 14–16 April 2026 (sebelum mulai tugas)",
        "Aplikasi Perizinan, 2 Juni 2026 (menunggu kursi)",
        "Pendamping: Pegawai 000 Rekaan, S.H.",
    ]
    assert str(move["adaptation"]) == "4 bulan"
    assert [row["text"] for row in move["hand_over"]] == ["Daftar tugas berjalan diserahkan"]


def test_a_move_the_run_did_not_prepare_names_what_is_short_and_that_somebody_mentors(city: City) -> None:
    move = build("transition", city(3), Ask(employee_ids=("E002",)))["moves"][0]
    assert "komunikasi (tingkat 2, standar jabatan 4)" in move["support"][0]["text"]
    assert move["support"][-1]["text"].startswith("Pendampingan oleh")


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


def test_the_trail_and_the_report_tell_what_the_run_says(city: City) -> None:
    trail, report = build("trail", city(3), Ask()), build("evaluation", city(3), Ask())
    assert trail["hashes"][0]["hash"] == "a" * 64
    assert trail["rules"] == [{"rule": "R03 Masa jabatan minimal", "state": "dinilai"}]
    assert trail["prices"][0]["scope"] == "Dinas Tujuan, rumpun umum"
    assert str(trail["prices"][0]["gain"]) == "0,075"
    assert report["release_rules"][0]["text"] == "AUTOC: 0,23 (80 %: 0,10 sampai 0,35)"
    assert str(report["movers"]) == "1.181"
    assert str(report["calibration"][0]["promised"]) == "−1,10"
    told = [(row["title"], str(row["value"]), row["unit"], str(row["people"])) for row in report["effects"]]
    assert told == [("Kinerja", "+0,12", "SB", "412"), ("Rekan", "+0,04", "SB", "48 unit-tahun")]
    kept = [(row["group"], str(row["promised"]), str(row["realised"]), str(row["gap"])) for row in report["promises"]]
    assert kept[1] == ("diputuskan Juli 2021", "+0,10", "+0,20", "+0,10")
    assert [(row["title"], str(row["value"])) for row in report["said"]] == [("jejaring lintas unit", "3,62")]
    reached = [(row["goal"], str(row["target"]), str(row["value"]), row["range"], row["unit"]) for row in report["goals"]]
    assert reached == [("kepuasan pegawai terjaga", "3,50", "3,40", "3,30 … 3,50", "dari 5")]
    assert [row["state"] for row in report["goals"]] == ["belum terbukti"]
    assert report["causes"][0]["text"] == "Tanpa pelatihan"
    assert (report["past_verdict"], str(report["past_movers"])) == ("belum terbukti", "412")


def test_a_run_without_a_model_has_a_report_all_the_same(city: City) -> None:
    source = city(3)
    bare = {name: source.run[name] for name in ("run_id", "as_of", "effective_on")}
    report = build("evaluation", Source(source.answers, source.office, source.reasons, bare), Ask())
    assert not report["was_validated"]
    assert report["release"] == MISSING
    build("trail", Source(source.answers, source.office, source.reasons, bare), Ask())
    build("privacy", Source(source.answers, source.office, source.reasons, bare), Ask())


def decide(source: Source, employee_id: str, position_id: str) -> None:
    """Take a pair through preparation, check and approval by three accounts."""
    listed = Listed(RUN, "yes", 1, 1, 1, "B", 0.3, 0.2, 0.1, 0.3)
    for action, by, permission in (
        ("choose", "a", Permission.PREPARE),
        ("check", "b", Permission.CHECK),
        ("approve", "c", Permission.APPROVE),
    ):
        asked = Asked(action, by, frozenset({permission}), reason_code="need" if action == "choose" else "")
        source.records.moves.take(position_id, employee_id, asked, listed, datetime(2026, 4, 1, tzinfo=UTC))


def test_a_move_is_a_draft_until_the_decision_maker_has_approved_it(city: City) -> None:
    source, ask = city(2), Ask(employee_ids=("E001",))
    before = KINDS["decree"].build(source, ask)
    assert before.draft
    assert before.fields["moves"][0]["decision"] == " "
    decide(source, "E001", "T001")
    after = KINDS["decree"].build(source, ask)
    assert not after.draft
    assert after.fields["moves"][0]["decision"] == "disetujui"
    assert [after.fields["moves"][0][name] for name in ("prepared_by", "checked_by", "approved_by")] == ["a", "b", "c"]
    assert KINDS["decree"].build(source, Ask()).draft  # the other move of the wave is not approved
    trail = build("trail", source, Ask())
    assert trail["decisions"][0] == {
        "name": "Pegawai 001 Rekaan, S.H.", "post": "Kepala Seksi 1", "state": "disetujui", "prepared_by": "a", "checked_by": "b",
        "approved_by": "c", "departs": "tidak", "on": "1 April 2026",
    }  # fmt: skip
    assert (str(trail["entries"]), len(trail["head_hash"])) == ("3", 64)


def test_what_is_hidden_from_the_account_is_masked(city: City) -> None:
    source = replace(city(3), hidden=frozenset({Field.NAME, Field.NIP, Field.RULINGS, Field.ASPIRATION}))
    for kind, ask in (("letter", Ask()), ("why_not", Ask("T000", ("E998",))), ("shortlist", Ask("T000")), ("submission", Ask())):
        told = repr(build(kind, source, ask))
        assert "Rekaan, S.H." not in told, kind
        assert "1980010120050" not in told, kind
        assert "Baru 7 bulan" not in told, kind
        assert MASKED in told, kind


def test_the_submission_sheet_has_every_field_of_the_channel(city: City) -> None:
    move = build("submission", city(3), Ask(employee_ids=("E001",)))["moves"][0]
    labels = {entry["label"]: entry for entry in move["entries"]}
    assert labels["NIP"]["said"] == "198001012005010001"
    assert labels["Alasan mutasi"]["said"] == "Lima tahun di bidang layanan."
    assert labels["Surat usul PPK yang menyebut jabatan"]["state"] == "lampirkan"
    assert len(labels) >= 30


def test_the_paper_on_groups_marks_as_the_gate_of_the_run_does():
    said = evidence._marks({"impact_ratio": 0.75, "budget": 0.05})
    assert said.startswith("“Perlu ditelaah”: di bawah 0,75 atau di atas 1,33")
    assert "paling banyak pada 5 % terbitan" in said
    assert evidence._marks(None) == ""
