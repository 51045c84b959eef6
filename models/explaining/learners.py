"""Which learners speak in the effect, and with how much weight."""

import pandas as pd
from matplotlib.figure import Figure

from features.drawing import GREY, row_canvas
from models.pair_uplift import PairUplift

LEVEL_MODEL = "level model"
"""What speaks where too few people were assigned for a stack."""


def learner_weights(model: PairUplift) -> pd.DataFrame:
    """Return the candidates of the effect with their weights, the heaviest first.

    Returns
    -------
    DataFrame
        Index learner: weight, share (of all weights), ``silent``: it weighs nothing and is not asked. Where the effect has no
        stack the level model has all the weight.
    """
    if model.effect is None:
        weights = pd.Series({LEVEL_MODEL: model.calibration.applied})
    else:
        weights = model.effect.weights_.sort_values(ascending=False, kind="stable")
    total = float(weights.sum())
    share = weights / total if total > 0 else weights
    return pd.DataFrame({"weight": weights, "share": share, "silent": weights == 0}).rename_axis("learner")


def learner_weights_plot(found: pd.DataFrame) -> Figure:
    """Return the share of every learner that speaks as a bar."""
    rows = found[~found["silent"]]
    plot, axes = row_canvas("Who speaks in the effect", "share of the weights", rows.index, origin=None)
    axes.barh(range(len(rows)), rows["share"], color=GREY)
    return plot
