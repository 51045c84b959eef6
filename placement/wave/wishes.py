"""Aspirations by constrained serial order: nobody gains by asking for anything but what they want."""

from collections.abc import Callable, Iterable, Mapping, Sequence

Stays = None
"""A wish to stay where one is."""

Wish = str | None
Best = Callable[[Mapping[str, Wish]], float]
"""Value of the best plan in which these people go where they wish (`Stays`: do not move); -inf where there is none."""


def grant(order: Iterable[str], wishes: Mapping[str, Sequence[Wish]], best: Best, floor: float) -> dict[str, Wish]:
    """Return the wishes granted: people in ``order`` get the first of their wishes that leaves a plan worth ``floor``.

    The order must not depend on the wishes (a lottery, seniority), nor must ``best`` (no aspiration share or bonus in it). Then
    telling the truth is a dominant strategy: what is open to a person is fixed by those before them, they get what they put
    first of it, and what was closed at their turn stays closed, since the final plan is worth the floor (serial dictatorship;
    Svensson 1999). People whose wishes are all closed, and people without wishes, are left to the plan.

    Parameters
    ----------
    order
        employee_id, first served first.
    wishes
        Per employee_id their wishes (position_id or `Stays`), best first.
    best
        See `Best`.
    floor
        Least value of the plan, at most that of the plan without wishes.
    """
    granted: dict[str, Wish] = {}
    for person in order:
        for wish in wishes.get(person, ()):
            if best({**granted, person: wish}) >= floor:
                granted[person] = wish
                break
    return granted
