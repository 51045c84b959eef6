"""What is wrong with a value in a settings file or a rule pack, in both languages of the program."""

from collections.abc import Iterable, Mapping
from typing import Any

from features.bilingual import Bilingual

_INDONESIAN = {
    "missing": "wajib diisi",
    "extra_forbidden": "kunci ini tidak dikenal",
    "unexpected_keyword_argument": "kunci ini tidak dikenal",
    "int_type": "harus bilangan bulat",
    "int_parsing": "harus bilangan bulat",
    "int_from_float": "harus bilangan bulat",
    "float_type": "harus bilangan",
    "float_parsing": "harus bilangan",
    "finite_number": "harus bilangan berhingga",
    "bool_type": "harus true atau false",
    "bool_parsing": "harus true atau false",
    "string_type": "harus teks",
    "list_type": "harus berupa daftar",
    "tuple_type": "harus berupa daftar",
    "dict_type": "harus berisi pasangan kunci dan nilai",
    "dataclass_type": "harus berisi pasangan kunci dan nilai",
    "model_type": "harus berisi pasangan kunci dan nilai",
    "date_type": "harus tanggal (TTTT-BB-HH)",
    "date_parsing": "harus tanggal (TTTT-BB-HH)",
    "date_from_datetime_parsing": "harus tanggal (TTTT-BB-HH)",
    "literal_error": "harus salah satu dari {expected}",
    "enum": "harus salah satu dari {expected}",
    "greater_than": "harus lebih dari {gt}",
    "greater_than_equal": "harus paling sedikit {ge}",
    "less_than": "harus kurang dari {lt}",
    "less_than_equal": "harus paling banyak {le}",
    "none_required": "harus kosong (null)",
    "too_short": "kurang banyak isinya; paling sedikit {min_length}",
    "too_long": "terlalu banyak isinya; paling banyak {max_length}",
    "string_too_short": "terlalu pendek; paling sedikit {min_length} huruf",
    "string_pattern_mismatch": "tidak sesuai pola {pattern}",
}
"""Pydantic's kinds of error that a file can cause, as its reader would say them."""


def wrong_value(place: str, fault: Mapping[str, Any]) -> Bilingual:
    """Return a fault pydantic found at ``place`` (an item of ``ValidationError.errors()``)."""
    english = str(fault["msg"])
    told = _INDONESIAN.get(str(fault["type"]))
    indonesian = told.format_map(fault.get("ctx", {})) if told else f"nilainya tidak sah ({english})"
    return Bilingual(f"{place}: {english}", f"{place}: {indonesian.replace(' or ', ' atau ')}")


def wrong_values(faults: Iterable[Mapping[str, Any]], prefix: str = "") -> list[Bilingual]:
    """Return every fault of a ``ValidationError``, each with its dotted place behind ``prefix``."""
    return [wrong_value(prefix + ".".join(str(part) for part in fault["loc"]), fault) for fault in faults]
