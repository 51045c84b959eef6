"""UpliftModel on cases unlike those it was built on, beside a constant and LightGBM's T-, X- and R-learner.

`python -m benchmarks.uplift.unlike_cases --kept FOLDER`: some seven processor seconds a case and seed; what FOLDER holds is not
made again.
"""

import argparse
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.proof.page import captioned, put
from benchmarks.uplift.compare import PAGE
from benchmarks.uplift.protocol import UNLIKE_SEEDS
from benchmarks.uplift.score import LOSS_MARK, score_in
from benchmarks.uplift.unlike import UNLIKE, Array, Case, drawn
from models.stack.encoding import Encoded, FrameEncoder
from models.stack.nuisances import clip_propensity
from models.stack.regressors import TreeParams, cross_fit, fit_tree_classifier, fit_trees, group_folds, shallower
from models.uplift import UpliftModel

LEAST_COVERAGE, MOST_FALSE = 0.7, 0.1
"""What 80 % intervals of every case must hold; in what share of draws without differences ranking may be called supported."""


def rivals(case: Case, seed: int) -> dict[str, Array]:
    """Return the effects (new rows,) that LightGBM's T-, X- and R-learner forecast, with the settings of our own trees."""
    encoder = FrameEncoder().fit(case.X)
    X, new = encoder.transform(case.X), encoder.transform(case.new)
    weight = np.ones(len(case.y)) if case.weight is None else case.weight
    outcome = partial(fit_trees, params=TreeParams())
    effect = partial(fit_trees, params=shallower(TreeParams()))
    arms = [case.treatment == arm for arm in (0.0, 1.0)]
    m0, m1 = (outcome(X.take(arm), case.y[arm], weight[arm], seed) for arm in arms)
    missed = effect(X.take(arms[0]), m1.predict(X.take(arms[0])) - case.y[arms[0]], weight[arms[0]], seed)
    gained = effect(X.take(arms[1]), case.y[arms[1]] - m0.predict(X.take(arms[1])), weight[arms[1]], seed)
    e = clip_propensity(fit_tree_classifier(X, case.treatment, weight, seed, TreeParams()).predict(new))
    return {
        "T-learner": m1.predict(new) - m0.predict(new),
        "X-learner": e * missed.predict(new) + (1 - e) * gained.predict(new),
        "R-learner": _robinson(case, X, new, weight, seed),
    }


def _robinson(case: Case, X: Encoded, new: Encoded, weight: Array, seed: int) -> Array:
    group = np.arange(len(case.y)) if case.groups is None else np.unique(case.groups, return_inverse=True)[1]
    folds = group_folds(group.astype(np.intp), case.treatment.astype(np.intp), 5, seed)
    m = cross_fit(partial(fit_trees, params=TreeParams()), X, case.y, weight, folds, seed).held_out
    e = cross_fit(partial(fit_tree_classifier, params=TreeParams()), X, case.treatment, weight, folds, seed).held_out
    step = case.treatment - clip_propensity(e)
    return fit_trees(X, (case.y - m) / step, weight * step**2, seed, shallower(TreeParams())).predict(new)


def measured(name: str, seed: int) -> dict[str, object]:
    """Return one row: what every method errs by on the case's new rows, and what UpliftModel says of itself."""
    case = drawn(UNLIKE[name], seed)
    start = time.process_time()
    model = UpliftModel(random_state=seed).fit(case.X, case.treatment, case.y, groups=case.groups, sample_weight=case.weight)
    effect = model.effect(case.new)
    spent = time.process_time() - start
    lower, upper = model.effect_interval(case.new)
    ours = score_in(case.effect, effect, case.unit)
    others = {"constant": np.full(len(effect), model.ate_.value), **rivals(case, seed)}
    return {
        "case": name, "seed": seed,
        **{method: score_in(case.effect, found, case.unit)["npehe"] for method, found in others.items()},
        "UpliftModel": ours["npehe"], "rho": ours["rho"], "gain20": ours["gain20"],
        "coverage": float(np.mean((lower <= case.effect) & (case.effect <= upper))),
        "supported": float(model.ranking_supported_), "cpu_s": spent,
    }  # fmt: skip


def tables(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the means by case, those whose effect varies first, and what was looked for in them."""
    means = rows.drop(columns="seed").groupby("case", sort=False).mean()
    means.insert(0, "rows", [UNLIKE[name].rows for name in means.index])
    varies = np.array([UNLIKE[name].kind == "varies" for name in means.index])
    lost = means["UpliftModel"] - means["constant"]
    false = rows.loc[[UNLIKE[name].kind == "constant" for name in rows["case"]], "supported"]
    rivals_ = means.loc[varies, ["T-learner", "X-learner", "R-learner"]].min(axis=1)
    looked_for = [
        ("lost against the constant, most", f"at most {LOSS_MARK}", *_worst(lost)),
        ("coverage, least", f"at least {LEAST_COVERAGE}", *_worst(-means["coverage"], sign=-1)),
        ("called supported where nobody gains more", f"at most {MOST_FALSE}", float(false.mean()), f"{len(false)} draws"),
        ("lost against the best of T, X and R where effects vary, most", "", *_worst(means.loc[varies, "UpliftModel"] - rivals_)),
    ]
    return {
        "Effects that vary": means[varies].reset_index(),
        "The same effect for all": means[~varies].drop(columns=["rho", "gain20"]).reset_index(),
        "What was looked for": pd.DataFrame(looked_for, columns=["what", "asked", "found", "where"]),
    }


def _worst(found: "pd.Series[float]", sign: int = 1) -> tuple[float, str]:
    return sign * float(found.max()), str(found.idxmax())


def main() -> None:
    """Measure every case and seed that is not kept yet; print the tables, and where a date was given put them on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path, default=Path("workspace/unlike"), help="folder of what was measured already")
    parser.add_argument("--seeds", type=int, nargs="+", default=UNLIKE_SEEDS)
    parser.add_argument("--cases", nargs="+", default=list(UNLIKE), choices=list(UNLIKE), metavar="CASE")
    parser.add_argument("--date", default="", help="of the measurement; without it the page is left alone")
    parser.add_argument("--revision", default="", help="what git describe says of the code measured")
    given = parser.parse_args()
    given.kept.mkdir(parents=True, exist_ok=True)
    rows = []
    for seed in given.seeds:
        for name in given.cases:
            file = given.kept / f"{name}-{seed}.json"
            if not file.exists():
                pd.Series(measured(name, seed)).to_json(file)
            rows.append(pd.read_json(file, typ="series"))
    text = captioned(tables(pd.DataFrame(rows).infer_objects()))
    print(text)
    if given.date:
        made_by = f"`python -m benchmarks.uplift.unlike_cases`, revision {given.revision}, seeds {', '.join(map(str, given.seeds))}"
        put(PAGE, "unlike", f"*Made on {given.date} by {made_by}.*\n\n{text}")


if __name__ == "__main__":
    main()
