"""Words of handing in an export."""

TEXTS: dict[str, tuple[str, str]] = {
    "uploads": ("Data", "Data"),
    "uploads_title": ("Unggah ekspor data", "Hand in an export"),
    "uploads_lead": (
        "Kirim ekspor SIASN atau tabel kota; Tepat memeriksanya dan menyebutkan apa yang perlu diperbaiki. Hasil yang berlaku "
        "tidak berubah sampai tim data menjalankannya.",
        "Hand in a SIASN export or the city's tables; Tepat checks them and says what to put right. The run in force stays as it "
        "is until the data team runs them.",
    ),
    "uploads_handed_in": ("Yang sudah diunggah", "Handed in"),
    "uploads_none": ("Belum ada ekspor yang diunggah.", "No export was handed in yet."),
    "uploads_hand_in": ("Unggah ekspor baru", "A new export"),
    "uploads_what_happens": (
        "Yang terjadi kemudian: nama tabel dan kolom dicocokkan, setiap baris diperiksa, baris yang keliru disisihkan dengan "
        "alasannya, lalu laporannya tampil di sini.",
        "What happens then: names of tables and columns are matched, every row is checked, faulty rows are set aside with their "
        "reason, and the report comes up here.",
    ),
    "upload_number": ("No.", "No."),
    "upload_title": ("Ekspor nomor {number}", "Export number {number}"),
    "upload_by": ("Diunggah {who}, {day}", "Handed in by {who}, {day}"),
    "upload_received": ("Diterima", "Received"),
    "upload_files": ("Berkas", "Files"),
    "upload_files_count": ("{count} berkas", "{count} files"),
    "upload_megabytes": ("{size} MB", "{size} MB"),
    "upload_kilobytes": ("{size} kB", "{size} kB"),
    "upload_choose": ("Berkas ekspor", "Files of the export"),
    "upload_choose_hint": (
        "CSV, Excel (.xlsx) atau Parquet, boleh beberapa sekaligus atau satu zip; paling besar {megabytes} MB. Berkas pemetaan "
        "(.yaml) boleh disertakan.",
        "CSV, Excel (.xlsx) or Parquet, several at once or one zip; at most {megabytes} MB. A mapping (.yaml) may be among them.",
    ),
    "upload_note": ("Keterangan", "Note"),
    "upload_send": ("Unggah dan periksa", "Hand in and check"),
    "upload_waits": (
        "Sedang diperiksa. Ekspor kota besar memerlukan satu sampai dua menit; halaman ini boleh ditutup.",
        "Being checked. The export of a large city takes one to two minutes; this page may be closed.",
    ),
    "upload_look_again": ("Lihat lagi", "Look again"),
    "upload_gone": (
        "Berkas ekspor ini sudah dihapus; yang tersisa hanya catatan bahwa ekspor pernah diunggah.",
        "The files of this export are deleted; what is left is the record that it was handed in.",
    ),
    "upload_usable": ("Data dapat dipakai.", "The data may be used."),
    "upload_unusable": ("Data belum dapat dipakai.", "The data may not be used yet."),
    "upload_next_usable": (
        "Tim data dapat menjalankannya. Temuan di bawah tetap layak diperbaiki di sumbernya.",
        "The data team may run it. The findings below are still worth putting right at their source.",
    ),
    "upload_next_unusable": (
        "Perbaiki di sumbernya lalu unggah lagi; atau, bila hanya nama kolom atau kode, perbaiki pemetaan di bawah.",
        "Put it right at its source and hand it in again; or, where only names of columns or codes are at fault, put the mapping "
        "below right.",
    ),
    "upload_faults": ("Temuan, urut menurut banyaknya keputusan yang terhalang", "Findings, ranked by the decisions they block"),
    "upload_faults_hint": (
        "Satu keputusan = satu pegawai untuk satu jabatan yang tidak lagi dapat dinilai dengan pasti.",
        "One decision = one person for one post who can no longer be judged with certainty.",
    ),
    "upload_no_faults": ("Tidak ada temuan.", "Nothing found."),
    "upload_table": ("Tabel", "Table"),
    "upload_reason": ("Alasan", "Reason"),
    "upload_rows": ("Baris", "Rows"),
    "upload_decisions": ("Keputusan terhalang", "Decisions blocked"),
    "upload_effect": ("Akibat", "Effect"),
    "upload_severity_set_aside": ("baris disisihkan", "row set aside"),
    "upload_severity_cell": ("sel dikosongkan", "cell struck"),
    "upload_severity_warning": ("peringatan", "warning"),
    "upload_cascade": ("akibat temuan lain", "follows from another finding"),
    "upload_tables": ("Tabel; data per {day}", "Tables; data as of {day}"),
    "upload_read": ("Dibaca", "Read"),
    "upload_kept": ("Dipakai", "Kept"),
    "upload_set_aside": ("Disisihkan", "Set aside"),
    "upload_share": ("Bagian", "Share"),
    "upload_absent": ("Tabel yang tidak ada", "Tables not there"),
    "upload_notes": ("Catatan", "Notes"),
    "upload_mapping": ("Pemetaan tabel dan kolom", "Mapping of tables and columns"),
    "upload_mapping_contract": (
        "Nama tabel sudah seperti yang diharapkan Tepat; pemetaan tidak diperlukan.",
        "The tables are named as Tepat expects; no mapping is needed.",
    ),
    "upload_mapping_drafted": (
        "Dirancang dari nama dan isi kolom; tanda tanya menandai yang perlu diperiksa lebih dahulu.",
        "Drafted from names and cells of the columns; a question mark says what to look at first.",
    ),
    "upload_mapping_named": ("Dipilih: pemetaan {name} bawaan Tepat.", "Picked: the mapping for {name} that ships with Tepat."),
    "upload_mapping_own": ("Disertakan bersama ekspor.", "Handed in with the export."),
    "upload_mapping_hint": (
        "Ubah bila perlu, lalu periksa lagi; kosongkan agar Tepat memilih sendiri.",
        "Change it where needed and check again; empty it to let Tepat pick.",
    ),
    "upload_mapping_text": ("Isi pemetaan (YAML)", "The mapping (YAML)"),
    "upload_check_again": ("Periksa lagi", "Check again"),
    "upload_quarantine": ("Baris yang disisihkan", "Rows set aside"),
    "upload_quarantine_hint": (
        "faults.csv menyebutkan setiap temuan dengan berkas dan barisnya; yang lain memuat baris asli. Memuat data pribadi.",
        "faults.csv names every finding with its file and line; the others hold the rows as written. They hold personal data.",
    ),
    "upload_quarantine_hidden": (
        "Hanya untuk yang mengunggah dan yang berwenang melihat nama.",
        "Only for who handed it in, and for who may see names.",
    ),
    "upload_next": ("Selanjutnya", "What next"),
    "upload_run_hint": ("Tim data menjalankannya di ruang kerja:", "The data team runs it in the workspace:"),
    "upload_take_in": ("Tandai sudah diolah", "Mark as taken in"),
    "upload_discard_hint": (
        "Buang bila tidak diperlukan lagi: berkas dihapus, catatannya tetap.",
        "Discard it when no longer needed: the files are deleted, the record stays.",
    ),
    "upload_discard": ("Buang ekspor ini", "Discard this export"),
}
