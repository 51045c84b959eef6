"""Words of the inbox."""

TEXTS: dict[str, tuple[str, str]] = {
    "inbox": ("Kotak masuk", "Inbox"),
    "inbox_lead": (
        "Pertanyaan, keberatan, dan permintaan perbaikan data dari pegawai: siapa menjawab, paling lambat kapan, dan jawabannya.",
        "Questions, objections and requests for correction by employees: who answers, by when, and the answer.",
    ),
    "inbox_open": ("Belum dijawab", "To be answered"),
    "inbox_answered": ("Sudah dijawab", "Answered"),
    "inbox_none": ("Semua sudah dijawab.", "Everything is answered."),
    "inbox_said": ("Isi", "What was said"),
    "inbox_move": ("Mutasi nomor {number}", "Move number {number}"),
    "inbox_agency": ("BKPSDM", "HR agency"),
    "inbox_outcome": ("Putusan", "Outcome"),
    "inbox_text": ("Jawaban", "Reply"),
    "inbox_waiting": ("{count} isian pegawai belum dijawab", "{count} entries by employees are not answered"),
    "inbox_overdue": ("{count} melewati tenggat", "{count} past their last day"),
    "inbox_due": ("Dijawab paling lambat {day} ({ground}).", "To be answered by {day} ({ground})."),
}
