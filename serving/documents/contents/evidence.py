"""Documents about the run itself: what its evidence is worth, how it treats people's data, and the trail of what was decided."""

import math
from collections.abc import Mapping
from typing import Any

from evaluation.effects.units import EXPOSURES
from evaluation.effects.wording import BESIDE, OUTCOMES
from publication.answers import Answers
from publication.decisions.choices import STATES
from serving.documents.asking import Ask, Source, content
from serving.documents.content import MISSING, Content, Value, day, effect, number, words
from serving.documents.records import person, post
from serving.effects import Goal, plainly, programmes, promises
from serving.groups import Group, by_score, by_step
from serving.rendering import plain
from serving.texts.words import choice, text

MEASURES: dict[str, str] = {
    "outcome_r2": "Prakiraan kinerja pegawai yang tetap (R²)",
    "mean_effect": "Pengaruh rata-rata mutasi yang lalu (SB)",
    "spread": "Keragaman pengaruh antarpegawai dan jabatan (SB)",
    "slope": "Kesesuaian prakiraan dengan kenyataan (kemiringan, 1 = tepat)",
    "autoc": "Mutu pengurutan (AUTOC)",
    "qini": "Mutu pengurutan (Qini)",
    "gain_over_constant": "Keunggulan atas satu angka tetap untuk semua",
    "plan_value": "Pilihan sistem dikurangi pilihan nyata (SB per jabatan)",
    "coverage": "Cakupan selang 80 % pengaruh",
    "realised_coverage": "Cakupan selang 80 % perubahan yang tercatat",
    "placebo_mean": "Pengaruh mutasi semu (SB, seharusnya nol)",
    "placebo_slope": "Kemiringan mutasi semu (seharusnya nol)",
    "leniency_correlation": "Korelasi dengan kemurahan penilai (seharusnya nol)",
    "overlap": "Bagian mutasi yang mempunyai pembanding",
    "robustness_value": "Ketahanan terhadap sebab tersembunyi",
}
"""Figures of the validation that the report tells, in its order."""

HASHES: dict[str, str] = {
    "source": "Data sumber", "snapshot": "Potret data", "params": "Pilihan kajian (params)", "rule_pack": "Paket aturan",
    "code": "Program", "model": "Model",
}  # fmt: skip
MOST_DECISIONS = 2000
_RELEASES = {"champion": "dipakai", "refused": "ditolak", "none": "tidak ada"}
_VERDICTS = {"passed": "terpenuhi", "failed": "tidak terpenuhi"}
_BLOCKS = {"release": "pemakaian model", "ranking": "pengurutan", "nothing": "tidak menentukan"}


def evaluation(source: Source, _: Ask) -> Content:
    """Return the report on the evidence: labels, release with every rule, figures, promised against realised."""
    validation = source.run.get("validation") or {}
    fields = {
        "movers": number(validation.get("movers")), "stayers": number(validation.get("stayers")),
        "employees": number(validation.get("employees")), "was_validated": bool(validation), "measures": _measures(validation),
        "calibration": _calibration(validation), **_release(source.run), **_labels(source.run), **_past(source),
    }  # fmt: skip
    return content(source, "evaluation", "Laporan evaluasi", fields)


def privacy(source: Source, _: Ask) -> Content:
    """Return the privacy file of the run, the draft of the impact assessment (UU 27/2022 Pasal 34) in it."""
    rows = source.run.get("source_rows") or {}
    fields = {
        "read": number(rows.get("read")), "set_aside": number(rows.get("set_aside")), "faults": number(rows.get("faults")),
        "moves": number(len(source.answers.plan())), **_release(source.run), **_labels(source.run),
    }  # fmt: skip
    return content(source, "privacy", "Berkas pelindungan data pribadi", fields)


def fairness(source: Source, _: Ask) -> Content:
    """Return how groups fared at each step, and what the scores give away (29 CFR 1607.4 for what is worth a look)."""
    rows = source.answers.rows("fairness")
    steps = [(said, group) for said, groups in by_step(rows) for group in groups]
    fields = {
        "compared": number(len(steps)), "looked_at": number(sum(group.marked for _, group in steps)),
        "steps": [
            {**_group(group), "step": said.indonesian, "share": number(_percent(group.row["value"])),
             "others": number(_percent(group.row["others"])), "ratio": _measured(group.row["ratio"], "–"),
             "note": "perlu ditelaah" if group.marked else " "}
            for said, group in steps
        ],
        "scores": [
            {**_group(group), "score": said.indonesian, "value": number(group.row["value"], 2)}
            for said, groups in by_score(rows) for group in groups
        ],
        "marks": _marks((source.run.get("fairness") or {}).get("rules")), **_release(source.run),
    }  # fmt: skip
    return content(source, "fairness", "Perlakuan antarkelompok", fields)


def _marks(rules: Mapping[str, float] | None) -> str:
    """Return when the run's gate of fairness marks a comparison; nothing where it stated no rule."""
    if not rules:
        return ""
    limit, above, budget = (
        plain("id", value, digits)
        for value, digits in ((rules["impact_ratio"], 2), (1 / rules["impact_ratio"], 2), (100 * rules["budget"], 0))
    )
    return text("id", "fairness_read_look", limit=limit, above=above, budget=budget)


def _group(group: Group) -> dict[str, Value]:
    said: dict[str, Value] = {
        "trait": group.trait.indonesian,
        "group": group.name.indonesian,
        "people": number(group.row["people"]),
    }
    return said | {end: _measured(group.row[end], beyond) for end, beyond in (("lower", "–"), ("upper", "∞"))}


def _measured(value: float | None, without: str) -> Value:
    """Return a figure of two digits; ``without`` where it has no bound, as a ratio to a share of none."""
    return without if value is None or math.isnan(value) else number(value, 2)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def trail(source: Source, _: Ask) -> Content:
    """Return what was used and decided: fingerprints, dates, rules, release, plan and the price of its limits."""
    run = source.run
    hashes = run.get("hashes") or {}
    plan = run.get("plan") or {}
    fields = {
        "data_cutoff": day(run.get("data_cutoff")), "seed": words(run.get("seed")),
        "hashes": [{"part": name, "hash": words(hashes.get(key))} for key, name in HASHES.items()],
        "rules": _rules(run), "planned": number(plan.get("moves")), "status": words(plan.get("status")),
        "value": number(plan.get("value"), 2), "bound": number(plan.get("bound"), 2),
        "prices": [_price(source.answers, price) for price in plan.get("prices") or []],
        **_decisions(source), **_release(run), **_labels(run),
    }  # fmt: skip
    return content(source, "trail", "Jejak keputusan", fields)


ORDER = {outcome: place for place, outcome in enumerate(("performance", *BESIDE))}
"""Outcomes in the order they are told."""
EFFECTS = ("matched", *EXPOSURES)
"""Designs told as what moves did: to those who moved, and to the units they came to and left."""
_VERDICTS_OF_PAST = {"berhasil": "berhasil", "belum terbukti": "belum terbukti", "merugikan": "merugikan"}


def _past(source: Source) -> dict[str, Any]:
    """Return what past moves did: verdict with its reasons, power, the effects on everybody, the causes named."""
    summary = source.run.get("evaluation") or {}
    rows = source.answers.rows("evaluation") if summary else []
    told = [row for row in rows if row["dimension"] == "all" and row["step"] == 0 and not row["suppressed"]]
    told.sort(key=lambda row: (ORDER.get(row["outcome"], len(ORDER)), row["design"]))
    power = summary.get("power") or {}
    return {
        "was_evaluated": bool(summary),
        "past_verdict": _VERDICTS_OF_PAST.get(str(summary.get("verdict")), MISSING),
        "past_movers": number(power.get("movers")),
        "past_detectable": number(power.get("detectable"), 2),
        "past_reasons": [{"text": str(reason["text_id"])} for reason in summary.get("reasons") or []],
        "effects": [_effect(row) for row in told if row["design"] in EFFECTS and row["estimate"] is not None],
        "said": [{**_effect(row, signed=False), "title": OUTCOMES[row["outcome"]].indonesian}
                 for row in told if row["design"] == "level" and row["estimate"] is not None],
        "promises": [_promise(row) for row in promises(source.answers.rows("promises") if summary else [])],
        "goals": _goals(source.answers.rows("programmes"), rows),
        "causes": [{"text": str(row["title"]), "lost": number(row["estimate"], 2, signed=True, unit="SB")}
                   for row in rows if row["design"] == "cause" and row["reached"] == "named"],
        "warned": number(summary.get("warned")),
    }  # fmt: skip


def _effect(row: Mapping[str, Any], *, signed: bool = True) -> dict[str, Value]:
    told = plainly(row)
    ends = (("value", "estimate"), ("lower", "lower"), ("upper", "upper"))
    parts = {name: number(told[part], 2, signed=signed) for name, part in ends}
    return {"title": str(row["title"]), **parts, "unit": told["unit"].indonesian, "people": _seen(row)}


def _promise(row: Mapping[str, Any]) -> dict[str, Value]:
    figures = ("promised", "realised", "realised_lower", "realised_upper", "gap", "gap_lower", "gap_upper")
    return {"group": row["name"].indonesian, **{name: effect(row[name]) for name in figures}, "people": number(row["people"])}


def _seen(row: Mapping[str, Any]) -> Value:
    """Return how many an effect rests on: people, or units in a year where it is one on units."""
    return number(row["people"], unit="unit-tahun" if row["design"] in EXPOSURES else "")


def _goals(rows: list[dict[str, Any]], evaluation: list[dict[str, Any]]) -> list[dict[str, Value]]:
    """Return the goals of every programme, the newest first, with what was reached."""
    return [
        {"period": f"{one.from_on.year}–{one.to_on.year if one.to_on else ''}", "goal": goal.goal, "indicator": goal.indicator,
         "unit": goal.unit.indonesian, "target": number(goal.target, 2), "value": number(goal.estimate, 2),
         "range": _range(goal), "state": choice("id", "reached", goal.reached)}
        for one in programmes(rows, evaluation) for goal in one.goals
    ]  # fmt: skip


def _range(goal: Goal) -> str:
    """Return the interval of what was reached; a figure that counts everything has none."""
    if goal.lower is None or goal.upper is None or goal.lower == goal.upper:
        return "–"
    return f"{number(goal.lower, 2)} … {number(goal.upper, 2)}"


def _decisions(source: Source) -> dict[str, Any]:
    """Return every pair decided on, the last first, and the head of the ledger they are written in."""
    if source.records is None:
        return {"decisions": [], "entries": number(0), "head_hash": "–"}
    head, moves = source.records.ledger.head(), source.records.moves.moves(limit=MOST_DECISIONS)
    rows = [
        {
            "name": person(source, move.employee_id)["name"],
            "post": (post(source.answers, move.position_id) or {}).get("title", "–"),
            "state": STATES[move.state].indonesian, "prepared_by": move.prepared_by or "–", "checked_by": move.checked_by or "–",
            "approved_by": move.approved_by or "–", "departs": "ya" if move.departs else "tidak", "on": day(move.changed_at),
        }
        for move in moves
    ]  # fmt: skip
    return {"decisions": rows, "entries": number(head.seq), "head_hash": head.hash}


def _release(run: Mapping[str, Any]) -> dict[str, Any]:
    release = run.get("release") or {}
    return {
        "release": _RELEASES.get(str(release.get("decision")), MISSING),
        "ranking": "didukung bukti" if run.get("ranking_supported") else "belum didukung bukti",
        "release_reasons": [{"text": str(reason["text_id"])} for reason in release.get("reasons") or []],
        "release_rules": [
            {
                "text": str(rule["text_id"]).split(": ", 1)[-1],
                "verdict": _VERDICTS.get(str(rule["verdict"]), "belum dapat dinilai"),
                "blocks": _BLOCKS.get(str(rule["blocks"]), str(rule["blocks"])),
            }
            for rule in release.get("rules") or []
        ],
    }


def _labels(run: Mapping[str, Any]) -> dict[str, Any]:
    health = run.get("label_health") or {}
    return {
        "labels": words(health.get("verdict")),
        "label_reasons": [{"text": str(reason.get("text_id", reason))} for reason in map(_worded, health.get("reasons") or [])],
    }


def _worded(reason: object) -> Mapping[str, Any]:
    return reason if isinstance(reason, Mapping) else {"text_id": reason}


def _measures(validation: Mapping[str, Any]) -> list[dict[str, Value]]:
    return [
        {"measure": name, **_interval(validation[key])}
        for key, name in MEASURES.items()
        if isinstance(validation.get(key), Mapping)
    ]


def _interval(figure: Mapping[str, Any]) -> dict[str, Value]:
    return {part: number(figure.get(part), 2) for part in ("value", "lower", "upper")}


def _calibration(validation: Mapping[str, Any]) -> list[dict[str, Value]]:
    return [
        {"place": number(place), "promised": number(part["forecast"], 2, signed=True), **_realised(part["realised"])}
        for place, part in enumerate(validation.get("calibration") or [], start=1)
    ]


def _realised(figure: Mapping[str, Any]) -> dict[str, Value]:
    return {part: number(figure.get(part), 2, signed=True) for part in ("value", "lower", "upper")}


def _rules(run: Mapping[str, Any]) -> list[dict[str, Value]]:
    titles = run.get("rule_titles") or {}
    states = {"assessed": "dinilai", "no data": "tidak ada data", "not in force": "tidak berlaku", "switched off": "dimatikan kota"}
    return [
        {"rule": f"{rule} {titles.get(rule, {}).get('id', '')}".strip(), "state": states.get(state, str(state))}
        for rule, state in (run.get("rules") or {}).items()
    ]


def _price(answers: Answers, price: Mapping[str, Any]) -> dict[str, Value]:
    """Return a limit in words: ``scope`` is a unit and job family, or one of them, or nothing for the whole city."""
    kind, scope = str(price["kind"]), str(price.get("scope") or "")
    if kind == COUPLES:
        return {"limit": LIMITS[kind], "scope": "satu pasangan", "gain": number(price["gain"], 3)}
    unit, _, family = scope.partition(" / ")
    named = answers.unit_names([unit]).get(unit, unit)
    place = f"{named}, rumpun {family}" if family else named or "seluruh kota"
    return {"limit": LIMITS.get(kind, kind), "scope": place, "gain": number(price["gain"], 3)}


COUPLES = "together"
"""The limit whose scope is two people: who is married to whom is told nowhere."""
LIMITS: dict[str, str] = {
    "moves": "banyaknya mutasi dalam gelombang",
    "floor": "keterisian minimal unit",
    "out_of_unit": "banyaknya yang keluar dari unit",
    "into_unit": "banyaknya yang masuk ke unit",
    "budget": "anggaran",
    "mean_distance": "jarak rata-rata",
    "aspirations": "bagian yang sesuai aspirasi",
    "share": "bagian suatu kelompok",
    COUPLES: "pasangan yang tidak dipisahkan",
}
"""Limits of a wave in words."""
