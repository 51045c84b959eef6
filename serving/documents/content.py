"""The frozen content of a document: every value once, so that Word, Excel and PDF cannot differ in a number."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

LOCALE = "id_ID"
MISSING = "belum tercatat"
"""Said wherever the record holds nothing; a blank could be read as zero or as none."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is printed: rounded once, here.

    ``signed``: with its sign and a true minus, for effects. ``unit`` follows the number (``"%"``).
    """

    value: float
    digits: int = 0
    signed: bool = False
    unit: str = ""

    @property
    def rounded(self) -> Decimal:
        """The number every format shows."""
        return Decimal(repr(float(self.value))).quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_EVEN)

    def __str__(self) -> str:
        rounded = self.rounded
        pattern = "#,##0" + ("." + "0" * self.digits if self.digits else "")
        written = format_decimal(abs(rounded), format=pattern, locale=LOCALE)
        sign = "−" if rounded < 0 else "+" if self.signed and rounded > 0 else ""
        return f"{sign}{written}" + (f" {self.unit}" if self.unit else "")


Value = str | Figure
Fields = Mapping[str, Any]
"""Names to values, to lists of such mappings, or to one such mapping; plain containers, so that a template can reach no more."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one document says.

    Attributes
    ----------
    kind
        Name of the kind, which is the name of its layout and of its Word template.
    run_id
        The run whose tables it was made from.
    title
        Title for file properties and lists; without names of people.
    draft
        Not signed yet: every page carries KONSEP. A form to fill in is none.
    fields
        What the layout's placeholders name.
    """

    kind: str
    run_id: str
    title: str
    draft: bool
    fields: Fields

    @property
    def digest(self) -> str:
        """Sixteen characters that identify what is said, whatever the format: equal content, equal digest."""
        told = {"kind": self.kind, "run_id": self.run_id, "draft": self.draft, "fields": self.fields}
        return hashlib.sha256(json.dumps(told, default=_told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]

    @property
    def footing(self) -> str:
        """What stands at the foot of every page, before the page number."""
        return f"{'KONSEP · ' if self.draft else ''}Nomor proses {self.run_id[:16]} · Sidik isi {self.digest}"

    def figures(self) -> Iterator[Figure]:
        """Yield every number of the content, in the order of its fields."""
        return _figures(self.fields)


def number(value: float | None, digits: int = 0, *, signed: bool = False, unit: str = "") -> Value:
    """Return a figure, or the words for a missing one."""
    if value is None or math.isnan(value):
        return MISSING
    return Figure(float(value), digits, signed, unit)


def effect(value: float | None) -> Value:
    """Return an effect in standard deviations: two digits, with its sign."""
    return number(value, 2, signed=True)


def words(value: object) -> str:
    """Return a text, or the words for a missing one."""
    return str(value) if value not in (None, "") else MISSING


def day(value: date | str | None) -> str:
    """Return a day as Indonesian letters write it (``1 Maret 2026``), or the words for a missing one."""
    if not value:
        return MISSING
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(when, format="d MMMM y", locale=LOCALE)


def _told(value: object) -> str:
    if isinstance(value, Figure):
        return str(value)
    raise TypeError(type(value).__name__)


def _figures(value: object) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _figures(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _figures(part)
