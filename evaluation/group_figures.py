"""Names of the figures by which groups are compared, and what figures, traits and groups are called: without their evaluation."""

from features.bilingual import Bilingual

RATIO, AUC, GAP, ERROR = "impact ratio", "auc", "gap", "error"

STEPS: dict[tuple[str, str], Bilingual] = {
    ("eligible", "in service"): Bilingual("Eligible for at least one post", "Memenuhi syarat untuk sedikitnya satu jabatan"),
    ("shortlisted", "eligible"): Bilingual("Shown first on at least one list", "Tampil teratas pada sedikitnya satu daftar"),
    ("planned", "eligible"): Bilingual("Moves in the plan, of those eligible", "Masuk rencana, dari yang memenuhi syarat"),
    ("planned", "in service"): Bilingual(
        "The whole way, from service to the plan", "Seluruh jalan, dari bekerja sampai masuk rencana"
    ),
    ("trained", "planned"): Bilingual("Given a course, of those in the plan", "Mendapat pelatihan, dari yang masuk rencana"),
    ("mentored", "planned"): Bilingual("Given a mentor, of those in the plan", "Mendapat mentor, dari yang masuk rencana"),
}
"""Steps at which groups are compared by their shares, in the order they are taken."""
SCORES: dict[str, Bilingual] = {
    "net_value": Bilingual("net value", "nilai bersih"),
    "uplift": Bilingual("uplift", "peningkatan kinerja"),
    "stay_outlook": Bilingual("outlook if staying", "prakiraan bila tetap"),
}
TRAITS: dict[str, Bilingual] = {
    "sex": Bilingual("sex", "jenis kelamin"),
    "age_band": Bilingual("age", "usia"),
    "disability": Bilingual("disability on record", "disabilitas tercatat"),
    "sex x age_band": Bilingual("sex and age", "jenis kelamin dan usia"),
    "sex x disability": Bilingual("sex and disability", "jenis kelamin dan disabilitas"),
}
BOTH = " x "
"""Between the names of two traits that are crossed."""
_CELLS: dict[str, Bilingual] = {
    "F": Bilingual("women", "perempuan"), "M": Bilingual("men", "laki-laki"), "all": Bilingual("everybody", "semua"),
    "yes": Bilingual("on record", "tercatat"), "no": Bilingual("none on record", "tidak tercatat"),
    "not recorded": Bilingual("not recorded", "tidak diketahui"),
}  # fmt: skip


def trait_name(dimension: str) -> Bilingual:
    """Return what a trait is called; one that the city itself named keeps its name, crossed with sex or alone."""
    if dimension in TRAITS:
        return TRAITS[dimension]
    parts = [TRAITS.get(part, Bilingual(part, part)) for part in dimension.split(BOTH)]
    return Bilingual(" and ".join(map(str, parts)), " dan ".join(part.indonesian for part in parts))


def cell_name(cell: str) -> Bilingual:
    """Return a group's name in words: ``F, 35-44`` becomes women, 35-44."""
    parts = [_CELLS.get(part, Bilingual(part, part)) for part in cell.split(", ")]
    return Bilingual(", ".join(map(str, parts)), ", ".join(part.indonesian for part in parts))


def in_order(dimension: str, cell: str) -> tuple[bool, int, str, str]:
    """Return by what groups are sorted: one trait before two, further ones after those of the source, the youngest first."""
    order = list(TRAITS)
    place = order.index(dimension) if dimension in order else len(order)
    return (BOTH in dimension, place, dimension, cell.replace("<", " "))
