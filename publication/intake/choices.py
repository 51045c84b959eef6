"""What can be chosen in a form, in the words people read."""

from features.bilingual import Bilingual

REFUSAL_REASONS: dict[str, Bilingual] = {
    "lacks_competence": Bilingual("does not feel competent yet", "merasa belum memiliki kompetensi"),
    "fears_expectations": Bilingual("afraid of not meeting expectations", "khawatir tidak dapat memenuhi harapan"),
    "likes_present_work": Bilingual("wants to go on with the present work", "ingin melanjutkan tugas sekarang"),
    "distance": Bilingual("place of work too far", "tempat tugas terlalu jauh"),
    "family": Bilingual("family reasons", "alasan keluarga"),
    "health": Bilingual("health", "alasan kesehatan"),
    "career": Bilingual("does not fit the career hoped for", "tidak sejalan dengan rencana karier"),
    "income": Bilingual("lower income", "penghasilan berkurang"),
    "other": Bilingual("another reason", "alasan lain"),
}
"""Why an offer is refused: each is answered with support and never counts against the person."""

PROBLEMS: dict[str, Bilingual] = {
    "tasks_unclear": Bilingual("tasks unclear", "tugas belum jelas"),
    "skills": Bilingual("skills missing", "keterampilan kurang"),
    "workload": Bilingual("too much work", "beban kerja berlebih"),
    "team": Bilingual("difficulty with the team", "kesulitan dengan tim"),
    "superior": Bilingual("difficulty with the superior", "kesulitan dengan atasan"),
    "personal": Bilingual("personal circumstances", "keadaan pribadi"),
    "other": Bilingual("another problem", "masalah lain"),
}
OPTIONS: dict[str, Bilingual] = {
    "coaching": Bilingual("coaching by the superior", "pembimbingan oleh atasan"),
    "mentor": Bilingual("a mentor", "pendampingan mentor"),
    "training": Bilingual("training", "pelatihan"),
    "tasks_adjusted": Bilingual("tasks adjusted", "penyesuaian tugas"),
    "talk": Bilingual("a talk on reasons and expectations", "dialog mengenai alasan mutasi dan harapan"),
    "counselling": Bilingual("counselling", "konseling"),
    "return_move": Bilingual(
        "return to the former field, or another move, considered", "kembali ke bidang semula, atau mutasi lain, dipertimbangkan"
    ),
    "none": Bilingual("none yet", "belum ada"),
}
OBJECTION_GROUNDS: dict[str, Bilingual] = {
    "data_wrong": Bilingual("the data about me are wrong", "data tentang saya keliru"),
    "rule_misapplied": Bilingual("a requirement was applied wrongly", "syarat diterapkan keliru"),
    "procedure": Bilingual("the procedure was not kept", "prosedur tidak dipatuhi"),
    "conflict_of_interest": Bilingual("conflict of interest", "benturan kepentingan"),
    "automated_only": Bilingual("I object to being judged by a computer", "keberatan atas penilaian oleh sistem"),
    "other": Bilingual("another ground", "alasan lain"),
}
OUTCOMES: dict[str, Bilingual] = {
    "answered": Bilingual("answered", "dijawab"),
    "granted": Bilingual("granted", "dikabulkan"),
    "partly_granted": Bilingual("granted in part", "dikabulkan sebagian"),
    "refused": Bilingual("refused", "ditolak"),
    "forwarded": Bilingual("forwarded to the office in charge", "diteruskan ke instansi berwenang"),
    "corrected": Bilingual("corrected in the source", "diperbaiki di sumber data"),
}
CASE_STATUSES: dict[str, Bilingual] = {
    "open": Bilingual("open", "terbuka"),
    "in_progress": Bilingual("being worked on", "sedang ditangani"),
    "solved": Bilingual("solved", "selesai"),
    "not_solved": Bilingual("closed unsolved", "ditutup tanpa penyelesaian"),
}
CLEARANCE_RESULTS: dict[str, Bilingual] = {
    "clear": Bilingual("clear", "bersih"),
    "not_clear": Bilingual("not clear", "tidak bersih"),
    "passed": Bilingual("passed", "lulus"),
    "failed": Bilingual("failed", "tidak lulus"),
}
"""What a statement may say; one about a certificate names the certificate instead."""
REVIEWERS = ("peer", "superior", "subordinate", "self")
PULSE_DAYS = (30, 60, 90)
PULSE_ITEMS: dict[str, Bilingual] = {
    "tasks_clear": Bilingual("My tasks are clear.", "Tugas saya sudah jelas."),
    "support": Bilingual("I get the support I need.", "Saya mendapat dukungan yang diperlukan."),
    "skills": Bilingual("I have the skills the work asks for.", "Keterampilan saya memadai untuk tugas ini."),
    "team": Bilingual("I am at home in the team.", "Saya diterima baik dalam tim."),
    "communication": Bilingual("The reasons for my move were explained well.", "Alasan mutasi saya dijelaskan dengan baik."),
    "settled": Bilingual("All in all I have settled in.", "Secara keseluruhan saya sudah menyesuaikan diri."),
}
ASKED_ITEMS: dict[str, dict[str, Bilingual]] = {
    "surveys": {
        "kepuasan kerja": Bilingual("Satisfaction with the work", "Kepuasan kerja"),
        "motivasi kerja": Bilingual("Motivation to work", "Motivasi kerja"),
        "komunikasi atasan": Bilingual("Communication with the superior", "Komunikasi atasan"),
        "beban kerja wajar": Bilingual("A fair workload", "Beban kerja wajar"),
    },
    "peer_reviews": {
        "berorientasi pelayanan": Bilingual("Minds those served", "Berorientasi pelayanan"),
        "kerja sama": Bilingual("Works well with others", "Kerja sama"),
    },
    "feedback": {
        "alasan mutasi dijelaskan": Bilingual("The reason for the move was explained", "Alasan mutasi dijelaskan"),
        "dukungan atasan": Bilingual("Support by the superior", "Dukungan atasan"),
        "kesesuaian jabatan baru": Bilingual("The new post fits", "Kesesuaian jabatan baru"),
        "motivasi setelah mutasi": Bilingual("Motivation after the move", "Motivasi setelah mutasi"),
        "jejaring kerja": Bilingual("A wider network at work", "Jejaring kerja"),
    },
    "pulses": PULSE_ITEMS,
}
"""What each form of answers asks, item by item: as it is stored and joins the source, and as it is read."""
SCENARIO_WISHES: dict[str, Bilingual] = {
    "lock": Bilingual("this move must be in the plan", "mutasi ini harus masuk rencana"),
    "forbid": Bilingual("this move must not be in the plan", "mutasi ini tidak boleh masuk rencana"),
    "force_person": Bilingual("this person must move", "pegawai ini harus pindah"),
    "force_post": Bilingual("this post must be filled", "jabatan ini harus terisi"),
    "limit": Bilingual("a limit of the plan", "batas rencana"),
    "draw": Bilingual("a lot by which wishes are granted", "undian untuk mengabulkan minat"),
}
