"""Profile matching: competency by competency, how far a person lies from the post's standard, as local systems weigh it.

Each gap has a weight (none 5, one level above 4.5, one short 4, ...); core competencies count 60 %, the others 40 %. Who is above
the standard thus ranks below who meets it: the method prizes fit, not strength. A named baseline, shown and never ordered by.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

WEIGHT_OF_GAP: Mapping[int, float] = {0: 5.0, 1: 4.5, -1: 4.0, 2: 3.5, -2: 3.0, 3: 2.5, -3: 2.0, 4: 1.5, -4: 1.0}
"""Weight of level less required, as textbooks on decision-support systems in Indonesia give it (Kusrini 2007)."""
CORE: tuple[str, ...] = ("orientasi pada hasil", "pelayanan publik", "mengelola perubahan", "pengambilan keputusan")
"""Competencies counted as core factors; the choice is ours, each city has its own."""
CORE_SHARE = 0.6


def profile_matching(levels: pd.DataFrame, index: pd.Index) -> pd.Series:
    """Return the score of every pair (1 to 5, higher is preferred), missing where nothing is assessed or demanded.

    Parameters
    ----------
    levels
        `placement.beside.competency_gaps`: pair, competency, level, required.
    index
        The labels of all pairs.
    """
    gap = np.clip(np.round(levels["level"] - levels["required"]), -4, 4).astype("int64")
    rows = pd.DataFrame({"pair": levels["pair"], "core": levels["competency"].isin(CORE), "weight": gap.map(WEIGHT_OF_GAP)})
    means = rows.groupby(["pair", "core"])["weight"].mean().unstack().reindex(columns=[True, False])
    core, other = means[True].fillna(means[False]), means[False].fillna(means[True])
    return (CORE_SHARE * core + (1 - CORE_SHARE) * other).reindex(index).astype("float64").rename("profile_matching")
