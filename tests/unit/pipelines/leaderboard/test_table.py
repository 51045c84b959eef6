import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.leaderboard.board import COLUMNS
from pipelines.leaderboard.judging import FIGURES
from pipelines.leaderboard.plot import PANELS, board_plot, write_plot
from pipelines.leaderboard.table import RATIO, as_text, columns, mean_interval, summary
from pipelines.texts import Language, Texts

TEXTS = [Texts(language) for language in Language]


def row(world: str, seed: int, method: str, origin: str, plan: float, failed: str = "") -> dict[str, object]:
    figures = dict.fromkeys(FIGURES, np.nan if failed else 0.1)
    numbers = figures | {"plan": np.nan if failed or world == "empty" else plan, "promised": 0.4, "delivered": 0.2}
    return {"world": world, "seed": seed, "method": method, "origin": origin, "failed": failed, "fit seconds": 1.0,
            "effect seconds": 1.0, **numbers}  # fmt: skip


@pytest.fixture
def results() -> pd.DataFrame:
    rows = []
    for world in ("default", "empty"):
        for seed in (1, 2, 3):
            rows += [row(world, seed, "truth", "truth", 1.0), row(world, seed, "poor", "baseline", 0.1 * seed),
                     row(world, seed, "good", "ours", 0.5), row(world, seed, "broken", "yours", 0.0, "ValueError: no"),
                     row(world, seed, "shaky", "yours", 0.3, "KeyError: x" if seed == 1 else "")]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_rows_go_from_the_truth_over_the_best_plan_to_what_failed(results: pd.DataFrame) -> None:
    table = summary(results)
    assert table["method"].tolist() == ["truth", "good", "shaky", "poor", "broken"]
    assert table.set_index("method")["failed"].to_dict() == {"truth": 0, "good": 0, "shaky": 2, "poor": 0, "broken": 6}


def test_figures_are_means_over_cities_of_their_world_with_students_interval(results: pd.DataFrame) -> None:
    poor = summary(results).set_index("method").loc["poor"]
    half = 1.8856 * 0.1 / np.sqrt(3)  # t of two degrees of freedom at 90 %
    assert (poor["plan"], poor["plan_lower"], poor["plan_upper"]) == pytest.approx((0.2, 0.2 - half, 0.2 + half), abs=1e-4)
    assert poor[RATIO] == pytest.approx(2.0)


def test_one_city_has_no_interval_and_none_no_mean() -> None:
    assert mean_interval(np.array([0.5, np.nan]))[0] == 0.5
    assert np.isnan(mean_interval(np.array([0.5]))[1:]).all()
    assert np.isnan(mean_interval(np.array([]))).all()


def test_a_board_of_the_empty_world_alone_has_its_columns_only(results: pd.DataFrame) -> None:
    empty = results[results["world"] == "empty"]
    assert [column.name for column in columns(empty)] == ["empty: spread", "empty: promised", "empty: over staying"]
    assert summary(empty)["method"].iloc[0] == "truth"
    assert as_text(empty, TEXTS[0])


@pytest.mark.parametrize("texts", TEXTS)
def test_the_text_is_a_table_with_a_row_per_method_and_says_what_failed(results: pd.DataFrame, texts: Texts) -> None:
    lines = as_text(results, texts).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + 5
    assert len({line.count("|") for line in table}) == len({len(line) for line in table}) == 1
    assert "0.40 / 0.20" in table[3]
    assert any("broken" in line and "ValueError: no" in line and "6" in line for line in lines[len(table) :])


@pytest.mark.parametrize("width", [20, 80, 120])
def test_in_a_narrow_terminal_the_table_is_broken_into_several_with_all_rows(results: pd.DataFrame, width: int) -> None:
    whole, broken = as_text(results, TEXTS[1]), as_text(results, TEXTS[1], width)
    tables = [part.splitlines() for part in broken.split("\n\n") if part.startswith("|")]
    assert all(len(table) == 2 + 5 for table in tables)
    assert all(len(line) <= width for table in tables for line in table if line.count("|") > 3)
    cells = [cell.strip() for table in tables for line in table for cell in line.split("|")[2:-1]]
    assert sorted(cell for cell in cells if set(cell) - set("-:")) == sorted(
        cell.strip()
        for line in whole.splitlines()
        if line.startswith("|")
        for cell in line.split("|")[2:-1]
        if set(cell) - set("-: ")
    )


@pytest.mark.parametrize("texts", TEXTS)
def test_the_figure_is_svg_of_the_same_bytes_without_colour(results: pd.DataFrame, texts: Texts, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.svg", "two.svg")]
    for file in files:
        write_plot(board_plot(summary(results), texts), str(file))
    text = files[0].read_text(encoding="utf-8")
    assert text == files[1].read_text(encoding="utf-8")
    assert ET.fromstring(text).tag.endswith("svg")
    colours = {word for part in text.split("#")[1:] if len(word := part[:6]) == 6 and set(word) <= set("0123456789abcdef")}
    assert all(word[:2] == word[2:4] == word[4:] for word in colours)
    assert len(PANELS) == 6
