"""How a run ends on the terminal: stage times, one shortlist with its reasons, where the rest lies, and how to open the pages."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pipelines.flows import Finished
from pipelines.job import Job
from pipelines.progress import summary
from pipelines.texts import Language, Texts
from publication.answers import Answers

SHOWN = 5
SEARCHED = 60
"""Vacant positions looked at for the one to show: the list begins with vacant ones, the highest first."""


def closing_page(job: Job, finished: Finished, language: Language) -> Iterator[RenderableType]:
    """Yield what the terminal shows at the end of a run."""
    texts = Texts(language)
    yield summary(finished.times, texts)
    if not finished.run_id:
        return
    with job.store.reading() as answers:
        run = answers.run()
        yield Text(texts("verdict", release=run["release"]["decision"], ranking=texts(f"ranking_{run['ranking_supported']}")))
        position = strongest(answers)
        if position is not None:
            yield Panel(Group(*shortlist(answers, position, texts)), title=texts("one_shortlist"), title_align="left")
    yield Text(texts("published_in", folder=job.workspace.published / finished.run_id))
    yield Text(texts("open_pages", command=f"tepat serve --workspace {job.workspace.root}"), style="bold")


def strongest(answers: Answers) -> dict[str, Any] | None:
    """Return the vacant position whose best candidate rests on the strongest evidence; any position where none is vacant."""
    positions = [row for row in answers.positions(limit=SEARCHED) if row["candidates"] > 0]
    vacant = [row for row in positions if row["vacant"] > 0] or positions
    ranked = [(_strength(answers.shortlist(row["position_id"], 1)), row["position_id"], row) for row in vacant]
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def _strength(best: list[dict[str, Any]]) -> tuple[str, float]:
    return (best[0]["grade"], -best[0]["net_value"]) if best else ("Z", 0.0)


def shortlist(answers: Answers, position: dict[str, Any], texts: Texts) -> Iterator[RenderableType]:
    """Yield a position's best candidates, and the reasons for and against the first."""
    rows = answers.shortlist(position["position_id"], SHOWN)
    people = answers.people(row["employee_id"] for row in rows)
    yield Text(texts("position_line", **{key: position[key] or "-" for key in ("title", "unit_name", "position_id")}), style="bold")
    yield Text(texts("counts_line", **{key: position[key] for key in ("vacant", "candidates", "unknown", "excluded")}))
    table = Table()
    for name in ("rank", "candidate", "present_post", "uplift", "interval", "grade", "expected", "eligible"):
        table.add_column(texts(name), justify="right" if name in ("rank", "uplift", "expected") else "left")
    for row in rows:
        person = people.get(row["employee_id"], {})
        table.add_row(
            str(row["rank"]), person.get("name") or row["employee_id"], person.get("position_title") or "-",
            f"{row['uplift']:+.2f}", f"{row['lower']:+.2f} ... {row['upper']:+.2f}", row["grade"],
            f"{row['expected_in_post']:+.2f}", texts(f"eligible_{row['eligible']}"),
        )  # fmt: skip
    yield table
    for side in ("reasons_for", "reasons_against"):
        for reason in (rows[0][side] if rows else None) or []:
            yield Text(f"  {texts(side)} {reason[texts.language.value]}")
