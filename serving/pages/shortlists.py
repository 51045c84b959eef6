"""The shortlist of one position: its card, and its candidates filtered, sorted and shown as the reader asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import QueryParams

from publication.accounts.roles import Account, Permission
from publication.answers import Answers
from publication.decisions.choices import STATES
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.beside import beside_list
from serving.dossiers import NOTHING, dossiers, standards_of
from serving.figures.interval_bars import interval_bars
from serving.kept import Kept
from serving.masking import GONE, people_seen, visitor_of
from serving.ordering import SORTS, sort_rows
from serving.pages.deciding import states_of
from serving.pages.reading import MOST_LISTED, kept_of, known_position, requirement_articles, rules_open, run_of
from serving.pages.views import Shown, preferred, views_of
from serving.rendering import kept_page, seen_alike

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_LISTS))])

COLUMNS = ("ratings", "gaps", "origin", "net_value", "reasons", "tenure", "record", "stay", "expected", "aspiration")
"""Columns a reader may choose; rank, candidate, eligibility, uplift and evidence always stand."""
USUAL = ("ratings", "gaps", "origin", "net_value", "reasons")
ELIGIBLE = ("yes", "unknown")
"""What a list can be filtered by; nobody who is ruled out is on it."""
LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class View:
    """How a reader wants to see a list; as it stands in the address, so that it can be kept and sent."""

    show: str
    sort: str
    eligible: str
    grades: tuple[str, ...]
    query: str
    columns: tuple[str, ...]

    @classmethod
    def asked(cls, address: QueryParams) -> "View":
        """Return the view an address asks for; what it says that no list can do is not done.

        Read here, not declared to FastAPI: seven declared parameters cost as much as the questions of a kept page.
        """
        columns = tuple(name for name in COLUMNS if name in address.getlist("cols")) or USUAL
        sort, eligible = address.get("sort", ""), address.get("eligible", "")
        return cls(
            show="all" if address.get("show") == "all" else "first", sort=sort if sort in SORTS else "order",
            eligible=eligible if eligible in ELIGIBLE else "", grades=tuple(sorted({*address.getlist("grade")} & {*"ABCD"})),
            query=address.get("q", "").strip()[:LONGEST_QUERY], columns=columns,
        )  # fmt: skip

    @property
    def filtered(self) -> bool:
        """Whether candidates are left out by choice."""
        return bool(self.eligible or self.grades or self.query)

    def keeps(self, row: Mapping[str, Any]) -> bool:
        """Return whether the view shows a candidate (a row with ``person`` and ``code``)."""
        person = row["person"]
        said = " ".join(str(value) for value in (row["code"], person.get("name"), person.get("nip"), person.get("position_title")))
        return (
            (not self.eligible or row["eligible"] == self.eligible)
            and (not self.grades or row["grade"] in self.grades)
            and self.query.replace(" ", "").lower() in said.replace(" ", "").lower()
        )


@router.get("/positions/{position_id:path}")
async def shortlist(request: Request, position_id: str) -> Response:
    """Show the shortlist of a position; made to be printed."""
    kept = views_of(request, "shortlist")
    if (elsewhere := preferred(request, kept)) is not None:
        return elsewhere
    view = View.asked(request.query_params)
    hidden, decided = blind.is_blind(request, position_id), states_of(request, position_id)
    states = tuple(sorted((who, move.state) for who, move in decided.items()))
    run_kept, alike = kept_of(request), seen_alike(visitor_of(request))

    def told(answers: Answers) -> dict[str, Any]:
        return _told(run_kept, alike, answers, position_id, view, kept, dict(states), hidden=hidden)

    with store_of(request).reading() as answers:
        return kept_page(request, answers, "shortlist.html", (hidden, states, kept), told)


def _told(
    run_kept: Kept, account: Account, answers: Answers, position_id: str, view: View, kept: Shown, decided: Mapping[str, str], *,
    hidden: bool,
) -> dict[str, Any]:  # fmt: skip
    position = known_position(answers, position_id)
    run, facts = run_of(run_kept, answers), answers.facts("facts_positions", position_id)
    demands = facts["facts"] if facts else {}
    standards = standards_of(demands)
    rows = _rows(account, answers, position, view, run, hidden=hidden)
    bars, reach = interval_bars(rows)
    return {
        "run": run, "position": position, "demands": demands, "need": answers.need(position["unit_id"], position["job_family"]),
        "articles": requirement_articles(run_kept, answers), "standards": standards, "view": view, "kept": kept,
        "listed": min(MOST_LISTED, answers.list_length(position_id)),
        "rows": [
            {**row, "bar": bar, "gaps": row["dossier"].gaps_in_short(standards)} for row, bar in zip(rows, bars, strict=True)
        ],
        "eligible_values": ELIGIBLE, "blind": hidden,
        "reach": reach, "first": position["shown"], "sorts": tuple(SORTS), "columns": COLUMNS,
        "decided": decided, "state_words": STATES, "beside": beside_list(answers, position_id),
        "open_rules": rules_open(answers, position_id, [row["employee_id"] for row in rows]),
    }  # fmt: skip


def _rows(
    account: Account, answers: Answers, position: Mapping[str, Any], view: View, run: Mapping[str, Any], *, hidden: bool
) -> list[Mapping[str, Any]]:
    """Return the candidates the view shows, in its order, each with ``person``, ``code`` and ``dossier``."""
    whole = view.show == "all" or view.filtered or view.sort != "order"
    shown = answers.shortlist(position["position_id"], MOST_LISTED if whole else position["shown"])
    ids = [row["employee_id"] for row in shown]
    people = people_seen(account, answers, ids, blind=hidden)
    known = dossiers(answers, ids, run.get("effective_on"))
    told = [
        {**row, "person": people.get(row["employee_id"], GONE), "code": blind.code(answers.run_id, row["employee_id"]),
         "dossier": known.get(row["employee_id"], NOTHING), "hidden": people.get(row["employee_id"], {}).get("hidden", frozenset())}
        for row in shown
    ]  # fmt: skip
    return sort_rows([row for row in told if view.keeps(row)] if view.filtered else told, view.sort)
