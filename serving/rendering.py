"""Pages from templates: language, numbers and days as the reader writes them, the bar of an interval."""

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates
from jinja2 import StrictUndefined

from serving.texts.words import LANGUAGES, MONTHS, choice, text

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_TEMPLATES = Jinja2Templates(directory=_HERE / "templates")
_TEMPLATES.env.undefined = StrictUndefined
_TEMPLATES.env.trim_blocks = True
_TEMPLATES.env.lstrip_blocks = True

BAR_WIDTH = 132.0
"""Width of an interval's bar in pixels."""


def page(
    request: Request, template: str, context: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the page of ``template`` in the reader's language, with what every page needs."""
    lang = language(request)
    shared = {
        "lang": lang,
        "t": partial(text, lang),
        "choice": partial(choice, lang),
        "signed": partial(signed, lang),
        "plain": partial(plain, lang),
        "percent": partial(percent, lang),
        "count": partial(count, lang),
        "day": partial(day, lang),
        "account": getattr(request.state, "account", None),
        "csrf": request.session.setdefault("csrf", secrets.token_urlsafe(24)),
        "other_language": _other_language(request, lang),
    }
    return _TEMPLATES.TemplateResponse(request, template, shared | dict(context), status_code=status, headers=dict(headers or {}))


def language(request: Request) -> str:
    """Return the language asked for (``?lang=``), remembered in the session; Indonesian by default."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        request.session["lang"] = asked
    return str(request.session.get("lang", LANGUAGES[0]))


def _other_language(request: Request, lang: str) -> str:
    other = next(name for name in LANGUAGES if name != lang)
    return f"{request.url.path}?{request.url.include_query_params(lang=other).query}"


def signed(lang: str, value: float | None, digits: int = 2) -> str:
    """Return a number with its sign, a true minus, and the language's decimal mark; a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    written = plain(lang, value, digits)
    sign = "" if not written.strip("0.,") else "+" if value > 0 else "−"
    return sign + written


def plain(lang: str, value: float, digits: int = 1) -> str:
    """Return a number without sign, with the language's decimal mark."""
    written = f"{abs(value):.{digits}f}"
    return written.replace(".", ",") if lang == "id" else written


def count(lang: str, value: int) -> str:
    """Return a whole number with the language's mark between thousands."""
    written = f"{value:,}"
    return written.replace(",", ".") if lang == "id" else written


def percent(lang: str, share: float | None) -> str:
    """Return a change of a share in percentage points, with its sign."""
    return signed(lang, share if share is None else 100 * share, 0) + ("" if share is None else " %")


def day(lang: str, value: date | str | None) -> str:
    """Return a day in words; a dash where there is none."""
    if not value:
        return "–"
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{when.day} {MONTHS[lang][when.month - 1]} {when.year}"


def paper(lang: str, run: Mapping[str, Any]) -> str:
    """Return the style sheet that puts run, data date and page number into the margin of every printed page.

    A margin box cannot quote the page it is in, so these words reach it as a style sheet of their own.
    """
    words = f"{text(lang, 'draft')}. {text(lang, 'as_of')} {day(lang, run.get('as_of'))} · {text(lang, 'run')} {run['run_id']}"
    quoted = words.replace("\\", "").replace('"', "").replace("\n", " ")
    font = "font: 7.5pt system-ui, sans-serif; color: #5a6769;"
    left, right = f'content: "{quoted}"; {font}', f'content: counter(page) " / " counter(pages); {font}'
    return f"@page {{ @bottom-left {{ {left} }} @bottom-right {{ {right} }} }}\n"


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """Where an uplift and its interval lie on a bar, in pixels from its left edge."""

    zero: float
    left: float
    width: float
    dot: float
    clear: bool
    """The interval does not cover zero."""


def interval_bars(rows: list[dict[str, Any]]) -> tuple[list[IntervalBar], float]:
    """Return one bar per row on one scale symmetric about zero, and the scale's end in SD."""
    reach = max((abs(row[name]) for row in rows for name in ("lower", "upper", "uplift")), default=0.0)
    end = max(0.5, math.ceil(reach * 2) / 2)
    return [_bar(row, end) for row in rows], end


def _bar(row: Mapping[str, float], end: float) -> IntervalBar:
    def place(value: float) -> float:
        return round((value + end) / (2 * end) * BAR_WIDTH, 1)

    left, right = place(row["lower"]), place(row["upper"])
    return IntervalBar(place(0.0), left, round(right - left, 1), place(row["uplift"]), row["lower"] > 0 or row["upper"] < 0)
