"""The best posts of everybody, in whatever order posts come by and wherever they are cut."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from placement.best_posts import BestSoFar

PEOPLE, KEPT = 7, 4


def offered(values, posts):
    """Return the best of ``posts``, offered in their order; what is worth -inf is offered to nobody."""
    best = BestSoFar(PEOPLE, KEPT)
    for post in posts:
        who = np.flatnonzero(np.isfinite(values[post]))
        best.offer(who, int(post), values[post, who])
    return best.result()


@given(st.integers(0, 60), st.integers(0, 2**31))
@settings(max_examples=100, deadline=None)
def test_the_best_posts_are_those_of_all_sorted_whatever_the_order_they_come_in(posts, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 6, (posts, PEOPLE)).astype(float)  # many equal ones
    values[rng.random(values.shape) < 0.3] = -np.inf
    shuffled = rng.permutation(posts)
    half = posts // 2
    apart = offered(values, shuffled[:half]).joined(offered(values, shuffled[half:]))
    for found in (offered(values, np.arange(posts)), offered(values, shuffled), apart):
        for person in range(PEOPLE):
            order = np.lexsort((np.arange(posts), -values[:, person]))[:KEPT]
            order = order[np.isfinite(values[order, person])]
            np.testing.assert_array_equal(found.post[person, : len(order)], order)
            np.testing.assert_array_equal(found.value[person, : len(order)], values[order, person])
            assert (found.value[person, len(order) :] == -np.inf).all()
