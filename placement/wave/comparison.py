"""Two plans side by side, move by move."""

import numpy as np
import pandas as pd

from placement.wave.plan import Plan


def compare(one: Plan, other: Plan) -> pd.DataFrame:
    """Return one row per person who moves in either plan.

    Columns: employee_id, from_position, ``position_one`` and ``position_other`` (missing: stays), ``value_one``,
    ``value_other`` (0: stays), ``change``: *same*, *elsewhere*, *only one*, *only other*. Sorted by change and person.
    """
    sides = [
        plan.moves.set_index("employee_id")[["from_position", "to_position", "value"]].set_axis(
            ["from_position", f"position_{name}", f"value_{name}"], axis=1
        )
        for plan, name in ((one, "one"), (other, "other"))
    ]
    both = sides[0].join(sides[1].drop(columns="from_position"), how="outer")
    both["from_position"] = sides[0]["from_position"].reindex(both.index).fillna(sides[1]["from_position"].reindex(both.index))
    first, second = both["position_one"], both["position_other"]
    both["change"] = np.select(
        [first.isna(), second.isna(), first == second], ["only other", "only one", "same"], default="elsewhere"
    )
    values = both[["value_one", "value_other"]].fillna(0.0)
    listed = both.assign(**values).reset_index().sort_values(["change", "employee_id"], kind="stable", ignore_index=True)
    return listed[["employee_id", "from_position", "position_one", "position_other", "value_one", "value_other", "change"]]
