"""Words of one candidate explained, and of who was ruled out."""

TEXTS: dict[str, tuple[str, str]] = {
    "realised": ("Perubahan yang akan tercatat bagi satu orang", "Change that will be recorded for one person"),
    "realised_if": (
        "Berlaku bila tahun itu dinilai dengan cara yang sudah dipakai atau sudah diumumkan. Cara baru yang sudah diumumkan tetapi "
        "belum pernah dipakai di sini membuat selang sengaja lebih lebar; yang belum diumumkan tidak dapat diduga.",
        "Holds if that year is rated in a way in use or announced. A new way that is announced and has not been used here yet "
        "makes the interval wide on purpose; one that is not announced cannot be foreseen.",
    ),
    "reasons_for": ("Mendukung", "For"),
    "reasons_against": ("Perlu dipertimbangkan", "Against"),
    "show_reasons": ("Lihat alasan", "See the reasons"),
    "reasons_waiting": (
        "Alasan sedang disiapkan: data kota dibuka sekali setelah halaman dijalankan, sekitar setengah menit. Halaman ini "
        "memuat ulang sendiri.",
        "The reasons are being made ready: the city's data are opened once after the pages start, in about half a minute. This "
        "page loads itself again.",
    ),
    "reasons_on_demand": (
        "Alasan rinci hanya dihitung untuk kandidat teratas tiap jabatan.",
        "Detailed reasons are worked out for the first candidates of each position only.",
    ),
    "record_of": ("Catatan: {record}", "Record: {record}"),
    "no_reasons": ("Tidak ada yang menonjol.", "Nothing stands out."),
    "ruled_out": ("Tidak memenuhi syarat", "Ruled out"),
    "ruled_out_count": (
        "{count} pegawai tidak memenuhi syarat untuk jabatan ini.",
        "{count} employees are not eligible for this position.",
    ),
    "ruled_out_link": ("Siapa, karena aturan apa, dan perbaikannya", "Who, by which rule, and the cure"),
    "nearest_rows": (
        "Ditampilkan {count} pegawai yang paling dekat memenuhi syarat.",
        "Shown are the {count} employees who came nearest to being eligible.",
    ),
    "nearest": ("Paling dekat memenuhi syarat", "Nearest to being eligible"),
    "per_rule": ("Menurut aturan", "By rule"),
    "ruled_out_alone": ("Hanya karena aturan ini", "By this rule alone"),
    "rule": ("Aturan", "Rule"),
    "legal_reference": ("Dasar hukum", "Legal reference"),
    "reason": ("Alasan", "Reason"),
    "cure": ("Perbaikan", "Cure"),
    "cure_date": ("Dapat sejak", "Possible from"),
    "employee": ("Pegawai", "Employee"),
    "back_to_shortlist": ("Kembali ke daftar pendek", "Back to the shortlist"),
    "for_position": ("untuk jabatan", "for the position"),
    "current_post": ("Jabatan kini", "Current post"),
    "no_post": ("tanpa jabatan definitif", "no definitive post"),
    "contribution": ("Sumbangan (SB)", "Contribution (SD)"),
    "record": ("Catatan yang mendasari", "Record it rests on"),
    "rules_open": ("Syarat yang belum terpenuhi atau belum dapat dinilai", "Requirements not met or not yet judged"),
    "best_positions": ("Jabatan lain yang paling sesuai", "Other positions that fit best"),
    "place": ("Urutan", "Rank"),
}
