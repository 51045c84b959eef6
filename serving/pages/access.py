"""The access log for whoever audits: who looked at what, filtered, page by page, and as a file. Reading it is itself on record."""

import re
from datetime import date
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from publication.accounts.access import KINDS, Wanted
from publication.accounts.roles import GRANTS, Permission, Role
from publication.decisions.choices import ACTIONS
from serving.accounts import guard
from serving.accounts.guard import records_of
from serving.accounts.looks import record_deed
from serving.csv_files import csv_file
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_ACCESS_LOG))])

PER_PAGE = 100
MOST_EXPORTED = 200_000
"""Rows one file holds, the newest; a longer time is exported in parts by its days."""
DEEDS = ("reveal", "export", "download")
Text = Annotated[str, Query(max_length=200)]


def wanted(username: Text = "", kind: Text = "", subject: Text = "", since: Text = "", until: Text = "") -> Wanted:
    """Return what the address asks for; what is no day or no kind is left out, as an empty field is."""
    return Wanted(username.strip(), kind if kind in KINDS else "", subject.strip(), _day(since), _day(until))


Asked = Annotated[Wanted, Depends(wanted)]


@router.get("/access-log")
def access_log(request: Request, asked: Asked, number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1) -> Response:
    """Show looks, the newest first."""
    records, first = records_of(request), (number - 1) * PER_PAGE
    found = records.access.newest(asked, limit=PER_PAGE + 1, offset=first)
    context = {
        "looks": [_told(row) for row in found[:PER_PAGE]], "wanted": asked, "asked": _address(asked), "kinds": tuple(KINDS),
        "number": number, "first": first + 1, "more": len(found) > PER_PAGE, "actions": ACTIONS, "deeds": DEEDS,
        "accounts": [row["username"] for row in records.accounts.all()], "roles": {str(role): GRANTS[role].title for role in Role},
        "most": MOST_EXPORTED,
    }  # fmt: skip
    return page(request, "access_log.html", context)


@router.get("/access-log.csv")
def exported(request: Request, asked: Asked) -> Response:
    """Return the looks wanted as a file, on record before it is answered."""
    said = " ".join(f"{name}={value}" for name, value in _address(asked).items())
    record_deed(request, "export", f"access-log.csv {said}".strip())
    rows = records_of(request).access.newest(asked, limit=MOST_EXPORTED)
    columns = ["at", "username", "role", "action", "subject", "address", "status"]
    return csv_file(pd.DataFrame(rows, columns=columns).astype({"status": "int64"}), "access-log.csv")


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Return a look with its day, its time, and its route in two parts: the verb and the path without its parameters' types."""
    verb, _, path = row["action"].partition(" ")
    route = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
    return {**row, "day": row["at"][:10], "time": row["at"][11:19], "verb": verb.lower(), "route": route}


def _address(asked: Wanted) -> dict[str, str]:
    """Return what is asked for as it stands in the address."""
    days = {"since": asked.since, "until": asked.until}
    said = {"username": asked.username, "kind": asked.kind, "subject": asked.subject}
    return {name: value for name, value in said.items() if value} | {name: f"{day}" for name, day in days.items() if day}


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
