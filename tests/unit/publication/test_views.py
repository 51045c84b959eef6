"""Views are an account's own: kept, renamed, preferred, forgotten."""

import pytest

from features.errors import EntryError
from publication.accounts.views import MOST_KEPT, KeptView
from publication.records import Records


def test_views_are_kept_per_account_and_page(records: Records) -> None:
    views = records.views
    views.keep("a", "shortlist", " ringkas ", "cols=gaps")
    views.keep("a", "shortlist", "ringkas", "cols=gaps&cols=record")
    views.keep("b", "shortlist", "lain", "sort=uplift")
    assert views.of("a", "shortlist") == [KeptView("shortlist", "ringkas", "cols=gaps&cols=record", preferred=False)]
    views.forget("a", "shortlist", "ringkas")
    assert views.of("a") == []
    assert [view.name for view in views.of("b")] == ["lain"]


def test_a_page_opens_with_one_view_at_most_and_keeps_it_through_a_new_name(records: Records) -> None:
    views = records.views
    for name in ("satu", "dua"):
        views.keep("a", "shortlist", name, f"q={name}")
    views.keep("b", "shortlist", "dua", "q=b")
    views.prefer("a", "shortlist", "satu")
    views.prefer("a", "shortlist", "dua")
    views.rename("a", "shortlist", "dua", "tiga")
    views.keep("a", "shortlist", "tiga", "q=baru")
    kept = [(view.name, view.query, view.preferred) for view in views.of("a")]
    assert kept == [("satu", "q=satu", False), ("tiga", "q=baru", True)]
    assert [view.preferred for view in views.of("b")] == [False]
    views.prefer("a", "shortlist", None)
    assert not any(view.preferred for view in views.of("a"))


def test_a_name_is_not_taken_twice_nor_left_empty(records: Records) -> None:
    views = records.views
    for name in ("satu", "dua"):
        views.keep("a", "positions", name, "")
    with pytest.raises(EntryError, match="already"):
        views.rename("a", "positions", "dua", "satu")
    for wrong in ("  ", "x" * 61, "a\x00b"):
        with pytest.raises(EntryError, match="1 to 60"):
            views.keep("a", "positions", wrong, "")
    views.rename("a", "positions", "dua", "dua")
    assert [view.name for view in views.of("a")] == ["dua", "satu"]


def test_an_account_keeps_no_more_views_than_can_be_looked_through(records: Records) -> None:
    for number in range(MOST_KEPT):
        records.views.keep("a", "positions", str(number), "")
    records.views.keep("a", "positions", "0", "vacant=1")
    with pytest.raises(EntryError, match="delete one first"):
        records.views.keep("a", "positions", "one more", "")
