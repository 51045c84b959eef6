"""The personnel register: employees with valid NIPs, ranks, educations, leaves, relations."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import RANKS
from simulation.catalogue import DISTRICTS, FIELDS, LICENSED
from simulation.knobs import Knobs
from simulation.names import invent_names
from simulation.organisation import STRUCTURAL, Organisation, professions
from simulation.people import DAYS_A_YEAR
from simulation.staff import FAR, GONE, Staff

_ENTRY_RANK = {"SD": 0, "SLTP": 2, "SLTA": 4, "D-III": 6, "S-1": 8, "profesi": 9, "spesialis": 9, "S-2": 9, "S-3": 10}
_HIGHEST_RANK = {"SD": 4, "SLTP": 6, "SLTA": 9, "D-III": 11, "S-1": 11, "profesi": 13, "spesialis": 14, "S-2": 12, "S-3": 13}
_CONTRACT_RANK = {"SD": "I", "SLTP": "IV", "SLTA": "V", "D-III": "VII", "S-1": "IX", "profesi": "X", "spesialis": "XI", "S-2": "X",
                  "S-3": "XI"}  # fmt: skip
_NO_DEGREE_STOPS = 0.45
"""Share of people with school only who never pass the exam for golongan III."""

_SPOUSES = 0.04
_LATER_DEGREES = 0.06
_ABSENT_NOW = {"unpaid_leave": 0.003, "study": 0.004, "suspended": 0.0005}


def employee_ids(size: int) -> NDArray[np.object_]:
    """Return the source's employee identifiers, person by person."""
    return np.array([f"EMP{k + 1:06d}" for k in range(size)], dtype=object)


def invent_nips(staff: Staff) -> NDArray[np.object_]:
    """Return valid NIPs (PNS) and NI PPPK, unique."""
    people = staff.people
    birth = pd.Series(people.birth).dt.strftime("%Y%m%d")
    hired = pd.Series(people.hired)
    contract = pd.Series(people.status).str.startswith("PPPK")
    middle = hired.dt.strftime("%Y%m").where(~contract, hired.dt.strftime("%Y") + "21")
    stem = birth + middle + np.where(people.female, "2", "1")
    return np.asarray(stem + (stem.groupby(stem).cumcount() + 1).astype(str).str.zfill(3), dtype=object)


def employees(
    staff: Staff, last_post: NDArray[np.int64], organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``employees``; ``last_post`` is the present or last post of each person."""
    people, size = staff.people, len(staff.post)
    left = staff.left < FAR
    age = organisation.posts["retirement_age"].to_numpy()[last_post].astype(int)
    retires = (people.birth.astype("datetime64[M]") + age * 12 + 1).astype("datetime64[D]")
    status = np.where((people.status == "PNS") & (people.hired > knobs.extracted_on - 365), "CPNS", people.status)
    spouse = _spouses(people.female, people.birth, rng)
    district = np.where(spouse >= 0, people.district[np.minimum(spouse, np.arange(size))], people.district)
    ids = employee_ids(size)
    return pd.DataFrame({
        "employee_id": ids, "nip": invent_nips(staff), "name": invent_names(rng, people.female, people.education),
        "birth_date": people.birth, "sex": np.where(people.female, "F", "M"), "disability": rng.random(size) < 0.011,
        "hired_on": people.hired, "left_on": np.where(left, staff.left, np.datetime64("NaT")), "status": status,
        "legal_status": _legal_status(left, staff.left + 1 >= retires, rng),
        "home_district": np.array(DISTRICTS, dtype=object)[district],
        "spouse_id": pd.Series(ids[spouse]).where(spouse >= 0, None), "retires_on": retires,
    })  # fmt: skip


def _legal_status(left: NDArray[np.bool_], retired: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.object_]:
    size = len(left)
    early = rng.choice(np.array(["deceased", "dismissed", "retired"], dtype=object), size, p=(0.45, 0.1, 0.45))
    names = np.array(["active", *_ABSENT_NOW], dtype=object)
    shares = np.array([1 - sum(_ABSENT_NOW.values()), *_ABSENT_NOW.values()])
    serving = rng.choice(names, size, p=shares)
    return np.where(left, np.where(retired, "retired", early), serving)


def _spouses(female: NDArray[np.bool_], birth: NDArray[np.datetime64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the person number of the spouse in the same service, or -1: pairs of near age."""
    size = len(female)
    spouse = np.full(size, -1)
    chosen = rng.random(size) < _SPOUSES
    sides = [np.flatnonzero(chosen & side) for side in (female, ~female)]
    pairs = min(len(side) for side in sides)
    wives, husbands = (side[np.argsort(birth[side], kind="stable")][:pairs] for side in sides)
    spouse[wives], spouse[husbands] = husbands, wives
    return spouse


def relations(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``relations``: spouses both ways, and a few parents with their children."""
    married = table.loc[table["spouse_id"].notna(), ["employee_id", "spouse_id"]]
    spouses = married.set_axis(["employee_id", "other_employee_id"], axis=1).assign(kind="spouse")
    by_age = table.sort_values("birth_date", kind="stable")
    parents = by_age.head(len(by_age) // 5).sample(frac=0.05, random_state=int(rng.integers(2**31)))
    children = by_age.tail(len(by_age) // 5).sample(len(parents), random_state=int(rng.integers(2**31)))
    old, young = parents["employee_id"].to_numpy(), children["employee_id"].to_numpy()
    down = pd.DataFrame({"employee_id": old, "other_employee_id": young, "kind": "child"})
    up = pd.DataFrame({"employee_id": young, "other_employee_id": old, "kind": "parent"})
    return pd.concat([spouses, down, up], ignore_index=True)


def ranks(
    staff: Staff, last_post: NDArray[np.int64], organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``ranks``: evenly spaced promotions up to the rank that service, education and post allow."""
    people, posts = staff.people, organisation.posts
    until = np.minimum(staff.left, np.datetime64(f"{knobs.last_year}-12-31", "D"))
    first, last = _rank_span(staff, last_post, posts, until, rng)
    steps = last - first
    days = (until - people.hired).astype(float)
    recent = np.minimum(rng.uniform(0, 4 * DAYS_A_YEAR, len(days)), 0.6 * days)
    spacing = np.where(steps > 0, (days - recent) / np.maximum(steps, 1), 0)
    who = np.repeat(np.arange(len(days)), steps + 1)
    step = np.arange(len(who)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    start = people.hired[who] + (step * spacing[who]).astype("timedelta64[D]")
    start = np.where(step > 0, start.astype("datetime64[M]").astype("datetime64[D]"), start)
    contract = np.char.startswith(people.status.astype(str), "PPPK")
    grade = np.array([_CONTRACT_RANK[level] for level in people.education], dtype=object)
    value = np.where(contract[who], grade[who], np.array(RANKS, dtype=object)[(first[who] + step)])
    table = pd.DataFrame({"employee_id": employee_ids(len(days))[who], "from_on": start, "to_on": np.datetime64("NaT"),
                          "value": value, "known_on": start + 30})  # fmt: skip
    following = table.groupby("employee_id")["from_on"].shift(-1)
    return table.assign(to_on=following - pd.Timedelta(days=1))


def _rank_span(
    staff: Staff, last_post: NDArray[np.int64], posts: pd.DataFrame, until: NDArray[np.datetime64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    education, kind = staff.people.education, posts["job_kind"].to_numpy()[last_post]
    level = posts["level"].to_numpy()[last_post].astype(int)
    first = np.array([_ENTRY_RANK[name] for name in education])
    functional = np.isin(kind, ("functional_expert", "functional_skilled"))
    highest = np.array([_HIGHEST_RANK[name] for name in education])
    luck = rng.random(len(level))
    highest = highest + np.where(functional & (level >= 30), 2, 0) + np.where(functional & (level == 20) & (luck < 0.8), 1, 0)
    highest = highest + np.isin(kind, STRUCTURAL[:2]) + (level >= 40)
    highest = np.where((education == "SLTA") & (luck < _NO_DEGREE_STOPS), RANKS.index("II/d"), highest)
    pace = np.where(functional, 4.4, 4.7) * rng.lognormal(0, 0.06, len(level))
    served = (until - staff.people.hired).astype(float) / DAYS_A_YEAR
    reached = np.minimum(first + np.floor(served / pace).astype(int), highest)
    demanded = np.array([RANKS.index(name) for name in posts["min_rank"]])[last_post] - (rng.random(len(level)) < 0.1)
    demanded = np.where(level >= 20, np.minimum(demanded, first + np.floor(served / 2).astype(int)), 0)
    contract = np.char.startswith(staff.people.status.astype(str), "PPPK")
    last = np.clip(np.maximum(reached, demanded), first, len(RANKS) - 1)
    return first, np.where(contract, first, last)


def educations(
    staff: Staff, spells: pd.DataFrame, organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``educations``: school, the degree of entry, and some later master's degrees."""
    people, size = staff.people, len(staff.post)
    ids = employee_ids(size)
    level = people.education
    graduated = _september(people.hired - rng.integers(120, 1500, size))
    field = _fields_studied(staff, spells, organisation)
    entry = pd.DataFrame({"employee_id": ids, "from_on": graduated, "value": level, "field": field})
    higher = ~np.isin(level, ("SD", "SLTP", "SLTA"))
    school_on = np.minimum(_september(people.birth + 18 * 365 + 300), graduated - 700)
    school = pd.DataFrame({"employee_id": ids, "from_on": school_on, "value": "SLTA", "field": "IPA"})[higher]
    end = np.datetime64(f"{knobs.last_year}-09-01", "D")
    later_on = _september(people.hired + rng.integers(4 * 365, 15 * 365, size))
    studied = np.isin(level, ("S-1",)) & (rng.random(size) < _LATER_DEGREES) & (later_on < np.minimum(end, staff.left))
    later = pd.DataFrame({"employee_id": ids, "from_on": later_on, "value": "S-2", "field": field})[studied]
    table = pd.concat([school, entry, later], ignore_index=True).sort_values(["employee_id", "from_on"], kind="stable")
    known = table["from_on"] + pd.to_timedelta(rng.integers(20, 200, len(table)), unit="D")
    return table.assign(to_on=pd.NaT, known_on=known).reset_index(drop=True)


def _fields_studied(staff: Staff, spells: pd.DataFrame, organisation: Organisation) -> NDArray[np.object_]:
    """Return the field of each person's degree: that of the licensed profession where somebody ever worked in one."""
    posts = spells["post"].to_numpy()
    worked = pd.Series(professions(organisation.posts)[posts], index=spells["person"])
    studied = worked[worked != ""].map(LICENSED).groupby(level=0).first().reindex(range(len(staff.post)))
    drawn = np.array(FIELDS, dtype=object)[staff.people.education_field]
    return np.where(studied.isna(), drawn, studied.to_numpy(dtype=object))


def _september(days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return np.asarray((days.astype("datetime64[Y]").astype("datetime64[M]") + 8).astype("datetime64[D]"))


def leaves(table: pd.DataFrame, staff: Staff, knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``leaves``: short leaves of every year, and the unpaid leaves and studies running today."""
    rows = []
    for year in range(knobs.first_year, knobs.last_year + 1):
        first = np.datetime64(f"{year}-01-01", "D")
        there = (staff.people.hired < first) & (staff.left > np.datetime64(f"{year}-12-31", "D"))
        for kind, chance, shortest, longest in (
            ("cuti sakit", 0.02, 14, 60),
            ("cuti besar", 0.01, 40, 90),
            ("cuti melahirkan", 0.02, 85, 91),
        ):
            taken = there & (rng.random(len(there)) < chance) & (staff.people.female | (kind != "cuti melahirkan"))
            who = np.flatnonzero(taken)
            start = first + rng.integers(0, 270, len(who))
            rows.append(
                pd.DataFrame(
                    {"person": who, "from_on": start, "to_on": start + rng.integers(shortest, longest, len(who)), "value": kind}
                )
            )
    absent = np.flatnonzero(table["legal_status"] == "unpaid_leave")
    start = np.datetime64(f"{knobs.last_year}-01-10", "D") + rng.integers(0, 300, len(absent))
    rows.append(pd.DataFrame({"person": absent, "from_on": start, "to_on": np.datetime64("NaT"), "value": "CLTN"}))
    out = pd.concat(rows, ignore_index=True).drop_duplicates(["person", "from_on", "value"])
    out.insert(0, "employee_id", employee_ids(len(staff.post))[out.pop("person")])
    return out.assign(known_on=out["from_on"] + pd.Timedelta(days=7))


def last_posts(staff: Staff, spells: pd.DataFrame) -> NDArray[np.int64]:
    """Return the present or last post of every person."""
    last = spells.groupby("person")["post"].last().reindex(range(len(staff.post)))
    return np.where(staff.post == GONE, last, staff.post).astype(np.int64)
