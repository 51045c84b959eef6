"""What is said about accounts, Indonesian first."""

TEXTS: dict[str, tuple[str, str]] = {
    "account_title": ("Akun saya", "My account"),
    "account_role": ("Peran", "Role"),
    "account_sessions": ("Sesi yang terbuka", "Open sessions"),
    "account_this_session": ("sesi ini", "this session"),
    "account_opened": ("Dibuka", "Opened"),
    "account_ends": ("Berakhir", "Ends"),
    "account_close_all": ("Akhiri semua sesi", "End all sessions"),
    "account_tokens": ("Token untuk program", "Tokens for programs"),
    "account_token_hint": (
        "Token memberi program hak baca dan isi yang sama dengan akun ini. Simpan seperti kata sandi.",
        "A token gives a program what this account may read and enter. Keep it like a password.",
    ),
    "account_token_label": ("Dipakai untuk", "Used for"),
    "account_token_make": ("Buat token", "Make a token"),
    "account_token_once": ("Salin sekarang; token ini hanya ditampilkan sekali.", "Copy it now; it is shown this once only."),
    "account_token_close": ("Cabut", "Revoke"),
    "account_no_tokens": ("Belum ada token.", "No tokens yet."),
    "account_password": ("Ganti kata sandi", "Change the password"),
    "account_password_present": ("Kata sandi sekarang", "Present password"),
    "account_password_wanted": ("Kata sandi baru", "New password"),
    "account_password_hint": (
        "Sedikitnya 12 karakter dan tidak memuat nama akun; tiga atau empat kata yang tidak berhubungan sudah baik.",
        "At least 12 characters without the account's name; three or four unrelated words are good.",
    ),
    "account_password_change": ("Ganti", "Change"),
    "password_weak": (
        "Kata sandi baru terlalu mudah ditebak. Pilih yang lebih panjang.",
        "The new password is too easy to guess. Choose a longer one.",
    ),
    "login_with_provider": ("Masuk dengan akun kantor", "Sign in with the office's account"),
    "login_provider": (
        "Akun kantor itu belum terdaftar di sini, atau penyedia akun tidak menjawab. Hubungi tim data.",
        "That office account is not registered here, or its provider did not answer. Ask the data team.",
    ),
    "login_expired": ("Sesi telah berakhir. Silakan masuk lagi.", "The session has ended. Please sign in again."),
    "not_allowed": ("Bukan wewenang Anda", "Not for your role"),
    "not_allowed_detail": (
        "Peran akun ini tidak membuka halaman tersebut. Bila seharusnya dapat, hubungi tim data.",
        "This account's role does not open that page. If it should, ask the data team.",
    ),
    "too_many": ("Terlalu sering", "Too often"),
    "too_many_detail": (
        "Permintaan terlalu banyak dalam satu menit. Tunggu sebentar lalu coba lagi.",
        "Too many requests within a minute. Wait a little and try again.",
    ),
    "foreign_form": ("Formulir kedaluwarsa", "The form is out of date"),
    "foreign_form_detail": (
        "Formulir ini dibuka sebelum sesi berganti; isiannya tidak disimpan. Buka halamannya lagi dan kirim ulang.",
        "This form was opened in an earlier session; nothing was saved. Open its page again and send it once more.",
    ),
    "entry_refused": ("Belum dapat disimpan", "Not saved"),
}
