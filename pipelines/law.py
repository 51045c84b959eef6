"""The law on the run in force: what another rule pack would flip, and the sheets HR keys into the national channel."""

import json
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader

from features.errors import UsageError
from features.written import whole
from pipelines.files import read_frame, write_frame
from pipelines.job import Job
from publication.known_as import person_named
from publication.read import PublishedRun, current
from rules.difference import Difference, difference
from rules.facts import Facts, unpacked
from rules.pack import load_pack
from rules.submission import submission

SHOWN = 3
"""Examples printed for each change and rule."""
WORDS = {
    "id": {"yes": "memenuhi", "no": "tidak memenuhi", "unknown": "belum pasti", "rules": "Yang berubah pada aturan",
           "flips": "Pasangan yang berubah", "behind": "karena aturan", "same": "Tidak ada pasangan yang berubah.",
           "then": "dulu", "now": "kini", "none": "aturan ini tidak ada", "post": "jabatan"},
    "en": {"yes": "eligible", "no": "not eligible", "unknown": "not certain", "rules": "What changes in the rules",
           "flips": "Pairs that flip", "behind": "by rule", "same": "No pair flips.", "then": "then", "now": "now",
           "none": "no such rule", "post": "post"},
}  # fmt: skip


def compare(job: Job, old: Path, new: Path, lang: str) -> str:
    """Return, as text without any name or employee id, what pack ``new`` changes against ``old`` on the run in force.

    The city's overrides hold for both packs.

    Raises
    ------
    UsageError, StalePublicationError
        A pack is not valid, or nothing is published.
    """
    run = current(job.workspace)
    facts = _facts(run)
    packs = [load_pack(path, job.params.rules.overrides) for path in (old, new)]
    return _told(difference(packs[0], packs[1], facts, facts.effective_on), lang)


def write_submission(job: Job, pairs_file: Path, out: Path, by: str, lang: str) -> int:
    """Write the sheet of every pair in ``pairs_file`` to ``out`` and return how many; names only in the name of ``by``.

    Raises
    ------
    UsageError
        The file lacks a column, names somebody not in the run, or the ending of ``out`` is none of ours.
    """
    pairs = read_frame(pairs_file)
    missing = {"employee_id", "position_id"} - set(pairs)
    if missing:
        raise UsageError(
            f"'{pairs_file}' lacks the column {' and '.join(sorted(missing))}.",
            f"'{pairs_file}' tidak memuat kolom {' dan '.join(sorted(missing))}.",
        )
    run = current(job.workspace)
    facts = _facts(run)
    moves = _moves(job, run, pairs, named=bool(by.strip()))
    sheet = submission(job.params.rules.pack(), facts, moves, facts.effective_on)
    if out.suffix == ".html":
        out.write_text(_page(sheet, run.run_id, by.strip(), lang), encoding="utf-8")
    elif out.suffix == ".json":
        forms = [rows.drop(columns="move").to_dict("records") for _, rows in sheet.groupby("move")]
        told = {"run_id": run.run_id, "exported_by": by.strip(), "moves": forms}
        out.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        write_frame(sheet.assign(run_id=run.run_id, exported_by=by.strip()), out)
    return len(moves)


def _facts(run: PublishedRun) -> Facts:
    return unpacked(run.table("facts_employees"), run.table("facts_positions"))


def _moves(job: Job, run: PublishedRun, pairs: pd.DataFrame, *, named: bool) -> pd.DataFrame:
    """Return the pairs with units, the published reason of each, and, where they may be, names."""
    keys = ["employee_id", "position_id"]
    moves = pairs.astype(dict.fromkeys(keys, "str")).reset_index(drop=True)
    units = run.table("positions").set_index("position_id")["unit_name"]
    held = run.table("facts_employees").set_index("employee_id")["position_id"]
    moves = moves.assign(employee_id=_as_published(job, moves["employee_id"], held.index))
    listed = run.table("shortlists")[[*keys, "reasons_for"]].drop_duplicates(keys)
    reasons = moves[keys].merge(listed, on=keys, how="left")["reasons_for"]
    told = {"reason": [_sentence(text, "id") for text in reasons], "reason_en": [_sentence(text, "en") for text in reasons]}
    said = {name: pd.Series(texts, dtype="str") for name, texts in told.items()}
    own = {name: moves[name].fillna(texts) if name in moves else texts for name, texts in said.items()}
    if "own_request" in moves:
        own["own_request"] = moves["own_request"].astype("str").str.lower().isin(["true", "yes", "ya", "1"])
    moves = moves.assign(**own, present_unit=moves["employee_id"].map(held).map(units), target_unit=moves["position_id"].map(units))
    if not named:
        return moves
    with job.store.reading() as answers:
        people = answers.people(moves["employee_id"])
    return moves.assign(**{name: [people.get(who, {}).get(name) for who in moves["employee_id"]] for name in ("name", "nip")})


def _as_published(job: Job, names: pd.Series, known: pd.Index) -> pd.Series:
    """Return people by what the run knows them by; who is named otherwise (by NIP) is looked up, who is nobody stays as named."""
    others = names[~names.isin(known)].unique()
    if not len(others):
        return names
    with job.store.reading() as answers:
        found = {name: person_named(answers, name, job.workspace.key()) for name in others}
    return names.replace({name: person["employee_id"] for name, person in found.items() if person})


def _sentence(text: object, lang: str) -> str | None:
    """Return the published reasons of a pair as one text; nothing where none were made."""
    if not isinstance(text, str):
        return None
    return " ".join(str(reason[lang]) for reason in json.loads(text)) or None


def _page(sheet: pd.DataFrame, run_id: str, by: str, lang: str) -> str:
    template = Environment(loader=PackageLoader("pipelines", "templates"), autoescape=True).get_template("submission.html")
    english = lang == "en"
    shown = sheet.assign(label=sheet["label_en" if english else "label_id"], said=sheet["value_en" if english else "value"])
    forms = [rows.fillna("").to_dict("records") for _, rows in shown.groupby("move")]
    return template.render(forms=forms, run_id=run_id, by=by, lang=lang)


def _told(found: Difference, lang: str) -> str:
    words = WORDS[lang]
    lines = [f"{words['rules']}:", *(f"  {row.rule_id} {row.part}: {row.old} -> {row.new}" for row in found.rules.itertuples())]
    if found.counts.empty:
        return "\n".join([*lines, words["same"]])
    lines.append(f"{words['flips']}:")
    for change in found.counts.itertuples():
        lines.append(f"  {words[change.old]} -> {words[change.new]}: {whole(change.pairs, lang)}")
        lines += _behind(found, change.old, change.new, lang)
    return "\n".join(lines)


def _behind(found: Difference, old: str, new: str, lang: str) -> list[str]:
    words = WORDS[lang]
    lines = []
    for row in found.flips[(found.flips["old"] == old) & (found.flips["new"] == new)].itertuples():
        lines.append(f"    {words['behind']} {row.rule_id}: {whole(row.pairs, lang)}")
        told = found.examples
        told = told[(told["old"] == old) & (told["new"] == new) & (told["rule_id"] == row.rule_id)].head(SHOWN)
        for one in told.fillna(words["none"]).to_dict("records"):
            lines.append(f"      {words['post']} {one['position_id']}; {words['then']}: {one[f'old_reason_{lang}']}")
            lines.append(f"        {words['now']}: {one[f'new_reason_{lang}']}")
    return lines
