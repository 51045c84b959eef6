"""The people of the invented city: who they are on paper, and what nobody can see."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import COMPETENCIES
from simulation.catalogue import DISTRICTS, FAMILIES, FIELDS, FIT, MAIN_FIT, NEAR_FIT, SCHOOL_FIELDS
from simulation.knobs import Knobs
from simulation.organisation import HIDDEN

DAYS_A_YEAR = 365.25

WOMEN = {
    "executive": 0.155, "administrator": 0.265, "supervisor": 0.396, "staff": 0.42, "functional_expert": 0.63,
    "functional_skilled": 0.74,
}  # fmt: skip
"""Share of women by kind of post (published shares of 2022: structural levels as given; the rest add up to 53 % overall)."""

_YOUNGEST = {40: 45, 30: 37, 20: 31, 10: 23}
_EDUCATION = {
    "structural": (("S-1", "S-2", "S-3"), (0.56, 0.42, 0.02)),
    "supervisor": (("D-III", "S-1", "S-2"), (0.05, 0.78, 0.17)),
    "functional_expert": (("S-1", "profesi", "S-2"), (0.84, 0.08, 0.08)),
    "functional_skilled": (("D-III", "S-1"), (0.84, 0.16)),
    "desk": (("S-1", "S-2"), (0.94, 0.06)),
    "clerk": (("SD", "SLTP", "SLTA", "D-III", "S-1"), (0.03, 0.04, 0.58, 0.22, 0.13)),
}


@dataclass
class People:
    """One entry per person, numbered in order of appearance; arrays of equal length.

    On paper: female, birth, hired, status, education, education_field (number), district (number), graduated. Hidden truth:
    ability, growth (SD a year), talents (people x competencies), hidden (people x HIDDEN), families (people x job families),
    leadership (SD units), leniency (SD of ratings given).
    """

    female: NDArray[np.bool_]
    birth: NDArray[np.datetime64]
    hired: NDArray[np.datetime64]
    status: NDArray[np.object_]
    education: NDArray[np.object_]
    education_field: NDArray[np.int64]
    district: NDArray[np.int64]
    ability: NDArray[np.float64]
    growth: NDArray[np.float64]
    talents: NDArray[np.float64]
    hidden: NDArray[np.float64]
    families: NDArray[np.float64]
    leadership: NDArray[np.float64]
    leniency: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.female)

    def joined(self, other: Self) -> Self:
        """Return these people followed by ``other``."""
        return type(self)(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))


def people_for(
    posts: pd.DataFrame,
    ages: NDArray[np.float64],
    hired: NDArray[np.datetime64],
    day: np.datetime64,
    knobs: Knobs,
    rng: np.random.Generator,
) -> People:
    """Return one invented person per row of ``posts``: qualified on paper for that post, aged ``ages`` years on ``day``."""
    size = len(posts)
    kinds = posts["job_kind"].to_numpy()
    education = _educations(posts, rng)
    share = np.array([WOMEN[kind] for kind in kinds])
    spread = rng.normal(0, 1, (size, len(COMPETENCIES)))
    return People(
        female=rng.random(size) < share,
        birth=day - (ages * DAYS_A_YEAR).astype("timedelta64[D]"),
        hired=hired.astype("datetime64[D]"),
        status=np.full(size, "PNS", dtype=object),
        education=education,
        education_field=_education_fields(posts["family"].to_numpy(), education, kinds, rng),
        district=np.where(rng.random(size) < 0.35, posts["district"], rng.integers(0, len(DISTRICTS), size)).astype(np.int64),
        ability=rng.normal(0, knobs.person_sd, size),
        growth=rng.normal(0, knobs.growth_sd, size),
        talents=spread,
        hidden=rng.normal(0, 1, (size, HIDDEN)),
        families=rng.normal(0, 1, (size, len(FAMILIES))),
        leadership=rng.normal(0, 1, size),
        leniency=rng.normal(0, knobs.rater_sd, size),
    )


def ages_at_start(posts: pd.DataFrame, knobs: Knobs, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return ages on the first rated day, such that 51-60 holds its published share at the end of the last year."""
    ages = np.arange(23.0, 57.9, 0.1)
    at_end = ages + knobs.years
    weight = np.select([at_end < 36, at_end < 44, at_end < 51, at_end < 60], [0.6, 1.0, 1.25, 1.25], 0.85)
    youngest = np.array([_YOUNGEST[int(level) // 10 * 10] for level in posts["level"]], dtype=float)
    youngest = np.where(posts["min_education"].isin(["SLTA", "D-III"]) & (youngest == 23), 21.0, youngest)
    cumulative = np.cumsum(weight) / weight.sum()
    low = np.interp(youngest, ages, cumulative)
    return np.asarray(np.interp(low + rng.random(len(posts)) * (1 - low), cumulative, ages))


def hired_before(ages: NDArray[np.float64], day: np.datetime64, rng: np.random.Generator) -> NDArray[np.datetime64]:
    """Return the first day of a month of hiring between the ages of 20 and 34, before ``day``."""
    at = 20 + 14 * rng.beta(2, 2.2, len(ages))
    ago = np.maximum(ages - np.minimum(at, ages - 0.1), 0.1)
    return (day - (ago * DAYS_A_YEAR).astype("timedelta64[D]")).astype("datetime64[M]").astype("datetime64[D]")


def _educations(posts: pd.DataFrame, rng: np.random.Generator) -> NDArray[np.object_]:
    kinds, demanded = posts["job_kind"].to_numpy(), posts["min_education"].to_numpy()
    recipe = np.select(
        [np.isin(kinds, ("executive", "administrator")), kinds == "supervisor", kinds == "functional_expert",
         kinds == "functional_skilled", demanded == "S-1"],
        ["structural", "supervisor", "functional_expert", "functional_skilled", "desk"], "clerk",
    )  # fmt: skip
    out = np.full(len(posts), "", dtype=object)
    for name, (levels, shares) in _EDUCATION.items():
        these = recipe == name
        out[these] = rng.choice(np.array(levels, dtype=object), these.sum(), p=shares)
    doctors = posts["title"].str.startswith("Dokter").to_numpy()
    out[doctors] = rng.choice(np.array(["profesi", "spesialis"], dtype=object), doctors.sum(), p=(0.75, 0.25))
    teachers = posts["title"].str.startswith(("Guru", "Kepala SD", "Kepala SMP")).to_numpy() & (out == "profesi")
    out[teachers] = "S-1"
    return out


def _education_fields(
    family: NDArray[np.int64], education: NDArray[np.object_], kinds: NDArray[np.object_], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return fields: mostly the field of the job, sometimes a near one, sometimes any; school leavers have school subjects."""
    size = len(family)
    professional = np.isin(kinds, ("functional_expert", "functional_skilled"))
    draw = rng.random(size)
    wanted = np.where(
        draw < np.where(professional, 0.9, 0.55), MAIN_FIT, np.where(draw < np.where(professional, 0.97, 0.8), NEAR_FIT, -1.0)
    )
    noise = rng.random((size, len(FIELDS)))
    school = np.isin(education, ("SD", "SLTP", "SLTA"))
    subjects = np.isin(FIELDS, SCHOOL_FIELDS)
    allowed = np.where(school[:, None], subjects[None, :], ~subjects[None, :])
    suits = (FIT.T[family] == wanted[:, None]) | (wanted[:, None] < 0)
    return np.asarray(np.argmax(noise + 10 * allowed + 5 * suits, axis=1), dtype=np.int64)
