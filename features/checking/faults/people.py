"""People: ages that cannot be, work outside the time in service, and NIPs."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.checking.faults.catalogue import Severity, found, joined
from features.coded import distinct, plain, plain_frame, with_texts
from features.sorting import found_at

YOUNGEST, OLDEST = 14, 90
"""Ages at work outside these are impossible in any organisation (leaders past 80 are on record)."""

INTAKE = (16, 46)
"""Usual ages at the start of service of a PNS (domain 3.1); outside is worth a look, no more."""

_NIP = (
    r"^(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?P<from_year>(?:19|20)[0-9]{2})(?P<from_month>[0-9]{2})(?P<sex>[0-9])(?P<serial>[0-9]{3})$"
)


def first_and_last_starts(assignments: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person: employee_id, and when the first post began (first) and the last (last)."""
    starts = assignments.groupby("employee_id", observed=True)["start_on"]
    return plain_frame(pd.DataFrame({"first": starts.min(), "last": starts.max()}).reset_index())


def ages(employees: pd.DataFrame, starts: pd.DataFrame, extracted_on: pd.Timestamp) -> pd.DataFrame:
    """Return the faults of birth dates that make somebody too young or too old at work, or unusual at intake.

    ``starts``: `first_and_last_starts` of everybody, a person in one row.
    """
    born = employees["birth_date"]
    places = found_at(employees["employee_id"], pd.Index(starts["employee_id"]))
    first, last = (pd.Series(starts[name].array.take(places, allow_fill=True), employees.index) for name in ("first", "last"))
    started = pd.concat([employees["hired_on"], first], axis=1).min(axis=1)
    until = pd.concat([employees["hired_on"], last], axis=1).max(axis=1)
    impossible = (_years(born, started) < YOUNGEST) | (_years(born, until) > OLDEST) | (born > extracted_on)
    at_intake = _years(born, employees["hired_on"])
    unusual = ~impossible & employees["status"].isin(["PNS", "CPNS"]) & ((at_intake < INTAKE[0]) | (at_intake > INTAKE[1]))
    return joined([
        found("employees", employees.index[impossible], "birth_date", "impossible_age", Severity.CELL),
        found("employees", employees.index[unusual], "birth_date", "unusual_age", Severity.WARNING),
    ])  # fmt: skip


def _years(born: pd.Series, on: pd.Series) -> pd.Series:
    return (on - born).dt.days / 365.25


def outside_service(service: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return warnings for assignments that begin before service or run on after it.

    ``service``: hired_on and left_on of every employee, by ``employee_id``.
    """
    places, people = distinct(assignments["employee_id"])
    served = service.reindex(people)
    hired, left = (
        pd.Series(served[name].array.take(places, allow_fill=True), assignments.index) for name in ("hired_on", "left_on")
    )
    outside = (assignments["start_on"] < hired) | (assignments["start_on"] > left) | (assignments["end_on"] > left)
    return found("assignments", assignments.index[outside.to_numpy(dtype=bool)], "start_on", "outside_service", Severity.WARNING)


def nips(employees: pd.DataFrame) -> pd.DataFrame:
    """Return the faults of NIPs (PNS and PPPK, domain 3.1-3.2): form, calendar, Excel damage, uniqueness; and cross-checks.

    A faulty NIP is struck from the row, the person stays: no rule and no model reads it, only letters do. Two people under one
    NIP both lose it. A NIP that disagrees with other columns stays (courts correct birth dates), with a warning; where its birth
    date is the recorded one with day and month exchanged, the recorded one is struck.
    """
    nip = employees["nip"].dropna()
    parts = _parts(nip)
    birth, month = _birth(parts), _month(parts)
    rounded = nip.str.fullmatch(r"\d{17,18}").astype(bool) & nip.str.endswith("000")
    valid = _sound(parts) & ~rounded
    twice = valid & nip.duplicated(keep=False)
    sound = valid & ~twice
    return joined([
        found("employees", nip.index[rounded], "nip", "excel_damaged", Severity.CELL),
        found("employees", nip.index[~valid & ~rounded], "nip", "nip_invalid", Severity.CELL),
        found("employees", nip.index[twice], "nip", "nip_duplicate", Severity.CELL),
        _crossed(employees.loc[nip.index[sound]], parts[sound], birth[sound], month[sound]),
    ])  # fmt: skip


def known_by_nip(employees: pd.DataFrame) -> pd.Series:
    """Return whom the source knows by a NIP: the contract asks for an identifier that says nothing of a person."""
    given = plain(employees["employee_id"]).astype("str")
    return _sound(_parts(given)) | given.eq(plain(employees["nip"]).astype("str")).fillna(False)


def with_nips(employees: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return employees, a NIP they are known by in the column ``nip`` too where that is empty; and how many that concerned."""
    given = plain(employees["employee_id"]).astype("str")
    told = plain(employees["nip"]).astype("str").fillna(given.where(_sound(_parts(given))))
    filled = int((told.notna() & employees["nip"].isna()).sum())
    return (employees.assign(nip=told) if filled else employees), filled


def _sound(parts: pd.DataFrame) -> pd.Series:
    """Return which NIPs, by what they are made of, have the form of one, a birth date and a month of the calendar, and a sex."""
    month = _month(parts)
    marker = month.between(1, 12) | month.between(21, 29)
    return parts.notna().all(axis=1) & _birth(parts).notna() & marker & parts["sex"].isin(["1", "2"])


def _birth(parts: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(parts["year"] + "-" + parts["month"] + "-" + parts["day"], format="%Y-%m-%d", errors="coerce")


def _month(parts: pd.DataFrame) -> pd.Series:
    return pd.to_numeric(parts["from_month"]).fillna(0)


def _parts(nip: pd.Series) -> pd.DataFrame:
    """Return what a NIP is made of, empty where it is not one."""
    found = pc.extract_regex(pa.array(nip.array, type=pa.string(), from_pandas=True), _NIP)
    names = [found.type.field(place).name for place in range(found.type.num_fields)]
    return pd.DataFrame({name: pd.Series(pc.struct_field(found, name), dtype="str") for name in names}).set_axis(nip.index)


def identifiers_by_nip(employees: pd.DataFrame) -> pd.Series:
    """Return the ``employee_id`` behind every NIP."""
    return employees.dropna(subset=["nip"]).set_index("nip")["employee_id"]


def raters_by_nip(appraisals: pd.DataFrame, known: pd.Series) -> tuple[pd.DataFrame, int]:
    """Return appraisals whose raters named by NIP are named by their ``employee_id``, and how many rows that touched.

    ``known``: `identifiers_by_nip`. SIASN names the rater by NIP or NRP only; a NIP of none of the employees (a rater from
    elsewhere) is left as it is.
    """
    places, texts = distinct(appraisals["rater_id"])
    given = pd.Series(texts, dtype="str")
    named = given.str.replace(" ", "").map(known).astype("str")
    linked = int(np.append(named.notna(), False)[places].sum())
    return (appraisals.assign(rater_id=with_texts(appraisals["rater_id"], named.fillna(given))) if linked else appraisals), linked


def _crossed(people: pd.DataFrame, parts: pd.DataFrame, birth: pd.Series, month: pd.Series) -> pd.DataFrame:
    born, hired = people["birth_date"], people["hired_on"]
    other_birth = born.notna() & (born != birth)
    swapped = other_birth & (born.dt.year == birth.dt.year) & (born.dt.month == birth.dt.day) & (born.dt.day == birth.dt.month)
    contract = month > 12
    started = pd.to_numeric(parts["from_year"]) * 12 + month
    other_start = ~contract & hired.notna() & (hired.dt.year * 12 + hired.dt.month != started)
    other_year = contract & hired.notna() & (hired.dt.year != pd.to_numeric(parts["from_year"]))
    other_sex = people["sex"].notna() & (people["sex"] != np.where(parts["sex"] == "1", "M", "F"))
    other_kind = people["status"].notna() & (people["status"].str.startswith("PPPK").fillna(False) != contract)
    disagrees = (other_birth & ~swapped) | other_start | other_year | other_sex | other_kind
    return joined([
        found("employees", people.index[swapped], "birth_date", "date_swapped", Severity.CELL),
        found("employees", people.index[disagrees.to_numpy(dtype=bool)], "nip", "nip_disagrees", Severity.WARNING),
    ])  # fmt: skip
