"""The service record: spells in posts, acting spells, appraisals, courses, disciplinary cases."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.catalogue import FAMILIES, LEADERSHIP_COURSES, technical_course
from simulation.knobs import Knobs
from simulation.organisation import STRUCTURAL, Organisation
from simulation.ratings import MAYOR, Year, months_served
from simulation.register import employee_ids
from simulation.staff import FAR, Staff

MAYOR_ID = "WALIKOTA"
_DISCIPLINE_RATE = 0.004
_SEVERITIES = (("light", 0.6, 90, 181), ("moderate", 0.3, 181, 366), ("heavy", 0.1, 365, 366))
_LATE_DATA = 0.1
_REAL_START = ("renaming", "reinauguration")


def position_ids(size: int) -> NDArray[np.object_]:
    """Return the source's position identifiers, post by post."""
    return np.array([f"PST{k + 1:05d}" for k in range(size)], dtype=object)


def unit_ids(size: int) -> NDArray[np.object_]:
    """Return the source's unit identifiers, unit by unit."""
    return np.array([f"UNT{k + 1:04d}" for k in range(size)], dtype=object)


def closed_spells(staff: Staff) -> pd.DataFrame:
    """Return every definitive spell: person, post, start, end (NaT: current), since (renamings ignored), move_type, decided."""
    spells = pd.concat(staff.spells, ignore_index=True).sort_values(["person", "start"], kind="stable", ignore_index=True)
    following = spells.groupby("person")["start"].shift(-1) - pd.Timedelta(days=1)
    left = pd.Series(np.where(staff.left < FAR, staff.left, np.datetime64("NaT")), index=range(len(staff.left)))
    renamed = spells["move_type"].isin(_REAL_START)
    chain = (~renamed).groupby(spells["person"]).cumsum()
    since = spells.groupby([spells["person"], chain])["start"].transform("first")
    return spells.assign(end=following.fillna(spells["person"].map(left)), since=since)


def assignments(
    staff: Staff, spells: pd.DataFrame, acting: pd.DataFrame, organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``assignments``: definitive and acting spells, decrees after decisions, some entered late."""
    table = pd.concat([spells.assign(kind="definitive"), acting], ignore_index=True)
    table = table.sort_values(["person", "start", "kind"], kind="stable", ignore_index=True)
    table = table.drop_duplicates(["person", "post", "start"])
    decree = table["decided"] + pd.to_timedelta(rng.integers(0, 10, len(table)), unit="D")
    late = (rng.random(len(table)) < _LATE_DATA) & (table["start"] >= f"{knobs.first_year}-01-01").to_numpy()
    entered = table["start"] + pd.to_timedelta(rng.integers(20, 90, len(table)), unit="D")
    known = (decree + pd.to_timedelta(rng.integers(0, 8, len(table)), unit="D")).where(~late, entered)
    number = [f"821.2/{k + 1}/BKPSDM/{day.year}" for k, day in enumerate(decree)]
    return pd.DataFrame({
        "employee_id": employee_ids(len(staff.post))[table["person"]],
        "position_id": position_ids(len(organisation.posts))[table["post"]],
        "start_on": table["start"], "end_on": table["end"], "kind": table["kind"], "move_type": table["move_type"],
        "decree_number": number, "decided_on": table["decided"], "known_on": known,
    }).reset_index(drop=True)  # fmt: skip


def gaps(spells: pd.DataFrame, organisation: Organisation, knobs: Knobs) -> pd.DataFrame:
    """Return when single posts stood empty: post, start, end (NaT: still empty at the extraction)."""
    posts = organisation.posts
    first, last = pd.Timestamp(f"{knobs.first_year}-01-01"), pd.Timestamp(knobs.extracted_on)
    single = np.flatnonzero(posts["single"])
    held = spells.loc[spells["post"].isin(single), ["post", "start", "end"]].sort_values(["post", "start"], kind="stable")
    held["end"] = held["end"].fillna(last + pd.Timedelta(days=1)).clip(lower=first - pd.Timedelta(days=1))
    opened = pd.Series(posts["open_from"].to_numpy()[single]).clip(lower=first)
    begin = pd.DataFrame({"post": single, "start": pd.NaT, "end": opened - pd.Timedelta(days=1)})
    track = pd.concat([begin, held], ignore_index=True).sort_values(["post", "end"], kind="stable", ignore_index=True)
    empty_from = track["end"] + pd.Timedelta(days=1)
    filled = track.groupby("post")["start"].shift(-1)
    closes = pd.Series(posts["open_to"].to_numpy()[track["post"]]).clip(upper=last + pd.Timedelta(days=1))
    until = filled.fillna(closes + pd.Timedelta(days=1))
    rows = pd.DataFrame({"post": track["post"], "start": empty_from, "end": (until - pd.Timedelta(days=1)).where(until <= last)})
    rows = rows[(until - empty_from).dt.days > 25]
    return rows[rows["start"] <= last].reset_index(drop=True)


def acting_spells(
    staff: Staff, spells: pd.DataFrame, empty: pd.DataFrame, organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return acting spells: plt for most empty posts, plh for some absences, by another official of the same office."""
    kind = organisation.posts["job_kind"].isin(STRUCTURAL).to_numpy()
    vacant = empty[kind[empty["post"]] & (rng.random(len(empty)) < 0.8)].assign(kind="plt")
    vacant = vacant.assign(start=vacant["start"] + pd.Timedelta(days=10))
    current = spells[kind[spells["post"]] & (spells["start"] >= f"{knobs.first_year}-01-01")]
    absent = current.sample(frac=0.08, random_state=int(rng.integers(2**31)))[["post", "start"]]
    absent = absent.assign(start=absent["start"] + pd.Timedelta(days=120), kind="plh")
    absent = absent.assign(end=absent["start"] + pd.Timedelta(days=20))
    needed = pd.concat([vacant, absent], ignore_index=True)
    needed = needed[needed["start"] <= f"{knobs.last_year}-12-01"].reset_index(names="need")
    office = organisation.units["office"].to_numpy()[organisation.posts["unit"].to_numpy()]
    officials = spells[kind[spells["post"]]].assign(office=lambda t: office[t["post"]])
    needed["office"] = office[needed["post"]]
    able = needed.merge(officials, on="office", suffixes=("", "_own"))
    able = able[(able["start_own"] <= able["start"]) & ~(able["end_own"] < able["start"]) & (able["post_own"] != able["post"])]
    chosen = able.sample(frac=1, random_state=int(rng.integers(2**31))).drop_duplicates("need").sort_values("need", kind="stable")
    until = pd.concat([chosen["end"], chosen["end_own"]], axis=1).min(axis=1)
    out = pd.DataFrame({"person": chosen["person"], "post": chosen["post"], "start": chosen["start"], "end": until,
                        "kind": chosen["kind"], "move_type": None, "decided": chosen["start"] - pd.Timedelta(days=5)})  # fmt: skip
    return out[~(out["end"] < out["start"])].reset_index(drop=True)


def appraisals(staff: Staff, years: list[Year], organisation: Organisation, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``appraisals``: one row per rated person-year, known in the first months after it."""
    rows = pd.concat([year.ratings for year in years], ignore_index=True)
    unit = organisation.posts["unit"].to_numpy()[rows["post"]]
    office = organisation.units["office"].to_numpy()[unit]
    habit = rng.integers(5, 60, len(organisation.units))
    late = np.where(rng.random(len(rows)) < 0.04, rng.integers(40, 120, len(rows)), 0)
    end = pd.to_datetime(rows["year"].astype(str) + "-12-31")
    first = pd.to_datetime(rows["year"].astype(str) + "-01-01")
    hired = pd.Series(staff.people.hired[rows["person"]])
    ids = employee_ids(len(staff.post))
    exposure = np.concatenate([months_served(staff, y.ratings["person"].to_numpy(), int(y.ratings["year"].iloc[0])) for y in years])
    return pd.DataFrame({
        "employee_id": ids[rows["person"]], "period_start": first.where(hired < first, hired), "period_end": end,
        "score": rows["score"], **{name: rows[name].astype("Int64") for name in ("rating", "work_result", "behaviour")},
        "regime": rows["regime"], "exposure": exposure,
        "rater_id": np.where(rows["rater"] == MAYOR, MAYOR_ID, ids[rows["rater"]]),
        "unit_id": unit_ids(len(organisation.units))[unit], "position_id": position_ids(len(organisation.posts))[rows["post"]],
        "known_on": end + pd.to_timedelta(habit[office] + rng.integers(0, 25, len(rows)) + late, unit="D"),
    }).sort_values(["employee_id", "period_start"], kind="stable", ignore_index=True)  # fmt: skip


def trainings(
    staff: Staff, spells: pd.DataFrame, organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``trainings``: technical courses, leadership courses of officials, a yearly orientation of few."""
    technical = pd.concat(staff.courses, ignore_index=True)
    names = np.array([technical_course(name) for name in FAMILIES], dtype=object)
    technical = pd.DataFrame({"person": technical["person"], "course": names[technical["family"]], "finished_on": technical["on"],
                              "hours": rng.choice([20.0, 24.0, 30.0, 40.0], len(technical))})  # fmt: skip
    kind = organisation.posts["job_kind"].to_numpy()[spells["post"]]
    official = spells[np.isin(kind, STRUCTURAL) & (rng.random(len(spells)) < 0.75)]
    course = pd.Series(organisation.posts["job_kind"].to_numpy()[official["post"]]).map(LEADERSHIP_COURSES).to_numpy()
    finished = official["start"] + pd.to_timedelta(rng.integers(-300, 500, len(official)), unit="D")
    leadership = pd.DataFrame({"person": official["person"], "course": course, "finished_on": finished, "hours": 900.0})
    leadership = leadership.sort_values("finished_on", kind="stable").drop_duplicates(["person", "course"])
    table = pd.concat([technical, leadership], ignore_index=True)
    last = np.minimum(staff.left, np.datetime64(f"{knobs.last_year}-12-31"))[table["person"]]
    done = table["finished_on"].to_numpy()
    served = (done >= staff.people.hired[table["person"]]) & (done <= last)
    table = (
        table[served]
        .drop_duplicates(["person", "course", "finished_on"])
        .sort_values(["person", "finished_on", "course"], kind="stable")
    )
    table.insert(0, "employee_id", employee_ids(len(staff.post))[table.pop("person")])
    known = table["finished_on"] + pd.to_timedelta(rng.integers(5, 60, len(table)), unit="D")
    return table.assign(valid_to=pd.NaT, known_on=known).reset_index(drop=True)


def disciplines(staff: Staff, years: list[Year], knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``disciplines``: rare, likelier for weak performers; a few annulled, a few cases open."""
    lived = pd.concat([year.latent[["person", "year", "latent"]] for year in years], ignore_index=True)
    chance = _DISCIPLINE_RATE * np.exp(-0.6 * (lived["latent"] - lived["latent"].mean()) - 0.15)
    rows = lived[rng.random(len(lived)) < chance].reset_index(drop=True)
    kind = rng.choice(len(_SEVERITIES), len(rows), p=[share for _, share, *_ in _SEVERITIES])
    start = pd.to_datetime(rows["year"].astype(str) + "-01-01") + pd.to_timedelta(rng.integers(20, 360, len(rows)), unit="D")
    start = start.where(start <= pd.Series(staff.left[rows["person"]]), pd.to_datetime(rows["year"].astype(str) + "-01-15"))
    shortest, longest = (np.array([row[k] for row in _SEVERITIES])[kind] for k in (2, 3))
    days = rng.integers(shortest, longest)
    annulled = rng.random(len(rows)) < 0.03
    open_case = (rows["year"] == knobs.last_year) & (rng.random(len(rows)) < 0.25)
    severity = np.array([row[0] for row in _SEVERITIES], dtype=object)[kind]
    usual = pd.DataFrame({
        "person": rows["person"], "severity": severity,
        "start_on": start, "end_on": (start + pd.to_timedelta(days, unit="D")).where(~open_case),
        "annulled_on": (start + pd.Timedelta(days=60)).where(annulled & ~open_case), "open_case": open_case,
        "known_on": start + pd.to_timedelta(rng.integers(3, 30, len(rows)), unit="D"),
    })  # fmt: skip
    table = pd.concat([usual, _heavy(staff)], ignore_index=True).drop_duplicates(["person", "start_on", "severity"])
    table.insert(0, "employee_id", employee_ids(len(staff.post))[table.pop("person")])
    return table.sort_values(["employee_id", "start_on"], kind="stable", ignore_index=True)


def _heavy(staff: Staff) -> pd.DataFrame:
    """Return the punishments that released officials from their posts, for twelve months."""
    none = pd.DataFrame({"person": np.zeros(0, dtype=np.int64), "on": np.zeros(0, dtype="datetime64[s]")})
    rows = pd.concat(staff.punished, ignore_index=True) if staff.punished else none
    return pd.DataFrame({
        "person": rows["person"], "severity": "heavy", "start_on": rows["on"], "end_on": rows["on"] + pd.Timedelta(days=365),
        "annulled_on": pd.NaT, "open_case": False, "known_on": rows["on"] + pd.Timedelta(days=7),
    })  # fmt: skip
