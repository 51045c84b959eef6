"""A small published city, made by hand: what the pages and the JSON are tested on, and a quick look needs."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from evaluation.effects.wording import titled
from publication.records import open_records
from publication.schemas import TABLES
from publication.store import Store
from publication.workspace import Workspace
from rules.pack import load_pack
from rules.pack_rows import as_rows
from serving.accounts.beginning import FIRST_USERNAME, FirstAccount, first_account
from serving.application import create
from serving.settings import ServingSettings

RUN_ID = "0f3a" * 8
AS_OF = "2025-12-31"
PEOPLE = [
    "Siti Rahmawati, S.Sos.", "Budi Santoso, S.E.", "Made Wirawan, S.H.", "Nur Hidayah, S.Kom.", "Agus Prasetyo, S.T.",
    "Rina Marlina, S.IP.", "Yohanes Tanggu, S.Sos.", "Dewi Lestari, S.Ak.", "Ahmad Fauzi, S.STP.", "Maria Simanjuntak, S.Pd.",
    "Eko Nugroho, S.E.", "Fitri Handayani, S.H.", "Hendra Gunawan, S.T.", "Lina Kusuma, S.Psi.",
]  # fmt: skip
TITLES = [
    ("P001", "Kepala Dinas Kesehatan", "Dinas Kesehatan", "executive", "kesehatan", 40.0),
    ("P002", "Kepala Seksi Pelayanan Perizinan", "DPMPTSP", "supervisor", "pelayanan publik", 20.0),
    ("P003", "Analis Kebijakan Ahli Pertama", "Bappeda", "functional_expert", "perencanaan", 10.0),
    ("P/4 a", "Pengelola Keuangan", "Kecamatan Medan Baru", "staff", "keuangan", 10.0),
]


def reason(concept: str, contribution: float, indonesian: str, english: str, record: str) -> dict[str, object]:
    return {"concept": concept, "contribution": contribution, "id": indonesian, "en": english, "record": record}


FOR = [
    reason("experience", 0.14, "Lima tahun mengelola layanan perizinan", "Five years in licensing", "assignments 2019-2024"),
    reason("performance", 0.09, "Kinerja tiga tahun terakhir di atas rata-rata", "Above average", "appraisals 2023-2025"),
    reason("education", 0.04, "Pendidikan sesuai rumpun jabatan", "Education fits the job family", "educations S-1 2011"),
]  # fmt: skip
AGAINST = [reason("tenure", -0.06, "Baru 14 bulan di jabatan kini", "Only 14 months in post", "assignments 2024-11-01")]


def listed(position_id: str, people: int, explained: int, seed: int) -> pd.DataFrame:
    """Return a shortlist with falling uplift, bands of four, and reasons for the first ``explained``."""
    rng = np.random.default_rng(seed)
    place = np.arange(people)
    uplift = np.sort(rng.normal(0.1, 0.2, people))[::-1].round(3)
    half = rng.uniform(0.12, 0.4, people).round(3)
    stay = rng.normal(0.3, 0.4, people).round(3)
    frame = pd.DataFrame({"position_id": position_id, "employee_id": [f"E{n:02d}" for n in place]})
    return frame.assign(
        rank=place + 1, band=place // 4 + 1, eligible=np.where(place % 5 == 3, "unknown", "yes"),
        value_in_post=stay + uplift + 2, value_given_up=1.9, net_value=stay + uplift + 0.1,
        net_lower=stay + 0.1, net_upper=stay + 2 * uplift + 0.1,
        origin_effect=np.where(place % 3 == 0, -0.12, np.nan), uplift=uplift, lower=uplift - half, upper=uplift + half,
        grade=list("ABBCBCABDCBABD")[:people], stay_outlook=stay, expected_in_post=stay + uplift, overlap=0.6, novelty=0.2,
        realised_lower=uplift - 1.4, realised_upper=uplift + 1.4,
        verdict_bits=0, training_gap=1.5, aspiration=np.where(place % 4 == 1, 4.0, np.nan),
        reasons_for=[json.dumps(FOR) if n < explained else None for n in place],
        reasons_against=[json.dumps(AGAINST if n % 2 else []) if n < explained else None for n in place],
    )  # fmt: skip


def positions() -> pd.DataFrame:
    frame = pd.DataFrame(TITLES, columns=["position_id", "title", "unit_name", "job_kind", "job_family", "level"])
    return frame.assign(
        unit_id=[f"U{n}" for n in range(len(frame))], strategic=[True, False, False, False], supervisory=[True, True, False, False],
        headcount=[1, 1, 3, 2], filled=[0, 0, 1, 2], vacant=[1, 1, 2, 0], candidates=[5, 12, 2, 0], unknown=1,
        excluded=[2, 2, 0, 9], shown=[3, 10, 10, 10],
        open_since=pd.to_datetime([None, "2025-06-01", "2024-01-01", None]).astype("datetime64[us]"),
    )  # fmt: skip


def exclusions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "position_id": ["P002", "P002", "P002"], "employee_id": ["E12", "E13", "E03"], "rule_id": ["R04", "R07", "R07"],
            "verdict": ["fail", "fail", "unknown"],
            "legal_reference": ["PP 11/2017 Ps. 54", "PermenPANRB 38/2017", "PermenPANRB 38/2017"],
            "values": ["{}", "{}", "{}"], "reason": ["Golongan III/a di bawah III/c", "Belum lulus uji", "Uji belum tercatat"],
            "reason_en": ["Rank III/a is below III/c", "Competency test not passed", "No competency test on record"],
            "cure": ["Naik pangkat ke III/c", "Lulus uji kompetensi", "Catat hasil uji kompetensi"],
            "cure_en": ["Promotion to III/c", "Pass the competency test", "Record the result of the test"],
            "cure_date": pd.to_datetime(["2028-04-01", None, None]),
        }
    )  # fmt: skip


def frames() -> dict[str, pd.DataFrame]:
    lists = pd.concat([listed("P001", 5, 3, 1), listed("P002", 12, 10, 2), listed("P003", 2, 2, 3)], ignore_index=True)
    best = lists.drop_duplicates(["employee_id", "rank"])
    counts = pd.DataFrame({"position_id": "P002", "rule_id": ["R04", "R07"], "people": [3100, 12], "alone": [20, 1]})
    given = {"positions": positions(), "shortlists": lists, "best_positions": best, "exclusions": exclusions()}
    given |= {"exclusion_counts": counts, "needs": needs(), "units": units(), "ratings": ratings(), "past_moves": past_moves()}
    given |= {
        "rules": rules(),
        "recent_moves": recent_moves(),
        "evaluation": evaluation(),
        "promises": promises(),
        "programmes": goals(),
        "follow_up": warnings(),
    }
    fixed = {name: frame[list(TABLES[name].schema.columns)] for name, frame in given.items()}
    return fixed | {"facts_positions": demands(), "facts_employees": facts_of_people()}


def units() -> pd.DataFrame:
    names = [("U", None, "Pemerintah Kota"), ("U0", "U", "Dinas Kesehatan"), ("U1", "U", "DPMPTSP"), ("U2", "U", "Bappeda"),
             ("U3", "U", "Kecamatan Medan Baru"), ("U9", "U", "Sekretariat Daerah")]  # fmt: skip
    frame = pd.DataFrame(names, columns=["unit_id", "parent_id", "name"])
    return frame.assign(kind="office", district="Medan Baru", latitude=3.5 + frame.index * 0.01, longitude=98.6)


def ratings() -> pd.DataFrame:
    rows = [(f"E{n:02d}", year, 4.0 if year < 2025 else 3.0, (n - 6) / 10) for n in range(0, 14, 2) for year in (2023, 2024, 2025)]
    frame = pd.DataFrame(rows, columns=["employee_id", "year", "raw", "score"])
    ends = pd.to_datetime(frame["year"].astype("str") + "-12-31").astype("datetime64[us]")
    return frame.assign(period_end=ends, regime="PermenPANRB 6/2022", standard=0.1, reliability=0.4)


def past_moves() -> pd.DataFrame:
    frame = pd.DataFrame({"precedent": [str(n) for n in range(1, 9)], "year": range(2016, 2024)})
    kinds = {"from_kind": "staff", "to_kind": "supervisor", "from_family": "keuangan", "to_family": "pelayanan publik"}
    before = np.linspace(-0.4, 0.3, len(frame))
    return frame.assign(
        **kinds, level_step=10.0, same_unit=False, arrival="promotion", tenure_months=48.0, before=before, after=0.2,
        change=0.2 - before,
    )  # fmt: skip


def evaluation() -> pd.DataFrame:
    rows = [
        ("performance", "matched", "all", "", "sd", 0.17, 214, False, None),
        ("performance", "placebo_date", "all", "", "sd", -0.25, 114, False, None),
        ("satisfaction", "matched", "all", "", "points", 0.18, 119, False, None),
        ("network", "level", "all", "", "points", 3.62, 90, False, None),
        ("performance", "matched", "family", "new", "sd", -0.13, 59, False, None),
        ("performance", "matched", "family", "same", "sd", 0.29, 155, False, None),
        ("performance", "matched", "step", "down", "sd", np.nan, 1, True, None),
        ("performance", "cause", "cause", "wrong_match", "sd", 0.39, 58, False, "named"),
        ("performance", "cause", "cause", "no_training", "sd", 0.36, 139, False, None),
        ("visitors", "received", "all", "", "log", 0.1, 30, False, None),
        ("goal", "goal", "programme", "kepuasan pegawai terjaga (2025)", "satisfaction", 3.62, 800, False, "not shown"),
    ]
    names = ["outcome", "design", "dimension", "cell", "measure", "estimate", "people", "suppressed", "reached"]
    frame = pd.DataFrame(rows, columns=names).assign(step=0, compared=156, standard_error=0.1, p_value=0.1)
    frame = frame.assign(lower=frame["estimate"] - 0.2, upper=frame["estimate"] + 0.2, detectable=0.28, power=0.51, target=np.nan)
    return titled(frame)


def promises() -> pd.DataFrame:
    """Return promises against outcomes: of everybody, of a wave, of a grade, and of a wave too small to be shown."""
    cells = [("all", "", 131, 0.1), ("grade", "B", 11, 0.2), ("wave", "2021-07", 51, -0.3), ("wave", "2022-01", 4, np.nan)]
    frame = pd.DataFrame(cells, columns=["dimension", "cell", "people", "gap"])
    frame = frame.assign(promised=frame["gap"] * 0 - 0.04, realised=frame["gap"] - 0.04, suppressed=frame["gap"].isna())
    ends = {f"{name}_{end}": frame[name] + sign * 0.25
            for name in ("realised", "gap") for end, sign in (("lower", -1), ("upper", 1))}  # fmt: skip
    return frame.assign(**ends)


EVALUATED = {
    "verdict": "belum terbukti", "causes": ["wrong_match"], "effect": {"estimate": 0.17, "lower": -0.03, "upper": 0.37},
    "reasons": [{"code": "effect_may_be_zero", "text_id": "Belum dapat dibedakan dari nol.", "text_en": "May be zero."}],
    "power": {"movers": 214, "detectable": 0.28, "power": 0.51, "least_effect": 0.2},
}  # fmt: skip
"""What ``run.json`` says of the evaluation."""


def goals() -> pd.DataFrame:
    """Return two goals of one programme, the second with an indicator that nothing measures."""
    frame = pd.DataFrame({"goal": ["kepuasan pegawai terjaga", "kota menjadi percontohan"], "target": [3.5, np.nan]})
    days = {name: pd.Timestamp(day) for name, day in {"from_on": "2025-01-01", "to_on": "2027-12-31"}.items()}
    return frame.assign(indicator=["rata-rata jawaban", "kunjungan"], programme_id="2025-01-01", in_force=True, of_this_wave=True,
                        expected=[3.6, np.nan], **days)  # fmt: skip


def warnings() -> pd.DataFrame:
    """Return one warning that stands and one that has expired."""
    options = [
        {"code": "training", "id": "pelatihan untuk jabatan baru", "en": "training for the new post", "helped": 0.36, "lower": 0.09,
         "upper": 0.63},
        {"code": "duties", "id": "penyesuaian tugas", "en": "adjusted duties", "helped": None, "lower": None, "upper": None},
    ]  # fmt: skip
    days = {name: pd.to_datetime(values).astype("datetime64[us]") for name, values in
            {"moved_on": ["2025-11-10", "2020-09-01"], "expires_on": ["2999-05-10", "2022-03-01"]}.items()}  # fmt: skip
    signs = json.dumps([{"code": "untrained", "id": "belum mendapat pelatihan", "en": "had no training"}])
    frame = pd.DataFrame({"employee_id": ["E08", "E09"], "position_id": "P003", **days, "expected_change": -0.3})
    return frame.assign(signs=signs, options=json.dumps(options))


def recent_moves() -> pd.DataFrame:
    moved = pd.to_datetime(["2025-11-10", "2025-09-01"]).astype("datetime64[us]")
    frame = pd.DataFrame({"employee_id": ["E08", "E09"], "from_position": "P/4 a", "to_position": "P003", "moved_on": moved})
    return frame.assign(arrival="assigned")


def rules() -> pd.DataFrame:
    return as_rows(load_pack())


def facts_of_people() -> pd.DataFrame:
    frame = pd.DataFrame({"employee_id": [f"E{n:02d}" for n in range(len(PEOPLE))]})
    levels = json.dumps([["komunikasi", 2.0], ["integritas", 3.0]])
    return frame.assign(
        since="2021-03-01", rank="III/c", education="S-1", education_field="hukum", job_family="keuangan", level=10.0,
        competencies=[levels if n % 3 else None for n in frame.index],
    )  # fmt: skip


def needs() -> pd.DataFrame:
    frame = pd.DataFrame({"unit_id": ["U1"], "job_family": ["pelayanan publik"], "need": [29.7], "filled": [26.0], "gap": [3.7]})
    return frame.assign(
        demand_trend=0.0, surge=False, retirements_36_months=2.0, priority=0.4, acting=0.0, vacant=4.0, vacancies_36_months=6.0,
        surplus=0.0, releasable=0.0,
    )  # fmt: skip


def demands() -> pd.DataFrame:
    frame = pd.DataFrame({"position_id": ["P002"], "announced": [True], "leaving": [0], "needed": [1.5], "min_rank": ["III/c"]})
    standards = json.dumps([["komunikasi", 3.0], ["integritas", 3.0]])
    return frame.assign(
        min_education="S-1", education_fields="hukum;administrasi publik", certificates=None, standards=standards, freezes=None
    )


def people() -> pd.DataFrame:
    frame = pd.DataFrame({"employee_id": [f"E{n:02d}" for n in range(len(PEOPLE))], "name": PEOPLE})
    return frame.assign(nip="", position_id="P9", position_title="Penata Perizinan", unit_id="U9", unit_name="Sekretariat Daerah")


def fill(workspace: Workspace) -> None:
    """Put the small city in force in the workspace's application database."""
    workspace.root.mkdir(parents=True, exist_ok=True)
    health = {"verdict": "layak", "reasons": []}
    run = {"run_id": RUN_ID, "as_of": AS_OF, "effective_on": "2026-02-01", "ranking_supported": True, "label_health": health}
    run |= {"evaluation": EVALUATED}
    run |= {"rule_titles": {"R04": {"id": "Pangkat untuk jabatan", "en": "Rank for the post"}}}
    store = Store(workspace.database_url)
    store.load(run, frames(), people())
    store.switch(RUN_ID)


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FirstAccount]:
    """Return a filled workspace with its first account, made once: hashing a password is slow by intent."""
    workspace = Workspace(tmp_path_factory.mktemp("served") / "city")
    fill(workspace)
    workspace.key()
    account = first_account(open_records(workspace.database_url, workspace.root).accounts)
    assert account is not None
    return workspace.root, account


@pytest.fixture
def settings(first: tuple[Path, FirstAccount], tmp_path: Path) -> ServingSettings:
    """Return settings of a fresh copy of the workspace."""
    for path in first[0].iterdir():
        shutil.copy2(path, tmp_path / path.name)
    return ServingSettings(workspace=tmp_path)


@pytest.fixture
def visitor(settings: ServingSettings) -> Iterator[TestClient]:
    """Return somebody who has not signed in."""
    with TestClient(create(settings), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def own(visitor: TestClient, first: tuple[Path, FirstAccount]) -> TestClient:
    """Return somebody who has signed in to a workspace of their own, free to be changed."""
    assert sign_in(visitor, first[1].password).status_code == 303
    return visitor


@pytest.fixture(scope="session")
def shared(first: tuple[Path, FirstAccount], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    """Return one application for every test that only reads, and the cookie of a session; its looks are in no other's log."""
    folder = shutil.copytree(first[0], tmp_path_factory.mktemp("shared") / "city")
    application = create(ServingSettings(workspace=folder))
    with TestClient(application, base_url="http://localhost", raise_server_exceptions=False) as client:
        assert sign_in(client, first[1].password).status_code == 303
        yield client, client.cookies["tepat_session"]


@pytest.fixture
def client(shared: tuple[TestClient, str]) -> TestClient:
    """Return somebody who has just signed in and will only read."""
    shared[0].cookies.clear()
    shared[0].cookies.set("tepat_session", shared[1], domain="localhost.local")
    return shared[0]


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sign_in(visitor: TestClient, password: str, username: str = FIRST_USERNAME, **fields: str) -> httpx.Response:
    form = {"username": username, "password": password, "csrf": csrf_of(visitor.get("/login").text), **fields}
    return visitor.post("/login", data=form, follow_redirects=False)


@pytest.fixture
def enter() -> Callable[..., httpx.Response]:
    """Return ``sign_in``."""
    return sign_in


@pytest.fixture
def csrf() -> Callable[[str], str]:
    """Return ``csrf_of``."""
    return csrf_of


@pytest.fixture
def password(first: tuple[Path, FirstAccount]) -> str:
    """Return the first account's password."""
    return first[1].password
