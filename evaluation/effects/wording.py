"""What an outcome, a design, a dimension or a cell of the table of effects is called, in both languages."""

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

    def text(row: tuple[str, str, str, str], language: str) -> str:
        outcome, design, dimension, cell = row
        parts = [OUTCOMES[outcome].into(language), DESIGNS[design].into(language)]
        if dimension != "all":
            said = CELLS[cell].into(language) if cell in CELLS else cell
            parts.append(f"{DIMENSIONS[dimension].into(language)} {said}".strip())
        return ": ".join(parts[:1]) + ", " + ", ".join(parts[1:])

    keys = table[["outcome", "design", "dimension", "cell"]].itertuples(index=False, name=None)
    rows = list(keys)
    return table.assign(title=[text(row, "id") for row in rows], title_en=[text(row, "en") for row in rows])
