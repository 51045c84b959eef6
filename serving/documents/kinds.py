"""Every kind of document: its name, whom it asks about, and what builds its content."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from serving.documents.asking import Ask, Source
from serving.documents.content import Content
from serving.documents.contents import channel, evidence, forms, moves, positions

About = Literal["position", "pair", "moves", "unit", "person", "run"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    ``about`` says what it needs: a position; a pair of position and employee; moves (the whole plan, one person's, one unit's);
    a unit; a person or nobody (a form); nothing but the run.
    """

    name: str
    title: str
    title_en: str
    about: About
    build: Callable[[Source, Ask], Content]


def _moves(name: str, title: str, title_en: str) -> Kind:
    return Kind(name, title, title_en, "moves", moves.move_document(name, title))


def _form(name: str, title: str, title_en: str) -> Kind:
    return Kind(name, title, title_en, "person", forms.form(name, title))


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("shortlist", "Daftar pendek kandidat", "Shortlist", "position", positions.shortlist),
        Kind("comparison", "Lembar perbandingan kandidat", "Comparison sheet", "position", positions.comparison),
        Kind("memo", "Telaahan staf pengisian jabatan", "Staff memo", "position", positions.memo),
        Kind("why_not", "Surat “mengapa bukan saya”", "“Why not me” letter", "pair", positions.why_not),
        _moves("aspects", "Lembar delapan aspek mutasi", "Eight-aspect sheet per move"),
        _moves("minutes", "Berita acara rapat Tim Penilai Kinerja", "Minutes of the appraisal team"),
        _moves("attendance", "Daftar hadir rapat Tim Penilai Kinerja", "Attendance of the appraisal team"),
        Kind("submission", "Lembar prausul mutasi (I-MUT)", "Submission sheet (I-MUT)", "moves", channel.sheet),
        _moves("decree", "Rancangan keputusan mutasi dan lampirannya", "Draft decree with annex"),
        _moves("letter", "Surat pemberitahuan kepada pegawai", "Letter to each mover"),
        _moves("transition", "Rencana transisi", "Transition plan"),
        _moves("handover", "Berita acara serah terima tugas", "Hand-over minutes"),
        Kind("briefing", "Bahan penjelasan untuk unit", "Briefing pack per unit", "unit", moves.briefing),
        Kind("evaluation", "Laporan evaluasi", "Evaluation report", "run", evidence.evaluation),
        Kind(
            "privacy", "Berkas pelindungan data dan penilaian dampak", "Privacy file and impact assessment", "run", evidence.privacy
        ),
        Kind("fairness", "Lembar perlakuan antarkelompok", "How groups fared", "run", evidence.fairness),
        Kind("trail", "Jejak keputusan", "Decision trail", "run", evidence.trail),
        _form("aspiration_form", "Formulir aspirasi karier", "Aspiration form"),
        _form("objection_form", "Formulir keberatan", "Objection form"),
        _form("questionnaire_before", "Kuesioner sebelum mutasi", "Questionnaire before the move"),
        _form("questionnaire_after", "Kuesioner setelah mutasi", "Questionnaire after the move"),
    )
}
