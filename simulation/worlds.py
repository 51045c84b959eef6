"""Named worlds: the default city, and cities in which less, or nothing, is to be found."""

from collections.abc import Mapping

DEFAULT, NO_MATCH, NO_POST, EMPTY = "default", "no-match", "no-post", "empty"

WORLDS: Mapping[str, Mapping[str, float]] = {
    DEFAULT: {},
    NO_MATCH: {"match_sd": 0.0},
    NO_POST: {"match_sd": 0.0, "unit_sd": 0.0, "position_sd": 0.0},
    EMPTY: {
        "match_sd": 0.0, "unit_sd": 0.0, "position_sd": 0.0, "leader_sd": 0.0, "training_effect": 0.0, "staleness": 0.0,
    },
}  # fmt: skip
"""Dials of each world over the defaults.

``no-match``: nobody suits one post better than another, but some posts are better for all. ``no-post``: what is left are heads,
courses and boredom. ``empty``: no post differs from another for anybody, and every move is for nothing.
"""
