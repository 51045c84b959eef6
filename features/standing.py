"""The city as it was known on a day: what every feature, forecast and list of that day starts from."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from features.as_of import known_at
from features.frames import FeatureFrames, feature_frames
from features.posts import holders
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from features.tables import Tables


@dataclass(frozen=True, slots=True)
class Standing:
    """Tables cut back to ``as_of``, and the ratings, posts (``posts.current_posts``) and features of that day."""

    known: Tables
    as_of: pd.Timestamp
    ratings: HarmonisedRatings
    posts: pd.DataFrame
    frames: FeatureFrames


StandingOn = Callable[[pd.Timestamp], Standing]
"""One city on any day. Whoever asks about the same days more than once keeps what was answered."""


def standing(tables: Tables, as_of: pd.Timestamp, params: RatingParams) -> Standing:
    """Return the city as known at the end of ``as_of``; nothing known later changes it."""
    known = known_at(tables, as_of)
    ratings = harmonise(known, params)
    frames = feature_frames(known, ratings, as_of)
    return Standing(known, as_of, ratings, holders(frames.spells, known), frames)
