"""Words of the overview and of the list of positions."""

TEXTS: dict[str, tuple[str, str]] = {
    "overview": ("Ikhtisar", "Overview"),
    "overview_lead": (
        "Keadaan kota menurut data yang berlaku: jabatan yang lowong, unit yang kekurangan pegawai, dan tanggal penting.",
        "The city by the data in force: vacant posts, units short of people, and the dates that matter.",
    ),
    "figure_vacant": ("jabatan lowong", "vacant positions"),
    "figure_vacant_seats": ("{count} formasi kosong dari {of}", "{count} empty seats of {of}"),
    "figure_leading": ("di antaranya memimpin pegawai", "of them lead people"),
    "figure_strategic": ("{count} jabatan strategis", "{count} strategic posts"),
    "figure_no_candidate": ("lowong tanpa kandidat", "vacant without a candidate"),
    "figure_no_candidate_hint": ("perlu pengumuman atau pengembangan", "to be announced or developed"),
    "figure_short": ("pegawai kurang", "people short"),
    "figure_short_hint": ("di {count} unit induk", "in {count} agencies"),
    "figure_freeze_none": ("tidak ada larangan mutasi yang tercatat", "no freeze on record"),
    "figure_freeze_none_hint": ("dari hari ini ke depan", "from today on"),
    "figure_freeze_now": ("larangan mutasi sedang berlaku", "a freeze is in force"),
    "figure_freeze_until": ("sampai {day}", "until {day}"),
    "figure_freeze_days": ("hari menuju larangan mutasi", "days to the next freeze"),
    "figure_freeze_from": ("mulai {day}", "from {day}"),
    "in_force": ("Yang berlaku", "In force"),
    "data_age": ("{days} hari yang lalu", "{days} days ago"),
    "rules_in_force": ("Aturan", "Rules"),
    "rules_standing": ("{assessed} dinilai, {rest} tidak dinilai", "{assessed} assessed, {rest} not assessed"),
    "model_in_force": ("Model", "Model"),
    "model_until": ("belajar dari data sampai {day}", "learned from data until {day}"),
    "model_heard": ("dengan statistik dari {cities} kota lain", "with statistics of other cities: {cities}"),
    "model_heard_level": (
        "dengan statistik dari {cities} kota lain, baru untuk prakiraan kinerja",
        "with statistics of other cities ({cities}), for forecasts of performance only so far",
    ),
    "model_version": ("Versi {version}", "Version {version}"),
    "model_none": ("Tidak ada model yang berlaku", "No model is in force"),
    "model_by": ("oleh {who}", "by {who}"),
    "model_released": ("berlaku sejak {day}", "in force since {day}"),
    "model_promoted": ("ditetapkan {day}", "promoted on {day}"),
    "model_rolled_back": (
        "berlaku lagi sejak {day}, menggantikan versi {former}",
        "back in force since {day}, in place of version {former}",
    ),
    "model_withdrawn": (
        "berlaku lagi sejak {day} karena versi {former} ditarik",
        "in force again since {day}, for version {former} was withdrawn",
    ),
    "warn_other_model": (
        "Daftar yang terbit dibuat dengan model versi {made}, bukan versi {now} yang berlaku sekarang. Minta tim data "
        "menyusun daftar baru (tepat shortlist) sebelum memutuskan.",
        "The lists published were made by model version {made}, not by version {now}, which is in force now. Ask the data team "
        "for new lists (tepat shortlist) before deciding.",
    ),
    "warn_no_model_now": (
        "Daftar yang terbit dibuat dengan model versi {made}, yang tidak berlaku lagi; sekarang tidak ada model yang berlaku. "
        "Minta tim data menjalankan proses baru (tepat run) sebelum memutuskan.",
        "The lists published were made by model version {made}, which is no longer in force; no model is now. Ask the data team "
        "for a new run (tepat run) before deciding.",
    ),
    "warn_refused": ("Model terbaru (versi {version}) ditolak {day}", "The newest model (version {version}) was refused on {day}"),
    "warnings": ("Perhatian", "Attention"),
    "warn_stale": (
        "Data berumur {days} hari. Minta tim data menjalankan proses baru sebelum memutuskan.",
        "The data are {days} days old. Ask the data team for a new run before deciding.",
    ),
    "warn_rules": (
        "{count} aturan belum dapat dinilai karena datanya tidak ada di sumber; periksa dengan cara biasa.",
        "{count} rules could not be assessed because the source lacks their data; check them the usual way.",
    ),
    "warn_set_aside": (
        "{count} baris sumber disisihkan karena bermasalah; daftarnya ada pada tim data.",
        "{count} source rows were set aside for faults; the data team has the list.",
    ),
    "no_warnings": ("Tidak ada peringatan pada hasil ini.", "There is no warning about this result."),
    "urgent_vacancies": ("Jabatan lowong, jenjang tertinggi dahulu", "Vacant positions, highest level first"),
    "all_vacancies": ("Semua jabatan lowong", "All vacant positions"),
    "all_positions": ("Semua jabatan", "All positions"),
    "since": ("Lowong sejak", "Open since"),
    "eligible_and_open": ("memenuhi; {unknown} perlu dilengkapi", "eligible; {unknown} to be completed"),
    "need_map": ("Peta kebutuhan", "Need map"),
    "need_map_hint": (
        "Kekurangan pegawai per unit induk dan rumpun menurut analisis beban kerja (ABK). Angka = kurang; + = lebih; kosong = "
        "tidak ada kebutuhan.",
        "People short per agency and job family by workload analysis. Number = short; + = over; blank = no need.",
    ),
    "agency": ("Unit induk", "Agency"),
    "total_short": ("Kurang", "Short"),
    "other_families": ("rumpun lain", "other families"),
    "no_needs": ("Kebutuhan pegawai belum tercatat di sumber.", "The source records no staffing needs."),
    "only_vacant": ("Hanya yang lowong", "Vacant only"),
    "any_kind": ("Semua jenis", "Any kind"),
    "filter": ("Terapkan", "Apply"),
    "clear": ("Bersihkan", "Clear"),
    "other_page": ("Halaman", "Page"),
}
