"""Groups of people by protected trait; small ones are joined with a neighbour, so that no figure speaks of a few persons."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

NOT_RECORDED = "not recorded"
SEX, AGE, DISABILITY = "sex", "age_band", "disability"
TRAITS = (SEX, AGE, DISABILITY)
CROSSED = ((SEX, AGE), (SEX, DISABILITY))
DAYS_A_YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class Division:
    """People divided by a trait or two: ``labels`` (index employee_id), how many groups were joined, whether it may be shown."""

    dimension: str
    labels: pd.Series
    merged: int
    shown: bool


def traits(vault: pd.DataFrame, birth_date: pd.Series, as_of: pd.Timestamp, bands: tuple[int, ...]) -> pd.DataFrame:
    """Return sex, age band, disability and further traits, as ordered categories; groups of further traits by their size.

    Parameters
    ----------
    vault : DataFrame
        One row per employee: employee_id, sex, disability (`features.snapshot.load_vault`), and any further trait as a column.
    birth_date : Series
        Index employee_id: who is looked at.
    as_of : Timestamp
        The day ages are told on.
    bands : tuple of int
        First year of age of every band but the youngest, ascending.
    """
    kept = vault.assign(employee_id=vault["employee_id"].astype("str")).set_index("employee_id").reindex(birth_date.index)
    age = (as_of - birth_date).dt.days / DAYS_A_YEAR
    names = [f"<{bands[0]}", *(f"{low}-{high - 1}" for low, high in pairwise(bands)), f"{bands[-1]}+"]
    band = pd.cut(age, [-np.inf, *bands, np.inf], right=False, labels=names).astype("object")
    disabled = kept[DISABILITY].astype("object").map({True: "yes", False: "no"})
    further = [name for name in kept.columns if name not in TRAITS]
    return pd.DataFrame(
        {
            SEX: _ordered(kept[SEX].astype("object"), ["F", "M"]),
            AGE: _ordered(band, names),
            DISABILITY: _ordered(disabled, ["yes", "no"]),
            **{name: _ordered(kept[name].astype("object"), _by_size(kept[name])) for name in further},
        }
    )


def divisions(people: pd.DataFrame, fewest: int) -> list[Division]:
    """Return the people divided by each trait, by the pairs `CROSSED` and by sex and each further trait.

    No group is shown of fewer than ``fewest``.

    Bands of age are joined until both sexes have enough people in each, so that the difference of two published counts does not
    bring back a group that was joined. Two traits are crossed only where every cell is large enough.
    """
    sex, sexes_joined = _joined(people[SEX], fewest)
    age, ages_joined = _joined(people[AGE], fewest, sex)
    disability, disabilities_joined = _joined(people[DISABILITY], fewest)
    labels = {SEX: sex, AGE: age, DISABILITY: disability}
    joined = {SEX: sexes_joined, AGE: ages_joined, DISABILITY: disabilities_joined}
    further = [str(name) for name in people.columns if name not in TRAITS]
    for name in further:
        labels[name], joined[name] = _joined(people[name], fewest, sex)
    single = [Division(name, labels[name], joined[name], _comparable(labels[name], fewest)) for name in labels]
    fit = {division.dimension for division in single if division.shown}
    crossed = [
        Division(f"{one} x {two}", both, joined[one] + joined[two], {one, two} <= fit and _comparable(both, fewest))
        for one, two in (*CROSSED, *((SEX, name) for name in further))
        for both in [labels[one] + ", " + labels[two]]
    ]
    return [*single, *crossed]


def _ordered(values: pd.Series, names: list[str]) -> pd.Series:
    return values.where(values.isin(names), NOT_RECORDED).astype(pd.CategoricalDtype([*names, NOT_RECORDED], ordered=True))


def _by_size(trait: pd.Series) -> list[str]:
    """Return the groups of a trait without an order of its own, the largest first: small ones are joined with small ones."""
    sizes = trait.dropna().astype("str").value_counts()
    return sorted(sizes.index, key=lambda name: (-int(sizes[name]), name))


def _comparable(labels: pd.Series, fewest: int) -> bool:
    sizes = labels.value_counts()
    return len(sizes) > 1 and int(sizes.min()) >= fewest


def _joined(trait: pd.Series, fewest: int, beside: pd.Series | None = None) -> tuple[pd.Series, int]:
    """Return ``trait`` with small groups joined to the smaller neighbour, and how many groups were joined.

    With ``beside``, a group is as large as its smallest part by that other division.
    """
    across = beside if beside is not None else pd.Series("all", index=trait.index)
    sizes = pd.crosstab(trait, across)
    runs = [([str(name)], row) for name, row in zip(sizes.index, sizes.to_numpy(), strict=True) if row.sum()]
    before = len(runs)
    while len(runs) > 1 and min(row.min() for _, row in runs) < fewest:
        at = int(np.argmin([row.min() for _, row in runs]))
        near = [index for index in (at - 1, at + 1) if 0 <= index < len(runs)]
        to = min(near, key=lambda index: runs[index][1].sum())
        first, second = sorted((at, to))
        runs[first : second + 1] = [(runs[first][0] + runs[second][0], runs[first][1] + runs[second][1])]
    named = {name: "+".join(names) for names, _ in runs for name in names}
    return trait.astype("str").map(named).astype("str"), before - len(runs)
