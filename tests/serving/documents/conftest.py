"""A small invented city with a planned wave of any size, in a database of its own: what documents are made from."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.rules.city import random_facts
from publication.records import open_records
from publication.schemas import TABLES
from publication.store import Store
from rules.facts import Facts, packed, unpacked
from rules.pack import RulePack, load_pack
from serving.documents.asking import Source
from serving.documents.office import Office

RUN_ID = "abcdef0123456789"
STANDARD = [["integritas", 3.0], ["komunikasi", 4.0], ["pelayanan publik", 3.0]]
HELD = [["integritas", 3.0], ["komunikasi", 2.0]]


def reason(words: str) -> dict[str, Any]:
    return {"concept": "experience", "contribution": 0.1, "id": words, "en": words, "record": "Riwayat", "record_en": "Record"}


def pairs(count: int, seed: int = 3) -> pd.DataFrame:
    """Return one pair per mover, and as many candidates of the first position as a list holds."""
    rng = np.random.default_rng(seed)
    places = [f"T{n:03d}" for n in range(count)]
    listed = pd.DataFrame({"position_id": "T000", "employee_id": [f"E{n:03d}" for n in range(min(count, 50))]})
    movers = pd.DataFrame({"position_id": places[1:], "employee_id": [f"E{n:03d}" for n in range(1, count)]})
    frame = pd.concat([listed, movers], ignore_index=True)
    uplift, half = rng.normal(0.2, 0.3, len(frame)).round(4), rng.uniform(0.1, 0.5, len(frame)).round(4)
    stay = rng.normal(0, 0.5, len(frame)).round(4)
    return frame.assign(
        rank=frame.groupby("position_id").cumcount() + 1, band=1, eligible="yes", net_value=stay, value_in_post=stay,
        value_given_up=0.0, net_lower=stay - half, net_upper=stay + half, uplift=uplift, lower=uplift - half, upper=uplift + half,
        realised_lower=uplift - 1.5, realised_upper=uplift + 1.5, grade=np.resize(list("ABCD"), len(frame)), stay_outlook=stay,
        expected_in_post=stay + uplift, overlap=0.5, novelty=0.1, verdict_bits=0, training_gap=2.0, aspiration=np.nan,
        origin_effect=-0.1, reasons_for=json.dumps([reason("Lima tahun di bidang layanan.")]),
        reasons_against=json.dumps([reason("Baru 14 bulan di jabatan kini.")]),
    )  # fmt: skip


def positions(count: int) -> pd.DataFrame:
    origins = pd.DataFrame({"position_id": [f"O{n:03d}" for n in range(count)], "title": [f"Analis {n}" for n in range(count)]})
    targets = pd.DataFrame(
        {"position_id": [f"T{n:03d}" for n in range(count)], "title": [f"Kepala Seksi {n}" for n in range(count)]}
    )
    frame = pd.concat(
        [origins.assign(unit_id="UA", unit_name="Dinas Asal"), targets.assign(unit_id="UT", unit_name="Dinas Tujuan")]
    )
    return frame.assign(
        job_kind="supervisor", job_family="umum", level=20.0, strategic=False, supervisory=True, headcount=1, filled=0, vacant=1,
        candidates=count, unknown=0, excluded=1, shown=10, open_since=pd.NaT,
    )  # fmt: skip


def exclusions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "position_id": ["T000"], "employee_id": ["E998"], "rule_id": ["R03"], "verdict": ["fail"],
            "legal_reference": ["PP 11/2017 Pasal 190 ayat (3)"], "values": ["{}"], "reason": ["Baru 7 bulan di jabatan sekarang."],
            "reason_en": ["Only 7 months."], "cure": ["Menunggu 17 bulan lagi."], "cure_en": ["Wait."],
            "cure_date": pd.to_datetime(["2027-09-27"]),
        }
    )  # fmt: skip


def support(count: int) -> pd.DataFrame:
    """Return how the second mover is prepared; nobody where there is none."""
    courses = [
        {"course": "Bimtek Komunikasi", "competency": "komunikasi", "unit_id": None, "hours": 24.0, "start_on": "2026-04-14",
         "finish_on": "2026-04-16", "seat": True, "before_start": True},
        {"course": "Aplikasi Perizinan", "competency": None, "unit_id": "UT", "hours": 8.0, "start_on": "2026-06-02",
         "finish_on": "2026-06-02", "seat": False, "before_start": False},
    ]  # fmt: skip
    nothing = dict.fromkeys(("waiting", "after_start", "not_taught"), 0)
    days = dict.fromkeys(("ready_on", "start_on", "deadline"), pd.Timestamp("2026-05-01"))
    row = {"employee_id": "E001", "to_position": "T001", "phase": 1, "gaps": "[]", "gap_levels": 2.0, "training_hours": 32.0,
           "trainings": json.dumps(courses), "mentor_employee_id": "E000", "mentor_covers": "komunikasi", "mentor_months": 60.0,
           "mentor_match": 0.8, "adaptation_months": 4, "hand_over_entered": json.dumps([{"id": "SKP baru disepakati"}]),
           "hand_over_left": json.dumps([{"id": "Daftar tugas berjalan diserahkan"}]), **nothing, **days}  # fmt: skip
    return pd.DataFrame([row] if count > 1 else [], columns=list(TABLES["support"].schema.columns))


def frames(count: int) -> dict[str, pd.DataFrame]:
    listed = pairs(count)
    movers = [f"E{n:03d}" for n in range(count)]
    plan = pd.DataFrame({"employee_id": movers, "from_position": [f"O{n:03d}" for n in range(count)]})
    plan = plan.assign(to_position=[f"T{n:03d}" for n in range(count)], chain=range(1, count + 1), step=1, swap=False,
                       net_value=0.3, stability=0.5, stability_person=0.6, stability_post=0.7,
                       start_on=pd.Timestamp("2026-05-01"))  # fmt: skip
    needs = pd.DataFrame({"unit_id": ["UT"], "job_family": ["umum"], "need": [12.5], "filled": [9.0], "gap": [3.5]})
    zeros = dict.fromkeys(("demand_trend", "acting", "vacant", "vacancies_36_months", "surplus", "releasable"), 0.0)
    needs = needs.assign(**zeros, surge=False, retirements_36_months=1.0, priority=0.5)
    given = {
        "positions": positions(count), "shortlists": listed, "best_positions": listed.drop_duplicates("employee_id"), "plan": plan,
        "exclusions": exclusions(), "candidates": listed, "needs": needs,
        "evaluation": past_effects(), "support": support(count), "programmes": goals(), "promises": promises(),
        "exclusion_counts": pd.DataFrame({"position_id": ["T000"], "rule_id": ["R03"], "people": [1087], "alone": [44]}),
    }  # fmt: skip
    people = pd.DataFrame({"employee_id": [*movers, "E998"]}).assign(
        rank="III/d", rank_since="2022-04-01", education="S-1", education_field="hukum", rating_last=4.0, rating_last_year=2025.0,
        rating_prior=5.0, rating_prior_year=2024.0, retires_on="2040-01-01", assessed_on="2024-02-01", discipline="none",
        level=20.0, job_kind="staff", since="2021-03-01", competencies=json.dumps(HELD),
    )  # fmt: skip
    posts = pd.DataFrame({"position_id": [f"T{n:03d}" for n in range(count)]}).assign(
        needed=1.5, min_rank="III/c", min_education="S-1", education_fields="hukum;ekonomi", certificates=None, level=20.0,
        job_kind="supervisor", job_family="umum", standards=json.dumps(STANDARD),
    )  # fmt: skip
    cut = {name: frame[list(TABLES[name].schema.columns)] for name, frame in given.items()}
    return cut | {"facts_employees": people, "facts_positions": posts}


def evidence() -> dict[str, Any]:
    """Return what a run says of its model, its rules and its plan."""
    figure = {"value": 0.28, "lower": 0.259, "upper": 0.301}
    said = "Terpenuhi: AUTOC: 0,23 (80 %: 0,10 sampai 0,35)"
    rule = {"rule": "autoc", "verdict": "passed", "blocks": "ranking", "text_id": said}
    return {
        "release": {"decision": "champion", "reasons": [{"text_id": "Semua syarat terpenuhi"}], "rules": [rule]},
        "validation": {"movers": 1181, "stayers": 2393, "employees": 832, "outcome_r2": figure, "slope": figure,
                       "calibration": [{"forecast": -1.0956, "realised": figure}]},
        "hashes": {"source": "a" * 64, "model": "b" * 64}, "rules": {"R03": "assessed"}, "data_cutoff": "2026-03-22", "seed": 1,
        "evaluation": {"verdict": "belum terbukti", "power": {"movers": 412, "detectable": 0.18}, "warned": 7,
                       "reasons": [{"text_id": "Selang memuat nol."}]},
        "source_rows": {"read": 70157, "set_aside": 3, "faults": 2},
        "plan": {"moves": 3, "status": "optimal", "value": 22.376, "bound": 22.381,
                 "prices": [{"kind": "floor", "scope": "UT / umum", "gain": 0.0754}]},
    }  # fmt: skip


def goals() -> pd.DataFrame:
    frame = pd.DataFrame({"goal": ["kepuasan pegawai terjaga"], "indicator": ["rata-rata jawaban"], "target": [3.5]})
    return frame.assign(programme_id="2025-01-01", from_on=pd.Timestamp("2025-01-01"), to_on=pd.Timestamp("2027-12-31"),
                        in_force=True, of_this_wave=True, expected=np.nan)  # fmt: skip


def promises() -> pd.DataFrame:
    frame = pd.DataFrame({"dimension": ["all", "wave"], "cell": ["", "2021-07"], "people": [131, 51], "suppressed": False})
    figures = {"promised": 0.1, "realised": 0.2, "realised_lower": -0.1, "realised_upper": 0.5, "gap": 0.1, "gap_lower": -0.2}
    return frame.assign(**figures, gap_upper=0.4)


def past_effects() -> pd.DataFrame:
    rows = [
        ("performance", "matched", "all", "", 0, "Kinerja", 0.1234),
        ("performance", "matched", "level", "x", 0, "Per jenjang", 0.5),
        ("performance", "cause", "all", "training", 0, "Tanpa pelatihan", -0.21),
    ]
    rows += [
        ("network", "level", "all", "", 0, "Jejaring lintas unit", 3.62),
        ("colleagues", "received", "all", "", 0, "Rekan", 0.04),
        ("goal", "goal", "programme", "kepuasan pegawai terjaga (2025)", 0, "Kepuasan", 3.4),
    ]
    frame = pd.DataFrame(rows, columns=["outcome", "design", "dimension", "cell", "step", "title", "estimate"])
    return frame.assign(
        title_en=frame["title"], lower=frame["estimate"] - 0.1, upper=frame["estimate"] + 0.1, standard_error=0.05, p_value=0.3,
        people=np.where(frame["design"] == "received", 48, 412), compared=900, detectable=0.18, power=0.7, target=np.nan,
        measure=["sd", "sd", "sd", "points", "sd", "satisfaction"], suppressed=False,
        reached=pd.Series([None, None, "named", None, None, "not shown"], dtype="str"),
    )  # fmt: skip


def named(count: int) -> pd.DataFrame:
    ids = [*(f"E{n:03d}" for n in range(count)), "E998"]
    frame = pd.DataFrame({"employee_id": ids, "name": [f"Pegawai {who[1:]} Rekaan, S.H." for who in ids]})
    return frame.assign(nip=[f"19800101200501{n:04d}" for n in range(len(ids))], position_id="O000", position_title="Analis Hukum",
                        unit_id="UA", unit_name="Dinas Asal")  # fmt: skip


def law(count: int) -> tuple[RulePack, Facts]:
    """Return the shipped rules and random facts of as many people and posts, under the ids of this city."""
    facts = random_facts(max(count, 2), max(count, 2), seed=4)
    people = facts.employees.assign(rank_since=pd.NaT, education="S-1", legal_status="active", status="PNS", set_aside=None)
    posts = facts.positions.assign(title="Kepala Seksi")
    employees, places = packed(replace(facts, employees=people, positions=posts))
    ids = [f"E{n:03d}" for n in range(len(employees))]
    return load_pack(), unpacked(
        employees.assign(employee_id=ids), places.assign(position_id=[f"T{n:03d}" for n in range(len(places))])
    )


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Source]]:
    """Return what makes (once for each size) a city with a wave of so many moves, ready to be asked."""
    made: dict[int, Source] = {}
    with ExitStack() as open_ones:

        def make(count: int) -> Source:
            if count not in made:
                folder: Path = tmp_path_factory.mktemp(f"city{count}")
                store = Store(f"sqlite:///{folder / 'tepat.db'}")
                run = {"run_id": RUN_ID, "as_of": "2026-03-22", "effective_on": "2026-05-01", "ranking_supported": True}
                run |= evidence()
                run |= {
                    "label_health": {"verdict": "layak"},
                    "rule_titles": {"R03": {"id": "Masa jabatan minimal", "en": "Tenure"}},
                }
                store.load(run, frames(count), named(count))
                store.switch(RUN_ID)
                answers = open_ones.enter_context(store.reading())
                office = Office(government="Pemerintah Kota Rekaan", city="Rekaan")
                records = open_records(f"sqlite:///{folder / 'tepat.db'}", folder)
                made[count] = Source(answers, office, lambda row: row, answers.run(), records=records, law=lambda: law(count))
            return made[count]

        yield make
