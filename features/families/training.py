"""Training hours, recent and relevant to the target."""

import re

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix

from features.families.competence import standards_by_position
from features.families.context import Columns, Context, Floats, Ints
from features.families.lookup import Lookup
from features.families.pair_parts import LookedUp, PairPart, Tabled
from features.sorting import found_at

RECENT_MONTHS = 24
SHORT_WORD = 3
"""Words of at most this many letters say nothing about a field."""

NEEDS: tuple[str, ...] = ("trainings",)


def employee_columns(context: Context) -> Columns:
    """Return the training columns of everybody in service."""
    person, rows = context.rows("trainings", "finished_on", "hours")
    size = len(context.people)
    recent = context.months_since(rows["finished_on"]) <= RECENT_MONTHS
    return {
        "train_hours_2y": np.bincount(person, np.where(recent, rows["hours"].fillna(0.0), 0.0), size),
        "train_courses": np.bincount(person, minlength=size).astype(float),
    }


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes relevant hours: a course fits if it or its competency names the family, or the standard demands it."""
    catalogue = context.known.get("trainings_catalogue")
    person, rows = context.rows("trainings", "course", "hours")
    hours = rows["hours"].fillna(0.0).to_numpy(dtype=float)
    course, courses = pd.factorize(rows["course"], sort=True)
    builds = catalogue.dropna(subset=["competency"]).drop_duplicates("course").set_index("course")["competency"].reindex(courses)
    fits, target_of = _targets(context, pd.Series(courses, dtype="str"), builds.reset_index(drop=True))
    shape = (len(context.people), len(courses))
    by_target = np.asarray(coo_matrix((hours, (person, course)), shape=shape) @ fits)
    unit_of, units = context.chart.codes("unit_id")
    teaching = catalogue[["course", "unit_id"]].dropna().drop_duplicates()
    teaching = pd.DataFrame(
        {"course": found_at(teaching["course"], pd.Index(courses)), "unit": context.chart.unit(teaching["unit_id"])}
    )
    taught = pd.DataFrame({"person": person, "course": course, "hours": hours}).merge(teaching[teaching["unit"] >= 0], on="course")
    by_unit = Lookup.of_sums(taught["person"].to_numpy(), taught["unit"].to_numpy(), taught["hours"].to_numpy(), len(units))
    return (Tabled({"pair_train_hours": by_target}, target_of), LookedUp("pair_train_unit_hours", by_unit, unit_of))


def _targets(context: Context, courses: pd.Series, builds: pd.Series) -> tuple[Floats, Ints]:
    """Return a course x target table of fits (0/1) and each position's target: the courses that fit its job family and standard."""
    names, standards, standard_of = standards_by_position(context.chart)
    family_of, families = context.chart.codes("job_family")
    key, target_of = np.unique(np.column_stack([family_of, standard_of]), axis=0, return_inverse=True)
    course_words = [
        words(f"{course} {built}" if isinstance(built, str) else course) for course, built in zip(courses, builds, strict=True)
    ]
    family_words = [words(family) for family in families]
    by_family = np.array([[bool(mine & theirs) for theirs in family_words] for mine in course_words], dtype=bool)
    by_family = np.column_stack([by_family.reshape(len(courses), len(families)), np.zeros(len(courses), dtype=bool)])
    demanded = np.column_stack([~np.isnan(standards), np.zeros(len(standards), dtype=bool)])
    by_standard = demanded[:, names.get_indexer(builds.astype(object))].T
    fits = by_family[:, key[:, 0]] | by_standard[:, key[:, 1]]
    distinct, same_as = np.unique(fits, axis=1, return_inverse=True)  # hundreds of standards ask for the same few courses
    return distinct.astype(float), np.asarray(same_as.reshape(-1)[target_of.reshape(-1)], dtype=np.int64)


def words(text: str) -> frozenset[str]:
    """Return the words of a course or a job family that say something."""
    return frozenset(word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > SHORT_WORD)
