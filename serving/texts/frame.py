"""Words of the frame of every page: signing in, the run, notices."""

TEXTS: dict[str, tuple[str, str]] = {
    "tagline": ("Orang yang tepat di jabatan yang tepat, dengan bukti", "The right person in the right post, with evidence"),
    "navigation": ("Bagian utama", "Main sections"),
    "skip": ("Langsung ke isi", "Skip to content"),
    "sign_out": ("Keluar", "Sign out"),
    "other_language": ("English", "Bahasa Indonesia"),
    "login_title": ("Masuk", "Sign in"),
    "login_username": ("Nama akun", "Account"),
    "login_password": ("Kata sandi", "Password"),
    "login_button": ("Masuk", "Sign in"),
    "login_hint": (
        "Akun pertama dibuat saat Tepat pertama kali dijalankan; kata sandinya ditampilkan sekali di terminal.",
        "The first account is made when Tepat first starts; its password is shown once on the terminal.",
    ),
    "login_wrong": ("Nama akun atau kata sandi salah.", "The account or the password is wrong."),
    "login_locked": ("Terlalu banyak percobaan. Coba lagi dalam 15 menit.", "Too many attempts. Try again in 15 minutes."),
    "login_stale": (
        "Halaman ini sudah terlalu lama terbuka. Silakan isi kembali.",
        "This page was open too long. Please try again.",
    ),
    "nothing_published": (
        "Belum ada hasil yang diterbitkan. Tim data menjalankan “tepat run SUMBER” terlebih dahulu.",
        "Nothing is published yet. The data team first runs “tepat run SOURCE”.",
    ),
    "as_of": ("Data sampai", "Data until"),
    "effective_on": ("Rencana berlaku", "Effective from"),
    "run": ("Nomor proses", "Run"),
    "draft": ("KONSEP – bahan pertimbangan, bukan keputusan", "DRAFT – for consideration, not a decision"),
    "confidential": ("Rahasia jabatan: memuat data pribadi pegawai.", "Confidential: holds personal data of employees."),
    "unsupported": ("Urutan menurut peningkatan kinerja belum didukung bukti", "Ranking by performance uplift is not supported"),
    "unsupported_detail": (
        "Model belum lolos uji pada data kota ini. Urutan memakai kebutuhan, syarat, dan kinerja yang diharapkan; peningkatan "
        "kinerja ditampilkan sebagai rata-rata dengan bukti D.",
        "The model has not passed validation on this city's data. The order uses need, eligibility and expected performance; "
        "the uplift shown is an average with evidence D.",
    ),
    "unhealthy": ("Penilaian kinerja belum layak untuk pembelajaran", "The ratings cannot support learning yet"),
    "not_found": ("Tidak ditemukan", "Not found"),
    "not_found_detail": (
        "Halaman, jabatan, atau kandidat ini tidak ada dalam hasil yang berlaku.",
        "This page, position or candidate is not in the run in force.",
    ),
    "too_large": ("Terlalu besar", "Too large"),
    "too_large_detail": (
        "Yang dikirim melebihi batas ukuran. Ekspor yang besar diserahkan kepada tim data.",
        "What was sent is larger than allowed. Hand large exports to the data team.",
    ),
    "fault": ("Terjadi kesalahan", "Something went wrong"),
    "fault_detail": ("Kesalahan sudah dicatat. Silakan coba lagi.", "The fault was logged. Please try again."),
    "away": ("Basis data atau disk sedang tidak dapat dipakai", "Database or disk cannot be used just now"),
    "away_detail": (
        "Coba lagi sebentar lagi. Bila Anda baru saja mengirim sesuatu, lihat dahulu apakah sudah tercatat sebelum mengulanginya.",
        "Try again in a moment. If you have just sent something, look first whether it is on record before you send it again.",
    ),
    "back_to_form": ("Kembali ke isian", "Back to the form"),
    "to_overview": ("Kembali ke daftar jabatan", "Back to the positions"),
    "print_hint": ("Cetak: Ctrl+P (A4 mendatar)", "Print: Ctrl+P (A4 landscape)"),
}
