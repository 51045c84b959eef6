"""Titles of rules within a sentence."""

import pytest

from rules.wording import in_line


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Surat keterangan sehat", "surat keterangan sehat"),
        ("LHKPN untuk JPT dan jabatan strategis", "LHKPN untuk JPT dan jabatan strategis"),
        ("JPT paling lama lima tahun", "JPT paling lama lima tahun"),
        ("A", "a"),
    ],
)
def test_a_title_starts_small_unless_it_starts_with_an_abbreviation(title: str, said: str) -> None:
    assert in_line(title) == said
