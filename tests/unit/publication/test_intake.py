"""What people enter: checked, never changed, and frozen to an extract that the contract can read."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from features.contract import TABLES
from features.errors import EntryError
from publication.intake.extract import extract, write_extract
from publication.intake.forms import FORMS, Kind
from publication.records import Records

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=timezone(timedelta(hours=7)))
WISH = {"employee_id": "E1", "job_family": "perencanaan", "stated_on": "2026-03-01", "strength": "4", "reason": "dekat rumah"}


def test_an_entry_comes_back_typed_with_who_and_when(records: Records) -> None:
    number = records.intake.enter("aspirations", WISH | {"unit_id": ""}, "pegawai", NOW)
    row = records.intake.row("aspirations", number)
    assert row is not None
    assert (row["strength"], row["unit_id"], row["entered_by"]) == (4, None, "pegawai")
    assert row["entered_at"] == "2026-03-04T09:30:00+07:00"


def test_every_fault_is_named_and_nothing_is_written(records: Records) -> None:
    with pytest.raises(EntryError) as refused:
        records.intake.enter("aspirations", {"strength": 9, "stated_on": "1 Maret", "colour": "red"}, "x", NOW)
    said = str(refused.value)
    for part in ("employee is missing", "strength", "1 to 5", "YYYY-MM-DD", "colour", "fill in one of"):
        assert part in said
    assert "pegawai belum diisi" in refused.value.into("id")
    assert records.intake.rows("aspirations") == []


def test_several_rows_are_entered_together_or_not_at_all(records: Records) -> None:
    good = {"employee_id": "E1", "date": "2026-03-01", "item": "kerja", "answer": 4}
    with pytest.raises(EntryError):
        records.intake.enter_all("surveys", [good, good | {"answer": 6}], "x", NOW)
    assert records.intake.rows("surveys") == []
    assert len(records.intake.enter_all("surveys", [good, good | {"item": "motivasi"}], "x", NOW)) == 2


@pytest.mark.parametrize("value", ["x" * 3000, "a\0b"])
def test_texts_that_no_database_takes_are_refused(records: Records, value: str) -> None:
    with pytest.raises(EntryError):
        records.intake.enter("aspirations", WISH | {"reason": value}, "x", NOW)


def test_a_withdrawn_entry_counts_no_more_and_cannot_be_withdrawn_twice(records: Records) -> None:
    number = records.intake.enter("aspirations", WISH, "pegawai", NOW)
    with pytest.raises(EntryError):
        records.intake.withdraw("aspirations", number, " ", "pegawai", NOW)
    records.intake.withdraw("aspirations", number, "salah isi", "pegawai", NOW)
    assert records.intake.row("aspirations", number) is None
    with pytest.raises(EntryError):
        records.intake.withdraw("aspirations", number, "lagi", "pegawai", NOW)


def test_objections_are_in_the_ledger_and_wishes_are_not(records: Records) -> None:
    records.intake.enter("aspirations", WISH, "pegawai", NOW)
    assert records.ledger.entries() == []
    number = records.intake.enter("objections", {"employee_id": "E1", "ground": "procedure", "text": "Tidak diumumkan"}, "p", NOW)
    entry = records.ledger.entries()[0]
    assert (entry["kind"], entry["subject"], entry["public"]["form"]) == ("entered", f"objections/{number}", "objections")
    assert entry["private"]["text"] == "Tidak diumumkan"
    assert records.verify().faults == ()


def test_replies_find_their_question(records: Records) -> None:
    asked = records.intake.enter("questions", {"employee_id": "E1", "text": "Mengapa saya?"}, "p", NOW)
    other = records.intake.enter("questions", {"employee_id": "E2", "text": "Kapan?"}, "p", NOW)
    reply = {"employee_id": "E1", "form": "questions", "about_id": asked, "outcome": "answered", "text": "Karena pengalaman."}
    records.intake.enter("replies", reply, "atasan", NOW)
    found = records.intake.replies("questions", [asked, other])
    assert [row["text"] for row in found[asked]] == ["Karena pengalaman."]
    assert found[other] == []


def test_a_case_stands_as_its_last_step_says(records: Records) -> None:
    case = {"employee_id": "E1", "opened_on": "2026-03-01", "problem": "skills", "owner": "hr", "option": "mentor"}
    case |= {"due_on": "2026-04-01"}
    first = records.intake.enter("cases", case, "hr", NOW)
    second = records.intake.enter("cases", case | {"due_on": "2026-03-20"}, "hr", NOW)
    step = {"employee_id": "E1", "case_id": first, "status": "in_progress", "due_on": "2026-03-10"}
    records.intake.enter("case_steps", step, "hr", NOW)
    assert [(row["entry_id"], row["status"], row["due_on"]) for row in records.intake.cases()] == [
        (first, "in_progress", "2026-03-10"), (second, "open", "2026-03-20"),
    ]  # fmt: skip
    records.intake.enter("case_steps", {"employee_id": "E1", "case_id": first, "status": "solved"}, "hr", NOW)
    assert [row["entry_id"] for row in records.intake.cases()] == [second]
    assert len(records.intake.cases(open_only=False)) == 2


def test_an_extract_has_the_contracts_columns_and_the_day_of_entry(records: Records, url: str) -> None:
    records.intake.enter("aspirations", WISH, "pegawai", NOW)
    withdrawn = records.intake.enter("aspirations", WISH | {"employee_id": "E9"}, "pegawai", NOW)
    records.intake.withdraw("aspirations", withdrawn, "keliru", "pegawai", NOW)
    pulse = {"employee_id": "E1", "date": "2026-03-03", "days": "30", "item": "support", "answer": 2}
    records.intake.enter("pulses", pulse, "p", NOW)
    frozen = extract(url)
    assert sorted(frozen.frames) == ["aspirations", "feedback"]
    assert frozen.frames["aspirations"].iloc[0].dropna().to_dict() == {
        "employee_id": "E1", "job_family": "perencanaan", "stated_on": "2026-03-01", "strength": "4", "reason": "dekat rumah",
        "known_on": "2026-03-04",
    }  # fmt: skip
    assert frozen.frames["feedback"].iloc[0]["item"] == "pulse_30_support"
    assert frozen.frames["feedback"].iloc[0]["reviewer_kind"] == "self"
    assert frozen.newest == "2026-03-04"


def test_every_form_that_joins_the_contract_has_its_required_columns() -> None:
    made = {"pulses": {"reviewer_kind"}}
    for form in FORMS.values():
        if form.contract:
            table = TABLES[form.contract]
            fields = {field.name for field in form.fields}
            required = {column.name for column in table.columns if column.required}
            assert required <= fields, form.name
            assert fields & set(table.names()) | made.get(form.name, set()) <= set(table.names())
            assert all(form.field(name).required for name in required), form.name


def test_the_same_entries_have_the_same_digest_whatever_their_numbers(records: Records, url: str, tmp_path: Path) -> None:
    empty = extract(url)
    assert (empty.digest, empty.newest) == ("", "")
    gone = records.intake.enter("aspirations", WISH, "pegawai", NOW)
    once = extract(url).digest
    records.intake.withdraw("aspirations", gone, "ulang", "pegawai", NOW)
    assert extract(url).digest == ""
    records.intake.enter("aspirations", WISH, "pegawai", NOW)
    again = extract(url)
    assert again.digest == once != ""
    write_extract(again, tmp_path / "intake")
    written = tmp_path / "intake" / once[:16] / "aspirations.csv"
    assert written.stat().st_mode & 0o077 == 0
    assert "perencanaan" in written.read_text(encoding="utf-8")


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert extract(f"sqlite:///{tmp_path / 'tepat.db'}").digest == ""
    assert not (tmp_path / "tepat.db").exists()


def test_every_form_speaks_both_languages_and_every_code_field_has_codes() -> None:
    for form in FORMS.values():
        assert form.title
        assert form.title.indonesian
        for field in form.fields:
            assert field.title.indonesian, f"{form.name}.{field.name}"
            assert bool(field.codes) == (field.kind is Kind.CODE), f"{form.name}.{field.name}"
        assert form.own or form.others


def test_a_statement_is_entered_in_words_and_kept_as_its_code_and_a_certificate_by_its_name(records: Records) -> None:
    said = {"Tidak  bersih": "not_clear", "lulus": "passed", "not clear": "not_clear", "clear": "clear", "not_clear": "not_clear",
            "Sertifikat PBJ": "Sertifikat PBJ"}  # fmt: skip
    for text, kept in said.items():
        row = {"employee_id": "E1", "kind": "court", "value": text, "valid_from": "2026-01-01"}
        number = records.intake.enter("clearances", row, "hr", NOW)
        assert records.intake.rows("clearances", entry_id=number)[0]["value"] == kept
