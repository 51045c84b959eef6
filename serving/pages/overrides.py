"""How often decisions depart from the list, why, and what became of both kinds: about the list, never about an officer."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from publication.decisions.choices import ACTIONS
from publication.decisions.life import STEPS
from publication.decisions.overrides import FEWEST, REACHED, decisions_of, override_report
from serving.accounts import guard
from serving.accounts.guard import records_of
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_LEDGER))])


@router.get("/overrides")
def overrides(request: Request) -> Response:
    """Show the override report, and the ledger's last entry to be noted on paper."""
    ledger = records_of(request).ledger
    decisions = decisions_of(ledger.entries())
    report = {name: frame.to_dict("records") for name, frame in override_report(decisions).items()}
    reasons = {code: words for step in STEPS.values() for code, words in (step.reasons or {}).items()}
    reached = [name for name in REACHED if any(row[name] > 0 for row in report["followed"])]
    context = {
        "report": report, "actions": ACTIONS, "reasons": reasons, "reached": reached, "fewest": FEWEST,
        "decisions": len(decisions), "head": ledger.head(),
    }  # fmt: skip
    return page(request, "overrides.html", context)
