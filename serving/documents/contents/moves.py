"""Documents about proposed moves: of the whole wave, of one mover, or of one pair that HR names."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from features.written import days
from publication.decisions.choices import STATES
from publication.decisions.life import APPROVED, Move
from serving.documents.asking import Ask, Source, content, unknown
from serving.documents.content import MISSING, Content, Fields, Value, day, number
from serving.documents.records import ESTIMATES, estimates, gaps, person, post, reasons, record, short
from serving.followed import courses_of
from serving.supported import NOTHING, supported
from serving.texts.words import in_unit

PULSES = (30, 60, 90)
"""Days after the start on which mover and superior are asked how it goes."""


def move_document(kind: str, title: str) -> Callable[[Source, Ask], Content]:
    """Return the builder of a kind whose content is a list of moves."""

    def build(source: Source, ask: Ask) -> Content:
        moves = proposed(source, ask, kind)
        fields = {"moves": moves, "count": number(len(moves)), "chains": number(len({str(move["chain"]) for move in moves}))}
        return content(source, kind, title, fields, draft=not all(move["is_approved"] for move in moves))

    return build


def briefing(source: Source, ask: Ask) -> Content:
    """Return the briefing pack of a unit: who arrives, who leaves, who leads, and what to prepare."""
    moves = [move for move in proposed(source, Ask(), "briefing") if ask.unit_id in (move["from_unit_id"], move["to_unit_id"])]
    if not moves:
        raise unknown("unit", "briefing")
    arriving = [move for move in moves if move["to_unit_id"] == ask.unit_id]
    leaving = [move for move in moves if move["from_unit_id"] == ask.unit_id]
    unit = arriving[0]["to_unit"] if arriving else leaving[0]["from_unit"]
    fields = {
        "unit": unit, "arriving": arriving, "leaving": leaving,
        "arrivals": number(len(arriving)), "departures": number(len(leaving)),
    }  # fmt: skip
    return content(source, "briefing", f"Bahan penjelasan mutasi: {unit}", fields)


def proposed(source: Source, ask: Ask, kind: str) -> list[dict[str, Any]]:
    """Return the moves asked about: a pair that is named, a person's move in the plan, else the whole plan in its order.

    Raises
    ------
    UsageError
        There is no such move, or no plan.
    """
    plan = source.answers.plan()
    if ask.position_id and ask.employee_ids:
        plan = [_pair(source, employee_id, ask.position_id, kind) for employee_id in ask.employee_ids]
    elif ask.employee_ids:
        plan = [row for row in plan if row["employee_id"] in ask.employee_ids]
    elif ask.unit_id:
        units = {place["position_id"]: place["unit_id"] for place in _places(source, plan)}
        plan = [row for row in plan if ask.unit_id in (units.get(row["from_position"]), units.get(row["to_position"]))]
    if not plan:
        raise unknown("usulan", kind)
    return [_move(source, row, place) for place, row in enumerate(plan, start=1)]


def _places(source: Source, plan: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = {row[name] for row in plan for name in ("from_position", "to_position") if row[name]}
    return [found for position_id in sorted(wanted) if (found := source.answers.position(position_id)) is not None]


def _pair(source: Source, employee_id: str, position_id: str, kind: str) -> dict[str, Any]:
    if source.answers.position(position_id) is None or source.answers.candidate(position_id, employee_id) is None:
        raise unknown("pegawai", kind)
    present = source.answers.people([employee_id]).get(employee_id, {}).get("position_id")
    return {
        "employee_id": employee_id, "from_position": present, "to_position": position_id, "chain": None, "step": None,
        "start_on": source.run.get("effective_on"),
    }  # fmt: skip


def _move(source: Source, row: dict[str, Any], place: int) -> dict[str, Any]:
    answers, employee_id, position_id = source.answers, row["employee_id"], row["to_position"]
    origin = post(answers, row["from_position"]) if row["from_position"] else None
    target = post(answers, position_id)
    assert target is not None
    pair = answers.candidate(position_id, employee_id)
    told = source.reasons(pair) if pair is not None else {}
    lacking = gaps(answers, employee_id, position_id)
    return {
        "no": number(place),
        "chain": number(row["chain"]) if row.get("chain") is not None else "–",
        "step": number(row["step"]) if row.get("step") is not None else "–",
        **person(source, employee_id),
        "from_post": origin["title"] if origin else MISSING,
        "from_unit": origin["unit"] if origin else MISSING,
        "from_place": in_unit(str(origin["title"]), str(origin["unit"])) if origin else MISSING,
        "from_unit_id": origin["unit_id"] if origin else "",
        "to_post": target["title"],
        "to_unit": target["unit"],
        "to_place": in_unit(str(target["title"]), str(target["unit"])),
        "to_unit_id": target["unit_id"],
        "position": target,
        "start_on": day(row["start_on"]),
        **(estimates(source, pair) if pair is not None else _no_estimates()),
        "reasons_for": reasons(told, "for"),
        "reasons_against": reasons(told, "against"),
        "gaps": lacking,
        "short": short(lacking),
        **_prepared(source, row, short(lacking)),
        "aspects": _aspects(source, row, origin, target, lacking),
        **_decision(source.decided(position_id, employee_id)),
    }


def _decision(move: Move | None) -> dict[str, Value]:
    """Return what was decided on a move and by whom; blanks to write on where nothing was."""
    if move is None:
        blank = dict.fromkeys(("decision", "prepared_by", "checked_by", "approved_by"), " ")
        return {**blank, "is_approved": ""}
    said = STATES[move.state].indonesian + (" (menyimpang dari kelompok yang disarankan)" if move.departs else "")
    signed = {name: getattr(move, name) or " " for name in ("prepared_by", "checked_by", "approved_by")}
    return {"decision": said, **signed, "is_approved": "ya" if move.state in APPROVED else ""}


def _no_estimates() -> dict[str, Value]:
    return dict.fromkeys(ESTIMATES, MISSING)


def _prepared(source: Source, row: dict[str, Any], lacking: list[dict[str, Value]]) -> dict[str, Any]:
    """Return what prepares the mover: ``support`` in sentences, ``adaptation``, what is handed over and what is made ready.

    From the run's plan of support where it holds the move, else from the competencies that are short alone.
    """
    rows = source.answers.rows("support", employee_id=row["employee_id"], to_position=row["to_position"])
    if not rows:
        return {"support": [*map(_taught, lacking), {"text": MENTORED}], "adaptation": MISSING, "hand_over": [], "settling": []}
    planned = rows[0]
    done = supported(source.records.intake, row["employee_id"]).get(row["employee_id"], NOTHING) if source.records else NOTHING
    courses = courses_of(planned["trainings"], done)
    taught = {course["competency"] for course in courses}
    mentor = planned["mentor_employee_id"]
    said = [_course(course) for course in courses] + [_taught(gap) for gap in lacking if gap["competency"] not in taught]
    said.append({"text": f"Pendamping: {person(source, mentor)['name']}" if mentor else MENTORED})
    return {
        "support": said, "adaptation": number(planned["adaptation_months"], unit="bulan"),
        "hand_over": _checklist(planned["hand_over_left"]), "settling": _checklist(planned["hand_over_entered"]),
    }  # fmt: skip


MENTORED = "Pendampingan oleh pejabat atau rekan kerja yang ditunjuk selama tiga bulan pertama"
STANDS = {
    "seat": "sebelum mulai tugas", "after_start": "setelah mulai tugas, dalam masa penyesuaian", "waiting": "menunggu kursi",
}  # fmt: skip


def _course(course: dict[str, Any]) -> dict[str, str]:
    on = days(date.fromisoformat(course["start_on"]), date.fromisoformat(course["finish_on"]), "id")
    stands = f"diikuti, selesai {day(course['attended'])}" if course["attended"] else STANDS[course["stands"]]
    return {"text": f"{course['course']}, {on} ({stands})"}


def _taught(gap: dict[str, Value]) -> dict[str, str]:
    return {"text": f"Pelatihan atau pembimbingan {gap['competency']} (tingkat {gap['held']}, standar jabatan {gap['required']})"}


def _checklist(written: str) -> list[dict[str, Value]]:
    return [{"no": number(place), "text": item["id"]} for place, item in enumerate(json.loads(written or "[]"), start=1)]


def _aspects(
    source: Source, row: dict[str, Any], origin: Fields | None, target: Fields, lacking: list[dict[str, Value]]
) -> list[dict[str, str]]:
    """Return the eight aspects a plan of transfers has regard to, with what the record says of each."""
    answers, employee_id = source.answers, row["employee_id"]
    facts = record(answers, "facts_employees", employee_id)
    demanded = record(answers, "facts_positions", row["to_position"])
    who = person(source, employee_id)
    need = answers.need(target["unit_id"], demanded.get("job_family"))
    met = sum(gap["state"] == "memenuhi" for gap in lacking)
    judged = sum(gap["state"] != "belum dinilai" for gap in lacking)
    competency = (
        f"{met} dari {judged} kompetensi yang dinilai memenuhi standar; penilaian {who['assessed_on']}"
        if judged
        else "belum dinilai"
    )
    needs = f"kebutuhan {number(need['need'], 1)}, terisi {number(need['filled'])}" if need else "ABK belum tercatat"
    said = (
        competency,
        _direction(facts.get("level"), demanded.get("level"), facts.get("job_kind"), demanded.get("job_kind")),
        f"{who['rank_name']} sejak {who['rank_since']}; pendidikan {who['education']}",
        "belum tercatat pada data sumber; isi dari hasil manajemen talenta",
        f"di jabatan sekarang sejak {who['since']}; jabatan asal {origin['title'] if origin else MISSING}",
        f"{who['rating_last']}, sebelumnya {who['rating_prior']}; hukuman disiplin: {who['discipline']}",
        f"unit tujuan: {needs}; jabatan lowong {target['vacant']} dari {target['headcount']}",
        f"{target['kind']}, rumpun {target['family']}; {target['character']}",
    )
    return [{"aspect": name, "said": words} for name, words in zip(ASPECTS, said, strict=True)]


ASPECTS = (
    "Kompetensi",
    "Pola karier",
    "Pemetaan pegawai",
    "Kelompok rencana suksesi (talent pool)",
    "Perpindahan dan pengembangan karier",
    "Penilaian prestasi kerja/kinerja dan perilaku kerja",
    "Kebutuhan organisasi",
    "Sifat pekerjaan teknis atau kebijakan tergantung pada klasifikasi jabatan",
)
"""The aspects of Peraturan BKN 5/2019 Pasal 2 that a plan of transfers must have regard to, in their order."""


def _direction(held: float | None, wanted: float | None, kind: str | None, wanted_kind: str | None) -> str:
    """Return the direction of a move in the career pattern (PermenPANRB 22/2021)."""
    if held is None or wanted is None:
        return MISSING
    groups = ["functional" if str(one).startswith("functional") else str(one) for one in (kind, wanted_kind)]
    if wanted // 10 <= held // 10:
        return "horizontal (jenjang setara)"
    across = "functional" in groups and groups[0] != groups[1]
    return f"{'diagonal' if across else 'vertikal'} (jenjang lebih tinggi)"
