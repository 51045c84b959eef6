"""Mark 4: harmonised ratings against true performance, and the verdict on ratings that hold none of it.

Written down before measuring, for cities with default knobs and seeds nothing was tuned on (tuned on 101-103, 201-206):

1. *Correlation* with true performance of the same year: at least that of the rating as given + 0.15, in every regime and over all
   years together (there the raw rating mixes the scales of three regimes; ``standard``, within regime and year, stands beside it).
2. *Artefact*: what moving from a body of the lowest to one of the highest quota adds to the score beyond the change of true
   performance. At least half a grade raw, under 0.1 SD harmonised, standard error below 0.03. People who move were rated
   unluckily before (they are chosen so), which lifts the change of every mover alike: that is no artefact of quotas, so it is
   the slope of the excess on the difference in quota grade, times the two grades, over everybody who changed unit. Half a grade is
   what the quotas of the default city leave between bodies (0.55); those who move are rated below the average of either body and
   gain less. So half as many cities have wider quotas (``WIDE``), in which movers, too, gain half a grade.
3. *Verdict*: *tidak layak* in at least 95 % of the seeds of cities without any true difference, *layak* in at least 95 % at
   default knobs.
4. *Time*: 200,000 ratings in under 20 s (processor and wall; one BLAS thread).

Beside the marks: the unit (published per true SD), reliability against squared correlation, variances by leave-out and plug-in.
Full size takes some 8 processor minutes; every world is kept (``workspace/proof``), an interrupted run resumes.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.proof.kept import kept
from benchmarks.proof.page import Proof
from benchmarks.proof.rated_cities import components, fit_time, moves, rated, slope, verdict
from benchmarks.proof.sizes import Say, Size
from simulation.ratings import GRADED

NO_SIGNAL = {
    "person_sd": 0.0, "growth_sd": 0.0, "shock_sd": 0.0, "match_sd": 0.0, "unit_sd": 0.0, "position_sd": 0.0, "leader_sd": 0.0,
    "training_effect": 0.0, "staleness": 0.0, "transition_dip": 0.0,
}  # fmt: skip
"""Knobs of a city in which nobody ever performs otherwise than anybody else."""
WIDE = {"quota_top": 0.75}
"""Three in four of the best-graded bodies may be *Sangat Baik* instead of 56 %; over all bodies as many as by default."""
HEALTH_SCALE = (800, 10)
GAIN, RAW_ARTEFACT, ARTEFACT, ARTEFACT_ERROR, RIGHT, SECONDS = 0.15, 0.5, 0.1, 0.03, 0.95, 20.0
STEPS = 2
"""Grades between the lowest and the highest quota."""
ALL = "all years"
CHANGES = {"raw": "raw", "standard": "standard", "harmonised": "score", "true": "latent", "excess": "excess"}


def prove(size: Size, seed: int, say: Say) -> Proof:
    """Return correlations, the artefact of a move, the unit, reliability, variances, verdicts and time."""
    cities = [_city(size, number, {}, say) for number in range(seed, seed + size.pooled)]
    wide = [_city(size, number, WIDE, say) for number in range(seed, seed + size.pooled // 2)]
    correlations = _mean([by_regime(rows) for rows in cities], "regime")
    artefact, wider = quota_artefact(cities), quota_artefact(wide)
    health, time = _health(size, seed, say), fit_time(size.timed, seed)
    variances = [
        kept(size, "variances", {"scale": size.ratings, "seed": n}, partial(components, size.ratings, n))
        for n in range(seed, seed + size.seeds)
    ]
    return Proof(
        title="The harmoniser",
        mark=f"correlation with true performance at least raw + {GAIN} in every regime and over all years; a move from the lowest "
        f"to the highest quota at least {RAW_ARTEFACT} grades raw and under {ARTEFACT} SD beyond the truth harmonised (standard "
        f"error under {ARTEFACT_ERROR}); verdicts right in {RIGHT:.0%} of seeds; 200,000 ratings in {SECONDS:.0f} s",
        verdict=_verdict(correlations, (artefact, wider), health, time),
        tables={
            "Correlation with true performance of the same year, mean over cities": correlations,
            "A move from the lowest to the highest quota (five grades)": artefact,
            f"The same in cities of wider quotas (quota_top {WIDE['quota_top']})": wider,
            "Label health": _summary(health),
            "Time": pd.DataFrame([time]),
            "The unit: published SD per SD of true performance, mean over cities": _mean([unit(rows) for rows in cities], "regime"),
            "Reliability, by tenths of ratings": reliability(pd.concat(cities)),
            "Variances on the latent scale, and connected sets of people and raters": _mean(variances, "component"),
        },
        notes=_notes(size),
    )


def _city(size: Size, seed: int, dials: Mapping[str, float], say: Say) -> pd.DataFrame:
    say(f"city of {size.ratings[0]}, seed {seed} {dials or ''}")
    world: dict[str, object] = {"scale": size.ratings, "seed": seed, "dials": dict(dials)}
    return kept(size, "rated", world, lambda: rated(size.ratings, seed, dials))


def by_regime(rows: pd.DataFrame) -> pd.DataFrame:
    """Return per regime and over all years the correlations of raw, standard and harmonised with true performance."""
    parts = [*rows.groupby("regime", observed=True), (ALL, rows)]
    return pd.DataFrame(
        [{"regime": regime, "ratings": len(part),
          **{name: part[column].corr(part["latent"]) for name, column in
             (("raw", "raw"), ("standard", "standard"), ("harmonised", "score"))},
          "gain on raw": part["score"].corr(part["latent"]) - part["raw"].corr(part["latent"]),
          "harmonised with neutral": part["score"].corr(part["neutral"])} for regime, part in parts]
    )  # fmt: skip


def quota_artefact(cities: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the change from the lowest to the highest quota: by slope over all moves, and of those who moved just so.

    The latter from the last rating before to the first after; moves from the highest to the lowest count with their signs
    turned, so that what all movers share cancels.
    """
    every, next_ = (pd.concat([moves(rows, GRADED, adjoining=near) for rows in cities]) for near in (False, True))
    ways = {
        "slope over all moves, two grades": every,
        "between the ends, next rating, both ways": next_[next_["grade"].abs() == STEPS],
    }
    rows = []
    for name, some in ways.items():
        some = some.assign(excess=some["score"] - some["latent"])
        found = {label: _of_move(some, column) if len(some) > STEPS else (np.nan, np.nan) for label, column in CHANGES.items()}
        figures = {label: change for label, (change, _) in found.items()}
        rows.append({"by": name, "moves": len(some), **figures, "standard error": found["excess"][1]})
    return pd.DataFrame([*rows, _between_bodies(pd.concat(cities))])


def _between_bodies(rows: pd.DataFrame) -> dict[str, object]:
    """Return how much better everybody in the best graded bodies is rated than everybody in the worst: no move, no selection."""
    graded = rows[rows["regime"] == GRADED].assign(excess=lambda frame: frame["score"] - frame["latent"])
    best, worst = (graded[graded["grade"] == end] for end in (STEPS, 0))
    apart = {label: float(best[column].mean() - worst[column].mean()) for label, column in CHANGES.items()}
    return {"by": "everybody, best graded bodies less worst", "moves": 0, **apart, "standard error": np.nan}


def _of_move(changes: pd.DataFrame, column: str) -> tuple[float, float]:
    y, x, weight = (changes[name].to_numpy(dtype=float) for name in (column, "grade", "weight"))
    found, error = slope(y, x, weight)
    return STEPS * found, STEPS * error


def unit(rows: pd.DataFrame) -> pd.DataFrame:
    """Return per regime the slope of scores on true performance, on its neutral part, and the true SD one published SD is."""
    found = []
    for regime, part in [*rows.groupby("regime", observed=True), (ALL, rows)]:
        within = part[["score", "latent", "neutral"]] - part.groupby("year")[["score", "latent", "neutral"]].transform("mean")
        per_true, per_neutral = (np.polyfit(within[name], within["score"], 1)[0] for name in ("latent", "neutral"))
        found.append({"regime": regime, "published per true SD": per_true, "per neutral SD": per_neutral,
                      "SD found over true SD": 1.0 / (per_neutral * within["neutral"].std())})  # fmt: skip
    return pd.DataFrame(found)


def reliability(rows: pd.DataFrame) -> pd.DataFrame:
    """Return by tenths of stated reliability the squared correlation of scores with true performance and its neutral part."""
    tenth = pd.qcut(rows["reliability"].rank(method="first"), 10, labels=False) + 1
    return pd.DataFrame(
        [{"tenth": int(number), "stated": part["reliability"].mean(), "with neutral": part["score"].corr(part["neutral"]) ** 2,
          "with true": part["score"].corr(part["latent"]) ** 2} for number, part in rows.groupby(tenth)]
    )  # fmt: skip


def _health(size: Size, seed: int, say: Say) -> pd.DataFrame:
    found = []
    for number in range(seed, seed + size.verdicts):
        say(f"label health, seed {number}")
        for dials, expected in (({}, "layak"), (NO_SIGNAL, "tidak layak")):
            world: dict[str, object] = {"scale": HEALTH_SCALE, "seed": number, "expected": expected}
            found.append(kept(size, "verdict", world, partial(verdict, HEALTH_SCALE, number, dials, expected)))
    return pd.concat(found, ignore_index=True)


def _summary(health: pd.DataFrame) -> pd.DataFrame:
    right = health["verdict"] == health["expected"]
    figures = {"persistent_correlation": "correlation", "persistent_z": "z"}
    edges = {f"{edge} {name}": (column, edge) for column, name in figures.items() for edge in ("min", "max")}
    return health.assign(right=right).groupby("expected").agg(seeds=("seed", "size"), right=("right", "sum"), **edges).reset_index()


def _verdict(
    correlations: pd.DataFrame, artefacts: tuple[pd.DataFrame, pd.DataFrame], health: pd.DataFrame, time: dict[str, float]
) -> str:
    gains = correlations.set_index("regime")["gain on raw"]
    right = (health["verdict"] == health["expected"]).groupby(health["expected"]).mean()
    parts = [f"correlation {_kept(gain >= GAIN)} {name} ({gain:+.2f})" for name, gain in gains.items()]
    for name, artefact in zip(("", f" with quota_top {WIDE['quota_top']}"), artefacts, strict=True):
        slope_, direct, bodies = (row for _, row in artefact.iterrows())
        parts += [
            f"raw artefact{name} {_kept(direct['raw'] >= RAW_ARTEFACT)} ({direct['raw']:.2f} grades for movers between the ends, "
            f"{bodies['raw']:.2f} between all people there)",
            f"artefact{name} {_kept(abs(slope_['excess']) < ARTEFACT and slope_['standard error'] < ARTEFACT_ERROR)} "
            f"({slope_['excess']:+.3f} SD, standard error {slope_['standard error']:.3f})",
        ]
    parts += [
        *(f"{name} {_kept(share >= RIGHT)} ({share:.0%} of seeds)" for name, share in right.items()),
        f"time {_kept(max(time['processor s'], time['wall s']) < SECONDS)} ({time['processor s']:.1f} processor s, "
        f"{time['wall s']:.1f} wall s for {time['ratings']:,.0f} ratings)",
    ]
    return "; ".join(parts)


def _kept(reached: bool) -> str:
    return "kept" if reached else "missed"


def _mean(tables: list[pd.DataFrame], by: str) -> pd.DataFrame:
    means = pd.concat(tables).groupby(by, sort=False).mean().reset_index()
    return means.assign(ratings=means["ratings"].astype(np.int64)) if "ratings" in means else means


def _notes(size: Size) -> tuple[str, ...]:
    return (
        f"{size.pooled} cities of {size.ratings[0]} people over {size.ratings[1]} years, {size.pooled // 2} of wider quotas; "
        f"variances of {size.seeds} of them; label health on {size.verdicts} cities of {HEALTH_SCALE[0]} people each way; time on "
        f"one city of {size.timed[0]}.",
        "`raw` is the rating as given, `standard` standardised within regime and year. `neutral` is true performance without what "
        "the unit and its head really add (5 % of its variance), which no rating can tell from leniency: scores leave it out.",
        "A single numeric rating, rid of all leniency, would correlate 0.84 with true performance (noise SD 0.65 on a true SD "
        "of 1), 0.80 without the unit's part: raw + 0.15 lies beyond what any numeric score can reach.",
        "Artefact: means over the years in the new unit less those in the old, or the next rating less the last; "
        "`excess` = harmonised - true, `standard error` its. The raw grade differs by the full quota between bodies; movers "
        "are rated below the average of either body (people move after setbacks), and gain less of it.",
        "*Leave-out*: moments of products of different ratings, what shrinkage uses. *Plug-in*: variance of plain effects of one "
        "factor beside people's, which their own noise and the other factors overstate.",
    )
