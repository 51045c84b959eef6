"""What people say: peers' and superiors' views, surveys with non-response, feedback after moves, wishes, answers to offers."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.catalogue import FAMILIES
from simulation.knobs import Knobs
from simulation.organisation import Organisation
from simulation.performance import match
from simulation.ratings import Year
from simulation.register import employee_ids
from simulation.service_record import position_ids, unit_ids
from simulation.staff import Staff, pairs_of

REVIEWERS = ("superior", "peer", "subordinate", "self")
_REVIEWED_SHARE = 0.2
_WISH_SHARE = 0.06
_SURVEY_ITEMS = {"kepuasan kerja": 1.0, "motivasi kerja": 0.8, "komunikasi atasan": 0.5, "beban kerja wajar": 0.3}
_FEEDBACK_ITEMS = (
    "alasan mutasi dijelaskan",
    "kesesuaian jabatan baru",
    "dukungan atasan",
    "motivasi setelah mutasi",
    "jejaring kerja",
)
_PULSES, _PULSE_ITEMS = (30, 60, 90), ("kesesuaian jabatan baru", "dukungan atasan", "motivasi setelah mutasi")
_EARLY_NOISE = 1.0
"""SD of an early answer about what the move brings; half a year later it is 0.7."""
_SURVEY_YEARS = 6
_WISH_REASONS = np.array(["pengembangan diri", "dekat rumah", "sesuai pendidikan", "suasana baru"], dtype=object)


def _likert(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(3.3 + 0.8 * signal).clip(1, 5)


def _lived(years: list[Year]) -> pd.DataFrame:
    rows = pd.concat([year.latent for year in years], ignore_index=True)
    return rows.assign(z=(rows["latent"] - rows["latent"].mean()) / rows["latent"].std())


def satisfaction(lived: pd.DataFrame, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how content each person-year is (SD): suited, well led, not stale, and a mood of its own."""
    drive = (
        1.2 * (lived["match"] - lived["match"].mean())
        + 1.5 * lived["leader_effect"]
        + 1.5 * lived["staleness"]
        + 0.4 * lived["shock"]
    )
    return np.asarray(drive + rng.normal(0, 0.6, len(lived)))


def surveys(staff: Staff, years: list[Year], knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``surveys``: yearly satisfaction and motivation; the discontent answer less."""
    lived = _lived(years[-_SURVEY_YEARS:])
    content = satisfaction(lived, rng)
    base = (
        np.log(knobs.response_rate / (1 - knobs.response_rate))
        if 0 < knobs.response_rate < 1
        else (knobs.response_rate - 0.5) * 100
    )
    answers = rng.random(len(lived)) < 1 / (1 + np.exp(-(base + 0.5 * content)))
    rows, content = lived[answers].reset_index(drop=True), content[answers]
    day = pd.to_datetime(rows["year"].astype(str) + "-10-05") + pd.to_timedelta(rng.integers(0, 20, len(rows)), unit="D")
    parts = [
        pd.DataFrame(
            {
                "person": rows["person"],
                "date": day,
                "item": item,
                "answer": _likert(weight * content + rng.normal(0, 0.7, len(rows))),
            }
        )
        for item, weight in _SURVEY_ITEMS.items()
    ]
    return _answers(pd.concat(parts, ignore_index=True), staff, "self")


def peer_reviews(staff: Staff, years: list[Year], rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``peer_reviews``: behaviour of a fifth of the staff a year seen by others, last three years."""
    lived = _lived(years[-3:])
    rows = lived[rng.random(len(lived)) < _REVIEWED_SHARE].reset_index(drop=True)
    day = pd.to_datetime(rows["year"].astype(str) + "-11-01") + pd.to_timedelta(rng.integers(0, 40, len(rows)), unit="D")
    parts = []
    for reviewer in REVIEWERS[:3]:
        bias = rng.normal(0, 0.4, len(rows))
        for item in ("kerja sama", "berorientasi pelayanan"):
            seen = _likert(0.5 * rows["z"].to_numpy() + bias + rng.normal(0, 0.6, len(rows)))
            parts.append(
                pd.DataFrame({"person": rows["person"], "date": day, "item": item, "answer": seen, "reviewer_kind": reviewer})
            )
    return _answers(pd.concat(parts, ignore_index=True), staff, "")


def feedback(staff: Staff, moves: pd.DataFrame, knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``feedback``: moved people asked shortly after 30, 60 and 90 days, and half a year later.

    ``moves`` has tau, what the move really brought: all answers but the one on reasons speak of it, the early ones less clearly.
    """
    end = pd.Timestamp(f"{knobs.last_year}-12-31")
    day = moves["start"] + pd.to_timedelta(rng.integers(150, 200, len(moves)), unit="D")
    told = rng.random(len(moves)) < 0.5
    answers = (rng.random(len(moves)) < knobs.response_rate) & (day <= end) & ~moves["same_desk"].to_numpy()
    parts = []
    for item in _FEEDBACK_ITEMS:
        drive = np.where(told, 0.9, -0.9) if item.startswith("alasan") else 1.0 * moves["tau"].to_numpy() + 0.3 * told
        seen = _likert(drive + rng.normal(0, 0.7, len(moves)))
        parts.append(pd.DataFrame({"person": moves["person"], "date": day, "item": item, "answer": seen})[answers])
    for days in _PULSES:
        day = moves["start"] + pd.to_timedelta(days + rng.integers(0, 7, len(moves)), unit="D")
        answers = (rng.random(len(moves)) < knobs.response_rate) & (day <= end) & ~moves["same_desk"].to_numpy()
        for item in _PULSE_ITEMS:
            seen = _likert(moves["tau"].to_numpy() + 0.3 * told + rng.normal(0, _EARLY_NOISE, len(moves)))
            parts.append(pd.DataFrame({"person": moves["person"], "date": day, "item": item, "answer": seen})[answers])
    return _answers(pd.concat(parts, ignore_index=True), staff, "self")


def _answers(rows: pd.DataFrame, staff: Staff, reviewer: str) -> pd.DataFrame:
    rows = rows if "reviewer_kind" in rows else rows.assign(reviewer_kind=reviewer)
    rows = rows.sort_values(["person", "date", "item", "reviewer_kind"], kind="stable").drop_duplicates(
        ["person", "date", "item", "reviewer_kind"]
    )
    out = rows.assign(employee_id=employee_ids(len(staff.post))[rows["person"]], known_on=rows["date"] + pd.Timedelta(days=14))
    return out[["employee_id", "date", "item", "answer", "reviewer_kind", "known_on"]].reset_index(drop=True)


def aspirations(staff: Staff, organisation: Organisation, knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``aspirations``: wishes of the last three years, for posts, units or families that suit."""
    day = np.datetime64(f"{knobs.last_year}-12-31", "D")
    posts = organisation.posts
    live = np.flatnonzero((posts["open_to"] > day) & ~posts["single"] & (posts["job_kind"] == "staff"))
    parts = []
    for year in range(max(knobs.first_year, knobs.last_year - 2), knobs.last_year + 1):
        there = staff.in_service() & (staff.people.hired < np.datetime64(f"{year}-01-01"))
        who = np.flatnonzero(there & (rng.random(len(there)) < _WISH_SHARE))
        draw = live[rng.integers(0, len(live), (len(who), 8))]
        liked = match(knobs, pairs_of(staff, organisation, who[:, None], draw, day)) + rng.gumbel(0, 0.3, draw.shape)
        post = draw[np.arange(len(who)), np.argmax(liked, axis=1)]
        on = np.datetime64(f"{year}-01-15", "D") + rng.integers(0, 330, len(who))
        parts.append(
            pd.DataFrame({"person": who, "post": post, "stated_on": on, "strength": rng.integers(2, 6, len(who)).astype(float)})
        )
    rows = pd.concat(parts, ignore_index=True).sort_values(["person", "stated_on"], kind="stable", ignore_index=True)
    rows = rows.drop_duplicates(["person", "stated_on"], ignore_index=True)
    form = rng.choice(3, len(rows), p=(0.5, 0.25, 0.25))
    unit = posts["unit"].to_numpy()[rows["post"]]
    family = np.array(FAMILIES, dtype=object)[posts["family"].to_numpy()[rows["post"]]]
    return pd.DataFrame({
        "employee_id": employee_ids(len(staff.post))[rows["person"]],
        "position_id": np.where(form == 0, position_ids(len(posts))[rows["post"]], None),
        "unit_id": np.where(form == 1, unit_ids(len(organisation.units))[unit], None),
        "job_family": np.where(form == 2, family, None),
        "stated_on": rows["stated_on"], "strength": rows["strength"],
        "reason": rng.choice(_WISH_REASONS, len(rows)),
        "known_on": rows["stated_on"] + pd.Timedelta(days=3),
    })  # fmt: skip


def offers(staff: Staff, organisation: Organisation) -> pd.DataFrame:
    """Return contract table ``offers``: every offer of the waves with its answer."""
    columns = ["person", "post", "offered_on", "response", "reason"]
    rows = pd.concat(staff.offers, ignore_index=True) if staff.offers else pd.DataFrame(columns=columns)
    rows = rows.sort_values(["person", "offered_on", "post"], kind="stable").drop_duplicates(["person", "offered_on", "post"])
    rows["offered_on"] = pd.to_datetime(rows["offered_on"])
    return pd.DataFrame({
        "employee_id": employee_ids(len(staff.post))[rows["person"].astype(int)],
        "position_id": position_ids(len(organisation.posts))[rows["post"].astype(int)], "unit_id": None, "job_family": None,
        "offered_on": rows["offered_on"], "response": rows["response"], "reason": rows["reason"],
        "known_on": rows["offered_on"] + pd.Timedelta(days=10),
    }).reset_index(drop=True)  # fmt: skip
