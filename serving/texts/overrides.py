"""Words of the override report."""

TEXTS: dict[str, tuple[str, str]] = {
    "overrides": ("Keputusan yang menyimpang dari daftar", "Decisions that depart from the list"),
    "overrides_lead": (
        "Menyimpang bukan kesalahan: di sini terlihat di mana daftar tidak memuat apa yang diketahui orang. Laporan ini tidak "
        "pernah menyebut pejabat.",
        "A departure is no fault: it shows where the list misses what people know. The report never names an officer.",
    ),
    "overrides_counted": (
        "{count} keputusan memilih atau menolak dalam buku catatan; kelompok di bawah {fewest} keputusan tidak ditampilkan.",
        "{count} decisions to choose or to reject in the ledger; groups of fewer than {fewest} decisions are left out.",
    ),
    "overrides_few": ("Belum ada {fewest} keputusan yang sejenis.", "Fewer than {fewest} decisions of a kind so far."),
    "overrides_rate": ("Seberapa sering", "How often"),
    "overrides_reasons": ("Mengapa menyimpang", "Why they depart"),
    "overrides_followed": ("Apa yang terjadi kemudian", "What happened then"),
    "overrides_months": ("Menurut bulan", "By month"),
    "overrides_month": ("Bulan", "Month"),
    "overrides_action": ("Keputusan", "Decision"),
    "overrides_decisions": ("Banyaknya", "Number"),
    "overrides_departing": ("Menyimpang", "Departing"),
    "overrides_departs": ("menyimpang dari daftar", "departs from the list"),
    "overrides_follows": ("sesuai daftar", "as the list has it"),
    "ledger_title": ("Buku catatan", "The ledger"),
    "ledger_head": ("{count} catatan; yang terakhir:", "{count} entries; the last:"),
    "ledger_hint": (
        "Salin baris ini ke berita acara; “tepat ledger verify --anchor” membuktikan bahwa tidak ada catatan sebelumnya yang "
        "diubah.",
        "Copy this line into the minutes; “tepat ledger verify --anchor” proves that no entry before it was changed.",
    ),
}
