"""How the JSON answers: with its run, an ETag, and problem documents; published answers are kept, since a run never changes."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic_core import to_json

from features.bilingual import Bilingual
from publication.answers import Answers
from serving.accounts.guard import store_of
from serving.kept import Body, KeptBodies
from serving.texts.words import LANGUAGES

PROBLEM = "application/problem+json"
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
SearchText = Annotated[str, Query(max_length=100)]


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route may answer beside success, as its description says it."""
    schema = Problem.model_json_schema()
    return {status: {"description": "Problem document", "content": {PROBLEM: {"schema": schema}}} for status in statuses}


ALWAYS = refusals(401, 403, 404, 422, 429, 503)
"""What any route of the JSON may answer: no account, not for this role, unknown, malformed, too often, nothing published."""


def problem(
    request: Request, status: int, title: Bilingual, detail: Bilingual, headers: dict[str, str] | None = None
) -> Response:  # fmt: skip
    """Return a problem document (RFC 9457) in the asker's language."""
    lang = asked_language(request)
    said = {"type": "about:blank", "title": title.into(lang), "status": status, "detail": detail.into(lang)}
    body = json.dumps(said, ensure_ascii=False)
    return Response(body, status_code=status, media_type=PROBLEM, headers={**(headers or {}), "Content-Language": lang})


def asked_language(request: Request) -> str:
    """Return the language of an answer: ``?lang=``, else that of the session, else by ``Accept-Language``, else Indonesian."""
    for named in (request.query_params.get("lang"), request.session.get("lang")):
        if named in LANGUAGES:
            return str(named)
    return next((lang for lang in _accepted(request.headers.get("accept-language", "")) if lang in LANGUAGES), LANGUAGES[0])


def _accepted(header: str) -> list[str]:
    """Return the languages of an ``Accept-Language``, those wanted most first; ``en-GB`` is ``en``."""
    weighed = []
    for part in header.split(","):
        name, _, quality = part.strip().lower().partition(";q=")
        weight = float(quality) if re.fullmatch(r"[01](\.\d{0,3})?", quality) else float(not quality)
        weighed.append((-weight, name.partition("-")[0]))
    return [name for weight, name in sorted(weighed, key=lambda one: one[0]) if weight]


def answer(request: Request, run_id: str, payload: Mapping[str, Any]) -> Response:
    """Return ``payload`` with its run, or 304 where the asker holds these very bytes."""
    return _sent(request, _encoded({"run_id": run_id, **payload}))


def published(request: Request, ask: Callable[[Answers], Mapping[str, Any]]) -> Response:
    """Return what ``ask`` reads of the run in force, kept by address and by what the role may see: a run never changes.

    ``ask`` is asked again of the next run, so it may not hold the request.
    """
    kept, store = request.app.state.bodies, store_of(request)
    assert isinstance(kept, KeptBodies)
    key = (request.url.path, request.url.query, request.state.visitor.grant.hidden)
    with store.reading() as answers:
        made = kept.get(answers.run_id, key) or kept.make(store, answers, key, partial(_read, ask))
    return _sent(request, made)


def _read(ask: Callable[[Answers], Mapping[str, Any]], answers: Answers) -> Body:
    return _encoded({"run_id": answers.run_id, **ask(answers)})


def _encoded(payload: Mapping[str, Any]) -> Body:
    body = to_json(payload, inf_nan_mode="null")
    return Body(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _sent(request: Request, made: Body) -> Response:
    headers = {"ETag": made.tag, "Cache-Control": "private, no-cache"}
    held = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if made.tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(made.body, media_type="application/json", headers=headers)


def plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row with nothing in it but JSON; what is not finite is null."""
    return {str(name): _plain(value) for name, value in row.items()}


def finite(value: float) -> float | None:
    """Return a number, None where it is not finite."""
    return float(value) if abs(value) < float("inf") else None


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | bool):
        return value
    plain = value.item() if hasattr(value, "item") else value
    return finite(plain) if isinstance(plain, float) else plain
