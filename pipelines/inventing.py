"""`tepat simulate`: an invented city on disk, its dials turned and its rows spoilt as asked."""

import tempfile
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from features.errors import UsageError
from simulation.city import invent_city, write_city, write_truth
from simulation.damage import damage_source
from simulation.knobs import Knobs
from simulation.siasn import write_siasn


def turned(knobs: Knobs, turns: list[str]) -> Knobs:
    """Return ``knobs`` with every ``NAME=NUMBER`` of ``turns`` in force.

    Raises
    ------
    UsageError
        If a turn is not of that form, names no knob, or its number is below zero or not of the knob's kind; it names them.
    """
    dials = asdict(knobs)
    for turn in turns:
        name, _, number = turn.partition("=")
        if name not in dials:
            names = ", ".join(dials)
            raise UsageError(
                f"--knob {turn}: there is no knob '{name}'. Knobs: {names}.",
                f"--knob {turn}: tombol '{name}' tidak ada. Tombol: {names}.",
            )
        kind = type(dials[name])
        try:
            value = kind(number)
        except ValueError:
            value = kind(-1)
        if not 0 <= value < float("inf"):
            raise UsageError(
                f"--knob {turn}: expected {name}=NUMBER, {'whole, ' if kind is int else ''}zero or more.",
                f"--knob {turn}: diharapkan {name}=ANGKA, {'bulat, ' if kind is int else ''}nol atau lebih.",
            )
        dials[name] = value
    return replace(knobs, **dials)


def invent(out: Path, knobs: Knobs, seed: int, *, siasn: bool, damage: float) -> pd.DataFrame:
    """Write the city of ``knobs`` and ``seed`` to ``out``, a share ``damage`` of its rows spoilt, the truth in ``out/truth``.

    ``siasn`` writes the tables as SIASN would export them.

    Returns
    -------
    pandas.DataFrame
        One row per spoilt line: table, line, column, rule that must find it; also in ``out/truth/damage.csv`` if there are any.

    Raises
    ------
    UsageError
        If ``damage`` is no share from 0 to 1, or is asked of the SIASN shape: rows are spoilt in contract tables.
    """
    if not 0 <= damage <= 1 or (damage and siasn):
        raise UsageError(
            f"--damage {damage:g}: expected a share from 0 to 1, of the contract shape.",
            f"--damage {damage:g}: diharapkan bagian dari 0 sampai 1, hanya untuk bentuk kontrak.",
        )
    city = invent_city(knobs, seed)
    if siasn:
        write_siasn(city, out)
        write_truth(city, out)
    elif not damage:
        write_city(city, out)
    else:
        write_truth(city, out)
        with tempfile.TemporaryDirectory() as sound:
            write_city(city, Path(sound))
            spoilt = damage_source(Path(sound), out, damage, seed)
        spoilt.to_csv(out / "truth" / "damage.csv", index=False)
        return spoilt
    return pd.DataFrame(columns=["table", "line", "column", "rule"])
