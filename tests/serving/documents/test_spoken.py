"""Letters say reasons to the person, not to the office."""

from placement.reasons import catalogue
from serving.documents.spoken import SPOKEN, spoken


def test_every_concept_of_the_model_but_unnamed_attributes_has_its_sentence() -> None:
    assert set(SPOKEN) == set(catalogue().model) - {"attributes"}


def test_a_reason_of_the_model_is_said_to_the_person_with_its_record() -> None:
    told = {"concept": "tenure", "contribution": 0.2, "id": "menaikkan perkiraan", "record": "TMT jabatan: 1 Juni 2010"}
    assert spoken(told) == "Masa tugas Saudara di jabatan sekarang sudah waktunya diikuti tugas baru (TMT jabatan: 1 Juni 2010)."
    assert spoken({**told, "record": "Riwayat jabatan"}).endswith("(riwayat jabatan).")


def test_other_reasons_are_said_as_they_are() -> None:
    assert spoken({"concept": "need", "contribution": None, "id": "Unit kekurangan pegawai."}) == "Unit kekurangan pegawai."


def test_no_praise_rests_on_a_record_that_holds_nothing() -> None:
    told = {
        "concept": "competency",
        "contribution": 0.1,
        "id": "menaikkan perkiraan",
        "record": "Asesmen kompetensi: belum tercatat",
    }
    assert spoken(told) == "Asesmen kompetensi: belum tercatat; hal itu tidak mengurangi prakiraan di jabatan ini."
    met = spoken({**told, "record": "Asesmen kompetensi: memenuhi standar; di jabatan sekarang 0"})
    assert met.endswith("mendukung penugasan ini (asesmen kompetensi: memenuhi standar; di jabatan sekarang 0).")
    assert "lebih dekat" not in met, "whoever meets both standards is no closer to one of them"
