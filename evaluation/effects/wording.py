"""What an outcome, a design, a dimension or a cell of the table of effects is called, in both languages."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from features.bilingual import Bilingual

_B = Bilingual

OUTCOMES: dict[str, Bilingual] = {
    "performance": _B("performance", "kinerja"),
    "satisfaction": _B("job satisfaction", "kepuasan kerja"),
    "motivation": _B("motivation", "motivasi kerja"),
    "superior": _B("communication with the superior", "komunikasi dengan atasan"),
    "workload": _B("fair workload", "kewajaran beban kerja"),
    "communication": _B("reasons explained before the move", "penjelasan alasan sebelum mutasi"),
    "network": _B("cross-unit network", "jejaring lintas unit"),
    "fit": _B("fit with the new post", "kesesuaian dengan jabatan baru"),
    "support": _B("support by the superior", "dukungan atasan"),
    "colleagues": _B("work of the colleagues", "kinerja rekan seunit"),
    "service_index": _B("citizens' satisfaction (IKM)", "kepuasan masyarakat (IKM)"),
    "visitors": _B("service demand met (visitors served)", "permintaan layanan terlayani (pengunjung)"),
    "goal": _B("programme goal", "sasaran program"),
    "survey": _B("staff survey", "survei pegawai"),
    "feedback": _B("feedback after moves", "umpan balik setelah mutasi"),
}
GOAL_UNITS: dict[str, Bilingual] = {
    "performance": _B("SD", "SB"), "filled": _B("%", "%"), "satisfaction": _B("of 5", "dari 5"), "motivation": _B("of 5", "dari 5"),
    "service_index": _B("points", "poin"),
}  # fmt: skip
"""Unit of what a goal of a programme is measured by (`goals`); an indicator that nothing measures has none but its own words."""
BESIDE: tuple[str, ...] = (
    "satisfaction", "motivation", "superior", "workload", "communication", "network", "fit", "support", "colleagues",
    "service_index", "visitors",
)  # fmt: skip
"""Outcomes beside performance, in the order they are told."""
DESIGNS: dict[str, Bilingual] = {
    "matched": _B("against people like them who stayed", "dibanding pegawai serupa yang tetap"),
    "before_after": _B("after less before, uncorrected", "sesudah dikurangi sebelum, tanpa koreksi"),
    "return_to_mean": _B("of that: return to the mean", "di antaranya: kembali ke rata-rata"),
    "did_last": _B("change since the last year, less the stayers'", "perubahan sejak tahun terakhir, dikurangi yang tetap"),
    "did_earlier": _B("change since the year before, less the stayers'", "perubahan sejak tahun sebelumnya, dikurangi yang tetap"),
    "leniency_left_in": _B("on ratings as given, leniency left in", "atas nilai apa adanya, kemurahan penilai tidak dikoreksi"),
    "leniency": _B("of that: leniency of raters", "di antaranya: kemurahan penilai"),
    "event_study": _B("event study, year relative to the move", "studi peristiwa, tahun relatif terhadap mutasi"),
    "robust_bounds": _B("bounds if trends part as fast as before", "batas bila tren menjauh secepat sebelumnya"),
    "lead_test": _B("test of the years before", "uji tahun-tahun sebelum mutasi"),
    "placebo_date": _B("pretended earlier date: must find nothing", "tanggal rekaan lebih awal: seharusnya nihil"),
    "later_year": _B("growth from the first to the second year", "pertambahan dari tahun pertama ke tahun kedua"),
    "bias_like_last": _B(
        "shift by a hidden cause as strong as the last rating", "pergeseran oleh sebab tersembunyi sekuat nilai terakhir"
    ),
    "robustness_value": _B(
        "share a hidden cause must explain to undo it", "porsi yang harus dijelaskan sebab tersembunyi untuk meniadakannya"
    ),
    "before": _B("movers before the move", "pegawai yang dimutasi, sebelum"),
    "after": _B("movers after the move", "pegawai yang dimutasi, sesudah"),
    "stayers_after": _B("people like them who stayed, then", "pegawai serupa yang tetap, pada saat itu"),
    "level": _B("mean answer of movers", "rata-rata jawaban pegawai yang dimutasi"),
    "reliability": _B("reliability (Cronbach's alpha)", "reliabilitas (alfa Cronbach)"),
    "received": _B("unit that received people", "unit penerima"),
    "left_behind": _B("unit left behind", "unit yang ditinggalkan"),
    "cause": _B("what the move lost by it", "kerugian akibatnya"),
    "goal": _B("against its target", "terhadap targetnya"),
}
OWN_TITLE: tuple[str, ...] = ("cause", "goal")
"""Designs whose cells are titles by themselves: a cause, a goal of the programme."""
GROUPS: tuple[str, ...] = ("kind", "family", "level", "step", "training", "explanation", "fit")
"""By what the effect is told apart on the terminal and on the page, in this order; the table has more."""
DIMENSIONS: dict[str, Bilingual] = {
    "all": _B("all moves", "semua mutasi"),
    "kind": _B("kind of move", "jenis mutasi"),
    "family": _B("job family", "rumpun jabatan"),
    "unit": _B("unit", "unit"),
    "step": _B("level of the post", "jenjang jabatan tujuan"),
    "level": _B("level held", "jenjang semula"),
    "training": _B("training for the move", "pelatihan untuk mutasi"),
    "explanation": _B("reasons explained", "alasan dijelaskan"),
    "fit": _B("fit by field and experience", "kecocokan bidang dan pengalaman"),
    "wave": _B("year of the move", "tahun mutasi"),
    "cause": _B("cause", "sebab"),
    "programme": _B("programme", "program"),
}
CELLS: dict[str, Bilingual] = {
    "": _B("", ""),
    "assigned": _B("assigned", "penugasan"), "selected": _B("selected", "terpilih"), "promotion": _B("promotion", "promosi"),
    "own_request": _B("own request", "permintaan sendiri"), "first": _B("first post", "jabatan pertama"),
    "same": _B("the same", "sama"), "new": _B("new", "baru"), "other": _B("another", "lain"),
    "up": _B("higher", "lebih tinggi"), "level": _B("the same level", "setingkat"), "down": _B("lower", "lebih rendah"),
    "staff": _B("staff", "pelaksana dan setara"), "supervisor": _B("supervisor", "pengawas dan setara"),
    "administrator": _B("administrator", "administrator dan setara"), "executive": _B("executive", "JPT dan setara"),
    "yes": _B("yes", "ya"), "no": _B("no", "tidak"), "fits": _B("fits", "cocok"), "unfit": _B("does not fit", "tidak cocok"),
    "wrong_match": _B("wrong match", "penempatan tidak cocok"), "no_training": _B("no training", "tanpa pelatihan"),
    "poor_communication": _B("reasons not explained", "alasan tidak dijelaskan"),
    "rating_quota": _B("rating quota", "kuota penilaian"), "too_early": _B("too early to tell", "terlalu dini dinilai"),
}  # fmt: skip


def titled(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table of effects with ``title`` (Indonesian) and ``title_en`` of every row."""
    keys = list(zip(table["outcome"], table["design"], table["dimension"], table["cell"], strict=True))
    title, title_en = ([_title(*key, language) for key in keys] for language in ("id", "en"))
    return table.assign(title=title, title_en=title_en)


def told_apart(rows: pd.DataFrame, language: str) -> list[str]:
    """Return what tells rows of one outcome apart, without what they share: a cell by its name, any other row by its design."""
    keys = zip(rows["design"], rows["dimension"], rows["cell"], rows["step"], strict=True)
    return [_apart(*key, language) for key in keys]


def unmeasured(outcomes: Iterable[str]) -> list[Bilingual]:
    """Return the outcomes beside performance not among those of the table of effects: no data, or too few units with them."""
    measured = set(outcomes)
    return [OUTCOMES[name] for name in BESIDE if name not in measured]


def in_percent(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of an effect; one on a logarithm (visitors served) as a change in per cent."""
    if row["measure"] != "log":
        return dict(row)
    ends = {name: None if row[name] is None else 100 * math.expm1(row[name]) for name in ("estimate", "lower", "upper")}
    return {**row, **ends, "measure": "percent"}


def lead_read(p_value: float) -> Bilingual:
    """Return what the joint test of the years before a move says of those who moved."""
    if p_value >= 0.05:
        return _B("no sign that movers were on another path before", "tidak ada tanda bahwa jalur mereka sebelumnya berbeda")
    return _B(
        "movers were on another path before they moved: read the years of the event study with care; the comparison with people "
        "like them goes by past ratings",
        "jalur mereka sudah berbeda sebelum dimutasi: baca studi peristiwa dengan hati-hati; pembandingan dengan pegawai serupa "
        "memperhitungkan nilai terdahulu",
    )


def placebo_read(effect: float, estimate: float, lower: float, upper: float) -> Bilingual:
    """Return what a pretended date that found ``estimate``, with its interval, says of the ``effect`` (SD) on performance."""
    if not (lower > 0 or upper < 0):
        return _B("this cannot be told from nothing, as it must be", "itu tidak dapat dibedakan dari nol, sebagaimana mestinya")
    if estimate * effect > 0:
        return _B(
            "movers were on this path before they moved, so the effect looks larger than it is",
            "mereka sudah berada di jalur itu sebelum dimutasi, sehingga pengaruh tampak lebih besar daripada sebenarnya",
        )
    return _B(
        "movers were picked by more than is on file, so the effect looks smaller than it is",
        "mereka dipilih atas dasar yang tidak tercatat, sehingga pengaruh tampak lebih kecil daripada sebenarnya",
    )


def cell_title(dimension: str, cell: str) -> Bilingual:
    """Return what a cell of the table of effects is called."""
    return Bilingual(*(f"{DIMENSIONS[dimension].into(language)}: {_cell(cell, language)}" for language in ("en", "id")))


def _title(outcome: str, design: str, dimension: str, cell: str, language: str) -> str:
    if design in OWN_TITLE:
        return _cell(cell, language)
    parts = [OUTCOMES[outcome].into(language), DESIGNS[design].into(language)]
    return ", ".join(parts if dimension == "all" else [*parts, f"{DIMENSIONS[dimension].into(language)} {_cell(cell, language)}"])


def _apart(design: str, dimension: str, cell: str, step: int, language: str) -> str:
    if design in OWN_TITLE:
        return _cell(cell, language)
    if dimension == "all":
        return f"{DESIGNS[design].into(language)} {step:+d}" if design == "event_study" else DESIGNS[design].into(language)
    return cell_title(dimension, cell).into(language)


def _cell(cell: str, language: str) -> str:
    return CELLS[cell].into(language) if cell in CELLS else cell
