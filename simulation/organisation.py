"""The unit tree and the posts of the invented city, with what each unit and post truly adds."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import COMPETENCIES
from simulation.catalogue import (
    BUREAUS,
    CITY_CENTRE,
    DISTRICTS,
    FAMILIES,
    FAMILY,
    FIELDS,
    FIT,
    FUNCTIONAL_JOBS,
    HEALTH_JOBS,
    LICENSED,
    MAIN_FIT,
    OFFICES,
    WARDS,
    registration,
)
from simulation.knobs import Knobs

HIDDEN = 6
"""Dimensions of what suits whom that no table shows."""

STRUCTURAL = ("executive", "administrator", "supervisor")
STRUCTURAL_FILL = 0.94
GROUP_FILL = 0.71
"""Shares of posts filled when the city starts (Semarang 2025: about 68 % of need)."""

FUNCTIONAL_SHARE = 51 / 89
"""Functional among functional and pelaksana (published share)."""

_MIN_RANK = {41: "IV/c", 40: "IV/b", 31: "IV/a", 30: "III/d", 21: "III/c", 20: "III/b"}
_FUNCTIONAL_RANK = {10: "III/a", 20: "III/c", 30: "IV/a", 40: "IV/d"}
_GRADE_NAME = {10: "Ahli Pertama", 20: "Ahli Muda", 30: "Ahli Madya"}
_JOB_CLASS = {41: 15, 40: 14, 31: 12, 30: 11, 21: 9, 20: 8}
_FUNCTIONAL_CLASS = {10: 8, 20: 9, 30: 11}
_HEAD_EDUCATION = {"executive": "S-1", "administrator": "S-1", "supervisor": "D-III"}


@dataclass
class _Draft:
    """Units and posts collected while the tree is drawn."""

    units: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)

    def unit(self, name: str, kind: str, parent: int, family: str, district: int) -> int:
        """Add a unit and return its number."""
        row = {"name": name, "kind": kind, "parent": parent, "family": FAMILY[family], "district": district}
        self.units.append(row)
        return len(self.units) - 1

    def head(self, unit: int, title: str, job_kind: str, level: int, *, leads: bool = True, strategic: bool = False) -> None:
        """Add a single structural post."""
        self.posts.append({
            "unit": unit, "title": title, "job_kind": job_kind, "level": level, "family": self.units[unit]["family"],
            "single": True, "weight": 0.0, "leads": leads, "strategic": strategic or level >= 31,
            "min_rank": _MIN_RANK[level], "min_education": _HEAD_EDUCATION[job_kind], "job_class": _JOB_CLASS[level],
        })  # fmt: skip

    def unit_leader(self, unit: int, title: str, level: int) -> None:
        """Add a functional post with the extra duty of leading a unit (school, clinic)."""
        self.posts.append({
            "unit": unit, "title": title, "job_kind": "functional_expert", "level": level, "family": self.units[unit]["family"],
            "single": True, "weight": 0.0, "leads": True, "strategic": False,
            "min_rank": _FUNCTIONAL_RANK[level], "min_education": "S-1", "job_class": 10,
        })  # fmt: skip

    def experts(self, unit: int, title: str, weights: dict[int, float]) -> None:
        """Add the expert grades (level: weight) of a functional job in a unit."""
        for level, weight in weights.items():
            self.posts.append({
                "unit": unit, "title": f"{title} {_GRADE_NAME[level]}", "job_kind": "functional_expert", "level": level,
                "family": self.units[unit]["family"], "single": False, "weight": weight, "leads": False, "strategic": False,
                "min_rank": _FUNCTIONAL_RANK[level], "min_education": "S-1", "job_class": _FUNCTIONAL_CLASS[level],
            })  # fmt: skip

    def group(self, unit: int, title: str, job_kind: str, weight: float, min_education: str) -> None:
        """Add a group of equal pelaksana or skilled functional posts."""
        self.posts.append({
            "unit": unit, "title": title, "job_kind": job_kind, "level": 10, "family": self.units[unit]["family"],
            "single": False, "weight": weight, "leads": False, "strategic": False,
            "min_rank": {"SLTA": "II/a", "D-III": "II/c", "S-1": "III/a"}[min_education], "min_education": min_education,
            "job_class": 7 if min_education == "S-1" else 6 if job_kind == "functional_skilled" else 5,
        })  # fmt: skip


@dataclass(frozen=True)
class Organisation:
    """Units and posts (old and new ones of reorganisations), one row each, numbered 0..n-1.

    ``units``: name, kind, parent (-1: none), family, office (unit number of its OPD), graded (unit number of the body whose
    own grade sets its ratings), district, latitude, longitude, valid_from, valid_to, effect (SD).
    ``posts``: unit, title, job_kind, level, family, headcount, filled (start), single, leads, strategic, requirements,
    open_from, open_to, effect (SD). ``demand`` (posts x competencies) and ``hidden`` (posts x HIDDEN): what suits whom.
    ``renamings``: old, new (post numbers), on, move_type; ``lineage``: old, new (unit numbers), on.
    """

    units: pd.DataFrame
    posts: pd.DataFrame
    demand: np.ndarray
    hidden: np.ndarray
    renamings: pd.DataFrame
    lineage: pd.DataFrame


def build_organisation(knobs: Knobs, rng: np.random.Generator) -> Organisation:
    """Return the unit tree and posts of a city of ``knobs.employees``, reorganisations planned in."""
    draft = _Draft()
    _draw_tree(draft, knobs.employees, rng)
    units, posts = pd.DataFrame(draft.units), pd.DataFrame(draft.posts)
    units = _place(units, knobs, rng)
    posts = _staff(posts, knobs, rng)
    posts["effect"] = rng.normal(0, knobs.position_sd, len(posts))
    demand, hidden = _what_suits(posts, rng)
    return _reorganise(units, posts, demand, hidden, knobs, rng)


def _draw_tree(draft: _Draft, employees: int, rng: np.random.Generator) -> None:
    offices = int(np.clip(round(employees / 290), 4, len(OFFICES)))
    districts = int(np.clip(round(employees / 1000), 1, len(DISTRICTS)))
    wards = int(np.clip(round(employees / 500), 2, 6))
    big = employees > 3000
    root = draft.unit("Pemerintah Kota", "city", -1, "pemerintahan", 0)
    _draw_secretariat(draft, root, 9 if big else 3, big)
    for k in range(offices):
        office = _draw_office(draft, root, k, int(rng.integers(3, 5)) if big else 2, (districts, big))
        if OFFICES[k][0] == "Dinas Pendidikan":
            _draw_schools(draft, office, max(3, round(employees / 130)), districts)
        if OFFICES[k][0] == "Dinas Kesehatan":
            _draw_clinics(draft, office, max(2, round(employees / 530)), districts)
    for k in range(districts):
        _draw_district(draft, root, k, wards)


def _draw_secretariat(draft: _Draft, root: int, bureaus: int, big: bool) -> None:
    unit = draft.unit("Sekretariat Daerah", "secretariat", root, "pemerintahan", 0)
    draft.head(unit, "Sekretaris Daerah", "executive", 41)
    for name in ("Pemerintahan", "Perekonomian dan Pembangunan", "Administrasi Umum")[: 3 if big else 1]:
        draft.head(unit, f"Asisten {name}", "executive", 40, leads=False)
    for name, family in BUREAUS[:bureaus]:
        bureau = draft.unit(name, "bureau", unit, family, 0)
        draft.head(bureau, f"Kepala {name}", "administrator", 31)
        _draw_sections(draft, bureau, 3 if big else 1, 21)
        _draw_desk(draft, bureau, 1.0)


def _draw_office(draft: _Draft, root: int, k: int, divisions: int, scale: tuple[int, bool]) -> int:
    name, family = OFFICES[k]
    districts, big = scale
    kind = "agency" if name.startswith("Badan") else "inspectorate" if name == "Inspektorat" else "office"
    office = draft.unit(name, kind, root, family, k % districts)
    draft.head(office, f"Kepala {name}", "executive", 40, strategic=True)
    secretariat = draft.unit(f"Sekretariat {name}", "office_secretariat", office, "umum", k % districts)
    draft.head(secretariat, f"Sekretaris {name}", "administrator", 31)
    _draw_sections(draft, secretariat, 2 if big else 1, 21)
    _draw_desk(draft, secretariat, 1.2)
    for d in range(divisions):
        division = draft.unit(f"Bidang {'ABCD'[d]} {name}", "division", office, family, k % districts)
        draft.head(division, f"Kepala Bidang {'ABCD'[d]} {name}", "administrator", 30)
        _draw_sections(draft, division, 3 if big else 2, 21)
        _draw_desk(draft, division, 1.0)
    return office


def _draw_sections(draft: _Draft, unit: int, sections: int, level: int) -> None:
    for s in range(sections):
        draft.head(unit, f"Kepala Seksi {s + 1} {draft.units[unit]['name']}", "supervisor", level, leads=False)


def _draw_desk(draft: _Draft, unit: int, weight: float) -> None:
    family = FAMILIES[draft.units[unit]["family"]]
    draft.group(unit, f"Penelaah Teknis {family.title()}", "staff", weight, "S-1")
    draft.group(unit, f"Pengadministrasi {family.title()}", "staff", weight, "SLTA")
    draft.experts(unit, FUNCTIONAL_JOBS[family], {10: 0.35 * weight, 20: 0.25 * weight})


def _draw_schools(draft: _Draft, office: int, schools: int, districts: int) -> None:
    for s in range(schools):
        primary = s % 3 != 0
        name = f"{'SD' if primary else 'SMP'} Negeri {s + 1}"
        unit = draft.unit(name, "school", office, "pendidikan", s % districts)
        draft.unit_leader(unit, f"Kepala {name}", 20 if primary else 30)
        size = 1.0 if primary else 1.6
        draft.experts(unit, "Guru", {10: 1.7 * size, 20: 1.6 * size, 30: 0.9 * size})
        draft.group(unit, "Pengadministrasi Sekolah", "staff", 0.5, "SLTA")


def _draw_clinics(draft: _Draft, office: int, clinics: int, districts: int) -> None:
    for c in range(clinics):
        name = f"Puskesmas {DISTRICTS[c % districts]} {c // districts + 1}"
        unit = draft.unit(name, "clinic", office, "kesehatan", c % districts)
        draft.unit_leader(unit, f"Kepala {name}", 20)
        draft.head(unit, f"Kepala Subbagian Tata Usaha {name}", "supervisor", 20, leads=False)
        _draw_health_jobs(draft, unit, 1.0)
    hospital = draft.unit("RSUD Kota", "hospital", office, "kesehatan", 0)
    draft.head(hospital, "Direktur RSUD Kota", "executive", 40)
    for d, ward in enumerate(("Pelayanan", "Keperawatan", "Penunjang")[: 3 if clinics > 5 else 1]):
        division = draft.unit(f"Bidang {ward} RSUD Kota", "division", hospital, "kesehatan", 0)
        draft.head(division, f"Kepala Bidang {ward} RSUD Kota", "administrator", 30)
        _draw_sections(draft, division, 2, 21)
        _draw_health_jobs(draft, division, 2.5 if d < 2 else 1.2)


def _draw_health_jobs(draft: _Draft, unit: int, size: float) -> None:
    for title, ladder, weight in HEALTH_JOBS:
        if ladder == "expert":
            draft.experts(unit, title, {10: 0.6 * weight * size, 20: 0.4 * weight * size})
        else:
            draft.group(unit, f"{title} Terampil", "functional_skilled", weight * size, "D-III")
    draft.group(unit, "Pengadministrasi Kesehatan", "staff", 0.6 * size, "SLTA")


def _draw_district(draft: _Draft, root: int, k: int, wards: int) -> None:
    name = f"Kecamatan {DISTRICTS[k]}"
    unit = draft.unit(name, "district", root, "pemerintahan", k)
    draft.head(unit, f"Camat {DISTRICTS[k]}", "administrator", 31)
    draft.head(unit, f"Sekretaris {name}", "administrator", 30, leads=False)
    _draw_sections(draft, unit, 4 if wards > 3 else 2, 21)
    draft.group(unit, "Pengelola Pelayanan Kecamatan", "staff", 1.6, "S-1")
    draft.group(unit, "Pengadministrasi Kecamatan", "staff", 1.6, "SLTA")
    for w in range(wards):
        ward = draft.unit(f"Kelurahan {DISTRICTS[k]} {WARDS[w]}", "ward", unit, "pemerintahan", k)
        draft.head(ward, f"Lurah {DISTRICTS[k]} {WARDS[w]}", "supervisor", 21)
        draft.head(ward, f"Sekretaris Lurah {DISTRICTS[k]} {WARDS[w]}", "supervisor", 20, leads=False)
        draft.head(ward, f"Kepala Seksi Pelayanan {DISTRICTS[k]} {WARDS[w]}", "supervisor", 20, leads=False)
        draft.group(ward, "Pengelola Pelayanan Kelurahan", "staff", 1.0, "SLTA")


def _place(units: pd.DataFrame, knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    parent = units["parent"].to_numpy()
    office = np.arange(len(units))
    graded = np.arange(len(units))
    own_grade = units["kind"].isin(["school", "clinic", "hospital"]).to_numpy()
    for u in range(len(units)):  # parents come first
        top = parent[u] <= 0
        office[u] = u if top else office[parent[u]]
        graded[u] = u if top or own_grade[u] else graded[parent[u]]
    angle = 2 * np.pi * units["district"].to_numpy() / len(DISTRICTS)
    reach = np.where(units["district"] == 0, 0.01, 0.08)
    near = rng.normal(0, 0.015, (2, len(units)))
    return units.assign(
        office=office,
        graded=graded,
        latitude=np.round(CITY_CENTRE[0] + reach * np.sin(angle) + near[0], 5),
        longitude=np.round(CITY_CENTRE[1] + reach * np.cos(angle) + near[1], 5),
        valid_from=np.datetime64(f"{knobs.first_year - 12}-01-01", "D"),
        valid_to=np.datetime64("NaT", "D"),
        effect=rng.normal(0, knobs.unit_sd, len(units)),
    )


def professions(posts: pd.DataFrame) -> NDArray[np.object_]:
    """Return the licensed profession of each post, or an empty text."""
    first = posts["title"].str.split(" ").str[0].to_numpy(dtype=object)
    return np.where(np.isin(first, tuple(LICENSED)), first, "")


def _staff(posts: pd.DataFrame, knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    """Give every post its headcount and how many of it are filled when the city starts."""
    single = posts["single"].to_numpy()
    filled = np.where(single, rng.random(len(posts)) < STRUCTURAL_FILL, 0).astype(int)
    staff = (posts["job_kind"] == "staff").to_numpy()
    left = knobs.employees - filled.sum()
    leaders = filled[single & (posts["job_kind"] == "functional_expert")].sum()
    for group, share in ((staff, (left + leaders) * (1 - FUNCTIONAL_SHARE)), (~staff & ~single, None)):
        people = share if share is not None else left - filled[staff].sum()
        weight = posts["weight"].to_numpy() * group * rng.lognormal(0, 0.25, len(posts))
        filled += np.diff(np.round(np.cumsum(weight) / weight.sum() * max(people, 0)).astype(int), prepend=0)
    headcount = np.where(single, 1, np.maximum(1, np.ceil(filled / (GROUP_FILL * rng.lognormal(0, 0.12, len(posts)))))).astype(int)
    return posts.assign(
        filled=np.minimum(filled, headcount),
        headcount=headcount,
        open_from=np.datetime64("1900-01-01", "D"),
        open_to=np.datetime64("2999-12-31", "D"),
        education_fields=_demanded_fields(posts, rng),
        certificates=_demanded_certificates(posts),
        retirement_age=np.where((posts["job_kind"] == "executive") | (posts["level"] >= 30) & ~posts["job_kind"].isin(STRUCTURAL)
                                | posts["title"].str.startswith("Guru"), 60, 58),
    )  # fmt: skip


def _demanded_fields(posts: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    by_family = [";".join(np.array(FIELDS)[FIT[:, f] >= MAIN_FIT]) for f in range(len(FAMILIES))]
    strict = (posts["job_kind"] == "functional_expert") | (rng.random(len(posts)) < 0.25) & (posts["min_education"] == "S-1")
    licensed = [LICENSED.get(name, "") for name in professions(posts)]
    return [own or (by_family[f] if s else "") for own, f, s in zip(licensed, posts["family"], strict, strict=True)]


def _demanded_certificates(posts: pd.DataFrame) -> list[str]:
    def demanded(title: str, profession: str) -> str:
        if title.startswith("Guru"):
            return "Sertifikat Pendidik"
        if profession:
            return registration(profession)
        return "Sertifikat Pengadaan" if title == "Kepala Bagian Pengadaan" else ""

    return [demanded(title, profession) for title, profession in zip(posts["title"], professions(posts), strict=True)]


def _what_suits(posts: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return what posts demand of each competency (rows of length 1) and their hidden sides."""
    of_family = rng.normal(0, 1, (len(FAMILIES), len(COMPETENCIES)))
    demand = 0.7 * of_family[posts["family"]] + 0.7 * rng.normal(0, 1, (len(posts), len(COMPETENCIES)))
    hidden = rng.normal(0, 1, (len(posts), HIDDEN))
    return demand / np.sqrt((demand**2).sum(1, keepdims=True)), hidden / np.sqrt((hidden**2).sum(1, keepdims=True))


def _reorganise(
    units: pd.DataFrame, posts: pd.DataFrame, demand: np.ndarray, hidden: np.ndarray, knobs: Knobs, rng: np.random.Generator
) -> Organisation:
    """Plan one renamed office and the penyetaraan of 2021, where they fall into the rated years."""
    renamings, lineage = [], []
    source = np.arange(len(posts))
    on = np.datetime64(f"{knobs.first_year + min(2, knobs.years - 1)}-01-02", "D")
    candidates = units.index[(units["office"] == units.index) & units["kind"].isin(["office", "agency"])]
    plain = [u for u in candidates if not units["name"][u].endswith(("Pendidikan", "Kesehatan"))]
    if plain:
        office = int(rng.choice(plain))
        old = units.index[units["office"] == office].to_numpy()
        new = np.arange(len(units), len(units) + len(old))
        fresh = units.loc[old].assign(valid_from=on, name=units.loc[old, "name"] + " dan Inovasi")
        for column in ("parent", "office", "graded"):
            fresh[column] = fresh[column].replace(dict(zip(old, new, strict=True)))
        units.loc[old, "valid_to"] = on - np.timedelta64(1, "D")
        units = pd.concat([units, fresh], ignore_index=True)
        lineage.append(pd.DataFrame({"old": old, "new": new, "on": on}))
        moved = posts.index[posts["unit"].isin(old)].to_numpy()
        fresh_posts = posts.loc[moved].assign(open_from=on, unit=posts.loc[moved, "unit"].map(dict(zip(old, new, strict=True))))
        posts, source = _append(posts, source, moved, fresh_posts, on)
        renamings.append(_renaming(moved, len(posts), on, "reinauguration"))
    if knobs.first_year <= 2021 <= knobs.last_year:
        on = np.datetime64("2021-12-31", "D")
        kept = (posts["open_to"] > on) & (posts["job_kind"] == "supervisor") & ~posts["leads"]
        sections = kept & posts["unit"].map(units["kind"]).isin(["division", "office_secretariat"])
        equalised = posts.index[sections & (rng.random(len(posts)) < 0.25)].to_numpy()
        titles = [f"{FUNCTIONAL_JOBS[FAMILIES[f]]} Ahli Muda (hasil penyetaraan)" for f in posts.loc[equalised, "family"]]
        fresh_posts = posts.loc[equalised].assign(
            open_from=on, title=titles, job_kind="functional_expert", level=20, min_rank="III/c", min_education="S-1"
        )
        posts, source = _append(posts, source, equalised, fresh_posts, on)
        renamings.append(_renaming(equalised, len(posts), on, "renaming"))
    empty = pd.DataFrame({"old": [], "new": [], "on": []})
    return Organisation(
        units, posts, demand[source], hidden[source],
        pd.concat(renamings, ignore_index=True) if renamings else empty.assign(move_type=[]),
        pd.concat(lineage, ignore_index=True) if lineage else empty,
    )  # fmt: skip


def _append(
    posts: pd.DataFrame, source: np.ndarray, old: np.ndarray, fresh: pd.DataFrame, on: np.datetime64
) -> tuple[pd.DataFrame, np.ndarray]:
    posts = posts.copy()
    posts.loc[old, "open_to"] = on - np.timedelta64(1, "D")
    return pd.concat([posts, fresh.assign(filled=0)], ignore_index=True), np.concatenate([source, source[old]])


def _renaming(old: np.ndarray, total: int, on: np.datetime64, move_type: str) -> pd.DataFrame:
    return pd.DataFrame({"old": old, "new": np.arange(total - len(old), total), "on": on, "move_type": move_type})
