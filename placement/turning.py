"""What would turn the order of two candidates of one list: how far apart they stand, and what the order rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Ground = Literal["eligibility", "evidence", "value", "nothing"]


@dataclass(frozen=True, slots=True)
class Turn:
    """Why one candidate stands above another, and what would turn it.

    ``tied``: they share a band, so that the order between them means little. ``ground``: what puts one above the other (within a
    band: eligibility, then evidence, then net value). ``needed``: net value (SD, weighted) the lower one lacks to stand level.
    ``within``: its own interval reaches that far.
    """

    tied: bool
    ground: Ground
    needed: float
    within: bool


def turn(above: Mapping[str, Any], below: Mapping[str, Any]) -> Turn:
    """Return what would put ``below`` level with ``above`` (rows of one list: band, eligible, grade, net_value, net_upper)."""
    needed = max(0.0, above["net_value"] - below["net_value"])
    return Turn(above["band"] == below["band"], _ground(above, below, needed), needed, below["net_upper"] >= above["net_value"])


def _ground(above: Mapping[str, Any], below: Mapping[str, Any], needed: float) -> Ground:
    if above["band"] != below["band"]:
        return "value"
    if above["eligible"] != below["eligible"]:
        return "eligibility"
    if above["grade"] != below["grade"]:
        return "evidence"
    return "value" if needed > 0 else "nothing"


def enough_to_turn(uplift: Sequence[float], needed: float, weight: float) -> int | None:
    """Return how many changes put the lower candidate level; None if all of them do not.

    Parameters
    ----------
    uplift
        As it is, and after the first one, two, ... changes (SD).
    needed
        `Turn.needed`: net value lacking (SD, weighted).
    weight
        Of the post: net value gained per SD of uplift.
    """
    gained = (weight * (value - uplift[0]) for value in uplift)
    return next((count for count, gain in enumerate(gained) if gain >= needed), None)
