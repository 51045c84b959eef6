"""Study choices are read strictly: nothing misspelt passes for a default."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from features.errors import UsageError
from features.harmoniser.announced import Announced
from pipelines.settings import SHIPPED, Params, load_params, parse, required_keys

SHIPPED_OTHERWISE = {"validation.design"}
"""Choices of the pipelines that a function's own default cannot know."""


def test_the_shipped_file_states_every_choice_and_agrees_with_the_code() -> None:
    values = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    stated = {key for key in required_keys(Params) if _at(values, key) is not None}
    no_limit = {f"wave.limits.{name}" for name in ("moves", "out_of_unit", "into_unit", "budget", "mean_distance", "aspirations")}
    assert set(required_keys(Params)) - stated == {"values.backfill", "uplift.belief", *no_limit}  # stated as null
    differing = {key for key in stated if _at(values, key) != _at(json.loads(json.dumps(asdict(Params()))), key)}
    assert differing <= SHIPPED_OTHERWISE


def test_every_choice_of_the_shipped_file_says_why() -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if ":" in line and not line.lstrip().startswith("#") and "#" not in line] == []


def test_a_city_overrides_single_keys(tmp_path: Path) -> None:
    city = tmp_path / "city.yaml"
    city.write_text("lists: {shortlist: 20}\n")
    params = load_params(city)
    assert params.lists.shortlist == 20
    assert params.lists.best_positions == Params().lists.best_positions


def test_a_city_announces_a_way_of_rating_beside_those_shipped(tmp_path: Path) -> None:
    city = tmp_path / "city.yaml"
    city.write_text("trials: {ratings: {announced: {New: {since: 2027-01-01, public_on: 2026-08-01}}}}\n")
    announced = load_params(city).trials.ratings.announced
    assert announced == {**Params().trials.ratings.announced, "New": Announced("2027-01-01", "2026-08-01")}
    city.write_text("trials: {ratings: {announced: {New: {since: soon, public_on: 2026-08-01}}}}\n")
    with pytest.raises(UsageError, match=r"trials\.ratings\.announced\.New"):
        load_params(city)


def test_all_wrong_keys_are_named_at_once(tmp_path: Path) -> None:
    city = tmp_path / "city.yaml"
    city.write_text("trials: {threadz: 1}\nlists: {shortlist: many}\nlist: 1\n")
    with pytest.raises(UsageError) as refusal:
        load_params(city)
    for key in ("trials.threadz", "lists.shortlist", "list: no such key"):
        assert key in str(refusal.value)


@pytest.mark.parametrize("text", ["lists: [", "- 1\n- 2\n"])
def test_a_file_that_holds_no_settings_is_refused(tmp_path: Path, text: str) -> None:
    city = tmp_path / "city.yaml"
    city.write_text(text)
    with pytest.raises(UsageError):
        load_params(city)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml"):
        load_params(Path("nowhere.yaml"))


def test_whole_numbers_are_not_taken_from_fractions() -> None:
    with pytest.raises(UsageError, match=r"lists\.shortlist"):
        parse(Params, {"lists": {"shortlist": 2.5}}, "test")


def test_the_digest_follows_choices_but_not_the_machine() -> None:
    other = parse(Params, {"uplift": {"stage": {"threads": 7}}}, "test")
    assert other.digest() == Params().digest()
    assert parse(Params, {"lists": {"shortlist": 7}}, "test").digest() != Params().digest()


def _at(values: object, key: str) -> object:
    for part in key.split("."):
        values = values.get(part) if isinstance(values, dict) else None
    return values
