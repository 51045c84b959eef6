"""Words of how groups fared."""

TEXTS: dict[str, tuple[str, str]] = {
    "fairness": ("Perlakuan antarkelompok", "How groups fared"),
    "fairness_lead": (
        "Bagian tiap kelompok pada setiap langkah, dari memenuhi syarat sampai masuk rencana. Bahan untuk dibaca orang: tidak ada "
        "daftar yang berubah karenanya.",
        "Each group's share at every step, from being eligible to being in the plan. For people to read: no list is changed by it.",
    ),
    "fairness_none": ("Hasil ini tidak memuat pemeriksaan antarkelompok.", "This run holds no comparison of groups."),
    "fairness_trait": ("Menurut", "By"),
    "fairness_group": ("Kelompok", "Group"),
    "fairness_people": ("Orang", "People"),
    "fairness_share": ("Bagian", "Share"),
    "fairness_others": ("Bagian yang lain", "Everybody else"),
    "fairness_ratio": ("Perbandingan", "Ratio"),
    "fairness_ratio_hint": ("1 = sama; selang 95 %; garis tengah = 1", "1 = equal; 95 % interval; middle line = 1"),
    "fairness_look": ("perlu ditelaah", "to be reviewed"),
    "fairness_crossed": ("Dua ciri sekaligus", "By two traits at once"),
    "fairness_scores": ("Apakah angka membocorkan kelompok", "Whether scores give a group away"),
    "fairness_scores_hint": (
        "Peluang seorang anggota kelompok bernilai lebih tinggi daripada orang lain; 0,5 berarti angka itu tidak membedakan.",
        "The chance that a member of the group scores above somebody else; at 0.5 the score does not tell the group apart.",
    ),
    "fairness_score": ("Angka", "Score"),
    "fairness_auc": ("Peluang", "Chance"),
    "fairness_tells": ("membedakan", "tells apart"),
    "fairness_paper": ("Lembar untuk dicetak (PDF)", "The paper to print (PDF)"),
    "fairness_read_describes": (
        "Perbandingan menggambarkan, tidak menjelaskan: kelompok dapat lama memegang jabatan, pangkat, dan ijazah yang berbeda.",
        "A ratio describes, it does not explain: groups may long have held other posts, ranks and diplomas.",
    ),
    "fairness_read_chance": (
        "Selang yang memuat 1 dapat terjadi karena kebetulan; dari seratus baris beberapa melewatinya tanpa sebab apa pun.",
        "An interval that holds 1 may be chance; of a hundred rows a few exclude it with nothing behind them.",
    ),
    "fairness_read_small": (
        "Selang yang memuat 1 juga bukan bukti kesamaan, apalagi bila kelompoknya kecil. Tidak ada baris di bawah sepuluh orang.",
        "An interval that holds 1 is no proof of equality either, least of all for a small group. No row is below ten people.",
    ),
    "fairness_read_look": (
        "“Perlu ditelaah”: di bawah {limit} atau di atas {above}, selangnya tidak memuat 1, dan terlalu jauh untuk kebetulan meski "
        "banyak kelompok dibandingkan: tanpa perbedaan apa pun, kebetulan memberi tanda itu paling banyak pada {budget} % terbitan "
        "di antara yang dibaca gerbang keadilan, dan sama seringnya di antara selebihnya.",
        "“To be reviewed”: below {limit} or above {above}, the interval does not hold 1, and it is too far off for chance although "
        "many groups are compared: where nothing differs, chance raises such a mark in at most {budget} % of runs among what the "
        "gate of fairness reads, and as often among the rest.",
    ),
}
