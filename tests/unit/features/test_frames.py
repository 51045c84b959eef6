"""Features worked out by hand on a city of four people."""

import numpy as np
import pandas as pd
import pytest

from features.as_of import known_at
from features.definitions import FEATURES
from features.errors import UsageError
from features.frames import FeatureFrames, feature_frames, pair_matrix
from features.ratings import RatingParams, harmonise
from features.tables import Tables, conform, employee_dtype

AS_OF = pd.Timestamp("2023-12-31")
PEOPLE = employee_dtype(["ani", "budi", "citra", "dewi"])


def drawn(text: str) -> pd.DataFrame:
    """Read a table drawn with bars; '-' is an empty cell."""
    lines = [[cell.strip() for cell in line.strip().split("|")] for line in text.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0], dtype="object").replace("-", None)


TABLES = {
    "employees": """
        employee_id | hired_on   | home_district | attr_height | attr_school
        ani         | 2010-01-01 | north         | 160         | a
        budi        | 2012-01-01 | south         | 170         | b
        citra       | 2020-01-01 | -             | -           | -
        dewi        | 2024-06-01 | north         | 150         | a""",
    "units": """
        unit_id | parent_id | kind   | district | latitude | longitude
        top     | -         | office | north    | -        | -
        u1      | top       | clinic | north    | 0.0      | 100.0
        u2      | top       | school | south    | 0.0      | 101.0""",
    "positions": """
    position_id | unit_id | job_kind   | job_family | level | min_rank | min_education | education_fields | job_class | supervisory
    nurse       | u1      | staff      | health     | 10    | II/c     | D-III         | Gizi; Nursing    | 6         | false
    head        | u1      | supervisor | health     | 20    | III/b    | S-1           | -                | 9         | true
    teacher     | u2      | staff      | education  | 10    | III/a    | S-1           | Pedagogy         | 7         | false""",
    "assignments": """
        employee_id | position_id | start_on   | end_on     | kind       | move_type
        ani         | nurse       | 2014-01-01 | 2019-12-31 | definitive | entry
        ani         | head        | 2020-01-01 | -          | definitive | promotion
        budi        | teacher     | 2013-01-01 | -          | definitive | entry
        budi        | head        | 2019-07-01 | 2019-12-31 | plt        | -""",
    "ranks": """
        employee_id | from_on    | value
        ani         | 2014-04-01 | III/a
        ani         | 2018-04-01 | III/b
        ani         | 2024-04-01 | III/c
        budi        | 2013-04-01 | II/c""",
    "educations": """
        employee_id | from_on    | value | field
        ani         | 2005-06-01 | D-III | Nursing
        ani         | 2009-06-01 | S-1   | Public health
        budi        | 2010-06-01 | S-1   | pedagogy""",
    "competencies": """
        employee_id | competency | level | assessed_on
        ani         | integritas | 2     | 2020-03-01
        ani         | integritas | 3     | 2022-03-01
        budi        | integritas | 1     | 2022-03-01""",
    "competency_standards": """
        position_id | job_kind   | level | competency | required_level
        -           | staff      | -     | integritas | 2
        -           | supervisor | 20    | integritas | 4
        -           | supervisor | 20    | komunikasi | 3
        teacher     | -          | -     | integritas | 3""",
    "trainings": """
        employee_id | course              | hours | finished_on
        ani         | Health data systems | 40    | 2023-02-01
        ani         | PKP angkatan 3      | 900   | 2019-05-01
        budi        | Menjaga diri        | 20    | 2023-05-01""",
    "trainings_catalogue": """
        course              | competency | unit_id
        Health data systems | komunikasi | u2
        Menjaga diri        | integritas | -""",
    "peer_reviews": """
        employee_id | date       | item | answer | reviewer_kind
        ani         | 2023-03-01 | a    | 4      | peer
        ani         | 2023-03-01 | b    | 5      | peer
        ani         | 2023-03-01 | c    | 4      | peer
        ani         | 2023-03-01 | d    | 4      | peer
        ani         | 2023-03-01 | e    | 3      | peer
        budi        | 2023-03-01 | a    | 1      | peer""",
    "service_index": """
        unit_id | period_start | period_end | index
        u1      | 2021-01-01   | 2021-12-31 | 80
        u1      | 2022-01-01   | 2022-12-31 | 82
        u2      | 2022-01-01   | 2022-12-31 | 70""",
    "appraisals": """
        employee_id | period_start | period_end | score
        ani         | 2021-01-01   | 2021-12-31 | 85
        ani         | 2022-01-01   | 2022-12-31 | 90
        budi        | 2022-01-01   | 2022-12-31 | 80""",
}  # fmt: skip


def city(*without: str) -> Tables:
    frames = {name: conform(name, drawn(text), PEOPLE) for name, text in TABLES.items() if name not in without}
    frames["employees"]["attr_height"] = pd.to_numeric(frames["employees"]["attr_height"])
    return Tables(frames, pd.Timestamp("2024-12-31"))


def frames_of(tables: Tables) -> FeatureFrames:
    known = known_at(tables, AS_OF)
    return feature_frames(known, harmonise(known, RatingParams()), AS_OF)


@pytest.fixture(scope="module")
def frames() -> FeatureFrames:
    return frames_of(city())


@pytest.fixture(scope="module")
def matrix(frames) -> pd.DataFrame:
    pairs = pd.MultiIndex.from_product(
        [["ani", "budi", "citra"], ["nurse", "head", "teacher"]], names=["employee_id", "position_id"]
    )
    table = pairs.to_frame(index=False)
    return pair_matrix(frames, table.assign(employee_id=table["employee_id"].astype(PEOPLE))).set_index(pairs)


def test_only_people_in_service_have_features(frames):
    assert frames.employees.index.tolist() == ["ani", "budi", "citra"]


EMPLOYEE = [
    ("ani", "ten_post_months", 47.97), ("ani", "ten_unit_months", 119.95), ("ani", "ten_service_months", 167.95),
    ("ani", "exp_level", 20), ("ani", "exp_top_level", 20), ("ani", "edu_step", 7), ("ani", "rank_step", 10),
    ("ani", "comp_mean", 3), ("ani", "train_hours_2y", 40), ("ani", "lead_training", 1), ("ani", "move_n", 1),
    ("ani", "lead_months", 48), ("ani", "view_peer", 4), ("ani", "perf_n", 2), ("ani", "attr_height", 160), ("ani", "ten_stale", 0),
    ("budi", "lead_acting_months", 6.05), ("budi", "view_peer", np.nan), ("budi", "move_n", 0), ("budi", "exp_families", 1),
    ("budi", "ten_stale", 1), ("budi", "rank_step", 7),
    ("citra", "ten_post_months", np.nan), ("citra", "perf_level", np.nan), ("citra", "perf_n", 0),
    ("citra", "ten_service_months", 47.97),
]  # fmt: skip


@pytest.mark.parametrize(("who", "feature", "expected"), EMPLOYEE)
def test_employee_features_are_what_the_tables_say(frames, who, feature, expected):
    assert frames.employees.loc[who, feature] == pytest.approx(expected, abs=0.01, nan_ok=True)


POSITION = [
    ("nurse", "pos_level", 10), ("head", "pos_supervisory", 1), ("head", "pos_job_class", 9), ("nurse", "pos_rank_step", 7),
    ("teacher", "pos_education_step", 7), ("nurse", "unit_staff", 1), ("nurse", "unit_service_index", 82),
    ("nurse", "unit_service_trend", 2), ("teacher", "unit_service_trend", np.nan), ("nurse", "pos_holders_5y", 1),
    ("teacher", "pos_holders_5y", 1), ("nurse", "unit_turnover", 0),
]  # fmt: skip


@pytest.mark.parametrize(("post", "feature", "expected"), POSITION)
def test_position_features_are_what_the_tables_say(frames, post, feature, expected):
    assert frames.positions.loc[post, feature] == pytest.approx(expected, abs=0.01, nan_ok=True)


PAIR = [
    ("ani", "nurse", "pair_family_months", 119.98), ("ani", "teacher", "pair_family_months", 0),
    ("ani", "nurse", "pair_unit_months", 119.98),
    ("ani", "nurse", "pair_level_months", 119.98), ("ani", "head", "pair_level_months", 48), ("ani", "head", "pair_same_post", 1),
    ("ani", "nurse", "pair_same_unit", 1), ("ani", "teacher", "pair_same_parent", 1), ("ani", "teacher", "pair_same_district", 0),
    ("ani", "nurse", "pair_level_step", -10), ("ani", "teacher", "pair_class_step", -2), ("ani", "nurse", "pair_education_step", 1),
    ("ani", "nurse", "pair_field_match", 1), ("ani", "teacher", "pair_field_match", 0), ("ani", "head", "pair_field_match", np.nan),
    ("ani", "head", "pair_field_family", 1), ("ani", "teacher", "pair_field_family", 0), ("budi", "head", "pair_field_family", 0),
    ("citra", "head", "pair_field_family", np.nan), ("citra", "head", "pair_field_usual", np.nan),
    ("ani", "head", "pair_field_usual", 0), ("ani", "teacher", "pair_field_usual", np.log(20 / 21)),
    ("budi", "teacher", "pair_field_match", 1), ("budi", "nurse", "pair_rank_step", 0), ("budi", "head", "pair_rank_step", -3),
    ("ani", "head", "pair_gap_sum", 1), ("ani", "head", "pair_gap_missing", 1), ("ani", "nurse", "pair_gap_sum", 0),
    ("budi", "teacher", "pair_gap_max", 2), ("budi", "nurse", "pair_gap_max", 1), ("citra", "nurse", "pair_gap_sum", np.nan),
    ("ani", "nurse", "pair_train_hours", 40), ("ani", "teacher", "pair_train_hours", 0), ("ani", "head", "pair_train_hours", 40),
    ("budi", "nurse", "pair_train_hours", 20), ("ani", "teacher", "pair_train_unit_hours", 40),
    ("ani", "nurse", "pair_train_unit_hours", 0),
    ("ani", "nurse", "dist_home", 1), ("ani", "teacher", "dist_home", 0), ("citra", "nurse", "dist_home", np.nan),
    ("ani", "teacher", "dist_km", 111.19), ("ani", "nurse", "dist_km", 0), ("citra", "nurse", "dist_km", np.nan),
    ("citra", "nurse", "pair_family_months", 0), ("citra", "nurse", "pair_same_unit", np.nan),
]  # fmt: skip


@pytest.mark.parametrize(("who", "post", "feature", "expected"), PAIR)
def test_pair_features_are_what_the_tables_say(matrix, who, post, feature, expected):
    assert matrix.loc[(who, post), feature] == pytest.approx(expected, abs=0.02, nan_ok=True)


def test_attributes_of_the_source_become_features(matrix):
    assert matrix["attr_height"].dtype == "float64"
    assert matrix["attr_school"].cat.categories.tolist() == ["a", "b"]


def test_columns_come_in_declared_order_as_numbers_or_categories(matrix):
    declared = [feature.name for feature in FEATURES]
    named = [name for name in matrix.columns if "attr_" not in name]
    assert named == [name for name in declared if name in set(named)]
    assert all(dtype == "float64" or isinstance(dtype, pd.CategoricalDtype) for dtype in matrix.dtypes)


@pytest.mark.parametrize("absent", ["ranks", "educations", "competencies", "trainings", "peer_reviews", "service_index"])
def test_a_table_the_source_lacks_leaves_its_features_out(frames, absent):
    expected = [name for name in frames.columns if name not in {f.name for f in FEATURES if absent in f.sources}]
    assert list(frames_of(city(absent)).columns) == expected


def test_the_five_required_tables_are_enough_and_ratings_may_be_none():
    required = {"employees", "units", "positions", "assignments", "appraisals"}
    tables = city(*(set(TABLES) - required))
    silent = {**tables.frames, "appraisals": tables["appraisals"].iloc[:0]}
    frames = frames_of(Tables(silent, tables.extracted_on))
    assert frames.employees["perf_level"].isna().all()
    assert len(frames.columns) > 40


def test_one_position_against_everybody_equals_the_matrix(frames, matrix):
    place = frames.positions.index.get_loc("head")
    values = frames.pair_values(np.arange(3), np.array([place]))
    block = matrix.xs("head", level="position_id")
    for name in frames.pair_columns:
        assert np.array_equal(values[name], block[name].to_numpy(), equal_nan=True)


def test_nothing_protected_or_wished_for_is_a_feature():
    forbidden = {"aspirations", "offers", "feedback", "relations", "disciplines", "leaves", "clearances"}
    assert not forbidden & {source for feature in FEATURES for source in feature.sources}
    words = ("age_years", "sex", "birth", "name", "nip", "refus", "spouse", "retire")
    assert not [feature.name for feature in FEATURES if any(word in feature.name for word in words)]


def test_pairs_outside_the_frames_are_counted_and_refused(frames):
    pairs = pd.DataFrame({"employee_id": pd.Series(["dewi", "ani"], dtype=PEOPLE), "position_id": ["nurse", "moon"]})
    with pytest.raises(UsageError, match=r"1 of 2 rows name a person who is not in service .* 1 a position"):
        pair_matrix(frames, pairs)


def test_a_field_usual_among_the_others_of_a_family_is_told_and_ones_own_field_does_not_count():
    fields = {"ani": "nursing", "budi": "pedagogy", "citra": "nursing"}
    posts = {"ani": "nurse", "budi": "teacher", "citra": "nurse"}
    tables = {name: conform(name, drawn(text), PEOPLE) for name, text in TABLES.items()}
    rows = tables["educations"].drop_duplicates("employee_id")
    rows = pd.concat([rows, rows.iloc[[0]].assign(employee_id="citra")], ignore_index=True)
    tables["educations"] = rows.assign(
        field=rows["employee_id"].map(fields).astype("str"), employee_id=rows["employee_id"].astype(PEOPLE)
    )
    held = tables["assignments"][lambda frame: frame["kind"] == "definitive"].drop_duplicates("employee_id")
    held = pd.concat([held, held.iloc[[0]].assign(employee_id="citra", start_on=pd.Timestamp("2020-01-01"))], ignore_index=True)
    held = held.assign(position_id=held["employee_id"].map(posts).astype("str"), employee_id=held["employee_id"].astype(PEOPLE))
    tables["assignments"] = held.assign(end_on=pd.NaT)
    there = frames_of(Tables(tables, pd.Timestamp("2024-12-31")))
    pairs = pd.DataFrame({"employee_id": ["ani", "ani", "budi"], "position_id": ["nurse", "teacher", "nurse"]})
    usual = pair_matrix(there, pairs.assign(employee_id=pairs["employee_id"].astype(PEOPLE)))["pair_field_usual"]
    # two of three have nursing: one other of one in health has it, none of one in education; budi's pedagogy is one of three
    expected = np.log([(1 + 20 * 2 / 3) / (21 * 2 / 3), 20 / 21, 20 / 22])
    assert usual.to_numpy() == pytest.approx(expected, abs=1e-9)


def test_a_pair_column_reads_the_position_through_its_target_alone(frames) -> None:
    people, positions = np.arange(len(frames.employees)), np.arange(len(frames.positions))
    names = [name for part in frames.parts for name in part.names]
    assert sorted(names) == sorted(set(names))
    assert set(frames.pair_columns) <= set(names)
    for part in frames.parts:
        of_all = part(people[:, None], positions[None, :])
        assert set(of_all) == set(part.names)
        for post in positions:
            for name, values in part(people, np.array([post])).items():
                np.testing.assert_array_equal(values, of_all[name][:, post])
        for target in np.unique(part.target):
            alike = np.flatnonzero(part.target == target)
            for values in of_all.values():
                np.testing.assert_array_equal(values[:, alike], np.repeat(values[:, alike[:1]], len(alike), axis=1))


def test_people_of_one_kind_have_the_same_pair_columns(frames) -> None:
    n = len(frames.employees)
    for part in frames.parts:
        for run in (slice(0, n), slice(0, 1), slice(1, n)):
            kinds = part.among(run)
            for post in range(len(frames.positions)):
                found, position = kinds(post), np.array([post])
                each, once = part(np.arange(run.start, run.stop), position), part(found.first, position)
                for name in part.names:
                    np.testing.assert_array_equal(np.broadcast_to(once[name], found.first.shape)[found.of], each[name])
                some = np.arange(0, run.stop - run.start, 3)
                fewer = found.only(some)
                np.testing.assert_array_equal(found.first[found.of[some]], fewer.first[fewer.of])
                assert set(fewer.of.tolist()) == set(range(len(fewer.first)))
