"""Why a version stands as it does is told in words, whoever decided."""

import pytest

from models.tracking.registered import Standing
from pipelines.texts import Language, Texts
from pipelines.versions import told, why


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("passed", "semua syarat penentu terpenuhi"),
        (
            "passed; realised_coverage",
            "semua syarat penentu terpenuhi; tidak terpenuhi, tanpa menentukan: cakupan selang perubahan yang tercatat",
        ),
        ("Tahun 2025 salah skala", "Tahun 2025 salah skala"),
    ],
)
def test_codes_of_rules_are_told_and_words_of_people_stand(reason: str, said: str) -> None:
    assert why(reason, Texts()) == said


def test_a_line_a_version_and_one_where_there_is_none() -> None:
    assert list(told([], Texts(Language.EN))) == ["No model is registered yet."]
    standing = Standing(version=2, state="former", data_cutoff="2026-03-22", ranking_supported=True, reason="passed")
    (line,) = told([standing], Texts(Language.EN))
    assert line.startswith("Version 2: was in force; data until 2026-03-22;")
    assert line.endswith("all deciding rules passed")


def test_a_refusal_by_rule_names_the_rules_that_refused_and_no_rule_that_passed() -> None:
    standing = Standing(2, "2026-03-22", "refused", ranking_supported=True, reason="newest_shares; worse_than_champion")
    (line,) = told([standing], Texts(Language.EN))
    assert line.endswith("not met: shares per grade of the newest year depart from the years before, Worse than the champion")
    assert "passed" not in line
