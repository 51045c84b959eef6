"""Mark 5: the invented city beside the published figures of real ones."""

import pandas as pd

from benchmarks.proof.page import Proof
from benchmarks.proof.sizes import Say, Size, invented
from simulation.calibration import calibration


def prove(size: Size, seed: int, say: Say) -> Proof:
    """Return every published share beside the mean and spread over seeds."""
    found = []
    for number in range(seed, seed + size.seeds):
        say(f"city of {size.calibration[0]}, seed {number}")
        found.append(calibration(invented(size.calibration, number)[0]))
    facts = found[0][["fact", "target", "tolerance"]]
    measured = pd.concat([table["measured"] for table in found], axis=1)
    table = facts.assign(
        measured=measured.mean(axis=1),
        spread=measured.std(axis=1),
        within=(measured.sub(facts["target"], axis=0).abs().le(facts["tolerance"], axis=0)).sum(axis=1),
    )
    cities, inside = len(found), int(table["within"].sum())
    kept = "kept" if inside == cities * len(table) else "missed"
    return Proof(
        title="The invented city against published shares",
        mark="every share within its tolerance (`simulation.calibration.TARGETS`) in every city",
        verdict=f"{kept}: {inside} of {cities * len(table)} shares",
        tables={"": table.rename(columns={"spread": "SD over seeds", "within": f"cities within, of {cities}"})},
        notes=(f"Cities of {size.calibration[0]} people over {size.calibration[1]} years.",),
    )
