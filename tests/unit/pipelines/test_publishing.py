"""What a publication says beside its tables."""

from pipelines.publishing import rule_titles
from rules.pack import load_pack


def test_every_rule_is_named_in_both_languages() -> None:
    pack = load_pack(None, {})
    titles = rule_titles(pack)
    assert list(titles) == list(pack.rule_ids)
    assert all(title["id"] and title["en"] and title["id"] != title["en"] for title in titles.values())
