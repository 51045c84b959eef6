"""What is demanded and what was found: competency standards, assessments, clearances and certificates."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import COMPETENCIES
from simulation.knobs import Knobs
from simulation.organisation import STRUCTURAL, Organisation
from simulation.ratings import Year
from simulation.register import employee_ids
from simulation.service_record import position_ids
from simulation.staff import Staff

_STAFF_ASSESSED = 0.16
"""Share of pelaksana and functional staff assessed in a year; officials every third year."""

_NOT_CLEAR = {"court": 0.002, "audit": 0.012, "study": 0.006, "bond": 0.01}
_STATED = 0.93


def usual_level(posts: pd.DataFrame) -> NDArray[np.float64]:
    """Return the usual competency level of each post (usual practice: pelaksana 1 ... JPT 4, ahli madya 4)."""
    tier = (posts["level"] // 10).to_numpy()
    return np.asarray(np.where(posts["job_kind"] == "functional_expert", tier + 1, tier).clip(1, 5), dtype=np.float64)


def competency_standards(organisation: Organisation) -> pd.DataFrame:
    """Return contract table ``competency_standards``: the usual level, one more or less where the post demands it."""
    size = len(organisation.posts)
    demanded = usual_level(organisation.posts)[:, None] + np.round(2.2 * organisation.demand).clip(-1, 1)
    return pd.DataFrame({
        "position_id": np.repeat(position_ids(size), len(COMPETENCIES)), "job_kind": None, "level": np.nan,
        "competency": np.tile(np.array(COMPETENCIES, dtype=object), size), "required_level": demanded.clip(1, 5).ravel(),
    })  # fmt: skip


def competencies(
    staff: Staff, years: list[Year], organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``competencies``: noisy levels of the talents, around the usual level of the post held."""
    usual, kind = usual_level(organisation.posts), organisation.posts["job_kind"].to_numpy()
    held = pd.concat([year.latent[["person", "year", "post"]] for year in years], ignore_index=True)
    official = np.isin(kind[held["post"]], STRUCTURAL)
    due = np.where(official, (held["person"] + held["year"]) % 3 == 0, rng.random(len(held)) < _STAFF_ASSESSED)
    due &= held["year"] >= knobs.last_year - 5
    rows = held[due.astype(bool)].reset_index(drop=True)
    levels = (
        usual[rows["post"]][:, None]
        + 0.9 * staff.people.talents[rows["person"]]
        + rng.normal(0, 0.5, (len(rows), len(COMPETENCIES)))
    )
    on = pd.to_datetime(rows["year"].astype(str) + "-08-01") + pd.to_timedelta(rng.integers(0, 100, len(rows)), unit="D")
    many = len(COMPETENCIES)
    table = pd.DataFrame({
        "employee_id": np.repeat(employee_ids(len(staff.post))[rows["person"]], many),
        "competency": np.tile(np.array(COMPETENCIES, dtype=object), len(rows)), "level": np.round(levels).clip(1, 5).ravel(),
        "assessed_on": np.repeat(on.to_numpy(), many),
    })  # fmt: skip
    return table.assign(
        valid_to=table["assessed_on"] + pd.DateOffset(years=3), known_on=table["assessed_on"] + pd.Timedelta(days=30)
    )


def clearances(
    staff: Staff, table: pd.DataFrame, organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``clearances``: yearly statements, wealth reports, health, competency tests, certificates."""
    serving = np.flatnonzero(staff.in_service())
    posts = organisation.posts.iloc[staff.post[serving]].reset_index(drop=True)
    studying = (table["legal_status"] == "study").to_numpy()[serving]
    rows = []
    for year in (knobs.last_year - 1, knobs.last_year):
        for kind, share in _NOT_CLEAR.items():
            stated = rng.random(len(serving)) < _STATED
            bad = (rng.random(len(serving)) < share) | (studying & (kind == "study") & (year == knobs.last_year))
            rows.append(_statements(serving[stated], kind, np.where(bad[stated], "not_clear", "clear"), year, 18, rng))
        report = np.isin(posts["job_kind"], ("executive", "administrator")) & (rng.random(len(serving)) < 0.94)
        rows.append(_statements(serving[report], "wealth_report", np.full(report.sum(), "clear"), year, 18, rng))
        fit = rng.random(len(serving)) < 0.3
        rows.append(
            _statements(serving[fit], "health", np.where(rng.random(fit.sum()) < 0.99, "clear", "not_clear"), year, 12, rng)
        )
        expert = (posts["job_kind"] == "functional_expert").to_numpy() & (rng.random(len(serving)) < 0.12)
        rows.append(
            _statements(
                serving[expert], "competency_test", np.where(rng.random(expert.sum()) < 0.85, "passed", "failed"), year, 24, rng
            )
        )
    rows.append(_certificates(staff, serving, posts, knobs, rng))
    out = pd.concat(rows, ignore_index=True).drop_duplicates(["person", "kind", "value", "valid_from"])
    out.insert(0, "employee_id", employee_ids(len(staff.post))[out.pop("person")])
    return out.assign(known_on=out["valid_from"] + pd.Timedelta(days=5)).sort_values(
        ["employee_id", "kind", "valid_from"], kind="stable", ignore_index=True
    )


def _statements(
    who: NDArray[np.int64], kind: str, value: NDArray[np.str_], year: int, months: int, rng: np.random.Generator
) -> pd.DataFrame:
    start = pd.Timestamp(f"{year}-01-10") + pd.to_timedelta(rng.integers(0, 320, len(who)), unit="D")
    return pd.DataFrame(
        {"person": who, "kind": kind, "value": value, "valid_from": start, "valid_to": start + pd.DateOffset(months=months)}
    )


def _certificates(
    staff: Staff, serving: NDArray[np.int64], posts: pd.DataFrame, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Certificates the own post demands (nearly all have them), and procurement certificates of some others."""
    own = (posts["certificates"] != "").to_numpy() & (rng.random(len(serving)) < 0.96)
    extra = ~own & np.isin(posts["min_education"], ("S-1",)) & (rng.random(len(serving)) < 0.05)
    who = np.concatenate([serving[own], serving[extra]])
    value = np.concatenate([posts["certificates"].to_numpy()[own], np.full(extra.sum(), "Sertifikat Pengadaan", dtype=object)])
    start = np.minimum(staff.people.hired[who] + rng.integers(30, 900, len(who)), np.datetime64(f"{knobs.last_year}-12-01", "D"))
    return pd.DataFrame({"person": who, "kind": "certificate", "value": value, "valid_from": start, "valid_to": pd.NaT})
