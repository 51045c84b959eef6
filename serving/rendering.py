"""Pages from templates: language, numbers and days as the reader writes them."""

import math
import secrets
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from features.written import day as dated
from features.written import whole
from publication.accounts.roles import Account, Permission
from serving.kept import Body, KeptBodies
from serving.texts.words import LANGUAGES, choice, text

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class _Pages(Environment):
    """Templates whose dots ask a row for its cell first: nearly every one does; a missing attribute costs a fault."""

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - as Jinja declares it
        """Return the cell of a row, else what Jinja finds."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


_TEMPLATES = _Pages(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    auto_reload=False,
)  # fmt: skip

NAVIGATION: tuple[tuple[str, str, Permission | None], ...] = (
    ("overview", "/", Permission.READ_LISTS),
    ("positions", "/positions", Permission.READ_LISTS),
    ("employees", "/employees", Permission.READ_PEOPLE),
    ("plan", "/plan", Permission.READ_PLAN),
    ("moves", "/moves", Permission.READ_PLAN),
    ("inbox", "/inbox", Permission.REPLY),
    ("after", "/after", Permission.READ_CASES),
    ("programme", "/programme", Permission.READ_EVALUATION),
    ("forms", "/forms", Permission.ENTER_OWN),
    ("documents", "/documents", Permission.EXPORT),
    ("uploads", "/uploads", Permission.UPLOAD),
    ("accounts", "/accounts", Permission.MANAGE_ACCOUNTS),
    ("access", "/access-log", Permission.READ_ACCESS_LOG),
    ("help", "/help", None),
)
"""Key and address of each room of the pages, in the order of the bar on top, and who sees it there (None: everybody)."""


def page(
    request: Request, template: str, context: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the page of ``template`` in the reader's language, with what every page needs."""
    whole = {"said_once": request.session.pop(SAID_ONCE, ""), **context}
    return HTMLResponse(written(request, template, whole, _token(request)), status_code=status, headers=dict(headers or {}))


SAID_ONCE = "said_once"
"""In the session: the key of a sentence that the next page says once, such as that a form has arrived."""


def tell(request: Request, key: str) -> None:
    """Let the next page say the words of ``key``."""
    request.session[SAID_ONCE] = key


_STAND_IN = secrets.token_urlsafe(24)
"""Stands in kept pages where the form token of a session goes; nobody can know it, so no text can hold it."""


def kept_page(request: Request, template: str, key: Hashable, make: Callable[[], Mapping[str, Any]]) -> Response:
    """Return the page of ``template``, written once per ``key``, address, language and account.

    ``key`` is all else that the page tells of, the run above all: what is not in it may not be on the page. ``make`` returns the
    page's context; it is called where the page is not kept. The form token is the session's own each time.
    """
    kept = request.app.state.pages
    assert isinstance(kept, KeptBodies)
    place = (template, request.url.path, request.url.query, language(request), request.state.visitor, key)
    found = kept.get(place)
    if found is None:
        found = Body(written(request, template, {"said_once": "", **make()}, _STAND_IN).encode())
        kept.put(place, found)
    return HTMLResponse(found.body.replace(_STAND_IN.encode(), _token(request).encode()))


def _token(request: Request) -> str:
    return str(request.session.setdefault("csrf", secrets.token_urlsafe(24)))


def written(request: Request, template: str, context: Mapping[str, Any], token: str) -> str:
    """Return the page of ``template`` as text, its forms with ``token``."""
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
        "moment": partial(moment, lang),
        "visitor": getattr(request.state, "visitor", None),
        "account": getattr(request.state, "account", None),
        "csrf": token,
        "navigation": _navigation(request),
        "here": _room_of(request.url.path),
        "address": str(request.url).removeprefix(str(request.base_url).rstrip("/")),
        "other_language": _other_language(request, lang),
    }
    return _TEMPLATES.get_template(template).render(request=request, **(shared | dict(context)))


def home_of(account: Account) -> str:
    """Return the first page of the account: the overview, else one's own page, else the first room it may enter."""
    if account.may(Permission.READ_LISTS):
        return "/"
    if account.employee_id is not None:
        return "/me"
    return next(address for _, address, need in NAVIGATION if need is None or account.may(need))


def _navigation(request: Request) -> list[tuple[str, str]]:
    """Return the rooms that the account may enter."""
    account = getattr(request.state, "visitor", None)
    if account is None:
        return []
    rooms = [(key, address) for key, address, need in NAVIGATION if need is None or account.may(need)]
    return rooms if account.employee_id is None else [("my_page", "/me"), *rooms]


def _room_of(path: str) -> str:
    """Return the key of the room that ``path`` is in; empty where it is in none."""
    if path == "/me":
        return "my_page"
    inside = [
        (len(address), key) for key, address, _ in NAVIGATION if path == address or path.startswith(address.rstrip("/") + "/")
    ]
    return max(inside)[1] if inside and (path == "/" or max(inside)[1] != NAVIGATION[0][0]) else ""


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
    return f"+{written}" if value > 0 and written.strip("0.,") else written


def plain(lang: str, value: float, digits: int = 1) -> str:
    """Return a number with the language's decimal mark, and a true minus where it is below zero."""
    written = f"{abs(value):.{digits}f}"
    sign = "−" if value < 0 and written.strip("0.") else ""
    return sign + (written.replace(".", ",") if lang == "id" else written)


def count(lang: str, value: int) -> str:
    """Return a whole number with the language's mark between thousands."""
    return whole(value, lang)


def percent(lang: str, share: float | None) -> str:
    """Return a change of a share in percentage points, with its sign."""
    return signed(lang, share if share is None else 100 * share, 0) + ("" if share is None else " %")


def day(lang: str, value: date | str | None) -> str:
    """Return a day in words; a dash where there is none."""
    if not value:
        return "–"
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return dated(when, lang)


def moment(lang: str, seconds: float) -> str:
    """Return a time, given in seconds since the epoch, as the machine's local day and time."""
    when = datetime.fromtimestamp(seconds).astimezone()
    return f"{day(lang, when.date())} {when:%H.%M}" if lang == "id" else f"{day(lang, when.date())} {when:%H:%M}"


def paper(lang: str, run: Mapping[str, Any]) -> str:
    """Return the style sheet that puts run, data date and page number into the margin of every printed page.

    A margin box cannot quote the page it is in, so these words reach it as a style sheet of their own.
    """
    words = f"{text(lang, 'draft')}. {text(lang, 'as_of')} {day(lang, run.get('as_of'))} · {text(lang, 'run')} {run['run_id']}"
    quoted = words.replace("\\", "").replace('"', "").replace("\n", " ")
    font = "font: 7.5pt system-ui, sans-serif; color: #5a6769;"
    left, right = f'content: "{quoted}"; {font}', f'content: counter(page) " / " counter(pages); {font}'
    return f"@page {{ @bottom-left {{ {left} }} @bottom-right {{ {right} }} }}\n"
