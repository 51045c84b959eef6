"""Reasons of a decision, and the words for states and steps of a move."""

from features.bilingual import Bilingual

CHOICE_REASONS: dict[str, Bilingual] = {
    "evidence": Bilingual("largest expected gain on sufficient evidence", "manfaat terbesar dengan bukti yang cukup"),
    "need": Bilingual("the post must be filled soon", "jabatan mendesak diisi"),
    "experience": Bilingual("experience fits the post", "pengalaman sesuai dengan jabatan"),
    "development": Bilingual("develops the employee", "pengembangan karier pegawai"),
    "aspiration": Bilingual("the employee's own wish", "sesuai minat pegawai"),
    "leadership": Bilingual("leadership that the unit needs", "kepemimpinan yang dibutuhkan unit"),
    "balance": Bilingual("balance of staff between units", "pemerataan pegawai antarunit"),
    "other": Bilingual("another reason", "alasan lain"),
}
DECLINE_REASONS: dict[str, Bilingual] = {
    "better_candidate": Bilingual("another candidate fits better", "kandidat lain lebih sesuai"),
    "needed_at_origin": Bilingual("cannot be spared where they are", "masih dibutuhkan di unit asal"),
    "competence_gap": Bilingual("competence gap too large for now", "kesenjangan kompetensi masih terlalu besar"),
    "eligibility_open": Bilingual("a requirement is still to be shown", "ada syarat yang belum dibuktikan"),
    "own_wish": Bilingual("the employee does not wish it", "pegawai tidak berminat"),
    "timing": Bilingual("not the right moment", "waktunya belum tepat"),
    "data_doubt": Bilingual("doubt about the data", "data diragukan"),
    "conflict_of_interest": Bilingual("conflict of interest", "benturan kepentingan"),
    "other": Bilingual("another reason", "alasan lain"),
}

STATES: dict[str, Bilingual] = {
    "reserved": Bilingual("reserve", "cadangan"),
    "rejected": Bilingual("not chosen", "tidak dipilih"),
    "postponed": Bilingual("postponed", "ditunda"),
    "proposed": Bilingual("proposed", "diusulkan"),
    "checked": Bilingual("checked", "diperiksa"),
    "approved": Bilingual("approved", "disetujui"),
    "offered": Bilingual("offered", "ditawarkan"),
    "accepted": Bilingual("accepted", "diterima pegawai"),
    "refused": Bilingual("refused", "ditolak pegawai"),
    "technically_approved": Bilingual("technical approval given", "pertimbangan teknis terbit"),
    "decreed": Bilingual("decree signed", "SK terbit"),
    "inaugurated": Bilingual("inaugurated", "dilantik"),
    "in_post": Bilingual("in post", "bertugas"),
    "matched": Bilingual("matched with the service record", "cocok dengan riwayat jabatan"),
    "cancelled": Bilingual("cancelled", "dibatalkan"),
}
ACTIONS: dict[str, Bilingual] = {
    "choose": Bilingual("choose", "pilih"),
    "reserve": Bilingual("keep in reserve", "jadikan cadangan"),
    "reject": Bilingual("do not choose", "tidak dipilih"),
    "postpone": Bilingual("postpone", "tunda"),
    "check": Bilingual("sign as checked", "tanda tangan pemeriksa"),
    "approve": Bilingual("approve", "setujui"),
    "send_back": Bilingual("send back", "kembalikan"),
    "offer": Bilingual("offer to the employee", "tawarkan kepada pegawai"),
    "accept": Bilingual("accept", "terima"),
    "refuse": Bilingual("refuse", "tolak"),
    "record_technical_approval": Bilingual("record the technical approval", "catat pertimbangan teknis"),
    "record_decree": Bilingual("record the decree", "catat SK"),
    "record_inauguration": Bilingual("record the inauguration", "catat pelantikan"),
    "record_start": Bilingual("record the start of work", "catat mulai bertugas"),
    "match": Bilingual("match with the service record", "cocokkan dengan riwayat jabatan"),
    "cancel": Bilingual("cancel", "batalkan"),
    "comment": Bilingual("comment", "beri catatan"),
}
