"""The city as it was known on a day: what every forecast starts from."""

from dataclasses import dataclass

import pandas as pd

from features.as_of import known_at
from features.frames import FeatureFrames, feature_frames
from features.posts import current_posts
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from features.tables import Tables


@dataclass(frozen=True, slots=True)
class Standing:
    """Tables cut back to ``as_of``, and the ratings, posts and features of that day."""

    known: Tables
    as_of: pd.Timestamp
    ratings: HarmonisedRatings
    posts: pd.DataFrame
    frames: FeatureFrames


def standing(tables: Tables, as_of: pd.Timestamp, params: RatingParams) -> Standing:
    """Return the city as known at the end of ``as_of``; nothing known later changes it."""
    known = known_at(tables, as_of)
    ratings = harmonise(known, params)
    return Standing(known, as_of, ratings, current_posts(known, as_of), feature_frames(known, ratings, as_of))
