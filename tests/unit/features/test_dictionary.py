"""The data dictionary is what the contract declares."""

from pathlib import Path

from features.contract import TABLES, Kind, Privacy, columns
from features.definitions import FEATURES
from features.dictionary import main, render_dictionary

PAGE = Path(__file__).resolve().parents[3] / "docs" / "data-dictionary.md"


def test_the_page_is_the_rendering(tmp_path: Path) -> None:
    main([str(tmp_path / "page.md")])
    assert PAGE.read_text(encoding="utf-8") == (tmp_path / "page.md").read_text(encoding="utf-8"), "run `make docs`"


def test_every_column_is_on_the_page() -> None:
    page = render_dictionary()
    for table, column in columns():
        assert f"| `{column.name}`" in page.split(f"## {table.name}\n")[1].split("\n## ")[0]


def test_every_feature_is_on_the_page() -> None:
    page = render_dictionary()
    for feature in FEATURES:
        assert f"| `{feature.name}` | {feature.side} |" in page.split(f"## {feature.family}\n")[1].split("\n## ")[0]


def test_what_identifies_or_is_protected_is_marked_in_the_contract() -> None:
    hidden = {(table.name, column.name) for table, column in columns() if column.privacy in (Privacy.IDENTIFIER, Privacy.PROTECTED)}
    assert hidden == {
        ("employees", "nip"),
        ("employees", "name"),
        ("employees", "sex"),
        ("employees", "disability"),
        ("assignments", "decree_number"),
    }


def test_the_contract_is_sound() -> None:
    for table in TABLES.values():
        names = table.names()
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        assert not table.dated_by or table.column(table.dated_by).kind is Kind.DATE
        for column in table.columns:
            assert not column.refers_to or column.refers_to in TABLES
            assert (column.kind is Kind.CODE) == bool(column.codes)
            assert table.name != "peer_reviews" or not table.key
