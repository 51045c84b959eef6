"""Documents about one position: the shortlist, the comparison of a few candidates, the staff memo, and "why not me"."""

from typing import Any

from publication.accounts.roles import Field
from serving.documents.asking import Ask, Source, content, unknown
from serving.documents.content import MISSING, Content, Value, day, number, words
from serving.documents.records import MASKED, estimates, gaps, person, post, reasons, short
from serving.texts.words import choice

MOST_LISTED = 50
FEWEST_COMPARED, MOST_COMPARED = 2, 5


def shortlist(source: Source, ask: Ask) -> Content:
    """Return the shortlist of a position: candidates with their numbers, reasons of the first, and what ruled others out."""
    place, rows = _listed(source, ask, "shortlist")
    position = source.answers.position(ask.position_id) or {}
    first = [_candidate(source, row, reasoned=True) for row in rows[: position["shown"]]]
    others = [_candidate(source, row, reasoned=False) for row in rows[position["shown"] :]]
    fields = {
        "position": place, "candidates": [*first, *others], "reasoned": first, "listed": number(len(rows)),
        "shown": number(len(first)), "rules": _rules(source, ask.position_id),
    }  # fmt: skip
    return content(source, "shortlist", f"Daftar pendek kandidat: {place['title']}", fields)


def comparison(source: Source, ask: Ask) -> Content:
    """Return two to five candidates of a position side by side: those named, else the first three."""
    place, rows = _listed(source, ask, "comparison")
    wanted = ask.employee_ids[:MOST_COMPARED]
    chosen = [row for row in rows if row["employee_id"] in wanted] if wanted else rows[:3]
    if len(chosen) < FEWEST_COMPARED:
        raise unknown("pegawai", "comparison")
    candidates = [_candidate(source, row, reasoned=True) for row in chosen]
    fields = {
        "position": place,
        "candidates": candidates,
        "count": number(len(candidates)),
    }
    return content(source, "comparison", f"Lembar perbandingan kandidat: {place['title']}", fields)


def memo(source: Source, ask: Ask) -> Content:
    """Return the staff memo that proposes how to fill a position: issue, facts, analysis, options, advice."""
    place, rows = _listed(source, ask, "memo")
    candidates = [_candidate(source, row, reasoned=True) for row in rows[:3]]
    band = sum(row["band"] == rows[0]["band"] for row in rows) if rows else 0
    fields = {
        "position": place, "candidates": candidates, "listed": number(len(rows)), "tied": number(band),
        "several_tied": band > 1, "rules": _rules(source, ask.position_id)[:5],
    }  # fmt: skip
    return content(source, "memo", f"Telaahan staf pengisian jabatan {place['title']}", fields)


def why_not(source: Source, ask: Ask) -> Content:
    """Return the answer to somebody who asks why not them: rules with their cure, or their place; nothing about anybody else."""
    place = post(source.answers, ask.position_id)
    if place is None or not ask.employee_ids:
        raise unknown("pegawai", "why_not")
    employee_id = ask.employee_ids[0]
    row = source.answers.candidate(ask.position_id, employee_id)
    open_rules = [_rule(source, rule) for rule in source.answers.exclusions(ask.position_id, [employee_id])]
    if row is None and not open_rules:
        raise unknown("pegawai", "why_not")
    listed = _candidate(source, row, reasoned=True) if row is not None else {}
    fields = {
        "person": person(source, employee_id), "position": place, "rules": open_rules, "candidate": listed,
        "is_candidate": row is not None, "has_rank": row is not None and row.get("rank") is not None,
        "is_held_back": bool(open_rules), "gaps": short(gaps(source.answers, employee_id, ask.position_id)),
        "others": [_other(source, best) for best in source.answers.best_positions(employee_id)[:3]
                   if best["position_id"] != ask.position_id],
    }  # fmt: skip
    return content(source, "why_not", f"Penjelasan atas permintaan: {place['title']}", fields)


def _listed(source: Source, ask: Ask, kind: str) -> tuple[dict[str, Value], list[dict[str, Any]]]:
    place = post(source.answers, ask.position_id)
    if place is None:
        raise unknown("jabatan", kind)
    return place, source.answers.shortlist(ask.position_id, MOST_LISTED)


def _candidate(source: Source, row: dict[str, Any], *, reasoned: bool) -> dict[str, Any]:
    told = source.reasons(row) if reasoned else row
    rank, band = row.get("rank"), row.get("band")
    return {
        **person(source, row["employee_id"]),
        **estimates(source, row),
        "rank": number(rank) if rank is not None else "–",
        "band": number(band) if band is not None else "–",
        "reasons_for": reasons(told, "for"),
        "reasons_against": reasons(told, "against"),
        "text_for": _joined(reasons(told, "for")),
        "text_against": _joined(reasons(told, "against")),
        "gaps": (held := gaps(source.answers, row["employee_id"], row["position_id"])),
        "levels": "\n".join(f"{gap['competency']}: {gap['held']}, standar {gap['required']}" for gap in held) or MISSING,
    }


def _joined(entries: list[dict[str, str]]) -> str:
    return " ".join(f"({place}) {entry['text']}" for place, entry in enumerate(entries, start=1)) or "–"


def _rules(source: Source, position_id: str) -> list[dict[str, Value]]:
    titles = source.run.get("rule_titles", {})
    return [
        {
            "rule": f"{row['rule_id']} {titles.get(row['rule_id'], {}).get('id', '')}".strip(),
            "people": number(row["people"]),
            "alone": number(row["alone"]),
        }
        for row in source.answers.exclusion_counts(position_id)
    ]


def _rule(source: Source, row: dict[str, Any]) -> dict[str, Value]:
    masked = source.hides(Field.RULINGS)
    return {
        "rule": row["rule_id"],
        "reason": MASKED if masked else row["reason"],
        "reference": row["legal_reference"],
        "cure": MASKED if masked else words(row["cure"]) if row["cure"] else "–",
        "cure_date": day(row["cure_date"]) if row["cure_date"] else "–",
        "state": choice("id", "verdict", row["verdict"]),
    }


def _other(source: Source, row: dict[str, Any]) -> dict[str, Any]:
    place = post(source.answers, row["position_id"]) or {"title": row["position_id"], "unit": ""}
    return {"title": place["title"], "unit": place["unit"], **estimates(source, row)}
