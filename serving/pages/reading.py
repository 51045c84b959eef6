"""What pages ask of the run in force."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import yaml
from fastapi import HTTPException, Request

from features.errors import EntryError
from publication.answers import Answers
from publication.read import PublishedRun
from serving import blind
from serving.judging import Judgement, judged, open_judge
from serving.kept import Kept

MOST_LISTED = 50
"""Candidates of a position that are on its list."""


def kept_of(request: Request) -> Kept:
    """Return what is kept of each run."""
    kept = request.app.state.kept
    assert isinstance(kept, Kept)
    return kept


def known_position(answers: Answers, position_id: str) -> dict[str, Any]:
    """Return one position.

    Raises
    ------
    HTTPException
        404: the run in force has no such position.
    """
    position = answers.position(position_id)
    if position is None:
        raise HTTPException(404)
    return position


def person_coded(request: Request, answers: Answers, given: str) -> dict[str, Any] | None:
    """Return the person for whom the code ``given`` stands on blind pages; a code that stands for two people is nobody's."""

    def read() -> dict[str, str]:
        coded = [(blind.code(answers.run_id, who), who) for who in answers.employee_ids()]
        times = Counter(code for code, _ in coded)
        return {code: who for code, who in coded if times[code] == 1}

    who = kept_of(request).get(answers.run_id, "coded", read).get(given.strip().upper())
    return answers.people([who])[who] if who else None


def position_named(answers: Answers, given: str) -> dict[str, Any] | None:
    """Return the position meant by ``given``: its code, or words of its title, unit or family that only one position has."""
    wanted = given.strip()
    found = answers.position(wanted) if wanted else None
    if found is not None or not wanted:
        return found
    hits = answers.positions(wanted, 2)
    return hits[0] if len(hits) == 1 else None


def nobody_named() -> EntryError:
    """Return the fault of a form that names nobody, or several people."""
    return EntryError(
        "No single employee in the run in force has this NIP, number, code or full name. Look the person up under Employees.",
        "Tidak ada satu pegawai pun dengan NIP, nomor, kode, atau nama lengkap itu pada hasil yang berlaku, atau ada beberapa. "
        "Cari pegawainya di halaman Pegawai.",
    )


def no_position_named() -> EntryError:
    """Return the fault of a form that names no position, or several."""
    return EntryError(
        "No single position in the run in force has this code or title. Look its code up under Positions, or write "
        "more of its title.",
        "Tidak ada satu jabatan pun dengan kode atau nama itu pada hasil yang berlaku, atau ada beberapa. Lihat kodenya di halaman "
        "Jabatan, atau tulis namanya lebih lengkap.",
    )


def run_of(kept: Kept, answers: Answers) -> dict[str, Any]:
    """Return the ``run.json`` of the run in force, read once."""
    return kept.get(answers.run_id, "run", answers.run)


def rules_open(answers: Answers, position_id: str, candidates: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return by employee the rules still open for ``candidates`` of a position."""
    return _by_person(answers.exclusions(position_id, candidates)) if candidates else {}


def rules_that_exclude(answers: Answers, position_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return by employee the rules that keep people off a position's list."""
    candidates = set(answers.listed(position_id, MOST_LISTED))
    return _by_person(row for row in answers.exclusions(position_id) if row["employee_id"] not in candidates)


def _by_person(found: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    rules: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        rules[row["employee_id"]].append(row)
    return dict(rules)


REQUIREMENTS = {
    "min_rank": "rank_minimum", "min_education": "education_level", "education_fields": "education_field",
    "certificates": "certificates_held", "standards": "competencies_met",
}  # fmt: skip
"""What a position may demand, and the predicate of the rule that asks for it."""


def requirement_articles(kept: Kept, answers: Answers) -> dict[str, str]:
    """Return, by what a position may demand, the article of the rule that asks for it."""

    def read() -> dict[str, str]:
        rules = [yaml.safe_load(row["definition"]) for row in answers.rows("rules", kind="pair")]
        by_predicate = {rule["predicate"]: rule["legal_reference"] for rule in rules}
        return {name: by_predicate.get(predicate, "") for name, predicate in REQUIREMENTS.items()}

    return kept.get(answers.run_id, "requirement_articles", read)


def judgement_of(request: Request, answers: Answers, position_id: str, employee_id: str) -> Judgement | None:
    """Return one pair judged by every rule of the run, kept since it takes a second; None where it knows no such pair.

    Raises
    ------
    StalePublicationError
        The folder of the run, or its facts, are not there.
    """
    folder = request.app.state.settings.folder.published / answers.run_id
    kept = kept_of(request)
    judge = kept.get(answers.run_id, "judge", lambda: open_judge(PublishedRun(answers.run_id, folder)))
    return kept.get(answers.run_id, ("judged", position_id, employee_id), lambda: judged(judge, position_id, employee_id))


def names_of(request: Request, answers: Answers) -> dict[str, str]:
    """Return what sentences call positions and units, by id; a title that several posts bear is told with its unit."""

    def read() -> dict[str, str]:
        rows = answers.rows("positions")
        borne = Counter(row["title"] for row in rows)
        apart = {row["position_id"]: f" ({row['unit_name']})" for row in rows if borne[row["title"]] > 1 and row["unit_name"]}
        posts = {row["position_id"]: row["title"] + apart.get(row["position_id"], "") for row in rows if row["title"]}
        return posts | {row["unit_id"]: row["name"] or row["unit_id"] for row in answers.rows("units")}

    return kept_of(request).get(answers.run_id, "names", read)
