"""A wrong value is said in the reader's language, whatever kind of wrong it is."""

from typing import Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from features.wrong_values import wrong_values


@pytest.mark.parametrize(
    ("kind", "value", "indonesian"),
    [
        (int, "many", "bilangan bulat"),
        (float, "x", "bilangan"),
        (bool, 3, "true atau false"),
        (str, 3, "teks"),
        (list[int], 3, "daftar"),
        (dict[str, int], 3, "kunci dan nilai"),
        (Literal["a", "b"], "c", "salah satu dari 'a' atau 'b'"),
        (complex, "x", "tidak sah"),
    ],
)
def test_both_languages_name_the_place_and_what_was_expected(kind, value, indonesian):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value, strict=True)
    fault = wrong_values(refused.value.errors(), "lists.")[0]
    assert fault.startswith("lists.")
    assert indonesian in fault.into("id")
    assert indonesian not in fault.into("en")
