"""A city of random facts with every column present and holes everywhere: what verdicts are timed and tested on."""

import numpy as np
import pandas as pd

from features.codes import CLEARANCE_KINDS, COMPETENCIES, EMPLOYEE_STATUSES, JOB_KINDS, LEGAL_STATUSES, RANKS
from rules.facts import Facts

AS_OF = pd.Timestamp("2025-11-21")
ON = pd.Timestamp("2026-01-01")
FAMILIES = tuple(f"family-{n}" for n in range(12))
CERTIFICATES = ("Diklat PKA", "STR", "Sertifikat Pengadaan")
SHARE_OF_UNITS = 5
"""Posts a unit, about."""


class Dice:
    """Draws columns of one length, with holes."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self.rng, self.size = rng, size

    def pick(self, values: tuple[str | None, ...]) -> pd.Series:
        """Return one of ``values`` or nothing, row by row."""
        return pd.Series(self.rng.choice(np.array([*values, None], dtype=object), self.size)).astype("str")

    def number(self, values: tuple[float, ...]) -> pd.Series:
        """Return one of the numbers or nothing, row by row."""
        return pd.Series(self.rng.choice(np.array([*values, np.nan], dtype=float), self.size))

    def day(self, first: str, days: int) -> pd.Series:
        """Return a day within ``days`` of ``first``, or nothing."""
        dates = pd.Series(pd.to_datetime(first) + pd.to_timedelta(self.rng.integers(0, days, self.size), unit="D"))
        return dates.astype("datetime64[us]").where(self.rng.random(self.size) > 0.05)

    def flag(self, share: float) -> pd.Series:
        """Return true for a share of the rows."""
        return pd.Series(self.rng.random(self.size) < share).astype("boolean")


def random_facts(people: int, posts: int, seed: int) -> Facts:
    """Return the facts of a city of random people and posts."""
    rng = np.random.default_rng(seed)
    units = tuple(f"U-{n:04d}" for n in range(max(posts // SHARE_OF_UNITS, 2)))
    employees = _employees(Dice(rng, people), posts, units)
    positions = _positions(Dice(rng, posts), units)
    who = pd.Categorical.from_codes(rng.integers(0, people, 2 * people), dtype=employees.index.dtype)
    both = Dice(rng, len(who))
    experience = pd.DataFrame({"employee_id": who, "job_family": both.pick(FAMILIES), "months": rng.uniform(1, 90, len(who)),
                               "step": both.number((1, 2, 3))})  # fmt: skip
    educations = pd.DataFrame(
        {"employee_id": who, "step": rng.choice([3.0, 6.0, 7.0], len(who)), "field": both.pick(("law", "health"))}
    )
    certificates = pd.DataFrame({"employee_id": who, "certificate": both.pick(CERTIFICATES), "until": both.day("2025-06-01", 900)})
    freezes = pd.DataFrame(
        {"from_on": [ON], "to_on": [ON + pd.Timedelta(days=60)], "scope": ["supervisor"], "approval_number": [None]}
    )
    approvals = pd.DataFrame({"rule_id": ["R24", "R03"], "employee_id": employees.index[:2], "position_id": [None, "P-00001"],
                              "number": ["1/2025", "2/2025"], "from_on": AS_OF, "to_on": pd.NaT})  # fmt: skip
    relatives = np.stack([who.codes[::20], np.roll(who.codes[::20], 1)])
    kin = pd.DataFrame({"employee_id": np.concatenate([*relatives]), "relative": np.concatenate([*relatives[::-1]])})
    dates = dict.fromkeys(("from_on", "to_on"), "datetime64[us]")
    return Facts(
        employees=employees,
        positions=positions,
        experience=experience,
        educations=educations,
        competencies=_levels(rng, employees.index, "employee_id", "level", 0.5),
        standards=_levels(rng, positions.index, "position_id", "required", 0.9),
        certificates=certificates.dropna(subset=["certificate"]),
        kin=kin.apply(lambda codes: pd.Categorical.from_codes(codes, dtype=employees.index.dtype)),
        freezes=freezes.astype({**dates, "scope": "str", "approval_number": "str"}),
        approvals=approvals.astype({**dates, "position_id": "str"}),
        as_of=AS_OF,
        effective_on=ON,
    )


def _shared(dice: Dice, units: tuple[str, ...]) -> dict[str, pd.Series]:
    return {
        "job_kind": dice.pick(JOB_KINDS), "job_family": dice.pick(FAMILIES), "level": dice.number((10, 20, 21, 30, 40)),
        "unit_id": dice.pick(units), "agency_id": dice.pick(units[:2]), "retirement_age": dice.number((58, 60)),
    }  # fmt: skip


def _employees(dice: Dice, posts: int, units: tuple[str, ...]) -> pd.DataFrame:
    statements = {f"clearance_{kind}": dice.pick(("clear", "clear", "clear", "not_clear"))
                  for kind in CLEARANCE_KINDS if kind != "certificate"}  # fmt: skip
    until = {f"{name}_until": dice.day("2025-11-01", 700) for name in statements}
    frame = pd.DataFrame({
        **_shared(dice, units), **statements, **until,
        "status": dice.pick(EMPLOYEE_STATUSES), "legal_status": dice.pick(LEGAL_STATUSES[:1] * 9 + LEGAL_STATUSES),
        "birth_date": dice.day("1965-01-01", 15000), "hired_on": dice.day("1990-01-01", 12000),
        "retires_on": dice.day("2025-06-01", 9000), "position_id": dice.pick(tuple(f"P-{n:05d}" for n in range(posts))),
        "since": dice.day("2015-01-01", 4000), "post_ends_on": dice.day("2025-06-01", 9000),
        "second_post": dice.flag(0.02), "second_job_kind": dice.pick(JOB_KINDS),
        "education_step": dice.number((3, 6, 7, 9)), "rank": dice.pick(RANKS),
        "rating_last": dice.number((5, 4, 4, 4, 3)), "rating_last_year": dice.number((2024, 2024, 2023)),
        "rating_prior": dice.number((5, 4, 4, 4, 3)), "rating_prior_year": dice.number((2023, 2023, 2022)),
        "discipline": dice.pick(("none",) * 9 + ("light", "moderate", "heavy")), "discipline_from": dice.day("2025-01-01", 400),
        "discipline_until": dice.day("2025-06-01", 400), "discipline_open": dice.flag(0.02),
        "sanction": dice.pick(("none",) * 9 + ("moderate", "heavy")), "sanction_from": dice.day("2020-01-01", 1500),
        "sanction_until": dice.day("2022-06-01", 1500), "assessed_on": dice.day("2021-01-01", 1700),
        "set_aside": dice.pick(("disciplines;ranks", "appraisals", *(None,) * 20)),
    })  # fmt: skip
    return frame.set_index(pd.CategoricalIndex([f"E-{n:06d}" for n in range(len(frame))], ordered=True, name="employee_id"))


def _positions(dice: Dice, units: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame({
        **_shared(dice, units), "parent_unit_id": dice.pick(units),
        "min_rank": dice.pick(RANKS), "min_education": dice.pick(("SLTA", "S-1")),
        "education_fields": dice.pick(("law;health", "law", "economics")), "certificates": dice.pick((*CERTIFICATES, "STR; Selam")),
        "vacant": dice.number((0, 1)), "headcount": dice.rng.integers(1, 4, dice.size),
        "holders": dice.rng.integers(0, 4, dice.size), "leaving": 0, "needed": dice.number((1, 2, 3)),
        "need": dice.number((1, 2, 3)),
        "strategic": dice.flag(0.1), "supervisory": dice.flag(0.2), "announced": dice.flag(0.1),
    })  # fmt: skip
    return frame.set_index(pd.Index([f"P-{n:05d}" for n in range(len(frame))], name="position_id"))


def _levels(rng: np.random.Generator, owners: pd.Index, owner: str, level: str, share: float) -> pd.DataFrame:
    """Return levels of the nine competencies for a share of the owners."""
    chosen = np.repeat(np.flatnonzero(rng.random(len(owners)) < share), len(COMPETENCIES))
    names = np.tile(np.array(COMPETENCIES, dtype=object), len(chosen) // len(COMPETENCIES))
    return pd.DataFrame({owner: owners.take(chosen), "competency": names, level: rng.integers(1, 6, len(chosen)).astype(float)})
