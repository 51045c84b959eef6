"""Cities learn from one another: exact statistics, no fewer than ten people behind any, and a sound meta-analysis of them."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from features.as_of import default_as_of
from features.tables import Tables
from features.trials import TrainingRows, TrialParams, training_rows
from models.mixed.belief import Normal
from models.mixed.crossed import Design, Expectation
from models.mixed.level import LevelParams, Panel, refit
from models.mixed.level_panel import FIXED, record_of
from models.mixed.person_blocks import Components, Rows, covariance
from models.pair_uplift import PairUplift, UpliftParams, fit_pair_uplift
from models.pairs.core import column_scales
from models.pairs.effect_stage import EffectParams
from models.pairs.lessons import panel_fit_columns
from models.pairs.tree_stage import StageParams
from models.pooling.belief_of import PoolParams, belief_of
from models.pooling.between_cities import BetweenParams, expected_of_another
from models.pooling.cells import FEWEST, NOBODY, OTHERS, cells
from models.pooling.contribution import Contribution
from models.pooling.cross_products import cross_products
from models.pooling.gathering import contribution_of
from models.pooling.information import Information, rounded

EXACT = 1e-8
"""Two ways through the same linear algebra in float64."""
PARAMS = UpliftParams(
    level=LevelParams(rounds=2, variance_people=300), stage=StageParams(trees=5), effect=EffectParams(fewest=10_000)
)
BETWEEN = BetweenParams(0.1)


def city_panel(people: int = 45, families: int = 3) -> Panel:
    """Return a panel with all fixed columns, job families and two crossed factors."""
    rng = np.random.default_rng(4)
    employee = np.repeat(np.arange(people), 3)
    n = len(employee)
    family = (employee % families).astype(np.int64)
    dummies = (family[:, None] == np.arange(families)).astype(float)
    fixed = np.column_stack([np.ones(n), rng.normal(size=(n, len(FIXED) - 1)), dummies, dummies * rng.normal(size=(n, 1))])
    groups = ((len(FIXED), len(FIXED) + families), (len(FIXED) + families, len(FIXED) + 2 * families))
    design = Design(fixed, np.column_stack([rng.integers(0, 6, n), rng.integers(0, 4, n)]), (6, 4), groups)
    rows = Rows(2015.0 + np.tile(np.arange(3.0), people), np.tile(np.arange(3) / 10, people), family, family, family)
    return Panel(employee, rows, design, rng.normal(size=n), rng.uniform(0.5, 2.0, n))


def test_cross_products_of_all_cells_are_those_of_the_dense_textbook_formula() -> None:
    panel, components, variances = city_panel(), Components(), np.array([0.2, 0.1, 0.3, 0.05])
    columns, names = panel.design.fixed[:, 1 : len(FIXED)], FIXED[1:]
    parts, between = cross_products(panel, names, columns, components, variances)
    assert sorted(part.people for part in parts) == [15, 15, 15]
    V = np.zeros((len(panel.score), len(panel.score)))
    for person in range(45):
        at = np.arange(3 * person, 3 * person + 3)
        V[np.ix_(at, at)] = covariance(panel.rows.take(at[None]), panel.weight[at][None], components)[0]
    Z = np.hstack([(panel.design.crossed[:, [one]] == np.arange(size)) for one, size in enumerate((6, 4))]).astype(float)
    own = np.column_stack([panel.design.fixed[:, [0]], panel.design.fixed[:, len(FIXED) :], Z])
    G = np.diag(np.r_[1e4, np.repeat([0.3, 0.05], 3), np.repeat([0.2, 0.1], [6, 4])])
    W = np.linalg.inv(V + own @ G @ own.T)
    found = sum((part.told.precision for part in parts), between.told.precision)
    assert found == pytest.approx(columns.T @ W @ columns, abs=1e-6)
    assert sum((part.told.potential for part in parts), between.told.potential) == pytest.approx(
        columns.T @ W @ panel.score, abs=1e-6
    )


def test_every_column_of_every_cell_is_carried_by_nobody_or_by_ten() -> None:
    rng = np.random.default_rng(1)
    family, carried = rng.choice(6, 400, p=[0.5, 0.3, 0.1, 0.06, 0.03, 0.01]), rng.random((400, 5)) < [1.0, 0.3, 0.05, 0.02, 0.005]
    cell = cells(family, carried)
    for code in set(cell.tolist()) - {NOBODY}:
        mine = carried[cell == code]
        assert len(mine) >= FEWEST
        assert all(count == 0 or count >= FEWEST for count in mine.sum(axis=0))
    assert carried[cell == NOBODY][:, 2:].any(axis=1).all()  # who carries nothing rare is counted
    assert {0, 1} <= set(cell[cell >= 0].tolist()) <= {0, 1, 2, 3, 4}  # four people are too few


def test_who_is_one_of_many_stays_in_the_family() -> None:
    family = np.repeat([0, 1], [30, 9])
    cell = cells(family, np.ones((39, 2), dtype=bool))
    assert (cell[:30] == 0).all()
    assert (cell[30:] == NOBODY).all()  # nine others are too few, too
    assert (cells(np.repeat([0, 1, 2], [30, 9, 9]), np.ones((48, 2), dtype=bool))[30:] == OTHERS).all()


def test_rounding_hides_what_one_person_adds_and_keeps_the_sum() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(100, 4))
    told = Information(tuple("abcd"), X.T @ X, X.T @ X[:, 0])
    seen = rounded(told, 100, float(X[:, 0] @ X[:, 0]))
    size = np.sqrt(np.outer(np.diag(told.precision), np.diag(told.precision))) / 100
    assert (np.abs(seen.precision - told.precision) <= size).all()
    assert (np.round(seen.precision / size, 9) != np.round(told.precision / size, 9)).any()
    less = X[1:]
    steps = (rounded(Information(told.names, less.T @ less, told.potential), 100, 100.0).precision - seen.precision) / size
    assert ((np.abs(steps) == 0) | (np.abs(steps) >= 0.9)).all()  # a person more or less: nothing, or whole steps


def told_by(mean: np.ndarray, precision: float) -> Information:
    return Information(tuple("abc"), np.eye(3) * precision, mean * precision)


def test_meta_analysis_finds_mean_and_spread_of_many_cities() -> None:
    rng = np.random.default_rng(3)
    mean, spread = np.array([0.3, -0.2, 0.0]), np.array([0.05, 0.2, 0.1])
    cities = [told_by(mean + rng.normal(size=3) * spread + rng.normal(size=3) * 0.05, 400.0) for _ in range(60)]
    found = expected_of_another(cities, BETWEEN)
    assert found.mean == pytest.approx(mean, abs=0.08)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(spread, rel=0.35)


def test_a_city_that_tells_nothing_changes_nothing_but_how_much_the_usual_spread_counts() -> None:
    cities = [told_by(np.array([0.2, 0.1, 0.0]), 1e4) for _ in range(3)]
    silent = Information(tuple("abc"), np.zeros((3, 3)), np.zeros(3))
    assert expected_of_another([*cities, silent], BETWEEN).mean == pytest.approx(
        expected_of_another(cities, BETWEEN).mean, abs=1e-6
    )


def test_of_cities_that_differ_less_is_expected() -> None:
    alike = expected_of_another([told_by(np.full(3, 0.2), 1e4) for _ in range(4)], BETWEEN)
    apart = expected_of_another([told_by(np.full(3, value), 1e4) for value in (-0.5, 0.1, 0.3, 0.9)], BETWEEN)
    assert (np.diag(apart.covariance) > 4 * np.diag(alike.covariance)).all()


def test_what_nobody_tells_of_is_left_out() -> None:
    one = Information(tuple("ab"), np.diag([100.0, 0.0]), np.array([20.0, 0.0]))
    assert expected_of_another([one, one], BETWEEN).names == ("a",)


def test_an_expectation_draws_its_columns_as_firmly_as_it_is_held() -> None:
    panel = city_panel()
    p, variances = panel.design.fixed.shape[1], np.array([0.2, 0.1, 0.3, 0.05])
    plain = refit(panel, Components(), variances).solution
    precision = np.zeros((p, p))
    precision[1:3, 1:3] = [[50.0, 10.0], [10.0, 30.0]]
    mean = np.zeros(p)
    mean[1:3] = 0.4, -0.3
    drawn = replace(panel, design=replace(panel.design, expected=Expectation(precision, precision @ mean, (False,) * p)))
    found = refit(drawn, Components(), variances).solution
    sure = replace(panel, design=replace(panel.design, expected=Expectation(precision * 1e6, precision @ mean * 1e6, (False,) * p)))
    assert refit(sure, Components(), variances).solution.fixed[1:3] == pytest.approx(mean[1:3], abs=1e-4)
    assert (np.abs(found.fixed[1:3] - mean[1:3]) < np.abs(plain.fixed[1:3] - mean[1:3])).all()


@dataclass(frozen=True)
class Told:
    rows: TrainingRows
    model: PairUplift
    contribution: Contribution


@pytest.fixture(scope="module")
def told(small_tables: Tables) -> Told:
    rows = training_rows(
        small_tables, default_as_of(small_tables), TrialParams(dates_per_year=1), lambda *_: np.ones(len(_[2]), bool), 0
    )
    model = fit_pair_uplift(rows, PARAMS, 0)
    return Told(rows, model, contribution_of(rows, model, ("pack", "mark")))


def test_no_row_of_a_person_is_in_the_file(told: Told, small_tables: Tables) -> None:
    text = json.dumps(asdict(told.contribution))
    strings = [value for frame in ("employees", "positions", "units") for value in small_tables[frame].iloc[:, 0].astype(str)]
    names = [
        str(value)
        for column in ("name", "nip")
        if column in small_tables["employees"]
        for value in small_tables["employees"][column]
    ]
    assert [value for value in (*strings, *names) if f'"{value}"' in text or (len(value) > 8 and value in text)] == []
    assert all(cell.products.people >= FEWEST for cell in told.contribution.cells)
    record = record_of(told.rows.ratings.scores, told.rows.spells, told.rows.places)
    fit = told.model.settings.fit
    encoded = panel_fit_columns(record, told.rows, fit)
    both = np.column_stack([record.panel.design.fixed[:, 1 : len(FIXED)], encoded])
    scale = column_scales(record.posts, fit)
    names = [*FIXED[1:], *fit.names]
    own = both[:, [names.index(name) for name in told.contribution.names]]
    parts = [*(cell.products for cell in told.contribution.cells), told.contribution.between]
    vectors = np.array([row for part in parts for row in (*part.precision, part.potential)])
    vectors = vectors[np.abs(vectors).sum(axis=1) > 0]
    for rows in (own, own * [scale[name] for name in told.contribution.names]):
        unit, other = rows / np.linalg.norm(rows, axis=1)[:, None], vectors / np.linalg.norm(vectors, axis=1)[:, None]
        assert np.abs(other @ unit.T).max() < 1 - 1e-6


def test_strings_of_the_file_are_columns_families_and_marks_alone(told: Told) -> None:
    one = told.contribution
    families = {str(name) for name in told.rows.places["job_family"].dropna()} | {"lainnya"}
    assert {cell.family for cell in one.cells} <= families
    assert all(line.split(" ")[0] in one.names for line in one.model)


def test_counts_are_tens(told: Told) -> None:
    counts = [told.contribution.people, told.contribution.line.movers, *(cell.products.people for cell in told.contribution.cells)]
    assert all(count % 10 == 0 for count in counts)


def test_a_model_that_was_told_nothing_says_nothing_of_it_in_its_bytes(told: Told, tmp_path: Path) -> None:
    told.model.save(tmp_path / "plain")
    assert "belief" not in (tmp_path / "plain" / "manifest.json").read_text()


def test_what_others_tell_draws_the_fit_and_is_kept_with_the_model(told: Told, tmp_path: Path) -> None:
    belief = belief_of([told.contribution] * 3, PoolParams())
    sure = replace(belief, columns=firm(belief.columns))
    model = fit_pair_uplift(told.rows, replace(PARAMS, belief=sure), 0)
    fit = model.settings.fit
    said = dict(zip(sure.columns.names, sure.columns.mean, strict=True))
    expected = [said[name] * scale for name, scale in zip(fit.names, fit.scales, strict=True)]
    heard = [place for place, effect in enumerate(model.settings.fit_effects) if effect]
    assert heard
    assert [model.settings.fit_effects[at] for at in heard] == pytest.approx([expected[at] for at in heard], abs=0.02)
    model.save(tmp_path / "pooled")
    assert PairUplift.load(tmp_path / "pooled").settings == model.settings


def firm(normal: Normal) -> Normal:
    """Return the normal with a hundredth of its covariance."""
    return replace(normal, covariance=tuple(tuple(value / 1e4 for value in row) for row in normal.covariance))


def test_how_people_arrive_is_drawn_to_what_others_tell_and_a_column_of_fit_must_speak_besides(told: Told) -> None:
    names = [*FIXED, "family of one's own", *told.model.settings.fit.names]
    expected = belief_of([told.contribution] * 3, PoolParams()).expectation(names)
    heard = dict(zip(names, expected.precision.any(axis=0), strict=True))
    alone = dict(zip(names, expected.alone, strict=True))
    assert alone["stale"]
    assert not alone["family of one's own"]
    assert not any(alone[name] for name in told.model.settings.fit.names)
    assert any(heard[name] for name in told.model.settings.fit.names)
    design = Design(
        np.zeros((1, len(names))), np.zeros((1, 0), dtype=int), (), tuple((at, at + 1) for at in range(len(names))), expected
    )
    assert [design.is_expected(group) for group in range(len(names))] == [alone[name] for name in names]


def test_a_column_that_says_nothing_anywhere_stays_silent(told: Told) -> None:
    fit = told.model.settings.fit.names
    nothing = Information(fit, np.eye(len(fit)) * 1e6, np.zeros(len(fit)))
    columns = expected_of_another([nothing] * 4, BetweenParams(0.03)).rescaled(dict.fromkeys(fit, 1.0))
    belief = replace(belief_of([told.contribution] * 3, PoolParams()), columns=columns)
    quiet = fit_pair_uplift(told.rows, replace(PARAMS, belief=belief), 0)
    assert np.abs(quiet.settings.fit_effects).sum() < np.abs(told.model.settings.fit_effects).sum()


@pytest.mark.parametrize(("slope", "error", "expected"), [(0.5, 0.6, 1.0), (0.4, 0.1, 0.6), (None, None, 1.0)])
def test_a_slope_is_believed_only_where_it_excludes_the_expected_one(told: Told, slope, error, expected: float) -> None:
    heard = replace(told.contribution, line=replace(told.contribution.line, slope=slope, error=error))
    mean, doubt = belief_of([heard] * 4, PoolParams()).slope
    assert mean == pytest.approx(expected, abs=0.2)
    assert (mean == 1.0) == (expected == 1.0)
    assert 0 < doubt <= np.hypot(PoolParams().slope_doubt, PoolParams().slope_between) + EXACT
