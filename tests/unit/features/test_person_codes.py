"""Codes of people: one to one, the key's own, short, read aloud without mistaking one for another."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import ContractError
from features.person_codes import as_code, by_code, person_code, person_codes
from features.pseudonyms import pseudonym

KEY = b"k" * 32


@given(st.lists(st.text(min_size=1, max_size=30), unique=True, max_size=60), st.binary(min_size=1, max_size=40))
def test_codes_are_one_to_one_and_those_of_each_alone(identifiers: list[str], key: bytes) -> None:
    codes = person_codes(key, pd.Index(identifiers, dtype="str"))
    assert codes.is_unique
    assert codes.tolist() == [person_code(key, one) for one in identifiers]


@given(st.text(max_size=30), st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40))
def test_another_key_gives_another_code(identifier: str, key: bytes, other: bytes) -> None:
    assert (person_code(key, identifier) == person_code(other, identifier)) == (key.rstrip(b"\0") == other.rstrip(b"\0"))


def test_a_code_is_three_groups_of_four_without_letters_that_are_misread_and_tells_no_pseudonym() -> None:
    codes = [person_code(KEY, str(number)) for number in range(500)]
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code) for code in codes)
    assert len({code[0] for code in codes}) == 32
    hashed = [int(pseudonym(KEY, str(number)), 16) >> 4 for number in range(500)]
    symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    bits = [sum(symbols.index(one) << 5 * place for place, one in enumerate(code.replace("-", ""))) for code in codes]
    assert not set(bits) & set(hashed)


@given(st.text(max_size=20))
def test_a_code_is_understood_as_people_type_it(identifier: str) -> None:
    code = person_code(KEY, identifier)
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " "), code.replace("0", "O").replace("1", "l")):
        assert as_code(typed) == code


@pytest.mark.parametrize("text", ["", "P0001", "198501012010011001", "7K3M-9QX2-04TU", "7K3M-9QX2-04T", "7K3M-9QX2-04T?"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert as_code(text) is None


def test_two_people_under_one_code_are_a_clear_error_that_names_neither() -> None:
    many = pd.Index([f"P{number:02d}" for number in range(40)])
    with pytest.raises(ContractError, match=r"of 40 people share a code") as refusal:
        person_codes(KEY, many, length=1)  # 32 codes
    assert "P0" not in str(refusal.value)


def test_the_order_of_codes_says_nothing_of_that_of_identifiers() -> None:
    born = pd.Index([f"{year}0101{year + 25}011001" for year in range(1960, 2000)])
    codes, order = by_code(KEY, born)
    assert codes.is_monotonic_increasing
    assert codes.tolist() == [person_code(KEY, one) for one in born[order]]
    assert abs(pd.Series(order).corr(pd.Series(range(len(born))))) < 0.5
