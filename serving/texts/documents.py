"""Words of the list of documents."""

TEXTS: dict[str, tuple[str, str]] = {
    "documents": ("Dokumen", "Documents"),
    "documents_intro": (
        "Naskah dinas dari terbitan yang berlaku, siap diperiksa dan ditandatangani. Angkanya sama dalam setiap format.",
        "Official papers from the run in force, ready to be checked and signed (in Indonesian). All formats show the same numbers.",
    ),
    "documents_kind": ("Dokumen", "Document"),
    "documents_files": ("Unduh", "Download"),
    "documents_edit": ("Templat", "Template"),
    "documents_template": ("Templat Word", "Word template"),
    "documents_position": ("Jabatan", "Position"),
    "documents_employee": ("Pegawai (NIP atau nama lengkap)", "Employee (NIP or full name)"),
    "documents_nobody": ("Tidak ada satu pegawai pun yang cocok.", "No single employee fits."),
    "documents_unit": ("Unit yang terkena", "Unit concerned"),
    "documents_any": ("– semua –", "– all –"),
    "documents_choose": ("Pilih", "Choose"),
    "documents_about_position": ("Tentang satu jabatan", "About one position"),
    "documents_about_pair": ("Tentang satu pegawai pada satu jabatan", "About one employee and one position"),
    "documents_about_moves": ("Tentang gelombang mutasi", "About the wave of moves"),
    "documents_about_unit": ("Tentang satu unit", "About one unit"),
    "documents_about_run": ("Tentang terbitan ini", "About this run"),
    "documents_about_person": ("Formulir", "Forms"),
    "documents_need_position": ("Pilih jabatan lebih dahulu.", "Choose a position first."),
    "documents_need_pair": (
        "Pilih jabatan dan isi NIP atau nama pegawai lebih dahulu.",
        "Choose a position and give an employee's NIP or name first.",
    ),
    "documents_need_moves": ("Belum ada rencana gelombang pada terbitan ini.", "This run has no planned wave."),
    "documents_need_unit": ("Pilih unit lebih dahulu.", "Choose a unit first."),
    "documents_hint": (
        "Setiap halaman bertanda KONSEP sampai mutasinya disetujui pejabat pemutus, dengan nomor proses dan sidik isi. Nama dan "
        "NIP ada di dalamnya: setiap unduhan dicatat dengan nama akun. Untuk mengubah kata-kata, unduh templat Word, ubah, lalu "
        "minta tim data menaruhnya di folder templates pada ruang kerja.",
        "Every page says KONSEP (draft) until its moves are approved, with run and fingerprint. Names and NIPs are inside: each "
        "download is logged with the account. To change the wording, download the Word template, edit it, and have the data team "
        "put it in the workspace's folder templates.",
    ),
    "document_fault": ("Dokumen tidak dapat dibuat", "The document cannot be made"),
}
