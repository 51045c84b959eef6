"""What an office wrote is read as plain values or refused in words: whatever its encoding, its days, its size, its nesting."""

from pathlib import Path

import pandas as pd
import pytest

from features.errors import SourceError, UsageError
from features.plain_yaml import NotYamlError, parse, read
from features.source.drafting import quoted
from features.source.mapping import load_mapping
from pipelines.settings import load_params
from rules.pack import load_pack

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join([f'*{chr(97 + level)}'] * 9)}]\n" for level in range(8)
)
MERGED = "a: &a {k0: 1}\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} {{k{level + 1}: 1, <<: [{', '.join([f'*{chr(97 + level)}'] * 9)}]}}\n"
    for level in range(8)
)
WRONG = {
    "a day of no calendar": "extracted_on: 2026-02-30",
    "aliases of aliases": BOMB,
    "merges of merges": MERGED,
    "an alias within itself": "a: &a [*a]",
    "endless nesting": "[" * 20_000 + "]" * 20_000,
    "a number of thousands of digits": "a: " + "9" * 5_000,
    "an object of Python": "a: !!python/object/apply:os.system [id]",
    "a list as a key": "? [a]\n: b",
    "half a list": "a: [",
    "a control sign": "a: \x01",
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_plain_document_is_one_error_on_one_line(kind: str, tmp_path: Path) -> None:
    with pytest.raises(NotYamlError) as raised:
        parse(WRONG[kind])
    assert "\n" not in str(raised.value)
    path = tmp_path / "own.yaml"
    path.write_text(WRONG[kind], encoding="utf-8")
    for load, error in ((load_mapping, SourceError), (load_pack, UsageError), (load_params, UsageError)):
        with pytest.raises(error, match="YAML"):
            load(path)


def test_other_encodings_are_named_and_anchors_of_a_person_are_read(tmp_path: Path) -> None:
    (tmp_path / "wide.yaml").write_bytes("a: b".encode("utf-16"))
    with pytest.raises(NotYamlError, match="UTF-8"):
        read(tmp_path / "wide.yaml")
    with pytest.raises(SourceError, match="UTF-8"):
        load_mapping(tmp_path / "wide.yaml")
    assert parse("a: &codes {A: 5}\nb: *codes") == {"a": {"A": 5}, "b": {"A": 5}}


def test_a_column_named_after_a_day_of_no_calendar_is_drafted_quoted() -> None:
    assert quoted("2020-02-30") == '"2020-02-30"'
    assert parse(quoted("2020-02-30")) == "2020-02-30"


def test_what_is_nested_where_words_belong_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(
        "extracted_on: [2026-01-01]\nunits: {from: [a], columns: {name: {a: b}}, constants: {kind: [x]}, attributes: 5}\n"
        "appraisals: {values: {rating: {A: [5]}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(SourceError) as raised:
        load_mapping(path)
    for part in ("6 fault(s)", "extracted_on: ", "units.from", "units.columns.name", "units.constants.kind", "units.attributes"):
        assert part in str(raised.value)


@pytest.mark.parametrize("stated", ["today", "now", "2026-01-01T00:00:00+07:00", "01-02-2026"])
def test_the_stated_day_is_read_as_any_date_of_the_source_and_no_clock_is_asked(stated: str) -> None:
    from features.checking.checks import _extraction_date
    from features.errors import ContractError

    if stated in ("today", "now"):
        with pytest.raises(ContractError, match="extracted_on"):
            _extraction_date(stated, [])
    else:
        expected = pd.Timestamp(2026, 2, 1) if stated.startswith("01") else pd.Timestamp(2026, 1, 1)
        assert _extraction_date(stated, []) == expected
