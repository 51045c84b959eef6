"""Sheets of paper: the sizes Indonesian offices print on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in portrait, in millimetres, and Excel's number for it."""

    width: float
    height: float
    excel: int

    def sides(self, *, landscape: bool) -> tuple[float, float]:
        """Return width and height as printed."""
        return (self.height, self.width) if landscape else (self.width, self.height)


PAPERS = {"A4": Paper(210.0, 297.0, 9), "F4": Paper(215.0, 330.0, 14)}
"""F4 (folio, 215 x 330 mm) is what Indonesian offices still buy most; Excel calls the nearest size Folio (8.5 x 13 inches)."""
