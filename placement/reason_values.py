"""The values reasons are told with: what the record, the rules and the need say of each pair, in words of both languages."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placement.lists import Case
from placement.need import unit_fill
from rules.encoding import View, listed
from rules.grids import TENTHS
from rules.months import month_number
from rules.pack import Rule
from rules.predicates.experience import family_months
from rules.verdicts import standing
from rules.wording import MISSING, Words, in_line, worded

Flags = NDArray[np.bool_]
Array = NDArray[np.float64]


def pair_view(case: Case, pairs: pd.DataFrame) -> View:
    """Return the view of ``pairs``, which must be people in service and known posts."""
    people = case.encoded.employee_ids.get_indexer(pairs["employee_id"].astype(object))
    posts = case.encoded.position_ids.get_indexer(pairs["position_id"].astype(object))
    return listed(case.encoded, people, posts, float(month_number([case.facts.effective_on])[0]))


def values(case: Case, needs: pd.DataFrame, shown: pd.DataFrame, view: View) -> dict[str, Words]:
    """Return every placeholder of ``reasons.yaml`` as words, one per row of ``shown``."""
    people, posts = (
        frame.iloc[codes] for frame, codes in ((case.facts.employees, view.people), (case.facts.positions, view.posts))
    )
    tenure = view.on - view.person("since")
    need = needs.set_index(["unit_id", "job_family"]).reindex(pd.MultiIndex.from_frame(posts[["unit_id", "job_family"]].fillna("")))
    before, after = fill_rates(needs, people, shown)
    numbers = {
        "family_months": family_months(view)[0],
        "tenure_months": tenure,
        "since": view.person("since"),
        "training_gap": shown["training_gap"],
        "training_hours": people["training_hours"].fillna(0.0),
        "level_present": view.person("level"),
        "unit_need": np.ceil(need["need"]),
        "unit_filled": need["filled"],
        "unit_gap": np.ceil(need["gap"]),
        "fill_before": 100 * before,
        "fill_after": 100 * after,
    }
    assessed = sum(1 for what in standing(case.pack, case.encoded, case.facts.effective_on).values() if what == "assessed")
    return {
        **{name: worded(_AS.get(name, name), np.asarray(value, dtype=np.float64)) for name, value in numbers.items()},
        "ratings": ratings_in_words(people),
        "competency": _competency(shown["training_gap"], _present_gap(view)),
        "family": _texts(posts["job_family"], ("jabatan ini", "this post")),
        "rank": _texts(people["rank"], MISSING),
        "education": _texts(people["education"].str.cat(people["education_field"], sep=" ", na_rep="").str.strip(), MISSING),
        "grade": _texts(shown["grade"].astype("str"), MISSING),
        "lower": _signed(shown["lower"]),
        "upper": _signed(shown["upper"]),
        "open_rules": rule_titles(case, shown, lambda rule: rule.gates or rule.severity == "approval"),
        "policy_rules": rule_titles(case, shown, lambda rule: rule.severity == "policy" and not rule.gates),
        "rules_assessed": ([str(assessed)] * len(shown),) * 2,
    }


_AS = {"since": "since_on", "fill_before": "fill_tenths", "fill_after": "fill_tenths"}


def fill_rates(needs: pd.DataFrame, people: pd.DataFrame, shown: pd.DataFrame) -> tuple[Array, Array]:
    """Return the share of its need the unit left has filled, before and after the move."""
    fill = unit_fill(needs).reindex(people["unit_id"])
    before = (fill["filled"] / fill["need"].where(fill["need"] > 0)).to_numpy(dtype=np.float64)
    return before, before + shown["origin_effect"].to_numpy(dtype=np.float64)


def ratings_in_words(people: pd.DataFrame) -> Words:
    """Return the last two annual ratings in words: ``Baik (2024), Baik (2023)``; without ratings, that scores were used."""
    told: Words = ([], [])
    ratings = [worded(f"rating_{n}", people[f"rating_{n}"].to_numpy(dtype=np.float64)) for n in ("last", "prior")]
    years = [people[f"rating_{n}_year"].to_numpy(dtype=np.float64) for n in ("last", "prior")]
    for language, none in enumerate(("skor kinerja yang diselaraskan", "harmonised performance scores")):
        both = zip(
            *(zip(rating[language], year.tolist(), strict=True) for rating, year in zip(ratings, years, strict=True)), strict=True
        )
        told[language].extend(", ".join(f"{word} ({int(year)})" for word, year in pair if year == year) or none for pair in both)
    return told


def rule_titles(case: Case, shown: pd.DataFrame, chosen: Callable[[Rule], bool]) -> Words:
    """Return the titles of the chosen rules that do not pass, per pair."""
    bits = shown["verdict_bits"].to_numpy(dtype=np.int64)
    rules = [(1 << n, rule) for n, rule in enumerate(case.pack.rules) if chosen(rule)]
    distinct, where = np.unique(bits, return_inverse=True)
    said = [[(rule.title.id, rule.title.en) for bit, rule in rules if int(bits_of) & bit] for bits_of in distinct]
    words = [tuple("; ".join(in_line(title[n]) for title in titles) for n in (0, 1)) for titles in said]
    return [words[n][0] for n in where.ravel()], [words[n][1] for n in where.ravel()]


def _present_gap(view: View) -> Array:
    """Return the competency levels each person is short of the standard of the post held; nan: no post, or nothing to compare."""
    posts = view.person("position")
    standard = np.append(view.facts.posts["standard"], -1)[posts]
    gap, compared = np.zeros(len(posts)), np.zeros(len(posts), dtype=bool)
    for demanded, reached in zip(view.facts.standards, view.facts.levels, strict=True):
        required, level = demanded[standard].astype(np.float64), reached[view.people].astype(np.float64)
        both = (required > 0) & (level >= 0)
        gap += np.where(both, np.maximum(required - level, 0.0), 0.0) / TENTHS
        compared |= both
    return np.where(compared & (posts >= 0), gap, np.nan)


def falls_short(here: pd.Series, view: View) -> Flags:
    """Return where competencies fall short of the post's standard by no less than of the present post's."""
    gap = here.to_numpy(dtype=np.float64)
    short: Flags = (gap > 0) & ~(gap < _present_gap(view))
    return short


def _competency(here: pd.Series, now: Array) -> Words:
    """Return the gap to the standard of the post, and beside it the gap in the post held: the effect rests on their difference."""
    told: Words = ([], [])
    pairs = list(zip(here.to_numpy(dtype=np.float64).tolist(), now.tolist(), strict=True))
    for language, (none, met, short, beside) in enumerate(_GAP_WORDS):
        for gap, present in pairs:
            size = none if gap != gap else short.format(round(gap)) if gap else met
            told[language].append(size if present != present or gap != gap else f"{size}; {beside.format(round(present))}")
    return told


NOT_ASSESSED: tuple[str, str] = ("belum diasesmen", "not assessed")
"""Said where no competency of the post's standard has been assessed."""
_GAP_WORDS = (
    (NOT_ASSESSED[0], "memenuhi standar", "kesenjangan {} tingkat", "di jabatan sekarang {}"),
    (NOT_ASSESSED[1], "standard met", "{} levels short", "{} in the present post"),
)


def _texts(column: pd.Series, missing: tuple[str, str]) -> Words:
    known = column.astype(object).where(column.notna() & column.ne(""), None).tolist()
    return [value or missing[0] for value in known], [value or missing[1] for value in known]


def _signed(column: pd.Series) -> Words:
    english = [f"{value:+.2f}".replace("-", "−") for value in column.to_numpy(dtype=np.float64).tolist()]
    return [text.replace(".", ",") for text in english], english
