"""Every error family has one section in docs/errors.md, with its code and exit code, and no two share either."""

import re
from pathlib import Path

import pytest

from features import errors

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
FAMILIES = [errors.TepatError, *errors.TepatError.__subclasses__()]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_an_error_has_a_section_with_its_exit_code_and_a_way_out(family: type[errors.TepatError]) -> None:
    section = PAGE.split(f"## {family.code} {family.__name__}\n")
    assert len(section) == 2
    body = section[1].split("\n## ")[0]
    assert f"Exit code {family.exit_code}." in body
    assert "*Do:*" in body or family is errors.TepatError


def test_the_page_names_no_error_that_does_not_exist() -> None:
    assert re.findall(r"^## (\S+) (\S+)$", PAGE, re.MULTILINE) == [(family.code, family.__name__) for family in FAMILIES]


def test_codes_and_exit_codes_are_unique() -> None:
    assert len({family.code for family in FAMILIES}) == len({family.exit_code for family in FAMILIES}) == len(FAMILIES)
