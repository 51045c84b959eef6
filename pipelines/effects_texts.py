"""What `tepat evaluate` says, in Indonesian and English."""

EFFECTS: dict[str, tuple[str, str]] = {
    "evaluated_power": (
        "Daya uji: {movers} mutasi dapat dinilai. Pengaruh {detectable} SB akan terlihat pada 80 dari 100 kejadian, pengaruh "
        "{least} SB pada {chance}.",
        "Power: {movers} moves can be judged. An effect of {detectable} SD would be seen in 80 of 100 cases, one of {least} SD in "
        "{chance}.",
    ),
    "evaluated_verdict": ("Mutasi terdahulu: {verdict}.", "Past moves: {verdict}."),
    "verdict_berhasil": ("berhasil", "they worked (berhasil)"),
    "verdict_belum_terbukti": ("belum terbukti", "not proven (belum terbukti)"),
    "verdict_merugikan": ("merugikan", "they did harm (merugikan)"),
    "evaluated_unit_sd": ("SB", "SD"),
    "evaluated_unit_points": ("poin (1-5)", "points (1-5)"),
    "evaluated_unit_index": ("poin IKM", "index points"),
    "evaluated_unit_percent": ("%", "%"),
    "evaluated_people": ("n {count}", "n {count}"),
    "evaluated_unit_years": ("{count} unit-tahun", "{count} unit-years"),
    "evaluated_performance": (
        "Kinerja, dan menurut rancangan lain (dalam kurung: selang 95 %):",
        "Performance, and what other designs say of it (in brackets: 95 % interval):",
    ),
    "evaluated_scale": (
        "  SB: simpangan baku kinerja antarpegawai; +0,2 SB membawa pegawai urutan ke-50 dari 100 ke urutan ke-42.",
        "  SD: standard deviation of performance over employees; +0.2 SD takes the 50th of 100 to the 42nd place.",
    ),
    "evaluated_by_chance": (
        "  {count} kelompok dilihat: sebagian tampak menonjol karena kebetulan.",
        "  {count} groups were looked at: some stand out by chance.",
    ),
    "evaluated_for_whom": (
        "Bagi siapa (kinerja, dibanding pegawai serupa yang tetap):",
        "For whom (performance, against people like them who stayed):",
    ),
    "evaluated_withheld": ("tidak ditampilkan, kurang dari lima pegawai", "withheld, fewer than five people"),
    "evaluated_others": ("Hasil lain:", "Other outcomes:"),
    "evaluated_reliability": (
        "  reliabilitas {source} (alfa Cronbach): {alpha}",
        "  reliability of the {source} (Cronbach's alpha): {alpha}",
    ),
    "evaluated_not_measured": (
        "  tidak terukur (tidak ada datanya, atau terlalu sedikit unit yang memilikinya): {outcomes}",
        "  not measured (no data, or too few units have them): {outcomes}",
    ),
    "evaluated_goals": ("Sasaran program:", "Goals of the programme:"),
    "evaluated_goal": ("  {goal}: {value} (target {target}), {reached}", "  {goal}: {value} (target {target}), {reached}"),
    "goal_yes": ("tercapai", "reached"),
    "goal_no": ("tidak tercapai", "not reached"),
    "goal_not_shown": ("belum dapat dipastikan", "not shown"),
    "goal_not_measured": ("tidak terukur", "not measured"),
    "evaluated_causes": ("Yang menahan hasil, SB yang hilang karenanya:", "What held it back, SD lost by it:"),
    "evaluated_no_cause": ("Yang menahan hasil: belum ada sebab yang terbukti.", "What held it back: no cause is shown."),
    "evaluated_cause": (
        "  {cause} ({found}): {figure}; mengenai {touched}, tidak mengenai {others}",
        "  {cause} ({found}): {figure}; touches {touched}, not {others}",
    ),
    "evaluated_cause_within": (
        "  {cause} ({found}): {figure}; {touched} orang, tahun kedua dibanding tahun pertama masing-masing",
        "  {cause} ({found}): {figure}; {touched} people, each in the second year against the first",
    ),
    "evaluated_named": ("terbukti", "shown"),
    "evaluated_looked_at": ("belum terbukti", "not shown"),
    "evaluated_not_judged": (
        "  tidak dapat diuji (terlalu sedikit yang terkena, atau yang tidak): {causes}",
        "  cannot be judged (too few touched, or not): {causes}",
    ),
    "evaluated_warned": (
        "Pegawai yang tampak kesulitan setelah mutasi: {count} (hanya untuk dukungan).",
        "People who seem to struggle after a move: {count} (for support only).",
    ),
    "evaluated_written": ("Tabel pengaruh ditulis ke {out}.", "Table of effects written to {out}."),
}
