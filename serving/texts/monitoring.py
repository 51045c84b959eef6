"""Words of the monitor's page."""

TEXTS: dict[str, tuple[str, str]] = {
    "monitoring": ("Pemantauan", "Monitoring"),
    "monitoring_lead": (
        "Apakah pegawai, aturan atau penilaian sudah berbeda dari yang dipelajari model, dan apakah janjinya terbukti. “Perlu "
        "ditelaah” mengajak memeriksa, bukan menyimpulkan.",
        "Whether people, rules or ratings differ from what the model learned from, and whether its promises were kept. “To be "
        "reviewed” asks for a look, it concludes nothing.",
    ),
    "monitoring_none": (
        "Pemantauan belum pernah dijalankan. Tim data menjalankannya dengan tepat monitor, atau terjadwal tiap Senin.",
        "The monitor has not looked yet. The data team runs it with tepat monitor, or on schedule every Monday.",
    ),
    "monitoring_of": (
        "Per {as_of}; model belajar dari data sampai {learned_until}. Dibandingkan dengan: {days}.",
        "As of {as_of}; the model learned from data until {learned_until}. Compared with: {days}.",
    ),
    "monitoring_no_model": (
        "Per {as_of}; belum ada model yang berlaku. Dibandingkan dengan: {days}.",
        "As of {as_of}; no model is in force yet. Compared with: {days}.",
    ),
    "monitoring_budget": (
        "Bila tidak ada yang berubah, alarm palsu yang diperkirakan per pemantauan paling banyak {budget}.",
        "Where nothing has changed, at most {budget} false alarms are expected in one look.",
    ),
    "monitoring_alerts": ("Perlu ditelaah", "To be reviewed"),
    "monitoring_no_alerts": ("Tidak ada yang perlu ditelaah.", "There is nothing to be reviewed."),
    "monitoring_signals": ("Semua sinyal", "All signals"),
    "monitoring_signal": ("Sinyal", "Signal"),
    "monitoring_reading": ("Yang terbaca", "What was read"),
    "monitoring_subject": ("Pada", "Of"),
    "monitoring_cases": ("Jumlah data", "Cases"),
    "monitoring_readings": ("{count} pembacaan", "{count} readings"),
    "monitoring_rows": ("Semua pembacaan", "All readings"),
    "gate_title": ("Gerbang keadilan dan berkas terbuka", "Gate of fairness and public records"),
    "gate_because": ("Dikesampingkan karena: {reason}", "Overridden because: {reason}"),
    "gate_nothing": (
        "Tidak ada perbedaan yang dihakimi gerbang melewati batasnya lebih jauh daripada yang dapat dijelaskan kebetulan.",
        "No difference the gate judges lies further beyond its limit than chance explains.",
    ),
    "gate_review": ("Perlu ditelaah", "To be reviewed"),
    "gate_hint": (
        "Perbedaan antarkelompok dalam terbitan yang berlaku, menurut aturan yang ditetapkan sebelumnya. Model yang tertahan tidak "
        "dipakai untuk mengurutkan. “Perlu ditelaah”: angkanya melewati batas dan terlalu jauh untuk kebetulan, meski banyak yang "
        "dibandingkan, tetapi rentangnya masih memuat batas itu; terbitan tidak tertahan, orang yang memeriksa sebabnya.",
        "Differences between groups in the publication in force, by rules fixed beforehand. A model held back orders no list. "
        "“To be reviewed”: the figure lies beyond its limit and too far off for chance, however much was compared, but its "
        "interval still holds the limit; nothing is held back, people look for the cause.",
    ),
    "gate_rest": (
        "Perbedaan menurut usia, atau yang timbul karena syarat hukum, tidak dihakimi gerbang; bacalah pada",
        "Differences by age, or that the law's requirements make, are not judged by the gate; read them under",
    ),
    "gate_none": ("Terbitan ini dibuat sebelum gerbang ada.", "This publication was made before there was a gate."),
    "cards_title": ("Berkas tentang sistem", "Records about the system"),
    "monitoring_older": (
        "Pemantauan ini dibuat untuk terbitan lain ({run}); jalankan lagi.",
        "This look was made for another publication ({run}); look again.",
    ),
}
