"""Words of the page of surges and training."""

TEXTS: dict[str, tuple[str, str]] = {
    "preparation": ("Lonjakan layanan dan kalender pelatihan", "Surges and training calendar"),
    "preparation_lead": (
        "Unit yang permintaan layanannya melonjak dan pegawai berpengalaman yang dapat membantu, serta pelatihan bagi yang akan "
        "pindah, lintas perangkat daerah.",
        "Units whose demand surges and experienced people who could help, and the training of those who move, across agencies.",
    ),
    "surges": ("Lonjakan permintaan layanan", "Surges of service demand"),
    "surges_none": (
        "Tidak ada lonjakan di luar musim dan kebetulan, atau data permintaan layanan tidak tersedia.",
        "No surge beyond season and noise, or no data on service demand.",
    ),
    "surge_since": (
        "Sejak {since}: {visitors} per bulan, {rise} % di atas {expected} yang wajar menurut musim dan kecenderungan.",
        "Since {since}: {visitors} a month, {rise} % above the {expected} to be expected by season and trend.",
    ),
    "helpers_none": (
        "Tidak ada pegawai berpengalaman yang dapat dilepas tanpa membuat unitnya lebih kekurangan.",
        "Nobody with experience can be spared without leaving their own unit shorter.",
    ),
    "helper_months": ("Pengalaman (bulan)", "Experience (months)"),
    "helper_way": ("Cara", "How"),
    "helper_definitive": ("tetap, ke {post}", "for good, as {post}"),
    "helper_temporary": ("sementara (penugasan)", "for a time (on loan)"),
    "helper_fill": ("Keterisian asal, tujuan (%)", "Filled there, here (%)"),
    "calendar": ("Kalender pelatihan", "Training calendar"),
    "calendar_hint": (
        "Perpindahan menunggu pelatihannya selesai. Pelatihan yang selesai terlalu lama sesudah rencana berlaku (bawaan: 92 hari) "
        "tidak menunda: diikuti setelah mulai bertugas, dalam masa penyesuaian.",
        "A move waits for its courses to be over. One that ends too long after the plan takes effect (by default 92 days) holds "
        "nothing up: it is taken after the start, in the months of adaptation.",
    ),
    "calendar_before": ("Selesai sebelum bertugas", "Over before the start"),
    "calendar_after": ("Selesai setelah bertugas", "Over after the start"),
    "calendar_none": ("Tidak ada pelatihan yang diperlukan rencana ini.", "This plan needs no training."),
    "calendar_course": ("Pelatihan", "Course"),
    "calendar_on": ("Mulai – selesai", "Begins – over"),
    "calendar_hours": ("Jam", "Hours"),
    "calendar_seats": ("Terisi dari kursi", "Taken of seats"),
    "calendar_waiting": ("Menunggu", "Waiting"),
    "calendar_agencies": ("Pengirim", "Sent by"),
}
