"""A punishment on record is told with its days; nothing on record is no mystery."""

from typing import Any

import pytest

from serving.punishments import told_punishment

FROM_TO = {"discipline_from": "2024-03-01", "discipline_until": "2025-02-28"}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"discipline": "none"}, "tidak ada yang tercatat"),
        ({"discipline": None}, "tidak ada data hukuman disiplin"),
        ({}, "tidak ada data hukuman disiplin"),
        ({"discipline": "moderate", **FROM_TO}, "sedang, sejak 1 Maret 2024, sampai 28 Februari 2025"),
        ({"discipline": "heavy", "discipline_from": "2024-03-01"}, "berat, sejak 1 Maret 2024, tanggal berakhirnya tidak tercatat"),
        (
            {"discipline": "light", "discipline_open": True, **FROM_TO},
            "ringan, sejak 1 Maret 2024, sampai 28 Februari 2025, perkaranya belum selesai",
        ),
    ],
)
def test_a_punishment_says_what_is_known_of_it(facts: dict[str, Any], said: str) -> None:
    assert told_punishment(facts, "discipline", "id") == said


def test_the_last_weighty_punishment_says_nothing_of_an_open_case() -> None:
    facts = {"sanction": "moderate", "sanction_from": "2020-01-01", "sanction_until": "2021-01-01", "discipline_open": True}
    assert told_punishment(facts, "sanction", "en") == "moderate, from 1 January 2020, until 1 January 2021"
