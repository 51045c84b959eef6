"""Sentences of the release decision, Indonesian and English."""

from collections.abc import Iterable

from features.bilingual import Bilingual, listed

Pair = tuple[str, str]

SEEN: Pair = (
    "{figure.value:z.2f} (80 %: {figure.lower:z.2f} sampai {figure.upper:z.2f})",
    "{figure.value:z.2f} (80 %: {figure.lower:z.2f} to {figure.upper:z.2f})",
)
"""How a figure is told."""

VERDICTS: dict[str, Pair] = {
    "passed": ("Terpenuhi", "Passed"),
    "failed": ("Tidak terpenuhi", "Failed"),
    "not judged": ("Tidak dapat dinilai", "Could not be judged"),
}

RULES: dict[str, Pair] = {
    "not below": (
        "selang tidak boleh seluruhnya di bawah {threshold:.2f}",
        "the interval must not lie wholly below {threshold:.2f}",
    ),
    "not above": (
        "selang tidak boleh seluruhnya di atas {threshold:.2f}",
        "the interval must not lie wholly above {threshold:.2f}",
    ),
    "near zero": (
        "selang tidak boleh seluruhnya lebih dari {threshold:.2f} jauhnya dari nol",
        "the interval must not lie wholly more than {threshold:.2f} from zero",
    ),
    "above": ("selang harus seluruhnya di atas {threshold:.2f}", "the whole interval must lie above {threshold:.2f}"),
}
"""Where an interval must lie, by kind of rule."""

NEWEST: dict[str, Pair] = {
    "quiet": ("Terpenuhi: penilaian tahun terakhir: {said}", "Passed: the newest ratings: {said}"),
    "untold": ("Tidak dapat dinilai: penilaian tahun terakhir: {said}", "Could not be judged: the newest ratings: {said}"),
    "open": ("Perlu ditelaah: penilaian tahun terakhir: {said}", "To be reviewed: the newest ratings: {said}"),
    "settled": (
        "Perlu ditelaah, tetapi model yang berlaku juga sudah belajar darinya: penilaian tahun terakhir: {said}",
        "To be reviewed, though the champion has learned from it too: the newest ratings: {said}",
    ),
    "barred": (
        "Tidak terpenuhi: penilaian tahun terakhir menyimpang dan model yang berlaku belum belajar darinya: {said}. Telaah "
        "sumbernya; bila memang benar demikian, tetapkan versi ini dengan `tepat promote VERSI --override --reason ALASAN`",
        "Failed: the newest ratings depart from those before, and the champion has not learned from them: {said}. Look at the "
        "source; if it is true as it stands, promote this version with `tepat promote VERSION --override --reason WHY`",
    ),
}
"""What a signal of the monitor on the newest ratings means for the release."""

POWER: dict[str, Pair] = {
    "few": (
        "{said}. Belum cukup bukti: masa uji memuat {movers} mutasi dengan hasil; dibutuhkan sekitar {needed} agar kemiringan 1 "
        "terbukti di empat dari lima kota",
        "{said}. Not enough evidence: the trial held {movers} moves with an outcome; it takes some {needed} to prove a slope "
        "of 1 in four cities of five",
    ),
    "enough": (
        "{said}. Untuk kemiringan 1, sekitar {needed} mutasi dengan hasil sudah cukup dan masa uji memuat {movers}: yang "
        "diramalkan tidak terbukti di sini",
        "{said}. For a slope of 1 some {needed} moves with an outcome are enough and the trial held {movers}: what was forecast is "
        "not borne out here",
    ),
    "spread": (
        "{said}. Belum cukup bukti: bila bedanya memang sebesar itu, dibutuhkan sekitar {needed} mutasi dengan hasil; masa uji "
        "memuat {movers}",
        "{said}. Not enough evidence: if they truly differ so much it takes some {needed} moves with an outcome; the trial held "
        "{movers}",
    ),
}
"""What it means that a slope, or a difference between posts, is not proven: too few moves to prove it, or enough of them."""

_SEEN_ID, _SEEN_EN = SEEN

REASONS: dict[str, Pair] = {
    "label_health": (
        "Data penilaian kinerja tidak layak untuk dipelajari; urutan mengikuti kebutuhan dan kelayakan",
        "The ratings cannot support learning; lists follow need and eligibility",
    ),
    "too_few_moves": (
        "Belum cukup bukti: hanya {figure.value:.0f} mutasi dengan hasil pada masa uji, separuh terbaru dari semuanya; dibutuhkan "
        "{threshold:.0f}",
        "Not enough evidence: only {figure.value:.0f} moves with an outcome in the trial, the latest half of all; {threshold:.0f} "
        "are needed",
    ),
    "no_evidence": (
        "Belum cukup bukti: terlalu sedikit mutasi untuk melatih atau menguji model",
        "Not enough evidence: too few moves to train or to judge a model",
    ),
    "champion_ranks": (
        f"Model yang berlaku dapat mengurutkan, model baru tidak: AUTOC {_SEEN_ID}, yang berlaku {{threshold:.2f}}",
        f"The champion can rank, the new model cannot: AUTOC {_SEEN_EN}, the champion {{threshold:.2f}}",
    ),
    "worse_than_champion": (
        f"Lebih buruk daripada model yang berlaku: AUTOC {_SEEN_ID}, paling sedikit {{threshold:.2f}}",
        f"Worse than the champion: AUTOC {_SEEN_EN}, at least {{threshold:.2f}}",
    ),
    "drawn_back": (
        "Janji model ini tidak terpenuhi sehingga ditarik kembali: pada {moves} mutasi yang belum dilihatnya dijanjikan "
        f"{{promised:z.2f}} SB, hasil dikurangi janji {_SEEN_ID}; perkiraan digeser {{shift:z.2f}} SB, selisih antarjabatan dikali "
        "{share:.2f}, bukti turun satu tingkat: {worse}",
        "The promises of this model were not kept, so they are drawn back: on {moves} moves it had not seen it promised "
        f"{{promised:z.2f}} SD, outcome less promise was {_SEEN_EN}; effects are shifted by {{shift:z.2f}} SD, differences between "
        "posts multiplied by {share:.2f}, evidence one grade less: {worse}",
    ),
    "later_order": (
        "pada mutasi kemudian yang sama, AUTOC dikurangi AUTOC model yang berlaku",
        "on the same later moves, AUTOC less that of the champion",
    ),
    "later_loss": (
        "pada mutasi kemudian yang sama, galat kuadrat yang dihemat terhadap model yang berlaku, SB²",
        "on the same later moves, squared error saved against the champion, SD²",
    ),
    "passed": (
        f"Semua syarat penentu terpenuhi; pengurutan didukung bukti: tiap 1 yang diramalkan terjadi {_SEEN_ID}",
        f"All deciding rules passed; ranking is supported: for every 1 foretold there came {_SEEN_EN}",
    ),
    "outcome_r2": ("prakiraan kinerja yang tetap di jabatan (R2)", "outlook of those who stay (R2)"),
    "propensity_auc": ("perbedaan yang dimutasi dengan yang tetap (AUC)", "how far movers differ from stayers (AUC)"),
    "overlap": ("bagian mutasi yang punya pembanding", "share of moves with a comparison"),
    "placebo_mean": ("pengaruh mutasi semu, SB", "effect of pretended moves, SD"),
    "placebo_slope": ("kemiringan pengaruh mutasi semu terhadap perkiraan", "slope of pretended moves on the forecast"),
    "leniency_correlation": (
        "korelasi perkiraan dengan kemurahan penilai", "correlation of forecasts with the leniency of raters"),
    "unit_slope": (
        "kemiringan uji pindah unit: kemurahan penilai yang terjadi terhadap yang diperkirakan",
        "slope of the mover test: leniency met on leniency foretold",
    ),
    "coverage": ("cakupan selang 80 %", "coverage of the 80 % intervals"),
    "excess_variance": ("galat perkiraan terhadap yang dinyatakan selangnya", "error over what the intervals claim"),
    "bracket_gap": (
        "jarak pengaruh rata-rata dari cara hitung lain, SB", "distance of the mean effect from other designs, SD"),
    "gain_over_constant": (
        "keunggulan atas satu angka tetap untuk semua", "gain over one constant for everybody"),
    "gates_ends": (
        "pengaruh pada seperlima teratas dikurangi seperlima terbawah, SB", "effect in the top fifth less the bottom fifth, SD"),
    "plan_value": (
        "hasil pilihan sistem dikurangi pilihan nyata, SB per jabatan", "outcome of the system's choices less the actual ones, SD"),
    "robustness_of_slope": (
        "ketahanan urutan terhadap sebab tersembunyi", "robustness of the ranking against a hidden cause"),
    "slope": (
        "pengurutan menurut perkiraan pengaruh: kemiringan", "ranking by uplift: slope"),
    "post_spread": (
        "pengurutan menurut perkiraan pengaruh: beda pengaruh antarjabatan bagi satu orang",
        "ranking by uplift: how far effects differ between posts for one person",
    ),
    "realised_coverage": (
        "cakupan selang perubahan yang tercatat", "coverage of the intervals of the recorded change",
    ),
    "newest_shares": (
        "sebaran nilai tahun terakhir menyimpang dari tahun-tahun sebelumnya",
        "shares per grade of the newest year depart from the years before",
    ),
    "newest_spellings": (
        "skala penilaian tahun terakhir belum pernah dipakai, atau nilainya di luar rentang yang pernah dipakai",
        "the newest year's rating scale was never used before, or its scores lie outside the range ever used",
    ),
    "newest_unit_years": (
        "nilai beberapa unit pada tahun terakhir menyimpang dari tahun-tahun lain unit itu",
        "ratings of some units in the newest year depart from the units' other years",
    ),
    "newest_persons": (
        "nilai tahun terakhir tidak lagi sejalan dengan tahun-tahun sebelumnya pegawai yang sama",
        "ratings of the newest year no longer agree with the years before of the same people",
    ),
    "newest_labels": (
        "kesepakatan antarpenilai turun terhadap penilaian yang dipelajari model yang berlaku",
        "agreement across raters fell against the ratings that the champion learned from",
    ),
    "autoc": ("pengurutan menurut perkiraan pengaruh: AUTOC", "ranking by uplift: AUTOC"),
}  # fmt: skip
"""Whole sentences by reason code; for rules the name of the figure."""


def names_of(codes: Iterable[str]) -> Bilingual:
    """Return what the reasons of these codes are called, in one line; of whole sentences the part before their figures."""
    named = [REASONS.get(code, (code, code)) for code in codes]
    return listed(", ", (Bilingual(english.split(": ")[0], indonesian.split(": ")[0]) for indonesian, english in named))
