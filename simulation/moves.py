"""Who moves where: vacancies filled, rotations, own requests; with selection, refusals and chance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from simulation.knobs import Knobs
from simulation.organisation import Organisation
from simulation.performance import hidden_fit, match, visible_fit
from simulation.staff import Staff, book_experience, log_spells, pairs_of

MIN_TENURE_DAYS = 730
EARLIEST_SECOND_DAYS = 150
SECOND_MOVE_SHARE = 0.5
"""Share of people below the minimum tenure who may be moved all the same in a wave: the second moves that blur outcomes."""

RETIRING_DAYS = 365
POOL = 1200
"""Most candidates looked at for the vacancies of one tier and wave."""

SEX_BIAS = {40: -1.2, 30: -1.45, 20: -0.35}
"""Log odds against women in promotions, by tier: keeps the published shares; the bias is real and must be found."""

FILLED_SHARE = {40: 0.4, 30: 0.55, 20: 0.55}
"""Share of the vacancies of a tier that one wave fills."""

PREPARED_SHARE = 0.35
PUNISHED_SHARE = 0.002
"""Share of officials released as a heavy punishment in a year."""

STRUCTURAL_SHARE = 0.6
"""Share of a year's wanted moves that concern structural posts."""

REASONS = ("merasa kurang kompeten", "jarak", "keluarga", "takut tidak memenuhi harapan atasan", "nyaman di unit sekarang")


@dataclass(frozen=True)
class Scene:
    """What every move of a wave shares: dials, organisation, staff, day of start, dice."""

    knobs: Knobs
    organisation: Organisation
    staff: Staff
    day: np.datetime64
    rng: np.random.Generator

    def columns(self, *names: str) -> tuple[np.ndarray, ...]:
        """Return columns of the posts as arrays."""
        return tuple(self.organisation.posts[name].to_numpy() for name in names)

    def open_posts(self) -> NDArray[np.bool_]:
        """Return which posts exist on the day."""
        start, end = self.columns("open_from", "open_to")
        return np.asarray((start <= self.day) & (end >= self.day))

    def free_places(self) -> NDArray[np.int64]:
        """Return how many places of every post are free."""
        (headcount,) = self.columns("headcount")
        return np.where(self.open_posts(), headcount - self.staff.occupancy(len(headcount)), 0)

    def movable(self) -> NDArray[np.bool_]:
        """Return who may be moved: PNS in service, two years in post (a few sooner), not about to leave."""
        staff = self.staff
        days = (self.day - staff.since).astype(float)
        again = (days >= EARLIEST_SECOND_DAYS) & (self.rng.random(len(days)) < SECOND_MOVE_SHARE)
        settled = (days >= MIN_TENURE_DAYS) | again
        staying = staff.retires > self.day + RETIRING_DAYS
        return np.asarray(staff.in_service() & settled & staying & (staff.people.status == "PNS"))

    def setback(self) -> NDArray[np.float64]:
        """Return how much worse the last year was than the record (SD): the reason for many moves."""
        staff = self.staff
        return np.where(staff.rated >= 2, 0.8 * (staff.record - staff.last) - 0.2 * staff.last, 0.0)


def structural_wave(scene: Scene, wanted: int) -> None:
    """Fill structural vacancies tier by tier from the top, then rotate incumbents until ``wanted`` moves are made."""
    made = sum(_fill(scene, tier) for tier in (40, 30, 20))
    made += _fill_unit_leaders(scene)
    level, single = scene.columns("level", "single")
    for tier, share in ((40, 0.06), (30, 0.24), (20, 0.5)):
        _rotate(scene, single & (level // 10 * 10 == tier) & _structural(scene), int(share * max(wanted - made, 0)))
    kinds = scene.columns("job_kind", "family")
    leaders = single & (kinds[0] == "functional_expert")
    for family in np.unique(kinds[1][leaders]):
        here = leaders & (kinds[1] == family)
        _rotate(scene, here, int(0.2 * max(wanted - made, 0) * here.sum() / leaders.sum()))


def ordinary_wave(scene: Scene, wanted: int) -> None:
    """Move ``wanted`` pelaksana and functional staff: own requests, compulsory rotations, chosen ones, changes of kind."""
    kind, single = scene.columns("job_kind", "single")
    pool = np.flatnonzero(scene.movable() & ~single[scene.staff.post] & scene.staff.in_service())
    if wanted < 1 or len(pool) < 2:
        return
    why = _draw_reasons(scene, min(wanted, len(pool)))
    who = _draw_people(scene, pool, why)
    post = _draw_posts(scene, who, why)
    found = post >= 0
    who, post, why = who[found], post[found], why[found]
    accepted = _offer(scene, who, post, why != "own_request")
    who, post, why = who[accepted], post[accepted], why[accepted]
    changed = (kind[post] != kind[scene.staff.post[who]]) & (kind[post] != "staff")
    _move(scene, who, post, np.where(changed, "functional", why))


def grade_promotions(scene: Scene) -> None:
    """Raise functional experts to the next grade of the same job and unit where a place is free."""
    posts = scene.organisation.posts
    kind, level, unit, single = scene.columns("job_kind", "level", "unit", "single")
    expert = (kind == "functional_expert") & ~single & scene.open_posts()
    stem = posts["title"].str.rsplit(" ", n=1).str[0].to_numpy()
    key = pd.MultiIndex.from_arrays([unit, stem, level])
    above = pd.Series(np.arange(len(posts)), index=key)[expert].groupby(level=[0, 1, 2]).first()
    target = above.reindex(pd.MultiIndex.from_arrays([unit, stem, level + 10])).fillna(-1).astype(int).to_numpy()
    staff = scene.staff
    due = scene.movable() & ((scene.day - staff.since).astype(float) > 6 * 365) & (scene.rng.random(len(staff.post)) < 0.1)
    who = np.flatnonzero(due & expert[staff.post] & (target[staff.post] >= 0))
    post = target[staff.post[who]]
    fits = _within_places(scene, post)
    _move(scene, who[fits], post[fits], "promotion", same_desk=True)


def punish(scene: Scene) -> None:
    """Release a very few officials, weak ones rather, to a pelaksana post of their office: heavy punishments."""
    staff = scene.staff
    kind, unit = scene.columns("job_kind", "unit")
    office = scene.organisation.units["office"].to_numpy()[unit]
    chance = PUNISHED_SHARE * np.exp(-0.6 * staff.last)
    struck = np.flatnonzero(staff.in_service() & _structural(scene)[staff.post] & (scene.rng.random(len(staff.post)) < chance))
    free = np.flatnonzero((kind == "staff") & (scene.free_places() > 0))
    if not len(struck) or not len(free):
        return
    near = office[free][None, :] == office[staff.post[struck]][:, None]
    rows, columns = linear_sum_assignment(-(near + scene.rng.random(near.shape)))
    who, post = struck[rows], free[columns]
    staff.punished.append(pd.DataFrame({"person": who, "on": scene.day - 20}))
    _move(scene, who, post, "disciplinary")


def _structural(scene: Scene) -> NDArray[np.bool_]:
    (kind,) = scene.columns("job_kind")
    return np.isin(kind, ("executive", "administrator", "supervisor")) & scene.open_posts()


def _fill(scene: Scene, tier: int) -> int:
    """Fill the vacant structural posts of a tier from the same tier and the one below; return how many."""
    level, family, kind, office = scene.columns("level", "family", "job_kind", "unit")
    vacant = np.flatnonzero(_structural(scene) & (level // 10 * 10 == tier) & (scene.free_places() > 0))
    vacant = vacant[scene.rng.random(len(vacant)) < FILLED_SHARE[tier]]
    staff, people = scene.staff, scene.staff.people
    own = level[staff.post] // 10 * 10
    degree = ~np.isin(people.education, ("SD", "SLTP", "SLTA", "D-III"))
    below = (own == tier - 10) & degree & ((scene.day - people.hired).astype(float) > (4 + tier / 5) * 365)
    below &= np.isin(kind[staff.post], ("administrator", "supervisor", "staff") if tier > 10 else ()) | (level[staff.post] >= 20)
    pool = np.flatnonzero(scene.movable() & (((own == tier) & _structural(scene)[staff.post]) | below))
    if len(pool) > POOL:
        pool = np.sort(scene.rng.choice(pool, POOL, replace=False))
    if not len(vacant) or not len(pool):
        return 0
    promoted = own[pool] < tier
    units = scene.organisation.units["office"].to_numpy()
    near = units[office[vacant]][:, None] == units[office[staff.post[pool]]][None, :]
    kin = family[vacant][:, None] == family[staff.post[pool]][None, :]
    score = _worth(scene, pool[None, :], vacant[:, None]) + 1.0 * near + 0.8 * kin
    merit = np.where(promoted, 0.5 * staff.record[pool], 0.9 * scene.setback()[pool] - 0.5)
    score += scene.knobs.selection * merit[None, :] + np.where(people.female[pool] & promoted, SEX_BIAS[tier], 0.0)[None, :]
    score += scene.rng.gumbel(size=score.shape)
    rows, chosen = linear_sum_assignment(-score)
    who, post = pool[chosen], vacant[rows]
    lateral = np.where(scene.rng.random(len(who)) < scene.knobs.compulsory, "rotation", "selected")
    why = np.where(promoted[chosen], "promotion", lateral)
    accepted = _offer(scene, who, post, np.ones(len(who), bool))
    _move(scene, who[accepted], post[accepted], why[accepted])
    return int(accepted.sum())


def _fill_unit_leaders(scene: Scene) -> int:
    """Fill vacant school and clinic heads from functional experts of the same family and level or one below."""
    level, family, kind, single = scene.columns("level", "family", "job_kind", "single")
    made, staff = 0, scene.staff
    vacant = single & (kind == "functional_expert") & (scene.free_places() > 0)
    for key in np.unique(family[vacant]):
        posts = np.flatnonzero(vacant & (family == key))
        expert = (kind[staff.post] == "functional_expert") & (family[staff.post] == key) & ~single[staff.post]
        pool = np.flatnonzero(scene.movable() & expert & (level[staff.post] >= 20))
        if len(pool) > POOL:
            pool = np.sort(scene.rng.choice(pool, POOL, replace=False))
        if not len(pool):
            continue
        score = _worth(scene, pool[None, :], posts[:, None]) + scene.knobs.selection * 0.6 * staff.record[pool][None, :]
        rows, chosen = linear_sum_assignment(-(score + scene.rng.gumbel(size=score.shape)))
        accepted = _offer(scene, pool[chosen], posts[rows], np.ones(len(rows), bool))
        _move(scene, pool[chosen][accepted], posts[rows][accepted], "promotion")
        made += int(accepted.sum())
    return made


def _rotate(scene: Scene, posts: NDArray[np.bool_], wanted: int) -> None:
    """Let about ``wanted`` incumbents of ``posts`` change posts among themselves: some by lot, some as seems to suit."""
    staff = scene.staff
    pool = np.flatnonzero(scene.movable() & posts[staff.post])
    wanted = min(wanted, len(pool))
    if wanted < 2:
        return
    urge = scene.knobs.selection * 0.9 * scene.setback()[pool] + 0.12 * staff.years_in_post(scene.day)[pool]
    who = pool[np.argsort(-(urge + scene.rng.gumbel(size=len(pool))), kind="stable")[:wanted]]
    by_lot = scene.rng.random(len(who)) < scene.knobs.compulsory
    for group, why in ((who[by_lot], "rotation"), (who[~by_lot], "selected")):
        if len(group) < 2:
            continue
        willing = group[_offer(scene, group, _exchange(scene, group, why), np.ones(len(group), bool), log_accepted=False)]
        if len(willing) < 2:
            continue
        post = _exchange(scene, willing, why)
        changed = post != staff.post[willing]
        _log_offers(scene, willing[changed], post[changed], np.full(changed.sum(), "accepted"))
        _move(scene, willing[changed], post[changed], why)


def _exchange(scene: Scene, who: NDArray[np.int64], why: str) -> NDArray[np.int64]:
    """Return for each of ``who`` a post of one of the others."""
    post = scene.staff.post[who]
    score = scene.rng.gumbel(size=(len(who), len(who)))
    if why == "selected":
        score += _worth(scene, who[:, None], post[None, :])
    np.fill_diagonal(score, -1e6)
    rows, columns = linear_sum_assignment(-score)
    out = post.copy()
    out[rows] = post[columns]
    return out


def _worth(scene: Scene, who: NDArray[np.int64], post: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what deciders believe of the match: mostly paper, a little of what no table shows."""
    pairs = pairs_of(scene.staff, scene.organisation, who, post, scene.day)
    return scene.knobs.selection * (0.6 * visible_fit(pairs) + 0.6 * hidden_fit(pairs))


def _draw_reasons(scene: Scene, size: int) -> NDArray[np.str_]:
    rotation = scene.knobs.compulsory
    return scene.rng.choice(
        np.array(["own_request", "rotation", "selected"]), size, p=(0.7 * (1 - rotation), rotation, 0.3 * (1 - rotation))
    )


def _draw_people(scene: Scene, pool: NDArray[np.int64], why: NDArray[np.str_]) -> NDArray[np.int64]:
    """Return whom each move takes: people after bad years and in ill-suited posts more often."""
    staff, knobs = scene.staff, scene.knobs
    fit = match(knobs, pairs_of(staff, scene.organisation, pool, staff.post[pool], scene.day))
    urge = knobs.selection * (1.3 * scene.setback()[pool] - 0.6 * fit) + 0.05 * staff.years_in_post(scene.day)[pool]
    order = np.argsort(-(urge + scene.rng.gumbel(size=len(pool))), kind="stable")
    return pool[order[: len(why)]]


def _draw_posts(scene: Scene, who: NDArray[np.int64], why: NDArray[np.str_]) -> NDArray[np.int64]:
    """Return a free post of a like kind for each, by preference or by lot; -1 where none is found."""
    staff, rng = scene.staff, scene.rng
    kind, level, family, unit, single, demanded = scene.columns("job_kind", "level", "family", "unit", "single", "min_education")
    title = scene.organisation.posts["title"].str.split(" ").str[0].to_numpy()
    free = (scene.free_places() > 0) & ~single
    key = np.where(kind == "staff", "staff " + demanded, kind + " " + level.astype(str) + " " + family.astype(str) + " " + title)
    wish = key[staff.post[who]]
    post = np.full(len(who), -1)
    for name in np.unique(wish):
        here, options = np.flatnonzero(wish == name), np.flatnonzero(free & (key == name))
        if not len(options):
            continue
        draw = options[rng.integers(0, len(options), (len(here), 12))]
        score = rng.gumbel(size=draw.shape)
        informed = (why[here] != "rotation")[:, None]
        score += informed * 1.0 * _worth(scene, who[here][:, None], draw)
        score -= (
            informed
            * 0.5
            * (scene.organisation.units["district"].to_numpy()[unit[draw]] != staff.people.district[who[here]][:, None])
        )
        score -= 1e6 * (unit[draw] == unit[staff.post[who[here]]][:, None])
        best = np.argmax(score, axis=1)
        post[here] = np.where(score.max(axis=1) > -1e5, draw[np.arange(len(here)), best], -1)
    post[post >= 0] = np.where(_within_places(scene, post[post >= 0]), post[post >= 0], -1)
    return post


def _within_places(scene: Scene, post: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of the arrivals still find a free place, first come first served."""
    turn = pd.Series(post).groupby(post).cumcount().to_numpy()
    return np.asarray(turn < scene.free_places()[post])


def _offer(
    scene: Scene, who: NDArray[np.int64], post: NDArray[np.int64], offered: NDArray[np.bool_], *, log_accepted: bool = True
) -> NDArray[np.bool_]:
    """Return who accepts; write the offers. Those whom the new post suits less than the old refuse more often."""
    if not len(who):
        return np.zeros(0, bool)
    staff, organisation = scene.staff, scene.organisation
    there, here = (match(scene.knobs, pairs_of(staff, organisation, who, p, scene.day)) for p in (post, staff.post[who]))
    chance = scene.knobs.refusal_rate * np.exp(-0.8 * (there - here) - 0.2)
    refused = offered & (scene.rng.random(len(who)) < chance)
    shown = refused | (offered & log_accepted)
    _log_offers(scene, who[shown], post[shown], np.where(refused[shown], "refused", "accepted"))
    return ~refused


def _log_offers(scene: Scene, who: NDArray[np.int64], post: NDArray[np.int64], response: NDArray[np.str_]) -> None:
    offered = scene.day - scene.rng.integers(14, 45, len(who))
    reason = pd.Series(scene.rng.choice(np.array(REASONS, dtype=object), len(who))).where(response == "refused", None)
    scene.staff.offers.append(
        pd.DataFrame({"person": who, "post": post, "offered_on": offered, "response": response, "reason": reason})
    )


def _move(
    scene: Scene, who: NDArray[np.int64], post: NDArray[np.int64], why: str | NDArray[np.str_], *, same_desk: bool = False
) -> None:
    """Carry moves out and write them down; ``same_desk`` means no adaptation (a higher grade of the same job)."""
    if not len(who):
        return
    staff, day = scene.staff, scene.day
    decided = day - scene.rng.integers(5, 31, len(who))
    staff.moves.append(pd.DataFrame({
        "person": who, "from_post": staff.post[who], "to_post": post, "start": day, "decided": decided, "move_type": why,
        "last_setback": scene.setback()[who], "same_desk": same_desk,
    }))  # fmt: skip
    log_spells(staff, who, post, day, np.broadcast_to(np.asarray(why, dtype=object), len(who)), decided)
    book_experience(staff, scene.organisation, who, day)
    staff.post[who], staff.since[who] = post, day
    if same_desk:
        return
    staff.moved_in[who] = day
    prepared = scene.rng.random(len(who)) < PREPARED_SHARE
    staff.prepared[who] = prepared
    (family,) = scene.columns("family")
    before = day - scene.rng.integers(5, 40, len(who))
    staff.trained[who[prepared], family[post[prepared]]] = before[prepared]
    staff.courses.append(pd.DataFrame({"person": who, "family": family[post], "on": before})[prepared])
