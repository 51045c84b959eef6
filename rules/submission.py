"""The sheet for the national channel: per proposed move every field it asks, the article, the reason, and the papers missing."""

from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from rules.cures import cures
from rules.encoding import encode
from rules.facts import Facts
from rules.pack import RulePack
from rules.verdicts import explain
from rules.wording import day

LAYOUT: dict[str, list[dict[str, Any]]] = yaml.safe_load((files("rules") / "submission.yaml").read_text(encoding="utf-8"))
COLUMNS = ("move", "section", "field", "label_id", "label_en", "value", "value_en", "state", "legal_reference")
STATES = ("filled", "missing", "in order", "to attach", "refused")
"""A fact given or not; a paper the record covers, one HR attaches or the record does not show, one that speaks against the move."""


def submission(pack: RulePack, facts: Facts, moves: pd.DataFrame, effective_on: pd.Timestamp) -> pd.DataFrame:
    """Return the sheet of every move, one row per field.

    Parameters
    ----------
    moves
        One row per proposed move: employee_id, position_id, and where known own_request, reason, reason_en, name, nip,
        present_unit, target_unit, start_on (the day the move itself starts, else ``effective_on``). Names are in the sheet only if
        they are given here.

    Returns
    -------
    DataFrame
        ``COLUMNS``; ``move`` is the place of the move in ``moves``, ``state`` one of ``STATES``. A field without a value is there
        all the same, marked missing. A move that is not eligible gets its sheet too, with what stands against it.
    """
    given = moves.reset_index(drop=True)
    encoded = encode(facts)
    said = explain(pack, encoded, given, effective_on).groupby("rule_id", sort=False)
    verdicts = {str(rule_id): rows.set_index("pair") for rule_id, rows in said}
    told = _facts_of(facts, given, verdicts, cures(pack, encoded, given, effective_on), effective_on)
    frames = [_stated(section, entry, told) for section in ("identity", "proposal") for entry in LAYOUT[section]]
    asked = given["own_request"].fillna(False).to_numpy(dtype=bool) if "own_request" in given else np.zeros(len(given), dtype=bool)
    for entry in LAYOUT["papers"]:
        rows = _paper(entry, verdicts, len(given))
        frames.append(rows[asked[rows["move"]]] if entry.get("own_request") else rows)
    return pd.concat(frames).sort_values("move", kind="stable", ignore_index=True)[list(COLUMNS)]


def _facts_of(
    facts: Facts, moves: pd.DataFrame, verdicts: dict[str, pd.DataFrame], cured: pd.DataFrame, on: pd.Timestamp
) -> pd.DataFrame:
    """Return what the sheet states of each move, Indonesian and (``_en``) English where they differ."""
    people = facts.employees.set_axis(facts.employees.index.astype("str")).reindex(moves["employee_id"].astype("str")).reset_index()
    posts = facts.positions.reindex(moves["position_id"]).reset_index()
    kind = _move_kind(people, posts)
    start = pd.to_datetime(moves["start_on"]).fillna(on) if "start_on" in moves else pd.Series(on, index=moves.index)
    told = pd.DataFrame({
        **{name: moves.get(name) for name in ("name", "nip", "reason", "reason_en", "present_unit", "target_unit")},
        "employee_id": people["employee_id"], **{name: people[name] for name in ("status", "rank", "education")},
        **{name: _days(people[name], 0) for name in ("rank_since", "since")},
        **{f"{name}_en": _days(people[name], 1) for name in ("rank_since", "since")},
        "present_post": people["position_id"].map(facts.positions["title"]), "target_post": posts["title"],
        "move_kind": kind.map(lambda words: words[0]), "move_kind_en": kind.map(lambda words: words[1]),
        "effective_on": _days(start, 0), "effective_on_en": _days(start, 1), "articles": _articles(verdicts, len(moves)),
        "eligible": [_ELIGIBLE[word][0] for word in cured["eligible"]],
        "eligible_en": [_ELIGIBLE[word][1] for word in cured["eligible"]],
        "cure": cured["cure_id"].fillna("tidak ada"), "cure_en": cured["cure_en"].fillna("nothing"),
    }, index=moves.index)  # fmt: skip
    units = {"present_unit": people["unit_id"], "target_unit": posts["unit_id"]}
    return told.assign(**{name: told[name].fillna(unit) for name, unit in units.items()})


_ELIGIBLE = {"yes": ("memenuhi syarat", "eligible"), "no": ("tidak memenuhi syarat", "not eligible"),
             "unknown": ("belum dapat dipastikan", "not certain yet")}  # fmt: skip
_KINDS = (("promosi", "promotion"), ("perpindahan ke jabatan fungsional", "move into a functional post"), ("rotasi", "rotation"))


def _move_kind(people: pd.DataFrame, posts: pd.DataFrame) -> pd.Series:
    rises = posts["level"].to_numpy(dtype=float) // 10 > people["level"].to_numpy(dtype=float) // 10
    functional = posts["job_kind"].astype("str").str.startswith("functional") & posts["job_kind"].ne(people["job_kind"])
    code = np.where(rises, 0, np.where(functional.fillna(False).to_numpy(dtype=bool), 1, 2))
    return pd.Series([_KINDS[n] for n in code], index=people.index)


def _days(dates: pd.Series, language: int) -> pd.Series:
    return dates.map(lambda date: day(date)[language], na_action="ignore").astype("str")


def _articles(verdicts: dict[str, pd.DataFrame], count: int) -> list[str]:
    """Return the references of the rules each move passes, each once."""
    passed = [
        [why["legal_reference"].iloc[n] for why in verdicts.values() if why["verdict"].iloc[n] == "pass"] for n in range(count)
    ]
    return [_once(references) for references in passed]


def _once(references: list[str]) -> str:
    """Return references, several of which one rule may name, each once."""
    return "; ".join(dict.fromkeys(part for reference in references for part in reference.split("; ")))


def _stated(section: str, entry: dict[str, Any], told: pd.DataFrame) -> pd.DataFrame:
    value = told[entry["fact"]].astype("str")
    english = told.get(f"{entry['fact']}_en", value).astype("str")
    rows = _labelled(section, entry, len(told)).assign(value=value, value_en=english, legal_reference="")
    return rows.assign(state=np.where(value.isna() | value.eq(""), "missing", "filled"))


def _paper(entry: dict[str, Any], verdicts: dict[str, pd.DataFrame], count: int) -> pd.DataFrame:
    """Return one paper of every move: refused where a rule behind it fails, to attach where the record does not show it."""
    behind = [verdicts[rule_id] for rule_id in entry.get("rules", ())]
    fails = np.any([why["verdict"].eq("fail") for why in behind], axis=0) if behind else np.zeros(count, dtype=bool)
    shown = np.all([why["verdict"].eq("pass") for why in behind], axis=0) if behind else np.zeros(count, dtype=bool)
    state = np.where(fails, "refused", np.where(shown & (not entry.get("attach", False)), "in order", "to attach"))
    said = {f"value{end}": [_said(behind, n, lang) for n in range(count)] for end, lang in (("", "id"), ("_en", "en"))}
    references = _once([why["legal_reference"].iloc[0] for why in behind if len(why)])
    return _labelled("papers", entry, count).assign(**said, state=state, legal_reference=references)


def _said(behind: list[pd.DataFrame], n: int, lang: str) -> str:
    """Return what the rules say of one move, what stands against it with its cure."""
    parts = [(why[f"reason_{lang}"].iloc[n], why[f"cure_{lang}"].iloc[n]) for why in behind]
    return " ".join(str(text) for pair in parts for text in pair if pd.notna(text))


def _labelled(section: str, entry: dict[str, Any], count: int) -> pd.DataFrame:
    labels = {"section": section, "field": entry["field"], "label_id": entry["id"], "label_en": entry["en"]}
    return pd.DataFrame({"move": range(count)}).assign(**labels)
