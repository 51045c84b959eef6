"""Checking a filled form against its declaration: every fault at once, in words for whoever filled it in."""

import math
from collections.abc import Iterator, Mapping
from datetime import date

from features.bilingual import Bilingual, listed
from features.errors import EntryError
from publication.intake.forms import Field, Form, Kind

Value = str | int | float | None
_LONGEST_ID = 200


def checked(form: Form, values: Mapping[str, object]) -> dict[str, Value]:
    """Return a filled form with typed values, every field present.

    Raises
    ------
    EntryError
        A field is missing, unknown or wrong; names every one, never what was filled in.
    """
    faults = [
        Bilingual(f"unknown field '{name[:40]}'", f"isian '{name[:40]}' tidak dikenal")
        for name in values if name not in {field.name for field in form.fields}
    ]  # fmt: skip
    filled: dict[str, Value] = {}
    for field in form.fields:
        value = _text_of(values.get(field.name))
        try:
            filled[field.name] = None if value is None else _parsed(field, value)
        except ValueError:
            faults.append(
                Bilingual(f"{field.title}: {_expected(field)}", f"{field.title.indonesian}: {_expected(field).indonesian}")
            )
        if value is None and field.required:
            faults.append(Bilingual(f"{field.title} is missing", f"{field.title.indonesian} belum diisi"))
    faults += [*_one_of(form, filled), *_too_early(form, filled)]
    if faults:
        every = listed("; ", faults)
        raise EntryError(
            f"{form.title}: {every}. Correct it and send it again.",
            f"{form.title.indonesian}: {every.indonesian}. Perbaiki lalu kirim lagi.",
        )
    return filled


def _text_of(value: object) -> str | None:
    """Return a value as trimmed text, None where there is nothing; whole floats lose their point."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None


def _parsed(field: Field, text: str) -> Value:
    """Return the typed value; ValueError where it is none."""
    if "\0" in text:
        raise ValueError(text)
    if field.kind is Kind.DAY:
        return date.fromisoformat(text).isoformat()
    if field.kind is Kind.CODE:
        if text not in field.codes:
            raise ValueError(text)
        return text
    if field.kind in (Kind.NUMBER, Kind.INTEGER):
        return _number(field, text)
    longest = field.longest if field.kind is Kind.TEXT else _LONGEST_ID
    if len(text) > longest:
        raise ValueError(text)
    return _coded(field, text)


def _coded(field: Field, text: str) -> str:
    """Return the code that ``text`` stands for, said in either language or as the code; else the text."""
    said = " ".join(text.casefold().replace("_", " ").split())
    return next((code for code, words in field.words.items() if said in (str(words), words.indonesian)), text)


def _number(field: Field, text: str) -> int | float:
    number = int(text) if field.kind is Kind.INTEGER else float(text.replace(",", "."))
    too_small = field.minimum is not None and number < field.minimum
    too_large = field.maximum is not None and number > field.maximum
    if not math.isfinite(number) or too_small or too_large:
        raise ValueError(text)
    return number


def _expected(field: Field) -> Bilingual:
    if field.kind is Kind.DAY:
        return Bilingual("a day as YYYY-MM-DD", "tanggal sebagai TTTT-BB-HH")
    if field.kind is Kind.CODE:
        codes = ", ".join(field.codes)
        return Bilingual(f"one of {codes}", f"salah satu dari {codes}")
    if field.kind in (Kind.NUMBER, Kind.INTEGER):
        least, most = field.minimum, field.maximum
        whole = field.kind is Kind.INTEGER
        if least is not None and most is not None and most < 2**53:
            return Bilingual(f"a number from {least:g} to {most:g}", f"bilangan dari {least:g} sampai {most:g}")
        return Bilingual("a whole number" if whole else "a number", "bilangan bulat" if whole else "bilangan")
    longest = field.longest if field.kind is Kind.TEXT else _LONGEST_ID
    return Bilingual(f"at most {longest} characters", f"paling banyak {longest} karakter")


def _one_of(form: Form, filled: Mapping[str, Value]) -> Iterator[Bilingual]:
    if form.one_of and not any(filled.get(name) is not None for name in form.one_of):
        fields = [form.field(name).title for name in form.one_of]
        either = " / ".join(str(title) for title in fields)
        salah_satu = " / ".join(title.indonesian for title in fields)
        yield Bilingual(f"fill in one of {either}", f"isi salah satu: {salah_satu}")


def _too_early(form: Form, filled: Mapping[str, Value]) -> Iterator[Bilingual]:
    for field in form.fields:
        day, first = filled.get(field.name), filled.get(field.not_before) if field.not_before else None
        if day is not None and first is not None and str(day) < str(first):
            before = form.field(field.not_before).title
            yield Bilingual(
                f"{field.title}: a day not before '{before}' ({first})",
                f"{field.title.indonesian}: tanggal yang tidak mendahului '{before.indonesian}' ({first})",
            )
