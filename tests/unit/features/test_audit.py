"""An audit counts what the tables hold, as reckoned by hand on the small invented city or on frames of a few rows."""

import numpy as np
import pandas as pd
import pytest

from features import audit
from features.checking.quarantine import FAULTS_FILE, counted_faults
from features.tables import Tables


def test_rows_are_counted_in_the_year_they_became_known(small_tables: Tables) -> None:
    counts = audit.rows_by_year(small_tables)
    known = small_tables["appraisals"]["known_on"]
    assert counts.loc["appraisals"].sum() == len(known)
    assert counts.loc["appraisals", known.dt.year.iloc[0]] == (known.dt.year == known.dt.year.iloc[0]).sum()
    assert audit.rows_by_year_plot(counts).axes[0].get_yticklabels()[0].get_text() == counts.index[0]


def test_completeness_is_the_share_of_rows_with_a_value_emptiest_first(small_tables: Tables) -> None:
    found = audit.completeness(small_tables).set_index(["table", "column"])
    assert found.loc[("employees", "left_on"), "filled"] == pytest.approx(small_tables["employees"]["left_on"].notna().mean())
    assert found.loc[("employees", "employee_id"), ["filled", "distinct"]].tolist() == [1.0, len(small_tables["employees"])]
    assert found["filled"].is_monotonic_increasing
    assert len(audit.completeness_plot(found.reset_index(), shown=4).axes[0].patches) == 4


def test_a_column_the_source_lacks_is_no_gap(small_tables: Tables) -> None:
    units = small_tables["units"].assign(valid_to=pd.NaT)
    found = audit.completeness(Tables({**small_tables.frames, "units": units}, small_tables.extracted_on))
    assert not ((found["table"] == "units") & (found["column"] == "valid_to")).any()


def test_delays_are_days_from_the_own_date_to_being_known(small_tables: Tables) -> None:
    late = small_tables["appraisals"].assign(known_on=lambda frame: frame["period_end"] + pd.Timedelta(days=90))
    found = audit.delays(Tables({**small_tables.frames, "appraisals": late}, small_tables.extracted_on)).set_index("table")
    assert found.loc["appraisals", ["half", "most"]].tolist() == [90.0, 90.0]
    assert found["most"].is_monotonic_decreasing
    assert audit.delays_plot(found.reset_index()).axes[0].get_legend() is not None


def test_moves_are_counted_by_year_and_kind_from_the_first_rated_year_on(small_tables: Tables) -> None:
    counts = audit.moves_by_year(small_tables)
    first, spells = small_tables["appraisals"]["period_start"].min(), small_tables["assignments"]
    assert counts.to_numpy().sum() == (spells["start_on"] >= first).sum()
    assert counts.index.min() >= first.year
    assert len(audit.moves_by_year_plot(counts).axes[0].lines) == counts.shape[1]


def test_a_matrix_is_told_by_family_and_what_a_source_brings_along_apart() -> None:
    matrix = pd.DataFrame({"perf_last": [1.0, np.nan], "perf_level": [1.0, 2.0], "pair_same_unit": [1.0, 0.0], "attr_x": [1, 2]})
    found = audit.matrix_families(matrix)
    assert found.index.tolist() == ["perf", "pair", "attributes"]
    assert found.loc["perf", ["columns", "of_person", "of_post", "of_pair", "filled"]].tolist() == [2, 2, 0, 0, 0.75]
    assert found.loc["pair", "of_pair"] == 1
    assert len(audit.matrix_families_plot(found).axes[0].patches) == 3


def test_a_quarantine_is_counted_without_anybody_in_it(tmp_path) -> None:
    rows = {"table": ["ranks", "ranks", "units"], "column": ["value", "value", None], "rule": ["a", "a", "b"]}
    faults = pd.DataFrame(rows).assign(severity="cell", value="IV/e", employee_id="E1", line=[2, 3, 4])
    faults.to_csv(tmp_path / FAULTS_FILE, index=False)
    found = counted_faults(tmp_path)
    assert found.columns.tolist() == ["table", "column", "rule", "severity", "rows"]
    assert found["rows"].tolist() == [2, 1]
