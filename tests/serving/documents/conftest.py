"""A small invented city with a planned wave of any size, in a database of its own: what documents are made from."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from publication.schemas import TABLES
from publication.store import Store
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


def frames(count: int) -> dict[str, pd.DataFrame]:
    listed = pairs(count)
    movers = [f"E{n:03d}" for n in range(count)]
    plan = pd.DataFrame({"employee_id": movers, "from_position": [f"O{n:03d}" for n in range(count)]})
    plan = plan.assign(to_position=[f"T{n:03d}" for n in range(count)], chain=range(1, count + 1), step=1, swap=False,
                       net_value=0.3, stability=0.5, start_on=pd.Timestamp("2026-05-01"))  # fmt: skip
    needs = pd.DataFrame({"unit_id": ["UT"], "job_family": ["umum"], "need": [12.5], "filled": [9.0], "gap": [3.5]})
    needs = needs.assign(acting=0.0, vacant=1.0, vacancies_36_months=2.0, surplus=0.0, releasable=0.0)
    given = {
        "positions": positions(count), "shortlists": listed, "best_positions": listed.drop_duplicates("employee_id"), "plan": plan,
        "exclusions": exclusions(), "candidates": listed, "needs": needs.assign(demand_trend=0.0, surge=False,
                                                                             retirements_36_months=1.0, priority=0.5),
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


def named(count: int) -> pd.DataFrame:
    ids = [*(f"E{n:03d}" for n in range(count)), "E998"]
    frame = pd.DataFrame({"employee_id": ids, "name": [f"Pegawai {who[1:]} Rekaan, S.H." for who in ids]})
    return frame.assign(nip=[f"19800101200501{n:04d}" for n in range(len(ids))], position_id="O000", position_title="Analis Hukum",
                        unit_id="UA", unit_name="Dinas Asal")  # fmt: skip


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
                run |= {
                    "label_health": {"verdict": "layak"},
                    "rule_titles": {"R03": {"id": "Masa jabatan minimal", "en": "Tenure"}},
                }
                store.load(run, frames(count), named(count))
                store.switch(RUN_ID)
                answers = open_ones.enter_context(store.reading())
                made[count] = Source(
                    answers, Office(government="Pemerintah Kota Rekaan", city="Rekaan"), lambda row: row, answers.run()
                )
            return made[count]

        yield make
