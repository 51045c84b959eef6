"""Trials of a city as files: proposed with their power, committed to, drawn, checked by anybody, analysed as registered."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from evaluation.trials import draw as drawing
from evaluation.trials.analysis import TrialResult, analyse
from evaluation.trials.entrants import ENTRANT, phased, tied
from evaluation.trials.outcomes import outcomes, started
from evaluation.trials.power import Power, power
from evaluation.trials.protocol import LOTTERY, LotteryParams, Places, Protocol, digest, labels, parsed, protocol
from features.as_of import known_at
from features.errors import StalePublicationError, UsageError
from features.posts import definitive_spells
from features.ratings import harmonise
from features.snapshot import load_identity
from pipelines import stages
from pipelines.ingesting import load
from pipelines.job import Job
from publication.known_as import hashed_ids
from publication.read import PublishedRun, current
from publication.workspace import ENTRANTS

PROTOCOL, COMMITMENT, DRAW, RESULT = "protocol.json", "commitment.json", "draw.json", "result.json"
SECRET = "secret"  # noqa: S105 - the name of a file
"""The file of a trial that stays inside until the draw reveals it; so does `ENTRANTS`, for good."""


def propose(job: Job, trial: str, kind: str, seats: int, every: int) -> tuple[Protocol, Power]:
    """Write the protocol of a trial on the run in force and return it with its power; nothing is drawn.

    ``seats`` of a wave of a phased start, and the months from one wave to the next (``every``), are nothing to a lottery.

    Raises
    ------
    UsageError
        The trial is committed to already, or the run has nobody for chance to decide between.
    """
    folder = job.workspace.trials / _name(trial)
    if (folder / COMMITMENT).exists():
        raise _state(f"is committed to already; what was registered stays. Choose another name than '{trial}'",
                     f"sudah dikomitmenkan; yang terdaftar tetap. Pilih nama selain '{trial}'")  # fmt: skip
    run = current(job.workspace)
    params = _with_run(job.params.lotteries, run.run())
    frame, places, nobody = _entrants(run, kind, seats)
    if frame.empty:
        raise nobody
    frame = frame.assign(label=labels(frame, trial, job.workspace.key()))
    planned = protocol(trial, kind, run.run_id, str(run.run()["effective_on"]), frame, places, every, params)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / PROTOCOL, planned.document())
    _write_private(folder / ENTRANTS, frame.to_csv(index=False))
    return planned, power(planned, params)


def commit(job: Job, trial: str, beacon: str) -> drawing.Commitment:
    """Write the commitment to a proposed trial and return it; its digest is what is published before the draw.

    Raises
    ------
    UsageError
        There is no such protocol, it is committed to already, or no public number is named.
    """
    folder, planned = _proposed(job, trial)
    if (folder / COMMITMENT).exists():
        raise _state("is committed to already", "sudah dikomitmenkan")
    if not beacon.strip():
        raise _state("needs --beacon: which public number of the future will be used, and when it appears",
                     "memerlukan --beacon: angka publik mana yang akan dipakai dan kapan angka itu terbit")  # fmt: skip
    secret = secrets.token_bytes(drawing.SECRET_BYTES)
    made = drawing.commit(planned, secret, beacon.strip())
    _write_private(folder / SECRET, secret.hex())
    _write(folder / COMMITMENT, made.document())
    return made


def draw(job: Job, trial: str, number: str) -> Path:
    """Draw a trial that was committed to, once, and return the record that anybody can check.

    Who got what is written beside the entrants, for the owner's eyes.

    Raises
    ------
    UsageError
        Nothing was committed to, the draw was made already, the protocol was changed since, or no number is given.
    """
    folder, planned = _proposed(job, trial)
    if (folder / DRAW).exists():
        raise _state("is drawn already; a draw is made once", "sudah diundi; undian hanya dilakukan satu kali")
    if not (folder / COMMITMENT).exists():
        raise _state("is not committed to yet; `tepat trial commit` comes first",
                     "belum dikomitmenkan; jalankan `tepat trial commit` lebih dahulu")  # fmt: skip
    commitment = drawing.Commitment(**_read(folder / COMMITMENT))
    if digest(planned.document()) != commitment.protocol:
        raise _state("was changed after the commitment; restore protocol.json",
                     "diubah setelah komitmen; pulihkan protocol.json")  # fmt: skip
    if not number.strip():
        raise _state("needs --number: the public number as it appeared", "memerlukan --number: angka publik yang telah terbit")
    secret = bytes.fromhex((folder / SECRET).read_text(encoding="ascii"))
    record = drawing.draw(planned, commitment, secret, number)
    drawn = pd.DataFrame(record["assignments"])[["label", "place", "arm"]]
    entrants = pd.read_csv(folder / ENTRANTS, dtype="str", keep_default_na=False).drop(columns=["place", "arm"], errors="ignore")
    _write_private(folder / ENTRANTS, entrants.merge(drawn, on="label", how="left").to_csv(index=False))
    _write(folder / DRAW, record)
    return folder / DRAW


def verify(record: Path, published: str | None) -> list[str]:
    """Return what is wrong with the record of a draw, by code."""
    return drawing.faults(_read(record), published)


def said_of(record: Path) -> tuple[drawing.Commitment, str]:
    """Return the commitment and the public number of a record that holds: what only the world outside can confirm."""
    told = _read(record)
    return drawing.Commitment(**told["commitment"]), str(told["number"]).strip()


def analysed(job: Job, trial: str) -> tuple[Protocol, TrialResult]:
    """Analyse a drawn trial as registered, on the source's ratings known by now; write the result beside the draw.

    The protocol is that of the record of the draw, which its commitment vouches for.

    Raises
    ------
    UsageError
        The trial is not drawn, its record does not hold, or the entrants were changed since they were registered.
    TooLittleDataError
        Too few outcomes lie in the window yet.
    """
    folder, _ = _proposed(job, trial)
    if not (folder / DRAW).exists():
        raise _state("is not drawn yet", "belum diundi")
    record = _read(folder / DRAW)
    found = drawing.faults(record)
    if found:
        raise _state(f"has a record that does not hold ({', '.join(found)})", f"catatannya tidak sah ({', '.join(found)})")
    planned, commitment = parsed(record["protocol"]), drawing.Commitment(**record["commitment"])
    params = registered_choices(planned)
    frame = _judged(job, _entered(job, folder, planned), planned, record, params)
    result = analyse(frame, params, int(commitment.protocol[:8], 16))
    _write(folder / RESULT, {"trial": trial, "commitment": commitment.digest, **asdict(result)})
    return planned, result


def registered_choices(planned: Protocol) -> LotteryParams:
    """Return the choices registered with the protocol, whatever params.yaml says by now."""
    names = set(asdict(LotteryParams()))
    return LotteryParams(**{name: value for name, value in planned.analysis.items() if name in names})


def _entered(job: Job, folder: Path, planned: Protocol) -> pd.DataFrame:
    """Return the entrants as they were registered; who was forgotten since stands behind their label without an id."""
    frame = pd.read_csv(folder / ENTRANTS, dtype="str")
    frame = frame.assign(baseline=frame["baseline"].map(float).astype("float64"))
    there = frame[frame["employee_id"].notna()]
    if set(frame["label"]) != {label for block in planned.blocks for label in block.entrants} or (
        (labels(there, planned.trial, job.workspace.key()) != there["label"]).any()
    ):
        raise _state(f"has entrants that are not those registered; restore {ENTRANTS}",
                     f"pesertanya bukan yang terdaftar; pulihkan {ENTRANTS}")  # fmt: skip
    return frame


def _judged(
    job: Job, frame: pd.DataFrame, planned: Protocol, record: Mapping[str, Any], params: LotteryParams
) -> pd.DataFrame:  # fmt: skip
    """Return one row per entrant of an arm that is judged: block, whether treated, whether started, baseline, outcome."""
    opened = stages.take_in(job)
    snapshot = opened.ingested.snapshot_id
    tables = known_at(load(job, snapshot), opened.days.as_of)
    scores = harmonise(tables, job.params.trials.ratings).scores
    arms = pd.DataFrame(record["assignments"]).set_index("label")["arm"]
    start = pd.Timestamp(planned.start_on)
    who = hashed_ids(load_identity(job.workspace.snapshots, snapshot), frame["employee_id"].dropna(), job.workspace.key())
    who = who.reindex(frame.index)
    found = outcomes(scores, who, start, params.first_month, params.last_month)
    came = started(definitive_spells(tables, opened.days.as_of), who, frame["position_id"], start, params.last_month)
    drawn = frame["label"].map(arms)
    judged = drawn.isin((*planned.treated, *planned.compared))
    return frame.assign(treated=drawn.isin(planned.treated), started=came, outcome=found)[judged]


def _entrants(run: PublishedRun, kind: str, seats: int) -> tuple[pd.DataFrame, Places, UsageError]:
    """Return the entrants, the places of their blocks, and what to say where there is nobody."""
    positions = run.table("positions")
    if kind == LOTTERY:
        nobody = UsageError(
            "The run in force has no tie for chance to decide: no vacant post has more certain candidates in its first band than"
            " places.",
            "Terbitan yang berlaku tidak memuat keadaan seri yang dapat diundi: tidak ada jabatan lowong yang kandidat memenuhi"
            " syaratnya pada kelompok pertama lebih banyak daripada tempatnya.",
        )
        return *tied(run.table("shortlists"), positions), nobody
    support = run.table("support").rename(columns={"to_position": "position_id"})
    outlook = run.table("candidates")[["position_id", "employee_id", "stay_outlook"]].rename(columns={"stay_outlook": "baseline"})
    movers = support[support["gap_levels"] > 0].merge(outlook, on=["position_id", "employee_id"])
    movers = movers.assign(block=movers["position_id"].map(positions.set_index("position_id")["job_family"]).fillna("-"))
    if movers.empty:
        return movers, {}, _nobody_to_train(len(support))
    most = int(movers["block"].value_counts().max())
    nobody = UsageError(
        f"The run in force has no order of starting to be drawn: its plan has at most {most} people to be trained in one job"
        f" family, and there are {seats} seats. Give fewer --seats if they really are fewer.",
        f"Terbitan yang berlaku tidak memuat urutan mulai yang dapat diundi: rencananya memuat paling banyak {most} pegawai yang"
        f" perlu dilatih dalam satu rumpun, sedangkan kursinya {seats}. Isi --seats lebih kecil bila kursinya memang kurang.",
    )
    return *phased(movers[[*ENTRANT]], seats), nobody


def _nobody_to_train(moves: int) -> UsageError:
    """Return what to say where no mover of a plan of so many lacks a competency: fewer seats would not help."""
    if not moves:
        return UsageError(
            "The run in force has no order of starting to be drawn: its plan holds no move: no vacancy, a freeze, or"
            " nobody whose eligibility is certain (on a past day it often is not: a source keeps some columns as they are today).",
            "Terbitan yang berlaku tidak memuat urutan mulai yang dapat diundi: rencananya tidak memuat mutasi: tidak ada"
            " lowongan, ada larangan mutasi, atau tidak ada pegawai yang syaratnya pasti (pada tanggal lampau sering demikian:"
            " sebagian kolom sumber hanya memuat keadaan hari ini).",
        )
    return UsageError(
        f"The run in force has no order of starting to be drawn: none of the {moves} movers of its plan lacks a competency on"
        " record. Bring assessments (competencies) and competency_standards in the source.",
        f"Terbitan yang berlaku tidak memuat urutan mulai yang dapat diundi: tidak ada kesenjangan kompetensi yang tercatat pada"
        f" {moves} pegawai dalam rencananya. Sertakan competencies dan competency_standards pada sumber.",
    )


def _with_run(params: LotteryParams, run: Mapping[str, Any]) -> LotteryParams:
    """Return the choices with the share of variance that this run's outlook explained out of time, where it was measured."""
    measured = ((run.get("validation") or {}).get("outcome_r2") or {}).get("value")
    return params if measured is None else replace(params, explained=round(min(max(float(measured), 0.0), 0.9), 3))


def _proposed(job: Job, trial: str) -> tuple[Path, Protocol]:
    folder = job.workspace.trials / _name(trial)
    if not (folder / PROTOCOL).exists():
        raise StalePublicationError(
            f"There is no trial '{trial}' in this workspace. Make it with `tepat trial propose {trial}`.",
            f"Uji coba '{trial}' tidak ada di ruang kerja ini. Buat dengan `tepat trial propose {trial}`.",
        )
    return folder, parsed(_read(folder / PROTOCOL))


def _name(trial: str) -> str:
    if not trial.replace("-", "").replace("_", "").isalnum():
        raise UsageError(
            "The name of a trial has letters, digits, - and _ only.", "Nama uji coba hanya terdiri atas huruf, angka, - dan _."
        )
    return trial


def _state(english: str, indonesian: str) -> UsageError:
    return UsageError(f"The trial {english}.", f"Uji coba ini {indonesian}.")


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"The file '{path.name}' cannot be read as JSON ({type(error).__name__}). Give the record of a draw.",
            f"Berkas '{path.name}' tidak dapat dibaca sebagai JSON ({type(error).__name__}). Berikan catatan undian.",
        ) from error
    return told if isinstance(told, dict) else {}


def _write(path: Path, document: Mapping[str, Any]) -> None:
    """Write JSON aside and put it in place in one step."""
    aside = path.with_name(f".{path.name}")
    aside.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    aside.replace(path)


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    aside = path.with_name(f".{path.name}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
    aside.replace(path)
