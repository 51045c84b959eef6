"""Mark 3: forecasts of vacant posts against the true effect, and worlds in which nobody fits anywhere better."""

import numpy as np
import pandas as pd

from benchmarks.proof.known_pairs import KnownPairs, known_pairs
from benchmarks.proof.page import Proof
from benchmarks.proof.sizes import DEFAULT, EMPTY, WORLDS, Say, Size
from evaluation.against_truth import LIST, POSTS, PROMISED, coverage, figures, rank_correlation, slope, spread_within

METHODS = {"published": "uplift", "after minus before": "after_minus_before", "last score": "last_score"}
MARKS = {"within employee": 0.53, "within position": 0.57, "gain of top 10": 0.63}
COVERAGE = (0.75, 0.85)


def prove(size: Size, seed: int, say: Say) -> Proof:
    """Return how near forecasts come to the truth in default cities, and what is claimed where there is nothing to claim."""
    methods, intervals, worlds = [], [], []
    for world, cities in size.worlds.items():
        for number in range(seed, seed + cities):
            say(f"city of {size.truth[0]}, seed {number}, {world}")
            known = known_pairs(size.truth, size.posts, number, say, WORLDS[world])
            worlds.append(_world(known, world, number))
            say(f"  {worlds[-1]}")
            if world == DEFAULT:
                methods.append(_methods(known.frame))
                intervals.append(_intervals(known, number))
                say(f"  {intervals[-1]}\n{methods[-1].round(3).to_string(index=False)}")
    means = pd.concat(methods).groupby("method", sort=False).mean().reset_index()
    return Proof(
        title="Against the truth of invented cities",
        mark="the figures of the best design on another invented service (rank correlation with the true effect within an "
        "employee 0.53, within a position 0.57, share of the oracle's gain in the top ten 0.63); 80 % intervals hold 75 to 85 %; "
        "where no post has an effect, ranking is not declared supported",
        verdict=_verdict(means, pd.DataFrame(intervals), pd.DataFrame(worlds)),
        tables={
            "Every pair of a vacant post and a person no rule is known to keep out, mean over cities": means,
            "Intervals, city by city": pd.DataFrame(intervals),
            "Worlds": pd.DataFrame(worlds),
        },
        notes=_notes(size),
    )


def _verdict(methods: pd.DataFrame, intervals: pd.DataFrame, worlds: pd.DataFrame) -> str:
    published, coverage = methods.set_index("method").loc["published"], intervals["coverage"].mean()
    parts = [f"{name} {_kept(published[name] >= mark)} ({published[name]:.2f})" for name, mark in MARKS.items()]
    parts.append(f"coverage {_kept(COVERAGE[0] <= coverage <= COVERAGE[1])} ({coverage:.2f})")
    empty = worlds[worlds["world"] == EMPTY]
    if len(empty):
        claimed = int(empty["ranking supported"].sum())
        parts.append(f"empty worlds {_kept(claimed == 0)} (supported in {claimed} of {len(empty)})")
    return "; ".join(parts)


def _kept(reached: bool) -> str:
    return "kept" if reached else "missed"


def _notes(size: Size) -> tuple[str, ...]:
    return (
        f"Cities of {size.truth[0]} people over {size.truth[1]} years, at most {size.posts} vacant posts each.",
        "*Scale*: published SD are those of performance, as the truth is: slope, RMSE, bias and coverage compare the two as they "
        "are. `scale` is the slope of harmonised on true performance of the same year, 1 if the harmoniser found the unit.",
        f"Ranks: mean of Spearman's correlations over people with at least {POSTS.fewest} posts, over posts with at least "
        f"{LIST.fewest} candidates; a method that says the same of a whole group has no rank there (blank).",
        f"*Gains*: of a person's {POSTS.top} best posts, of a list's first {LIST.top}, over the mean of all, as a share of the "
        f"oracle's. *Promised*, *delivered*: mean forecast and mean truth of a list's first {PROMISED.top}.",
        "*Contamination*: correlation with how much more leniently the new unit rates than the old (true leniency); the true "
        "effect has its own (row `truth`).",
        "*Last score* is minus the last score: lowest first. *After minus before*: ridge on movers' change since their last score.",
        "Worlds: spread is the mean over people of the SD over their possible posts: true, forecast by the model before the "
        "release rules have spoken, and published after them (0 where ranking is not supported).",
    )


def _methods(frame: pd.DataFrame) -> pd.DataFrame:
    error = float(np.sqrt(np.mean((frame["true"].mean() - frame["true"]) ** 2)))
    rows = [{"method": name, **figures(frame, column)} for name, column in METHODS.items()]
    rows += [{"method": "constant (the true mean)", "RMSE": error},
             {"method": "truth", "contamination": float(frame["true"].corr(frame["leniency"]))}]  # fmt: skip
    return pd.DataFrame(rows)


def _intervals(known: KnownPairs, seed: int) -> dict[str, float]:
    frame = known.frame
    return {
        "seed": seed, "pairs": len(frame), "scale": known.scale, "slope": slope(frame, "uplift"),
        "bias": float((frame["uplift"] - frame["true"]).mean()), "coverage": coverage(frame),
        "mean width": float((frame["upper"] - frame["lower"]).mean()),
    }  # fmt: skip


def _world(known: KnownPairs, world: str, seed: int) -> dict[str, object]:
    evidence, decision = known.evidence, known.decision
    return {
        "world": world, "seed": seed, "release": decision.release, "ranking supported": decision.ranking_supported,
        "movers tried out on": evidence.movers if evidence else 0,
        "slope there": evidence.slope.value if evidence else float("nan"),
        "AUTOC there": evidence.autoc.value if evidence else float("nan"),
        "true spread": spread_within(known.frame, "true"),
        "forecast spread": spread_within(known.frame, "uplift"), "published spread": known.published_spread,
        "rank within employee": rank_correlation(known.frame, "uplift", POSTS),
    }  # fmt: skip
