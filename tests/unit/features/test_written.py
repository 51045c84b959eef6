"""Numbers and days as readers write them."""

from datetime import date

import pytest

from features.written import day, days, percent, whole


@pytest.mark.parametrize(
    ("language", "wanted"), [("id", ("1.234.567", "4,3 %", "1 Maret 2026")), ("en", ("1,234,567", "4.3%", "1 March 2026"))]
)
def test_numbers_and_days_follow_the_language(language: str, wanted: tuple[str, str, str]) -> None:
    assert (whole(1234567, language), percent(0.0432, language), day(date(2026, 3, 1), language)) == wanted


@pytest.mark.parametrize(
    ("start", "finish", "wanted"),
    [
        (date(2026, 3, 14), date(2026, 3, 14), "14 Maret 2026"),
        (date(2026, 3, 14), date(2026, 3, 17), "14–17 Maret 2026"),
        (date(2026, 5, 28), date(2026, 6, 1), "28 Mei – 1 Juni 2026"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 Desember 2025 – 2 Januari 2026"),
        (date(2025, 3, 14), date(2026, 3, 17), "14 Maret 2025 – 17 Maret 2026"),
    ],
)
def test_days_from_one_to_another_say_month_and_year_once_where_they_are_the_same(start: date, finish: date, wanted: str) -> None:
    assert days(start, finish, "id") == wanted
