"""Pages from templates: language, numbers and days as the reader writes them."""

import math
import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import escape

from features.written import day as dated
from features.written import days as dated_from
from features.written import whole
from models.judgement.grades import WEAK
from publication.accounts.roles import Account, Permission, Scope
from publication.answers import Answers
from serving.accounts.guard import store_of
from serving.compiling import Pages
from serving.kept import Body, KeptBodies
from serving.texts.words import LANGUAGES, choice, in_unit, text

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class _Words(Extension):
    """Words that are always the same, ``t`` of a key and no more, are put in when a template is read, not each time it is used."""

    _FIXED = re.compile(r"""\{\{ t\((["'])(\w+)\1\) \}\}""")

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template with its fixed words."""
        lang = str(self.environment.globals["lang"])
        return self._FIXED.sub(lambda found: str(escape(text(lang, found[2]))), source)


def _templates(lang: str) -> Pages:
    made = Pages(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    made.globals |= {
        "WEAK": WEAK, "lang": lang, "t": partial(text, lang), "choice": partial(choice, lang), "signed": partial(signed, lang),
        "plain": partial(plain, lang), "percent": partial(percent, lang), "count": partial(count, lang), "day": partial(day, lang),
        "in_unit": in_unit, "days_from": partial(days_from, lang), "moment": partial(moment, lang),
    }  # fmt: skip
    made.add_extension(_Words)
    return made


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


_ELSEWHERE = {
    "/me": "my_page", "/me/why": "my_page", "/sign": "moves", "/overrides": "moves", "/fairness": "programme",
    "/monitoring": "programme",
}  # fmt: skip
"""Room of a page whose address is below no room's."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a page is written for, in which language, and at which address; ``token`` is that of the session's forms."""

    lang: str
    visitor: Account | None
    token: str
    path: str
    address: str
    other_language: str


def page(
    request: Request, template: str, context: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the page of ``template`` in the reader's language, with what every page needs."""
    whole = {"said_once": request.session.pop(SAID_ONCE, ""), **context}
    reader = _reader(request, getattr(request.state, "visitor", None), _token(request))
    return HTMLResponse(written(reader, template, whole), status_code=status, headers=dict(headers or {}))


SAID_ONCE = "said_once"
"""In the session: the key of a sentence that the next page says once, such as that a form has arrived."""


def tell(request: Request, key: str) -> None:
    """Let the next page say the words of ``key``."""
    request.session[SAID_ONCE] = key


_A_TOKEN, _A_NAME, _AN_EMPLOYEE = (secrets.token_urlsafe(24) for _ in range(3))
"""Stand in kept pages where a session's form token and an account's name go; nobody can know them, so no text can hold them."""


def kept_page(
    request: Request, answers: Answers, template: str, key: Hashable, make: Callable[[Answers], Mapping[str, Any]]
) -> Response:
    """Return the page of ``template``, written once per run, ``key``, address, language and kind of reader.

    ``make`` returns the page's context; it is called where the page is not kept, and again for the next run, so it may not hold
    the request. ``key`` is all that it tells of beside the run: what is not in it may not be on the page. The form token and the
    account's name are the reader's own each time.
    """
    kept, account = request.app.state.bodies, request.state.visitor
    assert isinstance(kept, KeptBodies)
    alike, lang = seen_alike(account), language(request)

    def write(reader: Reader, answers: Answers) -> Body:
        return Body(written(reader, template, {"said_once": "", **make(answers)}).encode())

    place = (template, request.url.path, request.url.query, lang, alike, key)
    found = kept.get(answers.run_id, place)
    if found is None:
        found = kept.make(store_of(request), answers, place, partial(write, _reader(request, alike, _A_TOKEN)))
    named = found.body.replace(_A_NAME.encode(), account.username.encode())
    return HTMLResponse(named.replace(_A_TOKEN.encode(), _token(request).encode()))


def seen_alike(account: Account) -> Account:
    """Return the account that stands for all that see the same pages: they differ in name alone.

    Where nothing is hidden from a role of anybody, it does not matter which employee somebody is, only whether they are one.
    """
    alike = replace(account, username=_A_NAME)
    sees_all = account.grant.scope is Scope.CITY and not account.grant.hidden | account.grant.hidden_elsewhere
    return replace(alike, employee_id=_AN_EMPLOYEE) if sees_all and account.employee_id is not None else alike


def _token(request: Request) -> str:
    return str(request.session.setdefault("csrf", secrets.token_urlsafe(24)))


def _reader(request: Request, visitor: Account | None, token: str) -> Reader:
    lang = language(request)
    address = str(request.url).removeprefix(str(request.base_url).rstrip("/"))
    return Reader(lang, visitor, token, request.url.path, address, _other_language(request, lang))


def written(reader: Reader, template: str, context: Mapping[str, Any]) -> str:
    """Return the page of ``template`` as text."""
    shared = {
        "visitor": reader.visitor,
        "account": reader.visitor.username if reader.visitor else None,
        "csrf": reader.token,
        "navigation": _navigation(reader.visitor),
        "here": _room_of(reader.path),
        "address": reader.address,
        "other_language": reader.other_language,
    }
    return _TEMPLATES[reader.lang].get_template(template).render(**(shared | dict(context)))


def home_of(account: Account) -> str:
    """Return the first page of the account: the overview, else one's own page, else the first room it may enter."""
    if account.may(Permission.READ_LISTS):
        return "/"
    if account.employee_id is not None:
        return "/me"
    return next(address for _, address, need in NAVIGATION if need is None or account.may(need))


def _navigation(account: Account | None) -> list[tuple[str, str]]:
    """Return the rooms that the account may enter."""
    if account is None:
        return []
    rooms = [(key, address) for key, address, need in NAVIGATION if need is None or account.may(need)]
    return rooms if account.employee_id is None else [("my_page", "/me"), *rooms]


def _room_of(path: str) -> str:
    """Return the key of the room that ``path`` is in; empty where it is in none."""
    if path in _ELSEWHERE:
        return _ELSEWHERE[path]
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
    return dated(_date(value), lang)


def days_from(lang: str, start: date | str, finish: date | str) -> str:
    """Return the days from one to another in words."""
    return dated_from(_date(start), _date(finish), lang)


def _date(value: date | str) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def moment(lang: str, seconds: float) -> str:
    """Return a time, given in seconds since the epoch, as the machine's local day and time."""
    when = datetime.fromtimestamp(seconds).astimezone()
    return f"{day(lang, when.date())} {when:%H.%M}" if lang == "id" else f"{day(lang, when.date())} {when:%H:%M}"


_TEMPLATES = {lang: _templates(lang) for lang in LANGUAGES}


def paper(lang: str, run: Mapping[str, Any], *, draft: bool) -> str:
    """Return the style sheet that puts run, data date and page number into the margin of every printed page.

    ``draft``: whether it says KONSEP, as it does but on what somebody has signed and on one's own page. A margin box cannot quote
    the page it is in, so these words reach it as a style sheet of their own.
    """
    words = f"{text(lang, 'draft')}. " if draft else ""
    words += f"{text(lang, 'as_of')} {day(lang, run.get('as_of'))} · {text(lang, 'run')} {run['run_id']}"
    quoted = words.replace("\\", "").replace('"', "").replace("\n", " ")
    font = "font: 7.5pt system-ui, sans-serif; color: #5a6769;"
    left, right = f'content: "{quoted}"; {font}', f'content: counter(page) " / " counter(pages); {font}'
    return f"@page {{ @bottom-left {{ {left} }} @bottom-right {{ {right} }} }}\n"
