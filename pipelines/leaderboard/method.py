"""What a method of the leaderboard is: what it is handed, what it must answer, and how its answer is checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
import pandas as pd

from features.bilingual import Bilingual, listed
from features.errors import UsageError
from features.frames import FeatureFrames, pair_matrix
from features.ratings import HarmonisedRatings
from features.tables import Tables
from features.trials import TrainingRows

DIGITS = 9
"""Decimals of a forecast that count: differences below are rounding, not opinion."""
INTERVAL = ("lower", "upper")


@dataclass(frozen=True, slots=True)
class LearningView:
    """All that a method may know of an invented city: nothing known after ``as_of``, and no truth.

    Attributes
    ----------
    as_of, effective_on : Timestamp
        What is known, and the day on which a move would start.
    tables : Tables
        Contract tables cut back to ``as_of``.
    rows : TrainingRows
        Past moves and stays with features and outcomes (``risk``, ``risk_matrix``, ``origin_matrix``), vacancy trials.
    ratings : HarmonisedRatings
        Ratings as performance, as of ``as_of``; its SD is the unit of every effect.
    frames : FeatureFrames
        Features of people, positions and pairs on ``as_of``.
    posts : DataFrame
        Who holds which post: employee_id, position_id, unit_id, since.
    """

    as_of: pd.Timestamp
    effective_on: pd.Timestamp
    tables: Tables
    rows: TrainingRows
    ratings: HarmonisedRatings
    frames: FeatureFrames
    posts: pd.DataFrame

    def features(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return the feature row of every pair (employee_id, position_id), as in ``rows.risk_matrix``."""
        return pair_matrix(self.frames, pairs)

    def staying(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return the feature rows of the same people in the posts they hold, on the index of ``pairs``."""
        held = self.posts.drop_duplicates("employee_id").set_index("employee_id")["position_id"]
        return self.features(pairs.assign(position_id=held.reindex(pairs["employee_id"]).to_numpy()))


class Method(Protocol):
    """A method: made without arguments, fitted once per city, asked once about all pairs of that city.

    ``name`` (class or instance) is its row on the board. ``orders_only`` (optional, default False) says that it gives an order
    and no effect: then error, calibration and promises are left blank.
    """

    name: str

    def fit(self, world: LearningView, seed: int) -> Self:
        """Learn from what is known; ``seed`` fixes every random choice."""
        ...

    def effect(self, pairs: pd.DataFrame) -> Any:  # noqa: ANN401 - array, Series or DataFrame of the user's making
        """Return what a move would change for each pair (employee_id, position_id; n rows), in SD of harmonised performance.

        An array or Series (n,), or a DataFrame of n rows with ``uplift`` and, where the method has 80 % intervals, ``lower`` and
        ``upper``. Rows answer the pairs in their order.
        """
        ...


def handed(view: LearningView) -> LearningView:
    """Return the view with every frame in it as a copy that shares memory until somebody writes to it.

    So a method that changes what it is handed changes nobody else's.
    """
    copied: LearningView = _copied(view)
    return copied


def _copied(part: Any) -> Any:  # noqa: ANN401 - a field of any dataclass of the view
    if isinstance(part, pd.DataFrame | pd.Series):
        return part.copy(deep=False)
    if isinstance(part, Mapping):
        return {name: _copied(value) for name, value in part.items()}
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{item.name: _copied(getattr(part, item.name)) for item in fields(part)})
    return part


def checked(answer: object, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return a method's answer as a frame on the index of ``pairs``: uplift and, where given, lower and upper.

    Raises
    ------
    UsageError
        Wrong shape, no numbers, missing values, or intervals that do not hold their own forecast; all are named at once.
    """
    columns = _columns(answer)
    faults = [fault for name, values in columns.items() for fault in _faults(name, values, len(pairs))]
    if not faults and len(columns) > 1:
        lower, uplift, upper = (np.asarray(columns[name], dtype=np.float64) for name in ("lower", "uplift", "upper"))
        outside = int(((uplift < lower - 10**-DIGITS) | (uplift > upper + 10**-DIGITS)).sum())
        if outside:
            words = f"{outside} forecasts lie outside their own interval", f"{outside} ramalan di luar rentangnya sendiri"
            faults.append(Bilingual(*words))
    if faults:
        told = listed("; ", faults)
        raise UsageError(
            f"effect() of {len(pairs)} pairs: {told}. Return one finite number per pair, in their order.",
            f"effect() atas {len(pairs)} pasangan: {told.indonesian}. Kembalikan satu bilangan per pasangan, sesuai urutannya.",
        )
    return pd.DataFrame({name: np.round(np.asarray(values, dtype=np.float64), DIGITS) for name, values in columns.items()},
                        index=pairs.index)  # fmt: skip


def _columns(answer: object) -> dict[str, Any]:
    if not isinstance(answer, pd.DataFrame):
        return {"uplift": answer}
    if "uplift" not in answer or len(set(INTERVAL) & set(answer.columns)) == 1:
        found = ", ".join(str(name) for name in answer.columns)
        raise UsageError(
            f"effect() returned the columns {found or '(none)'}; expected uplift, or uplift, lower and upper.",
            f"effect() mengembalikan kolom {found or '(kosong)'}; seharusnya uplift, atau uplift, lower dan upper.",
        )
    return {name: answer[name] for name in ("uplift", *INTERVAL) if name in answer}


def _faults(name: str, values: object, n: int) -> Iterator[Bilingual]:
    """Yield what is wrong with one column of an answer."""
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        kind = type(values).__name__
        yield Bilingual(f"'{name}' holds no numbers ({kind})", f"'{name}' tidak berisi bilangan ({kind})")
        return
    lost = int((~np.isfinite(numbers)).sum())
    if numbers.shape != (n,):
        yield Bilingual(f"'{name}' has shape {numbers.shape}, expected ({n},)", f"'{name}' berbentuk {numbers.shape}, bukan ({n},)")
    elif lost:
        yield Bilingual(f"'{name}' has {lost} values that are missing or infinite", f"{lost} nilai '{name}' kosong atau tak hingga")
