"""Whole numbers, shares and days as readers of Indonesian (``id``) and English (``en``) write them."""

from datetime import date

MONTHS: dict[str, tuple[str, ...]] = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def day(on: date, language: str) -> str:
    """Return a day in words: ``1 Maret 2026``, ``1 March 2026``."""
    return f"{on.day} {MONTHS[language][on.month - 1]} {on.year}"


def days(start: date, finish: date, language: str) -> str:
    """Return the days from one to another, month and year said once where they are the same: ``14–17 Maret 2026``."""
    if start == finish:
        return day(finish, language)
    if (start.year, start.month) == (finish.year, finish.month):
        return f"{start.day}–{day(finish, language)}"
    written = day(start, language)
    return f"{written.removesuffix(f' {start.year}') if start.year == finish.year else written} – {day(finish, language)}"


def whole(value: int, language: str) -> str:
    """Return a whole number with the mark between thousands: ``12.500``, ``12,500``."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "id" else text


def percent(share: float, language: str) -> str:
    """Return a share from 0 to 1 in per cent with one place: ``4,3 %``, ``4.3%``."""
    text = f"{share:.1%}"
    return text.replace(".", ",").replace("%", " %") if language == "id" else text
