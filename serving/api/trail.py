"""The trail: the ledger with its verification, the override report, and who looked at what."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from publication.accounts.access import Wanted
from publication.accounts.roles import Field, Permission
from publication.decisions.overrides import decisions_of, override_report
from serving.accounts.guard import Visitor, needs, records_of
from serving.api.answering import Limit, Offset, answer

router = APIRouter(tags=["trail"])

After = Annotated[int, Query(ge=0, le=2**53)]
Text = Annotated[str | None, Query(max_length=200)]


@router.get("/ledger", dependencies=[Depends(needs(Permission.READ_LEDGER))])
def ledger(request: Request, account: Visitor, after: After = 0, subject: Text = None, limit: Limit = 100) -> Response:
    """Return entries of the ledger in order, those after number ``after``; personal parts only for who may see names."""
    found = records_of(request).ledger.entries(subject=subject, after=after, limit=limit)
    if Field.NAME in account.grant.hidden:
        found = [entry | {"private": None} for entry in found]
    return answer(request, "", {"entries": found, "next_after": found[-1]["seq"] if len(found) == limit else None})


@router.get("/ledger/verification", dependencies=[Depends(needs(Permission.READ_LEDGER))])
def verification(request: Request) -> Response:
    """Return what a full walk along the ledger finds; no faults: it is what was written."""
    found = records_of(request).verify()
    faults = [{"id": fault.indonesian, "en": str(fault)} for fault in found.faults]
    return answer(request, "", {"entries": found.entries, "anchor": f"{found.head.seq}:{found.head.hash}", "faults": faults})


@router.get("/overrides", dependencies=[Depends(needs(Permission.READ_LEDGER))])
def overrides(request: Request) -> Response:
    """Return how often decisions depart from the list, why, and what became of them; cells below five are left out."""
    report = override_report(decisions_of(records_of(request).ledger.entries()))
    rows: dict[str, Any] = {name: frame.to_dict("records") for name, frame in report.items()}
    return answer(request, "", rows)


@router.get("/access-log", dependencies=[Depends(needs(Permission.READ_ACCESS_LOG))])
def access_log(request: Request, username: Text = None, subject: Text = None, limit: Limit = 100, offset: Offset = 0) -> Response:
    """Return who looked at what, the newest first; ``subject``: the id of a person or a post the look was about."""
    wanted = Wanted(username or "", subject=subject or "")
    found = records_of(request).access.newest(wanted, limit=limit + 1, offset=offset)
    page = {"looks": found[:limit], "limit": limit, "offset": offset}
    return answer(request, "", page | {"next_offset": offset + limit if len(found) > limit else None})
