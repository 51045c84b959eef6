"""The level model against the textbook formula written with full matrices."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy import sparse

from features.errors import TooLittleDataError
from models.mixed.crossed import Design, equations, fitted_covariance, fixed_covariance, solve, solve_exactly
from models.mixed.level import History, LevelParams, Panel, equations_of, fit_level, outlook, refit, residuals
from models.mixed.person_blocks import NEVER, Components, Rows, batches, covariance, doubts, fit_components, kernels

EXACT = 1e-8
"""Two ways through the same linear algebra in float64."""
COMPONENTS = Components(level=0.3, trend=0.1, family=0.2, unit=0.1, spell=0.15, drift=0.25, noise=0.4, persistence=0.6)
VARIANCES = np.array([0.12, 0.2, 0.07])


SECOND_ORDER = 0.05
"""Variances of many crossed effects are right to second order in their couplings."""


def small_panel(seed: int = 3, people: int = 12) -> Panel:
    rng = np.random.default_rng(seed)
    employee = np.repeat(np.arange(people), rng.integers(1, 7, people))
    n = len(employee)
    time = 2010.0 + np.concatenate([np.arange(size) for size in np.bincount(employee)])
    first = np.r_[True, employee[1:] != employee[:-1]]
    career = (time - time[np.maximum.accumulate(np.where(first, np.arange(n), 0))]) / 10
    family, unit, spell = rng.integers(0, 3, n), rng.integers(0, 4, n), rng.integers(0, 2, n)
    crossed = np.column_stack([rng.integers(0, 5, n), unit, rng.integers(-1, 3, n)])
    design = Design(np.column_stack([np.ones(n), rng.normal(size=n)]), crossed, (5, 4, 3))
    return Panel(employee, Rows(time, career, family, unit, spell), design, rng.normal(size=n), rng.uniform(0.4, 2.0, n))


def dense_covariance(left: Panel, right: Panel) -> np.ndarray:
    """Return the covariance of the persons' own effects between all rows of two panels, by the definition."""

    def outer(name: str) -> np.ndarray:
        return getattr(left.rows, name)[:, None] == getattr(right.rows, name)[None, :]

    same_person = left.employee[:, None] == right.employee[None, :]
    c = COMPONENTS
    own = c.level + c.trend * np.outer(left.rows.career, right.rows.career) + c.family * outer("family") + c.unit * outer("unit")
    own = own + c.spell * outer("spell") + c.drift * c.persistence ** np.abs(left.rows.time[:, None] - right.rows.time[None, :])
    return same_person * own


def dense_indicators(panel: Panel) -> np.ndarray:
    parts = [panel.design.crossed[:, [factor]] == np.arange(size)[None, :] for factor, size in enumerate(panel.design.sizes)]
    return np.hstack(parts).astype(float)


def test_effects_equal_the_dense_textbook_formula() -> None:
    panel = small_panel()
    V = dense_covariance(panel, panel) + np.diag(COMPONENTS.noise / panel.weight)
    Z, X = dense_indicators(panel), panel.design.fixed
    G = np.diag(np.repeat(VARIANCES, panel.design.sizes))
    W = np.linalg.inv(V + Z @ G @ Z.T)
    beta = np.linalg.solve(X.T @ W @ X + 1e-4 * np.eye(2), X.T @ W @ panel.score)
    effects = G @ Z.T @ W @ (panel.score - X @ beta)
    model = refit(panel, COMPONENTS, VARIANCES)
    assert model.solution.fixed == pytest.approx(beta, abs=EXACT)
    assert model.solution.crossed == pytest.approx(effects, abs=EXACT)


def test_pooled_columns_are_shrunk_by_their_own_variance_as_in_the_dense_formula() -> None:
    panel = small_panel()
    rng = np.random.default_rng(5)
    fixed = np.column_stack([np.ones(len(panel.score)), rng.normal(size=(len(panel.score), 3))])
    panel = replace(panel, design=replace(panel.design, fixed=fixed, pooled=((1, 4),)))
    V = dense_covariance(panel, panel) + np.diag(COMPONENTS.noise / panel.weight)
    Z = dense_indicators(panel)
    W = np.linalg.inv(V + Z @ np.diag(np.repeat(VARIANCES, panel.design.sizes)) @ Z.T)
    beta = np.linalg.solve(fixed.T @ W @ fixed + np.diag([1e-4, 20, 20, 20]), fixed.T @ W @ panel.score)
    model = refit(panel, COMPONENTS, np.r_[VARIANCES, 0.05])
    assert model.solution.fixed == pytest.approx(beta, abs=EXACT)


def test_posterior_covariance_of_the_fitted_part_equals_the_dense_one() -> None:
    panel = small_panel()
    _, posterior = solve_exactly(equations_of(panel, COMPONENTS, VARIANCES))
    whole = np.hstack([panel.design.fixed, dense_indicators(panel)])
    dense = whole @ posterior @ whole.T
    for index in batches(panel.employee):
        expected = dense[index[:, :, None], index[:, None, :]]
        assert fitted_covariance(panel.design, posterior, index) == pytest.approx(expected, abs=EXACT)


def test_outlook_equals_the_conditional_normal_distribution() -> None:
    panel = small_panel()
    model = refit(panel, COMPONENTS, VARIANCES)
    residual = residuals(panel, model)
    target = panel.take(np.flatnonzero(np.r_[True, panel.employee[1:] != panel.employee[:-1]]))
    ahead = Rows(target.rows.time + 9.0, target.rows.career + 0.9, target.rows.family, np.full(12, NEVER), np.full(12, NEVER))
    wanted = Panel(target.employee, ahead, target.design, target.score, target.weight)
    V = dense_covariance(panel, panel) + np.diag(COMPONENTS.noise / panel.weight)
    cross = dense_covariance(wanted, panel)
    mean = cross @ np.linalg.solve(V, residual)
    spread = np.diag(dense_covariance(wanted, wanted)) - np.einsum("ij,ji->i", cross, np.linalg.solve(V, cross.T))
    sizes = np.bincount(panel.employee)
    history = History(panel.rows, residual, panel.weight, np.cumsum(sizes) - sizes, sizes)
    found = outlook(history, ahead.take(np.arange(12)[:, None]), COMPONENTS)
    assert found.parts[:, 0].sum(axis=1) == pytest.approx(mean, abs=EXACT)
    assert found.covariance[:, 0, 0] == pytest.approx(spread, abs=EXACT)


def test_without_history_the_outlook_is_the_prior() -> None:
    panel = small_panel()
    nobody = History(panel.rows, panel.score, panel.weight, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    target = panel.rows.take(np.array([[4]]))
    found = outlook(nobody, target, COMPONENTS)
    prior = COMPONENTS.variances() @ kernels(target, target, COMPONENTS.persistence)[:, 0, 0, 0]
    assert found.parts == pytest.approx(np.zeros((1, 1, 6)), abs=0)
    assert found.covariance[0, 0, 0] == pytest.approx(prior, abs=EXACT)


def test_gradient_of_the_likelihood_is_its_derivative() -> None:
    from models.mixed import person_blocks

    panel = small_panel(people=30)
    rng = np.random.default_rng(0)
    moments = [(index, rng.normal(size=index.shape)[:, :, None] ** 2 * np.eye(index.shape[1])) for index in batches(panel.employee)]
    prepared = [person_blocks._Batch(panel.rows.take(i), panel.weight[i], m) for i, m in moments]
    theta = np.log(np.array([0.3, 0.1, 0.2, 0.1, 0.15, 0.25, 0.4, 1.5]))
    prior = (theta - 0.2, np.where(np.arange(len(theta)) < 3, 0.5, np.inf))
    _, gradient = person_blocks._objective(theta, prepared, prior)
    for place in range(len(theta)):
        step = np.zeros_like(theta)
        step[place] = 1e-5
        high, low = (person_blocks._objective(theta + sign * step, prepared, prior)[0] for sign in (1, -1))
        assert gradient[place] == pytest.approx((high - low) / 2e-5, rel=1e-4, abs=1e-7)


def test_a_factor_of_variance_zero_changes_nothing_and_costs_nothing() -> None:
    panel = small_panel()
    without = Design(panel.design.fixed, panel.design.crossed[:, :1], panel.design.sizes[:1])
    alone = refit(replace(panel, design=without), COMPONENTS, VARIANCES[:1])
    none = refit(panel, COMPONENTS, np.array([VARIANCES[0], 0.0, 0.0]))
    assert none.solution.crossed == pytest.approx(alone.solution.crossed, abs=EXACT)
    index = next(batches(panel.employee))
    kept = panel.design.leaving_out(none.variances)
    alone_exactly, none_exactly = (
        solve_exactly(equations_of(replace(panel, design=design), COMPONENTS, VARIANCES[: len(design.sizes)] * keep))[1]
        for design, keep in ((without, 1.0), (kept, np.array([1.0, 0.0, 0.0])))
    )
    expected = fitted_covariance(without, alone_exactly, index)
    assert fitted_covariance(kept, none_exactly, index) == pytest.approx(expected, abs=EXACT)


def test_iterated_effects_equal_the_exact_ones_and_their_variances_nearly() -> None:
    rng = np.random.default_rng(3)
    rows, sizes = 12_000, (1_000, 100)
    codes = np.column_stack([rng.integers(0, size, rows) for size in sizes])
    design = Design(np.column_stack([np.ones(rows), rng.normal(size=rows)]), codes, sizes)
    given = equations(design, rng.normal(size=rows), sparse.csr_array(sparse.eye_array(rows)), np.array([0.1, 0.05]))
    exact, _ = solve_exactly(given)
    found = solve(given)
    assert found.fixed == pytest.approx(exact.fixed, abs=EXACT)
    assert found.crossed == pytest.approx(exact.crossed, abs=EXACT)
    assert found.spread[:1_000] == pytest.approx(exact.spread[:1_000], rel=SECOND_ORDER)
    assert found.spread != pytest.approx(exact.spread, rel=EXACT), "the iterated way was not taken"


def test_batches_hold_every_row_once_and_never_mix_persons() -> None:
    panel = small_panel()
    rows = np.concatenate([index.ravel() for index in batches(panel.employee)])
    assert np.array_equal(np.sort(rows), np.arange(len(panel.employee)))
    for index in batches(panel.employee):
        assert (panel.employee[index] == panel.employee[index[:, :1]]).all()


def test_covariance_is_positive_definite_for_any_codes() -> None:
    panel = small_panel(people=40)
    for index in batches(panel.employee):
        values = np.linalg.eigvalsh(covariance(panel.rows.take(index), panel.weight[index], COMPONENTS))
        assert values.min() > 0


def test_too_few_rows_are_refused_with_their_number() -> None:
    with pytest.raises(TooLittleDataError, match="rated person-periods, at least 200"):
        fit_level(small_panel(), LevelParams(), seed=1)


def test_likelihood_falls_when_the_fit_moves_away() -> None:
    panel = small_panel(people=200)
    truth = [covariance(panel.rows.take(index), panel.weight[index], COMPONENTS) for index in batches(panel.employee)]
    moments = list(zip(batches(panel.employee), truth, strict=True))
    found = fit_components(panel.rows, panel.weight, moments, Components())
    assert found.noise == pytest.approx(COMPONENTS.noise, rel=0.02)
    assert found.level == pytest.approx(COMPONENTS.level, rel=0.1)
    assert found.persistence == pytest.approx(COMPONENTS.persistence, rel=0.1)


def test_a_spells_leniency_explains_ratings_and_is_no_performance() -> None:
    """Of what a spell's ratings share, the leniency part is no effect: half of it where half is leniency, all else as it was."""
    panel, model = small_panel(), refit(small_panel(), COMPONENTS, VARIANCES)
    lenient = replace(COMPONENTS, leniency=COMPONENTS.spell / 2)
    history = History(panel.rows, residuals(panel, model), panel.weight, np.array([0]), np.array([4]))
    here = Rows(*(getattr(panel.rows, field.name)[3:4][:, None] for field in fields(Rows)))
    plain, neutral = outlook(history, here, COMPONENTS), outlook(history, here, lenient)
    assert neutral.parts[0, 0, 4] == pytest.approx(plain.parts[0, 0, 4] / 2)
    assert np.delete(neutral.parts, 4, axis=2) == pytest.approx(np.delete(plain.parts, 4, axis=2))
    assert replace(COMPONENTS, leniency=9.0).neutral()[3:5] == pytest.approx([COMPONENTS.unit / 2, COMPONENTS.spell / 2])


def test_few_moves_do_not_carry_the_components_away() -> None:
    panel = small_panel(people=60)
    wild = replace(COMPONENTS, family=2.0)
    moments = [(i, covariance(panel.rows.take(i), panel.weight[i], wild)) for i in batches(panel.employee)]
    free, held = (
        fit_components(panel.rows, panel.weight, moments, Components(), 60, (Components(), doubts(doubt)))
        for doubt in (np.inf, 0.3)
    )
    assert Components().family < held.family < free.family


def test_a_column_of_its_own_variance_goes_where_it_tells_nothing_and_stays_where_it_does() -> None:
    rng = np.random.default_rng(3)
    panel = small_panel(people=300)
    columns = rng.normal(size=(len(panel.score), 2))
    width = panel.design.fixed.shape[1]
    design = replace(
        panel.design, fixed=np.column_stack([panel.design.fixed, columns]), pooled=((width, width + 1), (width + 1, width + 2))
    )
    told = fit_level(replace(panel, design=design, score=panel.score + 0.5 * columns[:, 0]), LevelParams(), 0).solution.fixed
    assert told[width] == pytest.approx(0.5, abs=0.05)
    assert abs(told[width + 1]) < 0.01


def test_the_covariance_of_fixed_effects_is_the_exact_one_where_posts_share_nobody() -> None:
    panel = small_panel(people=40)
    alone = replace(panel.design, crossed=panel.employee[:, None] % 5, sizes=(5,))
    given = equations_of(replace(panel, design=alone), COMPONENTS, VARIANCES[:1])
    p = given.fixed
    assert fixed_covariance(given) == pytest.approx(solve_exactly(given)[1][:p, :p], abs=EXACT)
