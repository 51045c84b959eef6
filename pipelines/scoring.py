"""Scoring any pairs as of any day: the champion where it may be used on that day, else a model trained and tried out for it."""

import json
from pathlib import Path

import pandas as pd

from features.errors import UsageError
from features.harmoniser.label_health import LabelHealth
from features.snapshot import load_identity
from models.judgement.account import correction_of
from models.judgement.release import decide
from models.pair_uplift import PairUplift
from models.plain_outlook import PlainOutlook
from pipelines import stages
from pipelines.city import City, open_city
from pipelines.files import read_frame, require_ending, write_frame
from pipelines.ingesting import load
from pipelines.job import Job
from pipelines.modelling import Trained
from pipelines.releasing import own_account, registry_of, usable_champion
from placement.beside import beside
from placement.lists import score_pairs
from placement.reasons import ReasonParams, reasons
from publication.known_as import hashed_ids
from rules.verdicts import asking, explain

WANTED = ["employee_id", "position_id"]
ESTIMATES = ["stay_outlook", "expected_in_post", "uplift", "lower", "upper", "realised_lower", "realised_upper"]
COLUMNS = [*WANTED, *ESTIMATES, "grade", "eligible", "reasons"]
NOBODY_ID = "Pegawai tidak bertugas, atau jabatan belum atau tidak lagi ada, pada tanggal itu"
NOBODY_EN = "Employee not in service, or position not yet or no longer there, on that day"
NOBODY = json.dumps(
    {"rules": [{"rule": "", "verdict": "unknown", "id": NOBODY_ID, "en": NOBODY_EN}], "for": [], "against": []}, ensure_ascii=False
)


def score_file(job: Job, pairs_file: Path, out: Path) -> int:
    """Score the pairs in ``pairs_file`` as of the job's day and write them to ``out``; return how many.

    Pairs whose employee is not in service, or whose position does not exist, on that day have no estimate and say so.

    Raises
    ------
    UsageError
        The file lacks a column, or names employees or positions the source does not know.
    """
    require_ending(out)
    pairs = read_frame(pairs_file)
    missing = [name for name in WANTED if name not in pairs]
    if missing:
        raise UsageError(
            f"'{pairs_file}' lacks the column {' and '.join(missing)}. It needs {' and '.join(WANTED)}.",
            f"'{pairs_file}' tidak memiliki kolom {' dan '.join(missing)}. Yang diperlukan: {' dan '.join(WANTED)}.",
        )
    answers = score(job, pairs[WANTED].astype("str"))
    write_frame(answers, out)
    return len(answers)


def score(job: Job, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return ``pairs`` (people by what they are known by, any order, repeats allowed) with ``COLUMNS``, in their given order."""
    opened = stages.take_in(job)
    identity = load_identity(job.workspace.snapshots, opened.ingested.snapshot_id)
    who = hashed_ids(identity, pairs["employee_id"], job.workspace.key())
    tables = load(job, opened.ingested.snapshot_id)
    _require_known(who, pairs["position_id"], pd.Index(tables["positions"]["position_id"]))
    model, supported = model_for(job, opened)
    city = open_city(tables, model, opened.days, job.params, supported=supported)
    inside = pairs.assign(employee_id=who)
    there = inside["employee_id"].isin(city.case.facts.employees.index.astype("str"))
    there &= inside["position_id"].isin(city.case.facts.positions.index)
    answers = _answers(city, inside[there], job.params.reasons).reindex(pairs.index)
    return _completed(answers.assign(**{name: pairs[name] for name in WANTED}))


def model_for(job: Job, opened: stages.Opened) -> tuple[PairUplift | PlainOutlook, bool]:
    """Return the champion if it knows nothing later than ``as_of``, else a model trained and tried out as of that day.

    The second value says whether its evidence supports ranking, by the same rules as a run; where not, the model abstains.
    """
    registry = registry_of(job)
    champion = usable_champion(registry, opened.days.as_of)
    if champion is not None:
        model: PairUplift | None = PairUplift.load(champion.folder)
        supported, account = champion.ranking_supported, registry.account(champion.model_hash, opened.days.as_of)
    else:
        found = Trained.load(stages.learn(job, opened).folder)
        decision = decide(found.evidence, None, LabelHealth(**found.health), job.params.release)
        model, supported = found.model, decision.release == "champion" and decision.ranking_supported
        account = own_account(job, found)
    if model is None:
        return PlainOutlook(), False
    return (model.drawn_back(correction_of(account, job.params.account)) if supported else model.abstain()), supported


def _answers(city: City, pairs: pd.DataFrame, params: ReasonParams) -> pd.DataFrame:
    people = city.case.facts.employees.index
    inside = pairs.assign(employee_id=pairs["employee_id"].astype(people.dtype)).reset_index(drop=True)
    estimates = scored(city, inside)
    told = _reasons(city, estimates, params)
    return estimates.assign(grade=estimates["grade"].astype("str"), reasons=told).set_axis(pairs.index)[COLUMNS]


def scored(city: City, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return ``pairs`` (hashed ids) scored, valued and judged as a run does, with what is shown beside them."""
    estimates = score_pairs(city.case, pairs, city.score)
    return estimates.join(beside(city.standing.known, city.case.facts, city.needs, estimates))


def described(city: City, estimates: pd.DataFrame, params: ReasonParams) -> pd.DataFrame:
    """Return reasons_for and reasons_against of ``scored`` pairs, as JSON text."""
    contributions = None if city.explain is None else city.explain(estimates[WANTED])
    return reasons(estimates, contributions, city.case, city.needs, params)


def _reasons(city: City, estimates: pd.DataFrame, params: ReasonParams) -> pd.Series:
    """Return per pair, as JSON, the rules that stand against it (failed or not known) and the reasons for and against."""
    told = described(city, estimates, params)
    rules = _rules_against(city, estimates[WANTED])
    sides = (told[side].map(json.loads) for side in ("reasons_for", "reasons_against"))
    rows = zip(rules, *sides, strict=True)
    texts = [json.dumps({"rules": stop, "for": pro, "against": con}, ensure_ascii=False) for stop, pro, con in rows]
    return pd.Series(texts, index=estimates.index, dtype="str")


def _rules_against(city: City, pairs: pd.DataFrame) -> list[list[dict[str, str]]]:
    found: list[list[dict[str, str]]] = [[] for _ in range(len(pairs))]
    pack = city.case.pack
    gates = asking(pack, pairs, [rule.id for rule in pack.rules if rule.gates])
    why = explain(pack, city.case.encoded, pairs, city.case.facts.effective_on, gates)
    for row in why[why["verdict"].isin(["fail", "unknown"])].itertuples():
        found[row.pair].append({"rule": row.rule_id, "verdict": row.verdict, "id": row.reason_id, "en": row.reason_en})
    return found


def _completed(answers: pd.DataFrame) -> pd.DataFrame:
    filled = answers.assign(eligible=answers["eligible"].fillna("unknown"), reasons=answers["reasons"].fillna(NOBODY))
    return filled[COLUMNS].reset_index(drop=True)


def _require_known(people: pd.Series, places: pd.Series, positions: pd.Index) -> None:
    strangers, nowhere = people.isna().sum(), (~places.isin(positions)).sum()
    if strangers or nowhere:
        raise UsageError(
            f"{strangers} of {len(people)} pairs name an employee, and {nowhere} a position, that passed no check of this source. "
            "Take the ids from the source's own tables; `tepat check` lists what was set aside.",
            f"{strangers} dari {len(people)} pasangan menyebut pegawai, dan {nowhere} jabatan, yang tidak lolos pemeriksaan "
            "sumber ini. "
            "Ambil pengenal dari tabel sumber; `tepat check` memuat apa yang disisihkan.",
        )
