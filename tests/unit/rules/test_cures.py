"""One line and one day over all rules that stand against a pair."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.rules.city import ON, random_facts
from rules.cures import cures
from rules.encoding import encode
from rules.pack import load_pack
from rules.verdicts import judge

PACK = load_pack()


@pytest.fixture(scope="module")
def lawful():
    """Return a city of three whose first person may move to P-00001, but for what a test changes."""
    city = random_facts(3, 3, seed=5)
    person = {
        "status": "PNS", "legal_status": "active", "birth_date": pd.Timestamp("1985-05-05"), "retires_on": pd.NaT,
        "hired_on": pd.Timestamp("2008-01-01"), "position_id": "P-00000", "unit_id": "U-0000", "agency_id": "U-0000",
        "job_kind": "supervisor", "job_family": "family-1", "level": 20.0, "retirement_age": np.nan,
        "since": pd.Timestamp("2018-01-01"), "second_post": False, "second_job_kind": None, "education_step": 7.0, "rank": "III/d",
        "rating_last": 4.0, "rating_last_year": 2024.0, "rating_prior": 4.0, "rating_prior_year": 2023.0, "discipline": "none",
        "discipline_open": False, "sanction": "none", "assessed_on": pd.Timestamp("2025-06-01"), "set_aside": None,
        **{name: "clear" for name in city.employees if name.startswith("clearance_") and not name.endswith("_until")},
        **{name: pd.NaT for name in city.employees if name.startswith("clearance_") and name.endswith("_until")},
    }  # fmt: skip
    post = {"job_kind": "supervisor", "job_family": "family-1", "level": 20.0, "unit_id": "U-0001", "agency_id": "U-0001",
            "min_rank": None, "min_education": None, "education_fields": None, "certificates": None, "vacant": 1.0,
            "retirement_age": np.nan, "needed": np.nan, "supervisory": False}  # fmt: skip
    employees = city.employees.assign(**{name: pd.Series([value] * 3, index=city.employees.index).astype(city.employees[name].dtype)
                                         for name, value in person.items()})  # fmt: skip
    positions = city.positions.assign(**{name: pd.Series([value] * 3, index=city.positions.index).astype(city.positions[name].dtype)
                                         for name, value in post.items()})  # fmt: skip
    none = {name: getattr(city, name).iloc[:0] for name in ("freezes", "certificates", "approvals")}
    return replace(city, employees=employees, positions=positions, kin=None, **none)


PAIR = pd.DataFrame({"employee_id": ["E-000000"], "position_id": ["P-00001"]})


def cure_of(facts):
    return cures(PACK, facts, PAIR, ON).iloc[0]


def with_person(facts, **changes):
    columns = {name: facts.employees[name].where(facts.employees.index != "E-000000", value) for name, value in changes.items()}
    return replace(facts, employees=facts.employees.assign(**columns))


def test_a_pair_that_passes_needs_no_cure(lawful):
    found = cure_of(lawful)
    assert (found["eligible"], found["rules"], found["cure_id"], found["passes_on"]) == ("yes", [], None, ON)


def test_deeds_come_before_waiting_and_no_day_is_promised(lawful):
    facts = with_person(lawful, since=pd.Timestamp("2024-05-01"))
    facts = replace(facts, positions=facts.positions.assign(certificates="Diklat PKA"))
    known = pd.DataFrame({"employee_id": facts.employees.index[[1]], "certificate": ["Diklat PKA"], "until": [pd.NaT]})
    found = cure_of(replace(facts, certificates=known.astype({"until": "datetime64[us]"})))
    assert found["cure_id"] == "Diklat PKA dan 4 bulan lagi di jabatan"
    assert found["cure_en"] == "Diklat PKA and 4 more months in post"
    assert pd.isna(found["passes_on"])


def test_waiting_alone_gives_the_latest_day_of_all_rules(lawful):
    days = {"discipline_from": pd.Timestamp("2025-08-01"), "discipline_until": pd.Timestamp("2026-07-31")}
    found = cure_of(with_person(lawful, since=pd.Timestamp("2024-05-01"), discipline="moderate", **days))
    assert found["rules"] == ["R03", "R14"]
    assert found["passes_on"] == pd.Timestamp("2026-08-01")


def test_waiting_into_a_freeze_waits_for_its_end_too(lawful):
    window = pd.DataFrame({"from_on": [pd.Timestamp("2026-04-01")], "to_on": [pd.Timestamp("2026-09-30")], "scope": [None],
                           "approval_number": [None]})  # fmt: skip
    freezes = window.astype({"from_on": "datetime64[us]", "to_on": "datetime64[us]", "scope": "str", "approval_number": "str"})
    found = cure_of(replace(with_person(lawful, since=pd.Timestamp("2024-05-01")), freezes=freezes))
    assert found["passes_on"] == pd.Timestamp("2026-10-01")


def test_waiting_past_retirement_promises_no_day(lawful):
    found = cure_of(with_person(lawful, since=pd.Timestamp("2025-06-01"), retires_on=pd.Timestamp("2026-12-01")))
    assert pd.isna(found["passes_on"])


def test_what_nothing_cures_is_said(lawful):
    found = cure_of(with_person(lawful, level=30.0, job_kind="administrator"))
    assert not found["curable"]
    assert found["cure_id"] == "tidak dapat dipenuhi: bukan penurunan jabatan"


def test_every_day_promised_is_one_on_which_the_pair_passes():
    facts = encode(random_facts(60, 12, seed=8))
    pairs = pd.DataFrame([(f"E-{n:06d}", f"P-{post:05d}") for n in range(60) for post in range(0, 12, 4)], columns=list(PAIR))
    found = cures(PACK, facts, pairs, ON)
    assert (found["passes_on"].notna() >= (found["eligible"] == "yes")).all()
    for day, rows in pairs.groupby(found["passes_on"]).groups.items():
        assert (judge(PACK, facts, pairs.loc[rows], pd.Timestamp(day)).eligible == "yes").all()


def test_a_demotion_is_never_eligible_whatever_else_holds():
    """Property: no pair below the present level is proposed, in any city, under any waiver a city can set or record."""
    waivers = {
        "R03": {"exempt_promotion": True, "exempt_reorganisation": True, "executive_waiver": True},
        "R05b": {"mode": "off"},
        "R27": {"mode": "off"},
    }
    for seed in range(6):
        city = random_facts(80, 25, seed=seed)
        everything = pd.DataFrame({"rule_id": list(PACK.rule_ids), "employee_id": None, "position_id": None, "number": "1/2026",
                                   "from_on": ON - pd.Timedelta(days=9), "to_on": pd.NaT})  # fmt: skip
        everything = everything.astype({"employee_id": city.employees.index.dtype, "position_id": "str"})
        city = replace(city, approvals=everything)
        city = replace(city, employees=city.employees.assign(set_aside=None))
        pairs = city.positions.reset_index()[["position_id"]].merge(city.employees.reset_index()[["employee_id"]], how="cross")
        present = pairs["employee_id"].astype("str").map(city.employees["level"].set_axis(city.employees.index.astype("str")))
        eligible = judge(load_pack(overrides=waivers), city, pairs, ON).eligible
        lower = (pairs["position_id"].map(city.positions["level"]) // 10 < present // 10).to_numpy()
        assert lower.any()
        assert (eligible[lower] == "no").all()
