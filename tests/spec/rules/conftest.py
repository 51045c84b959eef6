"""The drawn cases of the rules as facts: a case changes the base pair, its two posts, or the long tables."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from rules.encoding import encode
from rules.facts import Facts

TABLES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
BASE = TABLES.pop("base")
CASES = [(rule_id, case) for rule_id, cases in TABLES.items() for case in cases]
FLAGS = ("discipline_open", "second_post", "strategic", "supervisory", "announced")
NUMBERS = (
    "level", "retirement_age", "education_step", "vacant", "rating_last", "rating_last_year", "rating_prior", "rating_prior_year",
    "headcount", "holders", "leaving", "needed", "need", "step", "months", "required",
)  # fmt: skip
COLUMNS = {
    "experience": ["job_family", "step", "months"],
    "educations": ["step", "field"],
    "competencies": ["competency", "level"],
    "standards": ["competency", "required"],
    "certificates": ["certificate", "until"],
    "freezes": ["from_on", "to_on", "scope", "approval_number"],
    "approvals": ["rule_id", "employee_id", "position_id", "number", "from_on", "to_on"],
}


def is_date(name):
    return name.endswith(("_on", "_from", "_until", "_date", "until", "since"))


def typed(frame):
    dates = {name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in frame if is_date(name)}
    numbers = {name: frame[name].astype("float64") for name in NUMBERS if name in frame}
    flags = {name: frame[name].astype("boolean") for name in FLAGS if name in frame}
    rest = {name: frame[name].astype("str") for name in frame if name not in {**dates, **numbers, **flags}}
    return frame.assign(**dates, **numbers, **flags, **rest)


def in_city(place, name, value):
    """Return an identifier of a case (of a unit, an agency, a post) as its own within the city of all cases.

    One that begins with "!" is left as it is: it comes first of all.
    """
    own = ("unit_id", "parent_unit_id", "agency_id", "position_id")
    return f"{place}:{value}" if name in own and value is not None and not value.startswith("!") else value


def people_of(place, case):
    """Return the person of a case, who holds P-now and is to move to P-new, and another, who holds P-kin."""
    both = ({**BASE["person"], **case.get("person", {})}, {**BASE["person"], "position_id": "P-kin"})
    return {
        f"{place}:E-{n}": {name: in_city(place, name, value) for name, value in person.items()} for n, person in enumerate(both, 1)
    }


def posts_of(place, case):
    """Return the posts of a case by their names."""
    posts = {
        "P-new": case.get("post", {}),
        "P-now": {"unit_id": "U-1", **case.get("now", {})},
        "P-kin": {"unit_id": "U-4", "parent_unit_id": "U-0", "supervisory": False, **case.get("relative_post", {})},
        "P-second": {"unit_id": "U-6", **case.get("second", {})},
    }
    return {f"{place}:{name}": {column: in_city(place, column, value) for column, value in {**BASE["post"], **changes}.items()}
            for name, changes in posts.items()}  # fmt: skip


def rows_of(cases, name):
    """Return a long table of all cases, with the place of the case of each row."""
    return [[place, *row] for place, case in cases.items() for row in case.get(name, BASE.get(name))]


COMPLETE = {"min_rank": "I/a", "min_education": "SD", "education_fields": "law", "retirement_age": 58, "needed": 9,
            "certificates": "Diklat PKA; STR", "unit_id": "U-5"}  # fmt: skip
"""A post and (below) certificates of a person beside the cases: so that every rule has data."""


def facts_of(cases):
    """Return the facts of ``cases`` (place among all cases to case) as one city; they share freezes and day of knowledge."""
    people = {key: row for place, case in cases.items() for key, row in people_of(place, case).items()}
    posts = {key: row for place, case in cases.items() for key, row in posts_of(place, case).items()}
    posts["P-other"] = {**BASE["post"], **COMPLETE}
    ids = pd.CategoricalIndex(list(people), ordered=True, categories=list(people), name="employee_id")

    def of_person(name):
        rows = typed(pd.DataFrame(rows_of(cases, name), columns=["place", *COLUMNS[name]]))
        return rows.assign(employee_id=(rows["place"] + ":E-1").astype(ids.dtype)).drop(columns="place")

    others = typed(pd.DataFrame([["Diklat PKA", None], ["STR", None]], columns=COLUMNS["certificates"]))
    others = others.assign(employee_id=pd.Categorical([ids[1]] * 2, dtype=ids.dtype))
    standards = typed(pd.DataFrame(rows_of(cases, "standards"), columns=["place", *COLUMNS["standards"]]))
    approvals = [[rule_id, who and f"{place}:{who}", post and f"{place}:{post}", *rest]
                 for place, rule_id, who, post, *rest in rows_of(cases, "approvals")]  # fmt: skip
    ties = [(f"{place}:E-1", f"{place}:E-2") for place, case in cases.items() if case.get("kin", BASE["kin"])]
    first = next(iter(cases.values()))
    return Facts(
        employees=typed(pd.DataFrame(list(people.values()), index=ids)),
        positions=typed(pd.DataFrame(list(posts.values()), index=pd.Index(posts, name="position_id"))),
        experience=of_person("experience"),
        educations=of_person("educations"),
        competencies=of_person("competencies"),
        standards=standards.assign(position_id=standards["place"] + ":P-new").drop(columns="place"),
        certificates=pd.concat([of_person("certificates"), others], ignore_index=True),
        kin=pd.DataFrame([*ties, *(tie[::-1] for tie in ties)], columns=["employee_id", "relative"]).astype(ids.dtype),
        freezes=typed(pd.DataFrame(first.get("freezes", BASE["freezes"]), columns=COLUMNS["freezes"])),
        approvals=typed(pd.DataFrame(approvals, columns=COLUMNS["approvals"])).astype({"employee_id": ids.dtype}),
        as_of=pd.Timestamp(first.get("as_of", BASE["as_of"])),
        effective_on=pd.Timestamp(BASE["effective_on"]),
    )


def cities():
    """Return the cities of all cases: those that share freezes and day of knowledge are one."""
    groups = {}
    for place, (_, case) in enumerate(CASES):
        groups.setdefault(str((case.get("freezes"), case.get("as_of"))), {})[place] = case
    return [facts_of(group) for group in groups.values()]


def pair_of(place):
    asked = CASES[place][1].get("own_request", False)
    return pd.DataFrame({"employee_id": [f"{place}:E-1"], "position_id": [f"{place}:P-new"], "own_request": [asked]})


def day_of(case):
    return pd.Timestamp(case.get("effective_on", BASE["effective_on"]))


@pytest.fixture(scope="session")
def drawn():
    """Return the drawn tables, their cities, and the city, encoded, of each case by its place."""
    facts = cities()
    encoded = [encode(one) for one in facts]
    of_case = {int(who.split(":")[0]): city for city in encoded for who in city.employee_ids}
    return SimpleNamespace(
        base=BASE, tables=TABLES, cases=CASES, cities=facts, encoded=of_case, pair_of=pair_of, day_of=day_of,
        place={id(case): place for place, (_, case) in enumerate(CASES)},
    )  # fmt: skip


def pytest_generate_tests(metafunc):
    """Draw ``rule_id`` and ``case`` from the tables; ``which`` of the test's marker chooses among the cases."""
    if {"rule_id", "case"} <= set(metafunc.fixturenames):
        marker = metafunc.definition.get_closest_marker("which")
        chosen = [pair for n, pair in enumerate(CASES) if marker is None or marker.args[0](n, pair[1])]
        metafunc.parametrize(("rule_id", "case"), chosen, ids=[f"{rule_id}: {case['case']}" for rule_id, case in chosen])


def pytest_configure(config):
    """Declare the marker that chooses among the drawn cases."""
    config.addinivalue_line("markers", "which(choose): drawn cases to run, chosen by place and content")
