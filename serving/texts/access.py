"""Words of the access log."""

TEXTS: dict[str, tuple[str, str]] = {
    "access": ("Catatan akses", "Access log"),
    "access_lead": (
        "Siapa melihat atau melakukan apa, kapan, dan dari alamat mana; yang terbaru di atas. Catatan ini hanya bertambah, tidak "
        "pernah diubah. Membukanya pun tercatat.",
        "Who looked at or did what, when, and from which address; the newest on top. The log only grows and is never changed. "
        "Opening it is on record too.",
    ),
    "access_account": ("Akun", "Account"),
    "access_any_account": ("semua akun", "every account"),
    "access_kind": ("Jenis", "Kind"),
    "access_any_kind": ("semua", "all"),
    "access_kind_look": ("melihat halaman", "pages read"),
    "access_kind_sent": ("mengirim formulir", "forms sent"),
    "access_kind_deed": ("membuka nama, mengekspor, memutuskan", "names shown, exports, decisions"),
    "access_kind_refused": ("yang ditolak", "what was refused"),
    "access_subject": ("Tentang pegawai atau jabatan", "About a person or a post"),
    "access_subject_hint": ("kode seperti di data sumber", "the id as in the source"),
    "access_since": ("Dari tanggal", "From"),
    "access_until": ("Sampai tanggal", "To"),
    "access_when": ("Waktu", "When"),
    "access_did": ("Apa", "What"),
    "access_about": ("Tentang", "About"),
    "access_from": ("Alamat", "Address"),
    "access_get": ("melihat", "read"),
    "access_head": ("melihat", "read"),
    "access_post": ("mengirim", "sent"),
    "access_put": ("mengirim", "sent"),
    "access_patch": ("mengirim", "sent"),
    "access_delete": ("menghapus", "deleted"),
    "access_reveal": ("membuka nama", "showed names"),
    "access_export": ("mengekspor", "exported"),
    "access_download": ("mengunduh", "downloaded"),
    "access_refused": ("ditolak ({status})", "refused ({status})"),
    "access_failed": ("gagal ({status})", "failed ({status})"),
    "access_none": ("Tidak ada catatan yang cocok.", "No entry fits."),
    "access_as_file": ("Unduh yang tersaring sebagai CSV", "Download what is filtered as CSV"),
    "access_as_file_hint": (
        "Paling banyak {most} baris terbaru; unduhan ini tercatat.",
        "The newest {most} rows at most; the download is on record.",
    ),
}
