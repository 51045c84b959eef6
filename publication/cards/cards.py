"""Model card, algorithm record and impact assessment of a run, from its own figures, in Indonesian and English.

Mitchell and others (2019), "Model cards for model reporting"; the UK Algorithmic Transparency Recording Standard (tiers 1 and 2);
UU 27/2022 art. 34 (data protection impact assessment). Nothing in them is about a person: counts, shares, figures, hashes.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

from evaluation.group_figures import AUC, BOTH, ERROR, GAP, RATIO, SCORES, STEPS, cell_name, in_order, trait_name
from features.bilingual import Bilingual
from features.funnel import in_words
from features.written import whole

SIZES: dict[str, str] = {"plan": "plan", "positions": "positions", "people": "facts_employees"}
"""Tables whose rows are counted, by what a card calls them."""
KINDS: tuple[str, ...] = ("model-card", "algorithm-record", "impact-assessment")
LANGUAGES: tuple[str, ...] = ("id", "en")
FORMS: tuple[str, ...] = ("md", "html")
NAMES: tuple[str, ...] = tuple(f"{kind}.{lang}.{form}" for kind in KINDS for lang in LANGUAGES for form in FORMS)
"""File names of all cards of a run."""
FIGURES: tuple[tuple[str, str, str], ...] = (
    ("outcome_r2", "prakiraan pegawai yang tetap (R²)", "outlook of those who stay (R²)"),
    ("mean_effect", "pengaruh rata-rata mutasi, SB", "mean effect of moves, SD"),
    ("slope", "kemiringan kenyataan terhadap prakiraan", "slope of outcome on forecast"),
    ("autoc", "mutu pengurutan (AUTOC)", "quality of the ranking (AUTOC)"),
    ("coverage", "cakupan rentang 80 %", "coverage of 80 % intervals"),
    ("placebo_mean", "pengaruh mutasi semu, SB", "effect of pretended moves, SD"),
    ("leniency_correlation", "korelasi dengan kemurahan penilai", "correlation with leniency of raters"),
    ("overlap", "bagian mutasi yang punya pembanding", "share of moves with a comparison"),
    ("plan_value", "pilihan sistem dikurangi pilihan nyata, SB", "own choices less actual ones, SD"),
)
"""Figures of the trial run that cards tell."""
MARKS: dict[str, float] = {RATIO: 1.0, AUC: 0.5, GAP: 0.0, ERROR: 1.0}
"""What each figure is where a group fares like everybody else."""

_PAGE = (
    '<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
    "<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}}"
    "table{{border-collapse:collapse}}td,th{{border:1px solid #bbb;padding:.25rem .5rem;text-align:left}}</style></head>\n"
    "<body>\n{body}</body></html>\n"
)


def render_cards(run_id: str, run: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the text of every card by file name (`NAMES`).

    Parameters
    ----------
    run_id
    run
        What ``run.json`` holds, ``fairness`` (the gate) included.
    tables
        Published tables; fairness is read, of all others the number of rows at most.
    """
    fairness, markdown = tables["fairness"], MarkdownIt("commonmark", {"html": False}).enable("table")
    texts: dict[str, str] = {}
    for lang in LANGUAGES:
        told = {
            "run_id": run_id, "run": run, "gate": run["fairness"], "figures": _figures(run.get("validation") or {}, lang),
            "groups": {statistic: _groups(fairness, statistic, lang) for statistic in MARKS},
            "compared": _compared(fairness), **{name: whole(len(tables[table]), lang) for name, table in SIZES.items()},
            "funnel": [(words.into(lang), *(whole(rows, lang) for rows in counts)) for words, *counts in in_words(run["funnel"])],
            "read": whole(int(run["source_rows"]["read"]), lang), "said": {kind: said.into(lang) for kind, said in _said(run)},
        }  # fmt: skip
        for kind in KINDS:
            text = _TEMPLATES.get_template(f"{kind}.{lang}.md").render(told)
            title = text.splitlines()[0].lstrip("# ")
            texts[f"{kind}.{lang}.md"] = text
            texts[f"{kind}.{lang}.html"] = _PAGE.format(lang=lang, title=title, body=markdown.render(text))
    return texts


def _figures(validation: Mapping[str, Any], lang: str) -> list[dict[str, str]]:
    return [
        {"title": indonesian if lang == "id" else english, **{part: _number(validation[name][part], lang) for part in _PARTS}}
        for name, indonesian, english in FIGURES
        if isinstance(validation.get(name), Mapping)
    ]


_PARTS = ("value", "lower", "upper")
_WORDS: dict[str, Mapping[str, Bilingual]] = {
    "release": {
        "champion": Bilingual("in use", "dipakai"), "none": Bilingual("none", "tidak ada"),
        "refused": Bilingual("that made in this run was refused", "yang dibuat pada proses ini ditolak"),
    },
    "gate": {
        "passed": Bilingual("passed", "lolos"), "warned": Bilingual("passed with remarks", "lolos dengan catatan"),
        "blocked": Bilingual("blocked", "tertahan"), "overridden": Bilingual("overridden", "dikesampingkan"),
    },
    "health": {
        "layak": Bilingual("fit for learning", "layak"), "tidak layak": Bilingual("not fit for learning", "tidak layak"),
    },
    "verdict": {
        "berhasil": Bilingual("they worked (berhasil)", "berhasil"),
        "belum terbukti": Bilingual("not proven (belum terbukti)", "belum terbukti"),
        "merugikan": Bilingual("they did harm (merugikan)", "merugikan"),
        "": Bilingual("not evaluated", "belum dinilai"),
    },
}  # fmt: skip
"""What a run's codes are called on a card."""


def _said(run: Mapping[str, Any]) -> list[tuple[str, Bilingual]]:
    """Return what the run decided and found, in words."""
    codes = {
        "release": run["release"]["decision"], "gate": run["fairness"]["decision"], "health": run["label_health"]["verdict"],
        "verdict": (run.get("evaluation") or {}).get("verdict", ""),
    }  # fmt: skip
    return [(kind, _WORDS[kind][code]) for kind, code in codes.items()]


def _groups(fairness: pd.DataFrame, statistic: str, lang: str) -> list[dict[str, str]]:
    """Return one figure of every group of a single trait, and of those of two traits that differ beyond chance; step by step."""
    rows = fairness[(fairness["statistic"] == statistic) & ~fairness["suppressed"]].to_dict("records")
    kept = [row for row in rows if BOTH not in row["dimension"] or _apart(row, MARKS[statistic])]
    order = list(_MEASURES)
    kept.sort(key=lambda row: (order.index((row["measure"], row["among"])), in_order(row["dimension"], row["cell"])))
    return [_row(row, lang) for row in kept]


def _apart(row: Mapping[str, Any], alike: float) -> bool:
    return bool(row["lower"] > alike or row["upper"] < alike)


def _compared(fairness: pd.DataFrame) -> dict[str, int]:
    """Return how many figures are told in all, how many differ beyond chance, are withheld, or rest on groups that were joined."""
    hidden = fairness["suppressed"].astype(bool)
    told = fairness[~hidden].to_dict("records")
    apart = sum(_apart(row, MARKS[row["statistic"]]) for row in told)
    joined = int(((fairness["merged"] > 0) & ~hidden).sum())
    return {"told": len(told), "apart": apart, "withheld": int(hidden.sum()), "joined": joined}


_MEASURES: dict[tuple[str, str], Bilingual] = {
    **STEPS, **{(name, "candidates"): said for name, said in SCORES.items()}, ("uplift", "moved"): SCORES["uplift"],
}  # fmt: skip


def _row(row: Mapping[str, Any], lang: str) -> dict[str, str]:
    numbers = {name: _number(row[name], lang) for name in ("value", "others", "ratio", "lower", "upper")}
    group = f"{trait_name(row['dimension']).into(lang)}: {cell_name(row['cell']).into(lang)}"
    told = {"measure": _MEASURES[row["measure"], row["among"]].into(lang), "group": group}
    return {**told, "people": str(row["people"]), **numbers}


def _number(value: object, lang: str) -> str:
    if not isinstance(value, int | float) or math.isnan(value):
        return "–"
    written = f"{value:.2f}".replace("-0.00", "0.00")
    return written.replace(".", ",") if lang == "id" else written


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    autoescape=False, keep_trailing_newline=True,  # noqa: S701 - Markdown; markdown-it escapes what is no Markdown
)  # fmt: skip
