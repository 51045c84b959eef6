"""An invented city: contract tables as a source would hold them, and the truth beside them."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from features.contract import TABLES, Kind
from simulation import assessments, register, service_record, services, voices
from simulation.calendar import approvals
from simulation.careers import History, live_through
from simulation.catalogue import DISTRICTS, FAMILIES
from simulation.knobs import Knobs
from simulation.organisation import Organisation, build_organisation
from simulation.truth import truth_tables


@dataclass(frozen=True)
class City:
    """Source tables (contract name to frame, source identifiers, nothing hashed), the truth, and the dials behind both."""

    tables: dict[str, pd.DataFrame]
    truth: dict[str, pd.DataFrame]
    knobs: Knobs
    seed: int


def invent_city(knobs: Knobs, seed: int) -> City:
    """Return the city of ``knobs`` and ``seed``: the same bytes for the same arguments.

    Every concern draws from a stream of its own, so that a change in one table leaves the others as they were.
    """
    organisation = build_organisation(knobs, _dice(seed, 1))
    history = live_through(knobs, organisation, _dice(seed, 2))
    spells = service_record.closed_spells(history.staff)
    demand, surges = services.service_demand(organisation, knobs, _dice(seed, 3))
    truth = truth_tables(knobs, organisation, history, spells, surges)
    tables = {
        **_organisation_tables(organisation, knobs, seed),
        **_people_tables(history, spells, organisation, knobs, seed),
        **_service_tables(history, spells, (demand, surges), organisation, knobs, seed),
        **_voice_tables(history, truth["moves"], organisation, knobs, seed),
    }
    return City({name: _shaped(name, tables[name], pd.Timestamp(knobs.extracted_on)) for name in TABLES}, truth, knobs, seed)


def write_city(city: City, folder: Path) -> None:
    """Write ``folder/TABLE.csv`` (ISO dates) and the truth beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in city.tables.items():
        written(frame).to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%d", lineterminator="\n")
    write_truth(city, folder)


def write_truth(city: City, folder: Path) -> None:
    """Write ``folder/truth/*.parquet`` and ``folder/truth/knobs.json``."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    for name, frame in city.truth.items():
        frame.to_parquet(folder / "truth" / f"{name}.parquet", index=False)
    dials = {**asdict(city.knobs), "seed": city.seed}
    (folder / "truth" / "knobs.json").write_text(json.dumps(dials, indent=2) + "\n", encoding="utf-8")


def written(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with booleans as the words true and false."""
    truths = [name for name in frame if pd.api.types.is_bool_dtype(frame[name])]
    return frame.assign(**{name: frame[name].map({True: "true", False: "false"}) for name in truths})


def _dice(seed: int, stream: int) -> np.random.Generator:
    return np.random.default_rng([seed, stream])


def _organisation_tables(organisation: Organisation, knobs: Knobs, seed: int) -> dict[str, pd.DataFrame]:
    units, posts = organisation.units, organisation.posts
    uni, pos = service_record.unit_ids(len(units)), service_record.position_ids(len(posts))
    parent = units["parent"].to_numpy()
    lineage = organisation.lineage.astype({"old": int, "new": int})
    on = pd.to_datetime(lineage["on"])
    return {
        "units": units.assign(unit_id=uni, parent_id=np.where(parent >= 0, uni[parent], None),
                              district=np.array(DISTRICTS, dtype=object)[units["district"]]),
        "positions": posts.assign(position_id=pos, unit_id=uni[posts["unit"]], supervisory=posts["leads"],
                                  job_family=np.array(FAMILIES, dtype=object)[posts["family"]]),
        "unit_lineage": pd.DataFrame({"old_unit_id": uni[lineage["old"]], "new_unit_id": uni[lineage["new"]], "on": on,
                                      "known_on": on - pd.Timedelta(days=30)}),
        "competency_standards": assessments.competency_standards(organisation),
        "workloads": services.workloads(organisation, knobs, _dice(seed, 4)),
        "programmes": services.programmes(knobs),
        "trainings_catalogue": services.trainings_catalogue(organisation, knobs, _dice(seed, 5)),
    }  # fmt: skip


def _people_tables(
    history: History, spells: pd.DataFrame, organisation: Organisation, knobs: Knobs, seed: int
) -> dict[str, pd.DataFrame]:
    staff = history.staff
    last = register.last_posts(staff, spells)
    employees = register.employees(staff, last, organisation, knobs, _dice(seed, 6))
    return {
        "employees": employees,
        "ranks": register.ranks(staff, last, organisation, knobs, _dice(seed, 7)),
        "educations": register.educations(staff, spells, organisation, knobs, _dice(seed, 8)),
        "leaves": register.leaves(employees, staff, knobs, _dice(seed, 9)),
        "relations": register.relations(employees, _dice(seed, 10)),
        "appraisals": service_record.appraisals(staff, history.years, organisation, _dice(seed, 11)),
        "trainings": service_record.trainings(staff, spells, organisation, knobs, _dice(seed, 12)),
        "disciplines": service_record.disciplines(staff, history.years, knobs, _dice(seed, 13)),
        "competencies": assessments.competencies(staff, history.years, organisation, knobs, _dice(seed, 14)),
        "clearances": assessments.clearances(staff, employees, organisation, knobs, _dice(seed, 15)),
    }


def _service_tables(
    history: History,
    spells: pd.DataFrame,
    visitors: tuple[pd.DataFrame, pd.DataFrame],
    organisation: Organisation,
    knobs: Knobs,
    seed: int,
) -> dict[str, pd.DataFrame]:
    demand, surges = visitors
    empty = service_record.gaps(spells, organisation, knobs)
    acting = service_record.acting_spells(history.staff, spells, empty, organisation, knobs, _dice(seed, 16))
    return {
        "assignments": service_record.assignments(history.staff, spells, acting, organisation, knobs, _dice(seed, 17)),
        "vacancies": services.vacancies(empty, history.staff, organisation, knobs, _dice(seed, 18)),
        "service_demand": demand,
        "service_index": services.service_index(organisation, history.years, surges, knobs, _dice(seed, 19)),
        "freezes": history.freezes,
        "approvals": approvals(history.freezes),
    }


def _voice_tables(
    history: History, moves: pd.DataFrame, organisation: Organisation, knobs: Knobs, seed: int
) -> dict[str, pd.DataFrame]:
    staff = history.staff
    person = pd.Index(register.employee_ids(len(staff.post))).get_indexer(moves["employee_id"])
    moved = moves.assign(person=person, start=moves["start_on"])
    return {
        "peer_reviews": voices.peer_reviews(staff, history.years, _dice(seed, 20)),
        "surveys": voices.surveys(staff, history.years, knobs, _dice(seed, 21)),
        "feedback": voices.feedback(staff, moved, knobs, _dice(seed, 22)),
        "aspirations": voices.aspirations(staff, organisation, knobs, _dice(seed, 23)),
        "offers": voices.offers(staff, organisation),
    }


def _shaped(name: str, frame: pd.DataFrame, extracted_on: pd.Timestamp) -> pd.DataFrame:
    """Return ``frame`` with the contract's columns in order, blank cells as NA, and no row known after the extraction."""
    out = frame[[column for column in TABLES[name].names() if column in frame]].reset_index(drop=True)
    for column in TABLES[name].columns:
        if column.name not in out:
            continue
        if column.kind is Kind.DATE:
            out[column.name] = pd.to_datetime(out[column.name]).astype("datetime64[us]")
        elif column.kind in (Kind.TEXT, Kind.CODE, Kind.ID, Kind.PERSON):
            out[column.name] = out[column.name].replace("", None)
        elif column.kind is Kind.INTEGER:
            out[column.name] = out[column.name].astype("Int64")
    known = out["known_on"] if "known_on" in out else pd.Series(extracted_on, index=out.index)
    return out[~(known > extracted_on)].reset_index(drop=True)
