"""The facts of people: standing, post, education, rank, ratings, discipline, clearances, experience."""

import pandas as pd

from features.codes import CLEARANCE_KINDS, EDUCATION_STEP
from features.posts import current_posts, definitive_spells, in_service
from features.tables import Tables
from rules.identifiers import by_person, plain
from rules.months import month_number

TRAINING_YEARS = 3
"""Years of training counted in ``training_hours``."""


def person_facts(known: Tables, as_of: pd.Timestamp, effective_on: pd.Timestamp, agencies: pd.Series) -> pd.DataFrame:
    """Return one row per person in service at ``as_of``, indexed by employee_id.

    Columns: status, legal_status, birth_date, hired_on, retires_on · position_id, unit_id, agency_id, job_kind, job_family, level,
    retirement_age, since, arrival (of the definitive post held), post_ends_on (last day it, or its unit, exists) · second_post,
    second_job_kind (another definitive post open on record) · education, education_field, education_step · rank, rank_since ·
    rating_last, rating_last_year, rating_prior, rating_prior_year · discipline (severity or "none"), discipline_from,
    discipline_until, discipline_open · sanction,
    sanction_from, sanction_until (the last moderate or heavy punishment) · clearance_KIND, clearance_KIND_until (the newest
    statement of each kind) · assessed_on · training_hours · set_aside (tables of which the checks set a row of the person aside,
    joined by ";").
    """
    parts = [
        _posts(known, as_of, agencies),
        _education(known),
        _rank(known),
        _ratings(known),
        _second_post(known, as_of),
        _discipline(known),
        _sanction(known),
        _clearances(known, effective_on),
        _assessed(known),
        _training(known, as_of),
        _set_aside(known),
    ]
    people = _employment(known)
    frame = by_person(people).join([by_person(part) for part in parts])
    none = {name: _no_case(known, frame[name]) for name in ("discipline", "sanction")}
    return frame.assign(**none, second_post=frame["second_post"].fillna(False).astype("boolean")).set_axis(people.index)


def experience(known: Tables, employees: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return months in definitive posts already left, per person, job family and level step.

    The present spell is not in it: it grows until the move starts, and predicates add it from ``since``.
    """
    spells = definitive_spells(known, as_of)
    who = pd.Index(plain(employees.index), dtype=object)
    place = who.get_indexer(plain(spells["employee_id"]))
    since = employees["since"].to_numpy(dtype="datetime64[us]")[place]
    present = spells["start_on"].to_numpy() >= since
    end = spells["end_on"] + pd.Timedelta(days=1)
    past = spells.assign(
        months=month_number(end) - month_number(spells["start_on"]),
        step=spells["level"] // 10,
    )[~present & (place >= 0)]
    past = past[past["months"] > 0]
    keys = ["employee_id", "job_family", "step"]
    return past.groupby(keys, observed=True, dropna=False)["months"].sum().reset_index()


def educations(known: Tables) -> pd.DataFrame:
    """Return one row per person and education finished: employee_id, step (legal standing), field."""
    rows = known.get("educations")
    return pd.DataFrame(
        {"employee_id": rows["employee_id"], "step": rows["value"].map(EDUCATION_STEP).astype("float64"), "field": rows["field"]}
    )


def _employment(known: Tables) -> pd.DataFrame:
    columns = ["status", "legal_status", "birth_date", "hired_on", "retires_on"]
    people = known["employees"].set_index("employee_id")[columns]
    return people.loc[pd.Index(in_service(known), name="employee_id")]


def _posts(known: Tables, as_of: pd.Timestamp, agencies: pd.Series) -> pd.DataFrame:
    held = current_posts(known, as_of)[["employee_id", "position_id", "unit_id", "since", "arrival"]]
    posts = known["positions"].set_index("position_id")[["job_kind", "job_family", "level", "retirement_age", "valid_to"]]
    units = known["units"].drop_duplicates("unit_id").set_index("unit_id")["valid_to"]
    joined = held.join(posts.rename(columns={"valid_to": "post_ends_on"}), on="position_id")
    ends = joined[["post_ends_on"]].assign(unit=held["unit_id"].map(units)).min(axis=1)
    return joined.assign(agency_id=held["unit_id"].map(agencies), post_ends_on=ends).set_index("employee_id")


def _education(known: Tables) -> pd.DataFrame:
    rows = known.get("educations").assign(education_step=lambda frame: frame["value"].map(EDUCATION_STEP).astype("float64"))
    highest = _last(rows.sort_values("education_step", kind="stable"))
    return highest[["value", "field", "education_step"]].rename(columns={"value": "education", "field": "education_field"})


def _rank(known: Tables) -> pd.DataFrame:
    latest = _last(known.get("ranks").sort_values("from_on", kind="stable"))
    return latest[["value", "from_on"]].rename(columns={"value": "rank", "from_on": "rank_since"})


def _ratings(known: Tables) -> pd.DataFrame:
    """Return the two latest annual ratings; of several ratings ending in one year the one of the longest period counts."""
    rows = known["appraisals"].dropna(subset=["rating"])
    rows = rows.assign(year=rows["period_end"].dt.year, length=rows["period_end"] - rows["period_start"])
    rows = rows.sort_values(["year", "length", "known_on"], kind="stable").drop_duplicates(["employee_id", "year"], keep="last")
    back = rows.groupby("employee_id", observed=True).cumcount(ascending=False)
    last, prior = (rows[back == n].set_index("employee_id")[["rating", "year"]].astype("float64") for n in (0, 1))
    last, prior = by_person(last).add_prefix("last_"), by_person(prior).add_prefix("prior_")
    names = {f"{n}_rating": f"rating_{n}" for n in ("last", "prior")} | {f"{n}_year": f"rating_{n}_year" for n in ("last", "prior")}
    return last.join(prior, how="outer").rename(columns=names)


def _discipline(known: Tables) -> pd.DataFrame:
    """Return the case that weighs longest per person: open ones first, then the latest end (a missing end: latest start)."""
    cases = known.get("disciplines")
    cases = cases[cases["annulled_on"].isna()]
    cases = cases.assign(open=cases["open_case"].fillna(False).astype(bool), reach=cases["end_on"].fillna(cases["start_on"]))
    weightiest = _last(cases.sort_values(["open", "reach"], kind="stable"))
    names = {"severity": "discipline", "start_on": "discipline_from", "end_on": "discipline_until", "open": "discipline_open"}
    return weightiest[list(names)].rename(columns=names)


def _sanction(known: Tables) -> pd.DataFrame:
    """Return the moderate or heavy punishment that reaches farthest per person (a missing end: latest start)."""
    cases = known.get("disciplines")
    cases = cases[cases["annulled_on"].isna() & cases["severity"].isin(["moderate", "heavy"])]
    last = _last(cases.assign(reach=cases["end_on"].fillna(cases["start_on"])).sort_values("reach", kind="stable"))
    names = {"severity": "sanction", "start_on": "sanction_from", "end_on": "sanction_until"}
    return last[list(names)].rename(columns=names)


def _no_case(known: Tables, severity: pd.Series) -> pd.Series:
    return severity.fillna("none") if "disciplines" in known else severity


def _second_post(known: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return who has another definitive post open on record beside the one held, and of which kind."""
    rows = known["assignments"]
    rows = rows[rows["kind"].fillna("definitive").eq("definitive") & (rows["start_on"] <= as_of) & ~(rows["end_on"] < as_of)]
    held = current_posts(known, as_of).set_index("employee_id")["position_id"]
    other = rows[rows["position_id"] != rows["employee_id"].map(held).astype("str")]
    kinds = known["positions"].set_index("position_id")["job_kind"]
    other = other.assign(second_job_kind=other["position_id"].map(kinds).astype("str"), second_post=True)
    return _last(other.sort_values("start_on", kind="stable"))[["second_post", "second_job_kind"]]


def competencies(known: Tables, effective_on: pd.Timestamp) -> pd.DataFrame:
    """Return one row per person and competency: the level of the latest assessment that holds on ``effective_on``."""
    rows = known.get("competencies")
    rows = rows[~(rows["valid_to"] < effective_on)].sort_values("assessed_on", kind="stable")
    return rows.drop_duplicates(["employee_id", "competency"], keep="last")[["employee_id", "competency", "level"]]


def certificates(known: Tables) -> pd.DataFrame | None:
    """Return one row per person, certificate or course finished, and last day valid; None where neither is recorded."""
    if "clearances" not in known and "trainings" not in known:
        return None
    held = known.get("clearances")
    held = held[held["kind"] == "certificate"].rename(columns={"value": "certificate"})
    courses = known.get("trainings").rename(columns={"course": "certificate"})
    return pd.concat([rows[["employee_id", "certificate", "valid_to"]] for rows in (held, courses)], ignore_index=True).rename(
        columns={"valid_to": "until"}
    )


def kin(known: Tables) -> pd.DataFrame | None:
    """Return one row per person and relative, each way; None where no family tie is on record at all."""
    ties = known.get("relations").rename(columns={"other_employee_id": "relative"})[["employee_id", "relative"]]
    spouses = known["employees"].rename(columns={"spouse_id": "relative"})[["employee_id", "relative"]].dropna()
    if "relations" not in known and spouses.empty:
        return None
    both = pd.concat([ties, spouses], ignore_index=True)
    back = both.set_axis(["relative", "employee_id"], axis=1)
    return pd.concat([both, back], ignore_index=True).dropna().drop_duplicates().reset_index(drop=True)


def _clearances(known: Tables, effective_on: pd.Timestamp) -> pd.DataFrame:
    rows = known.get("clearances")
    rows = rows[rows["valid_from"] <= effective_on].sort_values("valid_from", kind="stable")
    latest = {kind: by_person(_last(rows[rows["kind"] == kind])) for kind in CLEARANCE_KINDS if kind != "certificate"}
    names = {"value": "", "valid_to": "_until"}
    said = [frame[column].rename(f"clearance_{kind}{end}") for kind, frame in latest.items() for column, end in names.items()]
    return pd.concat(said, axis=1)


def _assessed(known: Tables) -> pd.DataFrame:
    rows = known.get("competencies").sort_values("assessed_on", kind="stable")
    return _last(rows)[["assessed_on"]]


def _training(known: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    rows = known.get("trainings")
    recent = rows[rows["finished_on"] > as_of - pd.DateOffset(years=TRAINING_YEARS)]
    return recent.groupby("employee_id", observed=True)[["hours"]].sum(min_count=1).rename(columns={"hours": "training_hours"})


def _set_aside(known: Tables) -> pd.DataFrame:
    rows = known.set_aside.drop_duplicates(["employee_id", "table"]).sort_values("table", kind="stable")
    joined = rows.groupby(plain(rows["employee_id"]))["table"].agg(";".join).astype("str")
    return joined.rename("set_aside").rename_axis("employee_id").to_frame()


def _last(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop_duplicates("employee_id", keep="last").set_index("employee_id")
