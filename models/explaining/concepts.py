"""What HR calls the things the model reads: every term and every feature belongs to one concept."""

CONCEPTS: tuple[str, ...] = (
    "performance", "experience", "education", "competency", "training", "leadership", "tenure", "rank", "views", "moves",
    "distance", "position", "unit", "attributes", "typical",
)  # fmt: skip
"""Concepts in display order. ``typical`` is the mean effect of moves that remains after shrinkage: nobody's merit."""

_BY_PREFIX: dict[str, str] = {
    "perf": "performance", "ten": "tenure", "exp": "experience", "edu": "education", "comp": "competency", "rank": "rank",
    "train": "training", "view": "views", "dist": "distance", "move": "moves", "lead": "leadership", "unit": "unit",
    "pos": "position", "arrival": "moves",
}  # fmt: skip
_BY_START: tuple[tuple[str, str], ...] = (
    ("pair_perf", "performance"), ("pair_education", "education"), ("pair_field", "education"), ("pair_gap", "competency"),
    ("pair_profile", "competency"), ("pair_train", "training"), ("pair_rank", "rank"), ("pair_class", "rank"),
    ("pair_level_step", "rank"), ("pair_unit", "unit"), ("pair_same_unit", "unit"), ("pair_same_parent", "unit"),
    ("pair_same_district", "distance"), ("pair_same_post", "tenure"), ("pair_", "experience"),
)  # fmt: skip
_BY_FIXED_START: tuple[tuple[str, str], ...] = (
    ("settling_new_family", "experience"), ("settling", "tenure"), ("family:", "position"), ("career_in:", "position"),
    ("career", "tenure"), ("level", "position"), ("intercept", "position"), ("experience", "experience"), ("stale", "tenure"),
)  # fmt: skip


def concept_of_feature(name: str) -> str:
    """Return the concept of a pair-matrix column."""
    for start, concept in _BY_START:
        if name.startswith(start):
            return concept
    return _BY_PREFIX.get(name.split("_", 1)[0], "attributes")


def concept_of_fixed(name: str) -> str:
    """Return the concept of a fixed column of the level model."""
    if name.startswith("arrival_"):
        return "experience" if name.endswith("_new_family") else "moves"
    return next(concept for start, concept in _BY_FIXED_START if name.startswith(start))
