"""The years of the city: who is there at the start, who comes, leaves, learns, is renamed and moves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.calendar import Wave, freezes, waves_of
from simulation.catalogue import FAMILY
from simulation.knobs import Knobs
from simulation.moves import STRUCTURAL_SHARE, Scene, grade_promotions, ordinary_wave, punish, structural_wave
from simulation.organisation import Organisation, professions
from simulation.people import DAYS_A_YEAR, ages_at_start, hired_before, people_for
from simulation.ratings import Year, live_year
from simulation.staff import FAR, GONE, Staff, book_experience, join, log_spells, new_staff

CONTRACT_SHARE = 0.94
"""Share of PPPK in the intakes from 2021."""

REGISTERED_DAYS = 16
"""Departures of the last days before the extraction are not yet in the register."""

EARLY_EXIT = 0.005
"""Share that leaves a year before retirement: death, resignation, transfer to another government."""

COURSE_SHARE = 0.18
"""Share of staff that takes a technical course a year."""

_SIZE_PATH = ((-9, 0.96), (-5, 0.92), (-3, 0.93), (0, 1.0))
"""Staff as a share of the final size, by years before the last one: the moratorium, then PPPK intakes."""


@dataclass(frozen=True)
class History:
    """Everything the years left behind."""

    staff: Staff
    years: list[Year]
    freezes: pd.DataFrame


def live_through(knobs: Knobs, organisation: Organisation, rng: np.random.Generator) -> History:
    """Return the history of the city over its rated years."""
    staff = _open_city(knobs, organisation, rng)
    frozen = freezes(knobs)
    trait = 0.9 * rng.normal(0, 1, len(organisation.units))
    for old, new in zip(organisation.lineage["old"], organisation.lineage["new"], strict=True):
        trait[new] = trait[old]
    years = []
    for year in range(knobs.first_year, knobs.last_year + 1):
        staff, lived = _live(staff, organisation, year, waves_of(year, frozen, rng), trait, knobs, rng)
        years.append(lived)
    _plan_departures(staff, organisation, knobs.last_year + 1, rng)
    staff.left = np.where(staff.left > knobs.extracted_on - REGISTERED_DAYS, FAR, staff.left)
    _leave_before(staff, organisation, knobs.extracted_on)
    return History(staff, years, frozen)


def _live(
    staff: Staff, organisation: Organisation, year: int, waves: list[Wave], trait: NDArray[np.float64], knobs: Knobs,
    rng: np.random.Generator,
) -> tuple[Staff, Year]:  # fmt: skip
    _plan_departures(staff, organisation, year, rng)
    _rename_until(staff, organisation, year, np.datetime64(f"{year}-01-31", "D"))
    staff = _hire(staff, organisation, year, knobs, rng)
    budget = knobs.move_rate * staff.in_service().sum() * rng.lognormal(-0.125, 0.5)
    middle, end = np.datetime64(f"{year}-07-01", "D"), np.datetime64(f"{year}-12-31", "D")
    for wave in (w for w in waves if w.day <= middle):
        _rename_until(staff, organisation, year, wave.day)
        _carry_out(Scene(knobs, organisation, staff, wave.day, rng), wave, budget)
    _rename_until(staff, organisation, year, middle)
    _leave_before(staff, organisation, middle)
    lived = live_year(staff, organisation, year, trait, knobs, rng)
    _teach(staff, organisation, year, rng)
    for wave in (w for w in waves if w.day > middle):
        _rename_until(staff, organisation, year, wave.day)
        _carry_out(Scene(knobs, organisation, staff, wave.day, rng), wave, budget)
    _leave_before(staff, organisation, end)
    if knobs.move_rate > 0:
        scene = Scene(knobs, organisation, staff, np.datetime64(f"{year}-12-20", "D"), rng)
        grade_promotions(scene)
        punish(scene)
    _rename_until(staff, organisation, year, end)
    return staff, lived


def _carry_out(scene: Scene, wave: Wave, budget: float) -> None:
    _leave_before(scene.staff, scene.organisation, wave.day)
    if scene.knobs.move_rate <= 0:
        return
    if wave.structural:
        structural_wave(scene, round(budget * STRUCTURAL_SHARE * wave.share))
    else:
        ordinary_wave(scene, round(budget * (1 - STRUCTURAL_SHARE) * wave.share))


def _open_city(knobs: Knobs, organisation: Organisation, rng: np.random.Generator) -> Staff:
    """Return the staff on the first rated day, with a past."""
    posts = organisation.posts
    day = np.datetime64(f"{knobs.first_year}-01-01", "D")
    share = np.interp(-(knobs.years - 1), [k for k, _ in _SIZE_PATH], [s for _, s in _SIZE_PATH])
    post = np.repeat(np.arange(len(posts)), posts["filled"])
    stay = rng.random(len(post)) < np.where(posts["single"].to_numpy()[post], 1.0, share)
    post = post[stay]
    who_for = posts.loc[post].assign(district=organisation.units["district"].to_numpy()[posts["unit"].to_numpy()[post]])
    ages = ages_at_start(who_for, knobs, rng)
    hired = hired_before(ages, day, rng)
    people = people_for(who_for, ages, hired, day, knobs, rng)
    service = (day - people.hired).astype(float)
    since = day - (np.minimum(service, rng.gamma(2.0, 1100.0, len(post)) + 30)).astype("timedelta64[D]")
    staff = new_staff(people, post, since, day)
    _invent_past(staff, organisation, day, rng)
    staff.shock = rng.normal(0, knobs.shock_sd, len(post))
    return staff


def _invent_past(staff: Staff, organisation: Organisation, day: np.datetime64, rng: np.random.Generator) -> None:
    """Log the spell in force on ``day`` and up to two before it, and book their experience."""
    posts, family = organisation.posts, organisation.posts["family"].to_numpy()
    size = len(staff.post)
    level, kind = posts["level"].to_numpy(), posts["job_kind"].to_numpy()
    start, who = staff.people.hired.copy(), np.arange(size)
    room = (staff.since - start).astype(float)
    entry_like = np.flatnonzero((level == 10) & ~posts["single"].to_numpy() & (posts["open_from"] < day).to_numpy())
    before = np.full(size, GONE)
    licensed = professions(posts)
    own = licensed[staff.post]
    leads_clinic = ((kind == "functional_expert") & posts["single"].to_numpy() & (family == FAMILY["kesehatan"]))[staff.post]
    for _ in range(2):
        takes = (room > 900) & (rng.random(size) < 0.7)
        length = (room * rng.uniform(0.35, 0.8, size)).astype("timedelta64[D]")
        earlier = entry_like[rng.integers(0, len(entry_like), size)]
        keep = _same_trade(rng.random(size), level, kind, staff.post)
        earlier = np.where(keep, _like(organisation, staff.post, entry_like, rng), earlier)
        own = np.where(takes & leads_clinic & (own == ""), licensed[earlier], own)
        earlier = _lawful(posts, earlier, own, entry_like)
        move = np.where(before == GONE, "entry", "rotation").astype(object)
        log_spells(staff, who[takes], earlier[takes], start[takes], move[takes], start[takes] - 14)
        staff.experience[who[takes], family[earlier[takes]]] += length[takes].astype(float) / DAYS_A_YEAR
        before = np.where(takes, earlier, before)
        start = np.where(takes, start + length, start)
        room = (staff.since - start).astype(float)
    staff.since = np.where(before == GONE, staff.people.hired, np.maximum(start, staff.since))
    last = np.flatnonzero((before != GONE) & (staff.since > start))
    staff.experience[last, family[before[last]]] += (staff.since[last] - start[last]).astype(float) / DAYS_A_YEAR
    arrival = np.where(before == GONE, "entry", np.where(level[staff.post] > 10, "promotion", "rotation")).astype(object)
    log_spells(staff, who, staff.post, staff.since, arrival, staff.since - 14)
    staff.mark = staff.since.copy()
    book_experience(staff, organisation, who, day)


def _same_trade(
    draw: NDArray[np.float64], level: NDArray[np.int64], kind: NDArray[np.object_], post: NDArray[np.int64]
) -> NDArray[np.bool_]:
    professional = np.isin(kind[post], ("functional_expert", "functional_skilled"))
    return np.asarray(professional | (draw < 0.6))


def _like(
    organisation: Organisation, post: NDArray[np.int64], options: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return for each post a random entry-level post of the same family and, for professionals, the same ladder."""
    family, kind = organisation.posts["family"].to_numpy(), organisation.posts["job_kind"].to_numpy()
    ladder = np.where(np.isin(kind, ("functional_expert", "functional_skilled")), kind, "staff")
    key = ladder.astype(str) + family.astype(str)
    out = options[rng.integers(0, len(options), len(post))]
    for name in np.unique(key[post]):
        here, there = np.flatnonzero(key[post] == name), options[key[options] == name]
        if len(there):
            out[here] = there[rng.integers(0, len(there), len(here))]
    return out


def _lawful(
    posts: pd.DataFrame, earlier: NDArray[np.int64], own: NDArray[np.object_], options: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return earlier posts in which nobody worked in a licensed profession that is not ``own``.

    Another's post becomes a like one of the own profession, or a desk of the same job family where there is none. No dice are
    thrown: the posts drawn decide, and the job family stays, so that nothing else of the city changes.
    """
    licensed, family, kind = professions(posts), posts["family"].to_numpy(), posts["job_kind"].to_numpy()
    ladder = np.where(own == "", "staff", kind[earlier])
    wrong = (licensed[earlier] != "") & (licensed[earlier] != own)
    out = earlier.copy()
    for name, rung, field in set(zip(own[wrong], ladder[wrong], family[earlier[wrong]], strict=True)):
        here = np.flatnonzero(wrong & (own == name) & (ladder == rung) & (family[earlier] == field))
        there = options[(licensed[options] == name) & (kind[options] == rung) & (family[options] == field)]
        out[here] = there[earlier[here] % len(there)]
    return out


def _plan_departures(staff: Staff, organisation: Organisation, year: int, rng: np.random.Generator) -> None:
    """Set retirement dates by the present post, and this year's last days in service."""
    serving = np.flatnonzero(staff.in_service())
    age = organisation.posts["retirement_age"].to_numpy()[staff.post[serving]]
    months = staff.people.birth[serving].astype("datetime64[M]") + age.astype(int) * 12 + 1
    staff.retires[serving] = months.astype("datetime64[D]")
    end = np.datetime64(f"{year}-12-31", "D")
    due = serving[staff.retires[serving] <= end]
    staff.left[due] = np.maximum(staff.retires[due] - 1, np.datetime64(f"{year}-01-01", "D"))
    early = serving[(rng.random(len(serving)) < EARLY_EXIT) & (staff.retires[serving] > end)]
    staff.left[early] = np.datetime64(f"{year}-01-01", "D") + rng.integers(0, 365, len(early))


def _leave_before(staff: Staff, organisation: Organisation, day: np.datetime64) -> None:
    who = np.flatnonzero(staff.in_service() & (staff.left < day))
    book_experience(staff, organisation, who, day)
    staff.post[who] = GONE


def _hire(staff: Staff, organisation: Organisation, year: int, knobs: Knobs, rng: np.random.Generator) -> Staff:
    """Return the staff with this year's intake: PNS until 2020 and a few later, PPPK from 2021."""
    posts = organisation.posts
    day = np.datetime64(f"{year}-{4 if year % 2 else 3:02d}-01", "D")
    share = np.interp(year - knobs.last_year, [k for k, _ in _SIZE_PATH], [s for _, s in _SIZE_PATH])
    leaving = (staff.in_service() & (staff.left <= np.datetime64(f"{year}-12-31", "D"))).sum()
    wanted = int(max(0, round(knobs.employees * share) - staff.in_service().sum() + leaving))
    scene = Scene(knobs, organisation, staff, day, rng)
    places = np.where((posts["level"] == 10) & ~posts["single"], np.maximum(scene.free_places(), 0), 0)
    slots = np.repeat(np.arange(len(posts)), places)
    post = np.sort(rng.choice(slots, min(wanted, len(slots)), replace=False))
    if not len(post):
        return staff
    who_for = posts.loc[post].assign(district=organisation.units["district"].to_numpy()[posts["unit"].to_numpy()[post]])
    contract = (year >= 2021) & (rng.random(len(post)) < CONTRACT_SHARE)
    ages = np.where(contract, rng.uniform(26, 50, len(post)), 21 + 13 * rng.beta(1.8, 2.5, len(post)))
    people = people_for(who_for, ages, np.full(len(post), day), day, knobs, rng)
    people.status = np.where(contract, np.where(rng.random(len(post)) < 0.06, "PPPK paruh waktu", "PPPK"), people.status)
    fresh = new_staff(people, post, np.full(len(post), day), day)
    fresh.shock = rng.normal(0, knobs.shock_sd, len(post))
    first = len(staff.post)
    staff = join(staff, fresh)
    log_spells(staff, np.arange(first, first + len(post)), post, day, "entry", day - 30)
    return staff


def _rename_until(staff: Staff, organisation: Organisation, year: int, until: np.datetime64) -> None:
    """Carry out this year's renamings due by ``until`` (once: nobody is left in the old posts then); tenure goes on."""
    plan = organisation.renamings
    due = plan[(plan["on"] <= pd.Timestamp(until)) & (pd.to_datetime(plan["on"]).dt.year == year)] if len(plan) else plan
    for (on, move_type), group in due.groupby(["on", "move_type"]) if len(due) else ():
        to = np.full(len(organisation.posts), -1)
        to[group["old"].to_numpy(dtype=np.int64)] = group["new"].to_numpy(dtype=np.int64)
        who = np.flatnonzero(staff.in_service() & (to[staff.post] >= 0))
        if not len(who):
            continue
        day = np.datetime64(pd.Timestamp(on).date(), "D")
        staff.post[who] = to[staff.post[who]]
        log_spells(staff, who, staff.post[who], day, str(move_type), day - 30)


def _teach(staff: Staff, organisation: Organisation, year: int, rng: np.random.Generator) -> None:
    """Give technical courses in the family of the own post, at random."""
    family = organisation.posts["family"].to_numpy()
    who = np.flatnonzero(staff.in_service() & (rng.random(len(staff.post)) < COURSE_SHARE))
    on = np.datetime64(f"{year}-07-02", "D") + rng.integers(0, 120, len(who))
    staff.trained[who, family[staff.post[who]]] = on
    staff.courses.append(pd.DataFrame({"person": who, "family": family[staff.post[who]], "on": on}))
