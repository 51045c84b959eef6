"""Words of what follows a move, and of the programme."""

TEXTS: dict[str, tuple[str, str]] = {
    "after": ("Sesudah pindah", "After the move"),
    "after_lead": (
        "Siapa yang baru pindah, siapa yang kesulitan, dan siapa yang menanganinya. Tidak pernah dipakai untuk menilai pegawai.",
        "Who has just moved, who struggles, and who takes care of it. Never used to judge anybody.",
    ),
    "after_cases": ("Kasus terbuka", "Open cases"),
    "after_cases_none": ("Tidak ada kasus terbuka.", "No open case."),
    "after_open_case": ("Buka kasus", "Open a case"),
    "after_step": ("Catat perkembangan", "Record a step"),
    "after_problem": ("Masalah", "Problem"),
    "after_option": ("Tindakan", "Option"),
    "after_solved": ("{solved} dari {closed} kasus selesai", "{solved} of {closed} cases solved"),
    "after_helped": (
        "pegawai terdahulu: {gain} SB (80 %: {lower} … {upper})",
        "earlier movers: {gain} SD (80 %: {lower} … {upper})",
    ),
    "after_helped_before": (
        "Yang diperoleh pegawai terdahulu dengan dukungan ini, simpangan baku kinerja (rentang 95 %):",
        "What earlier movers gained by such support, standard deviations of performance (95 % interval):",
    ),
    "after_owner": ("Penanggung jawab", "Owner"),
    "after_due": ("Tenggat", "Due"),
    "after_overdue": ("lewat tenggat", "overdue"),
    "after_warnings": ("Perlu didukung", "To be supported"),
    "after_warnings_hint": (
        "Peringatan dini dari jawaban dan catatan pegawai yang baru pindah, menurut pengalaman pegawai sebelumnya. Berlaku "
        "sementara.",
        "Early warnings from answers and records of recent movers, by what such signs meant for earlier ones. They expire.",
    ),
    "after_warnings_none": ("Tidak ada peringatan yang berlaku.", "No warning stands."),
    "after_signs": ("Tanda", "Signs"),
    "after_expires": ("Berlaku sampai", "Expires"),
    "after_recent": ("Baru pindah", "Recent movers"),
    "after_recent_none": ("Tidak ada yang pindah dalam 18 bulan terakhir.", "Nobody has moved in the last 18 months."),
    "after_moved_on": ("Pindah", "Moved"),
    "after_pulse": ("{days} hari", "{days} days"),
    "pulse_answered": ("terisi", "answered"),
    "pulse_due": ("isi sekarang", "due now"),
    "pulse_overdue": ("terlewat", "missed"),
    "pulse_later": ("nanti", "later"),
    "after_support": ("Pelatihan dan pendamping untuk gelombang ini", "Training and mentors of this wave"),
    "support_training": ("Pelatihan", "Training"),
    "course_seat": ("kursi tersedia", "seat kept"),
    "course_after_start": ("setelah mulai bertugas", "after the start"),
    "course_waiting": ("menunggu kursi", "waits for a seat"),
    "course_none": ("tidak diperlukan", "none needed"),
    "course_not_taught": ("{count} kompetensi belum ada pelatihannya", "{count} competencies have no course"),
    "after_nobody": ("belum ditunjuk", "nobody named"),
    "support_mentor": ("Pendamping", "Mentor"),
    "programme": ("Program", "Programme"),
    "programme_title": ("Program mutasi: tujuan dan evaluasi", "Transfer programme: goals and evaluation"),
    "programme_lead": (
        "Apa yang dijanjikan, apa yang tercapai, dan seberapa pasti. Pegawai yang pindah dibandingkan dengan pegawai serupa "
        "yang tetap.",
        "What was promised, what was reached, and how surely. Movers are compared with people like them who stayed.",
    ),
    "programme_verdict": ("Putusan", "Verdict"),
    "programme_none": ("Evaluasi belum dijalankan pada data ini.", "No evaluation was run on these data."),
    "programme_power": (
        "Daya uji: dengan {movers} mutasi, pengaruh {detectable} SB akan terlihat pada 80 dari 100 kejadian; yang lebih kecil "
        "mudah luput.",
        "Power: with {movers} moves an effect of {detectable} SD would be seen in 80 of 100 cases; a smaller one is easily missed.",
    ),
    "programme_goals": ("Tujuan dan capaian", "Goals and what was reached"),
    "programme_goals_none": ("Tidak ada tujuan yang tercatat.", "No goal is on record."),
    "programme_goal": ("Tujuan", "Goal"),
    "programme_target": ("Target", "Target"),
    "programme_reached": ("Capaian", "Reached"),
    "programme_effects": ("Pengaruh", "Effects"),
    "programme_outcome": ("Hasil", "Outcome"),
    "programme_effect": ("Perkiraan", "Estimate"),
    "programme_people": ("Pegawai", "People"),
    "programme_unmeasured": (
        "Tidak terukur (tidak ada datanya, atau terlalu sedikit unit yang memilikinya):",
        "Not measured (no data, or too few units have them):",
    ),
    "programme_answers": ("Yang dikatakan pegawai yang dimutasi", "What those who moved say"),
    "programme_answer": ("Rata-rata jawaban (1–5)", "Mean answer (1–5)"),
    "programme_groups": ("Bagi siapa: pengaruh pada kinerja", "For whom: the effect on performance"),
    "programme_group": ("Kelompok", "Group"),
    "programme_groups_read": (
        "{count} kelompok dilihat: sebagian tampak menonjol karena kebetulan. {withheld} kelompok kurang dari lima pegawai tidak "
        "ditampilkan.",
        "{count} groups were looked at: some stand out by chance. {withheld} of fewer than five people are not shown.",
    ),
    "programme_touched": ("mengenai {touched} dari {all}", "touches {touched} of {all}"),
    "programme_causes": ("Yang menahan hasil", "What held it back"),
    "programme_causes_unjudged": (
        "Tidak dapat diuji (terlalu sedikit yang terkena, atau yang tidak):",
        "Cannot be judged (too few touched, or not):",
    ),
    "programme_named": ("terbukti", "shown"),
    "programme_not_named": ("belum terbukti", "not shown"),
    "programme_read": (
        "Rentang memuat nilai sebenarnya pada 95 dari 100 kejadian. SB: simpangan baku kinerja antarpegawai; +0,2 SB membawa "
        "pegawai urutan ke-50 dari 100 ke urutan ke-42.",
        "Intervals hold the truth in 95 of 100 cases. SD: standard deviation of performance over employees; +0.2 SD takes the "
        "50th of 100 to the 42nd place.",
    ),
    "programme_placebo": (
        "Pemeriksaan: pada tanggal rekaan sebelum mutasi seharusnya tidak terlihat apa pun. Terlihat {estimate} SB ({lower} … "
        "{upper}): {read}.",
        "A check: at a pretended date before the move nothing should be seen. Seen: {estimate} SD ({lower} … {upper}): {read}.",
    ),
    "programme_cause": ("Penyebab", "Cause"),
    "programme_lost": ("Yang hilang", "What it costs"),
}
