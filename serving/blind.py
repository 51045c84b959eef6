"""The blind first look: lists open without name and NIP; showing them is one deed per list, and on record.

Sex and age are on no page at all. A person's code is stable within a run, so that two people can speak of the same candidate.
"""

import base64
import hashlib

from fastapi import Request

SHOWN = "shown"
MOST_SHOWN = 12
"""Lists a session remembers as opened; the cookie has little room. An older one is simply blind again."""


def is_blind(request: Request, scope: str) -> bool:
    """Return whether names of list ``scope`` are hidden in this session."""
    return scope not in request.session.get(SHOWN, [])


def show(request: Request, scope: str) -> None:
    """Remember that this session has opened the names of ``scope``."""
    kept = [name for name in request.session.get(SHOWN, []) if name != scope]
    request.session[SHOWN] = [*kept, scope][-MOST_SHOWN:]


def code(run_id: str, employee_id: str) -> str:
    """Return the code that stands for a person where names are hidden."""
    return base64.b32encode(hashlib.sha256(f"{run_id} {employee_id}".encode()).digest())[:5].decode()
