"""Numbers and days as readers write them."""

from datetime import date

import pytest

from features.written import day, percent, whole


@pytest.mark.parametrize(
    ("language", "wanted"), [("id", ("1.234.567", "4,3 %", "1 Maret 2026")), ("en", ("1,234,567", "4.3%", "1 March 2026"))]
)
def test_numbers_and_days_follow_the_language(language: str, wanted: tuple[str, str, str]) -> None:
    assert (whole(1234567, language), percent(0.0432, language), day(date(2026, 3, 1), language)) == wanted
